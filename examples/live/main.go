// Live removes tags from real resources, for good, with one call to each of the four services that it has resources for:
//
//	go run ./examples/live -region cn-hangzhou -keys env,owner -instances i-1,i-2 -arns arn:acs:oss:*:*:bucket/logs -yes
//
// It takes the credentials of the default chain, such as those in ALIBABA_CLOUD_ACCESS_KEY_ID and
// ALIBABA_CLOUD_ACCESS_KEY_SECRET. Without -yes it sends nothing. Where all goes well, it prints:
//
//	ecs: done, request ID …
//	tag: done, request ID …
//
// For more resources than a call takes, see cmd/untag.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// resources are what the tags with these keys are removed from.
type resources struct{ keys, arns, instances, ipams, shares []string }

// run returns the exit status: 1 if a call failed, or if -yes is missing, 2 if the flags are wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var r resources
	flags := flag.NewFlagSet("live", flag.ContinueOnError)
	flags.SetOutput(stderr)
	yes := flags.Bool("yes", false, "do remove the tags, for good")
	region := flags.String("region", "", "where the resources are, such as cn-hangzhou")
	flags.Func("keys", "tag keys, separated by commas", list(&r.keys))
	flags.Func("arns", "ARNs of resources of any service", list(&r.arns))
	flags.Func("instances", "IDs of ECS instances", list(&r.instances))
	flags.Func("ipams", "IDs of IPAMs", list(&r.ipams))
	flags.Func("shares", "IDs of resource shares", list(&r.shares))
	err := flags.Parse(args)
	count := len(r.arns) + len(r.instances) + len(r.ipams) + len(r.shares)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "live: unexpected arguments %q\n", flags.Args())
		return 2
	case *region == "" || len(r.keys) == 0 || count == 0:
		fmt.Fprintln(stderr, "live: -region, -keys and resources are needed: -arns, -instances, -ipams or -shares")
		return 2
	case !*yes:
		fmt.Fprintf(stderr, "live: nothing was sent: add -yes to remove the tags %q from %d resources in %s, which cannot be undone\n", r.keys, count, *region)
		return 1
	}
	// No Credentials: the default chain.
	if err := untagAll(ctx, stdout, untag.Config{Region: *region, UserAgent: "untag-live"}, r); err != nil {
		fmt.Fprintln(stderr, "live:", err)
		return 1
	}
	return 0
}

// list returns a flag's value function that splits it at commas.
func list(to *[]string) func(string) error {
	return func(value string) error {
		*to = strings.Split(value, ",")
		return nil
	}
}

// untagAll calls each service that has something to do. What one of them refuses keeps none of the others from working.
func untagAll(ctx context.Context, w io.Writer, config untag.Config, r resources) error {
	instances, err1 := ecs.New(config)
	ipams, err2 := vpc.New(config)
	shares, err3 := resourcesharing.New(config)
	anything, err4 := tag.New(config)
	failed := errors.Join(err1, err2, err3, err4)
	if failed != nil {
		return failed
	}
	report := func(service, requestID string, err error) {
		if err == nil {
			fmt.Fprintf(w, "%s: done, request ID %s\n", service, requestID)
		}
		failed = errors.Join(failed, err) // it names service, code and request ID
	}
	if len(r.instances) > 0 {
		response, err := instances.UntagResources(ctx, ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: r.instances, TagKeys: r.keys,
		})
		report("ecs", response.RequestID, err)
	}
	if len(r.ipams) > 0 {
		response, err := ipams.UntagResources(ctx, vpc.UntagResourcesRequest{
			ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: r.ipams, TagKeys: r.keys,
		})
		report("vpc", response.RequestID, err)
	}
	if len(r.shares) > 0 {
		response, err := shares.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: r.shares, TagKeys: r.keys})
		report("resourcesharing", response.RequestID, err)
	}
	if len(r.arns) > 0 {
		response, err := anything.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: r.arns, TagKeys: r.keys})
		for _, resource := range response.Failed { // the others are done
			failed = errors.Join(failed, resource)
		}
		report("tag", response.RequestID, err)
	}
	return failed
}
