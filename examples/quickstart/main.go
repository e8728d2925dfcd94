// Quickstart removes tags with the four clients: from an account in memory, where nothing can break,
//
//	go run ./examples/quickstart
//
// or from real resources, for good, with credentials of the default chain (ALIBABA_CLOUD_ACCESS_KEY_ID and so on):
//
//	go run ./examples/quickstart -live -region cn-hangzhou -instances i-1,i-2 -keys env,owner -yes
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	live := flags.Bool("live", false, "call the real service")
	yes := flags.Bool("yes", false, "with -live: do remove the tags, for good")
	region := flags.String("region", "", "with -live: the region")
	keys := flags.String("keys", "", "with -live: tag keys, separated by commas")
	var wanted resources
	flags.Func("arns", "with -live: ARNs for the Tag service, separated by commas", list(&wanted.ARNs))
	flags.Func("instances", "with -live: IDs of ECS instances", list(&wanted.Instances))
	flags.Func("ipams", "with -live: IDs of IPAMs", list(&wanted.IPAMs))
	flags.Func("shares", "with -live: IDs of resource shares", list(&wanted.Shares))
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case !*live && flags.NFlag() > 0:
		return errors.New("the flags are for -live; without it the program needs none")
	case !*live:
		return simulated(ctx, stdout)
	case *region == "" || *keys == "" || wanted.count() == 0:
		return errors.New("-live needs -region, -keys, and resources: -arns, -instances, -ipams or -shares")
	}
	wanted.Keys = strings.Split(*keys, ",")
	if !*yes {
		return fmt.Errorf("nothing was sent: add -yes to remove the tags %q from %d resources in %s, which cannot be undone",
			wanted.Keys, wanted.count(), *region)
	}
	// No Credentials: the default chain.
	return untagAll(ctx, stdout, untag.Config{Region: *region, UserAgent: "untag-quickstart"}, wanted)
}

// list returns a flag's value function that splits it at commas.
func list(to *[]string) func(string) error {
	return func(value string) error {
		*to = strings.Split(value, ",")
		return nil
	}
}
