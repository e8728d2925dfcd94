// Bulkuntag removes tag keys from any number of resources and accounts for every one of them. Without arguments it works on
// an account in memory: 110,000 resources in six regions, with throttling, latency, broken connections and some resources
// that cannot be untagged.
//
//	go run ./examples/bulkuntag -resources 2000
//
// takes a fiftieth of that and prints:
//
//	…
//	Outcome    Resources
//	  done         2,178
//	  refused         22
//	  all          2,200
//	…
//	Error code                    Resources  What the first one was told
//	  InvalidResourceId.NotFound         18  refused: The specified ResourceIds are not found in our records.
//	  NoPermission.Operator               4  refused: …
//	…
//	All is accounted for: 2,178 resources have lost both keys and kept their third tag, and the 22 that could not be
//	untagged are named with the reason. The account in memory agrees with every single outcome.
//
// With -service and a list of resources it rehearses a real job on such an account, with -plan it only counts, and with
// -live -yes it does the job. bulkuntag -h explains the flags.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

//go:embed usage.txt
var usage string

// The exit codes.
const (
	exitOK     = 0 // everything is accounted for, and nothing failed but what was expected to
	exitFailed = 1 // resources failed, or the run was interrupted, or it could not begin
	exitUsage  = 2 // the flags make no sense together; nothing was done
)

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, signals))
}

// run is the whole program. The plan and the summary go to stdout; progress and what concerns the user go to stderr.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, signals <-chan os.Signal) int {
	o, err := parseOptions(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "bulkuntag: %v\n\nNothing was done. bulkuntag -h explains the flags and has examples.\n", err)
		return exitUsage
	}
	var code int
	if o.service == nil {
		code, err = runDemo(ctx, o, stdout, stderr, signals)
	} else {
		code, err = runService(ctx, o, stdin, stdout, stderr, signals)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bulkuntag: %v\n", err)
		return exitFailed
	}
	return code
}

// runService plans, rehearses or does what the flags ask for.
func runService(ctx context.Context, o options, stdin io.Reader, stdout, stderr io.Writer, signals <-chan os.Signal) (int, error) {
	j := job{
		service: o.service, config: o.config(), region: o.region, resourceType: o.resourceType, keys: o.keys, all: o.all,
		input: newSource(o, stdin), journal: o.journal, account: o.account, owner: o.account, rehearse: !o.live,
	}
	if j.rehearse {
		j.account = simulatedAccount
	}
	if err := j.check(ctx); err != nil {
		return exitFailed, err
	}
	if err := j.input.usable(); err != nil {
		return exitFailed, err
	}
	onlyPlan := o.plan || o.live && !o.yes
	if onlyPlan || j.input.repeatable() {
		p, err := makePlan(ctx, &j, o, signals)
		if err != nil {
			return exitFailed, err
		}
		j.total = p.resources + p.recorded
		if onlyPlan {
			p.write(stdout)
			if !o.plan {
				fmt.Fprintln(stdout, "\nNothing was sent. Removing tags cannot be undone: if this is what you want, add -yes.")
			}
			if p.invalid > 0 {
				return exitFailed, nil
			}
			return exitOK, nil
		}
	}
	fmt.Fprintln(stderr, j.headline())
	return runJobs(ctx, o, []*job{&j}, meta{simulated: j.rehearse}, nil, stdout, stderr, signals)
}
