// Untagjob runs bulk jobs on Temporal: it is the demonstration of package untagtemporal, a worker for simple set-ups, and
// the tool with which a person looks after jobs.
//
//	untagjob demo                       a server, 20 simulated accounts, 3 workers that are killed; ends with a proof
//	untagjob dev -dir DIR               a server for a first try, with its state in DIR
//	untagjob work -store DIR            a worker
//	untagjob start -store DIR -job ID   a job of the resources in a CSV file
//	untagjob status|pause|resume|cancel|report -job ID
//
// All but demo and dev talk to the server at -address in -namespace, over TLS with -tls.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// errUsage says that the command was called wrongly; what is wrong was printed.
var errUsage = errors.New("usage")

var verbs = map[string]func(ctx context.Context, args []string, out io.Writer) error{
	"demo": demo, "dev": runServer, "work": work, "start": start,
	"status": status, "pause": control, "resume": control, "cancel": control, "report": report,
}

const usage = `usage: untagjob VERB [flags]

  demo      the whole thing in one go, on simulated accounts
  dev       a Temporal server for a first try
  work      a worker
  start     a job of the resources in a CSV file: service,account,region,type,id
  status    how far a job has come
  pause     end the slices that run, gently, and start no more
  resume    go on
  cancel    end a job for good
  report    what became of each resource, as CSV

untagjob VERB -h lists the flags of a verb.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns 0 if the command did its work, 1 if it did not, and 2 if it was called wrongly.
func run(ctx context.Context, args []string, out, complaints io.Writer) int {
	if len(args) == 0 || verbs[args[0]] == nil {
		fmt.Fprint(complaints, usage)
		return 2
	}
	err := verbs[args[0]](ctx, args, out)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintln(complaints, "untagjob:", err)
	return 1
}

// parse reads the flags of a verb, of which args[0] is the name.
func parse(flags *flag.FlagSet, args []string) error {
	err := flags.Parse(args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return errUsage // which flag has printed
	case flags.NArg() > 0:
		fmt.Fprintf(flags.Output(), "untagjob %s: %q is not a flag\n", args[0], flags.Arg(0))
		return errUsage
	}
	return nil
}
