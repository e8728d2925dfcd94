// Quickstart removes tags with each of the four clients, from an account in memory: nothing leaves this machine.
//
//	go run ./examples/quickstart
//
// It prints:
//
//	ecs: done, request ID 00000000-0000-5000-8000-000000000001
//	vpc: invalid UntagResourcesRequest: TagKeys[0] "acs:env" starts with the reserved prefix acs: (by the document; Config.Validation: untag.ValidateCertain sends it anyway)
//	vpc: done, request ID 00000000-0000-5000-8000-000000000002
//	resourcesharing: done, request ID 00000000-0000-5000-8000-000000000003
//	tag: done but for 1, request ID 00000000-0000-5000-8000-000000000004
//	  arn:acs:oss:cn-hangzhou:*:bucket/gone: InvalidResourceId.NotFound
//	Tags before and after:
//	  i-web   [env owner] -> [owner]
//	  i-db    [env] -> []
//	  ipam-1  [env owner] -> [owner]
//	  rs-1    [env] -> []
//	  logs    [env owner] -> [owner]
//
// The calls to the real service are the same, see examples/live.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintf(stderr, "quickstart: it takes no arguments, and got %q\n", args)
		return 2
	}
	if err := removeTags(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "quickstart:", err)
		return 1
	}
	return 0
}

// account is what there is to remove tags from.
var account = []untagtest.Resource{
	{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-web", Tags: map[string]string{"env": "test", "owner": "ana"}},
	{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-db", Tags: map[string]string{"env": "test"}},
	{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"env": "test", "owner": "bo"}},
	{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: "rs-1", Tags: map[string]string{"env": "test"}},
	{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test", "owner": "ana"}},
}

func removeTags(ctx context.Context, w io.Writer) error {
	cloud := untagtest.NewCloud()
	cloud.Put(account...)
	config := cloud.Config() // for the real service: untag.Config{Region: "cn-hangzhou"}, which finds credentials in the default chain
	keys := []string{"env"}

	// ECS takes IDs of instances, disks, images and so on. It removes the tags from all resources of a call, or from none.
	instances, err := ecs.New(config)
	if err != nil {
		return err
	}
	fromECS, err := instances.UntagResources(ctx, ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-web", "i-db"}, TagKeys: keys,
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "ecs: done, request ID", fromECS.RequestID)

	// VPC IPAM has rules for keys. A request that breaks one is not sent.
	ipams, err := vpc.New(config)
	if err != nil {
		return err
	}
	request := vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-1"}, TagKeys: []string{"acs:env"}}
	_, err = ipams.UntagResources(ctx, request)
	fmt.Fprintln(w, "vpc:", err) // errors.Is(err, untag.ErrInvalidRequest)
	request.TagKeys = keys
	fromVPC, err := ipams.UntagResources(ctx, request)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "vpc: done, request ID", fromVPC.RequestID)

	// Resource Sharing has one type of resource, so there is no need to name it. All removes every tag there is.
	shares, err := resourcesharing.New(config)
	if err != nil {
		return err
	}
	fromSharing, err := shares.UntagResources(ctx, resourcesharing.UntagResourcesRequest{ResourceIDs: []string{"rs-1"}, All: true})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "resourcesharing: done, request ID", fromSharing.RequestID)

	// Tag takes ARNs of resources of any service. It says which of them failed; the others are done.
	resources, err := tag.New(config)
	if err != nil {
		return err
	}
	fromTag, err := resources.UntagResources(ctx, tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs", "arn:acs:oss:cn-hangzhou:*:bucket/gone"}, TagKeys: keys,
	})
	if err != nil && !errors.Is(err, untag.ErrPartialFailure) {
		return err
	}
	fmt.Fprintf(w, "tag: done but for %d, request ID %s\n", len(fromTag.Failed), fromTag.RequestID)
	for _, failed := range fromTag.Failed {
		fmt.Fprintf(w, "  %s: %s\n", failed.ResourceARN, failed.Code)
	}

	fmt.Fprintln(w, "Tags before and after:")
	for _, r := range account {
		left, _ := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
		fmt.Fprintf(w, "  %-6s  %v -> %v\n", r.ID, slices.Sorted(maps.Keys(r.Tags)), slices.Sorted(maps.Keys(left)))
	}
	return nil
}
