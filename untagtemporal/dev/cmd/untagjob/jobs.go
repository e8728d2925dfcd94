package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"go.temporal.io/sdk/client"

	"github.com/untag-go/untag/untagtemporal"
)

func start(ctx context.Context, args []string, out io.Writer) error {
	var s serverFlags
	var job untagtemporal.Job
	flags := flag.NewFlagSet("untagjob start", flag.ContinueOnError)
	s.flags(flags)
	flags.StringVar(&job.ID, "job", "", "`ID` of the job, used once")
	keys := flags.String("keys", "", "tag `keys` to remove, separated by commas")
	flags.BoolVar(&job.All, "all", false, "remove every tag instead")
	flags.IntVar(&job.MaxLanes, "lanes", 0, "`lanes` to keep busy at a time; 0: 100")
	flags.DurationVar(&job.Lease, "lease", 0, "how `long` a worker may be silent; 0: 30s")
	flags.BoolVar(&job.SearchAttributes, "attributes", false, "set search attributes, which the namespace must have")
	file := flags.String("resources", "-", "CSV `file` of service,account,region,type,id; -: standard input")
	yes := flags.Bool("yes", false, "remove the tags: there is no way back but a list of your own")
	if err := parse(flags, args); err != nil {
		return err
	}
	if !*yes {
		fmt.Fprintln(flags.Output(), "untagjob start: without -yes nothing starts, since it removes tags for good")
		return errUsage
	}
	if *keys != "" {
		job.TagKeys = strings.Split(*keys, ",")
	}
	job.TaskQueue = s.queue
	in := io.Reader(os.Stdin)
	if *file != "-" {
		opened, err := os.Open(*file)
		if err != nil {
			return err
		}
		defer func() { _ = opened.Close() }() // it was read only
		in = opened
	}
	c, err := s.dial()
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := untagtemporal.Start(ctx, c, untagtemporal.Directory(s.store), job, readCSV(in)); err != nil {
		return err
	}
	fmt.Fprintf(out, "job %s has started; untagjob status -job %s tells how far it has come\n", job.ID, job.ID)
	return nil
}

// readCSV reads resources. The first error ends them.
func readCSV(in io.Reader) iter.Seq2[untagtemporal.Resource, error] {
	return func(yield func(untagtemporal.Resource, error) bool) {
		rows := csv.NewReader(in)
		rows.FieldsPerRecord, rows.Comment, rows.ReuseRecord = 5, '#', true
		for {
			row, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var r untagtemporal.Resource
			if err == nil {
				r = untagtemporal.Resource{
					Lane: untagtemporal.Lane{Service: strings.Clone(row[0]), Account: strings.Clone(row[1]), Region: strings.Clone(row[2])},
					Type: strings.Clone(row[3]), ID: strings.Clone(row[4]),
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// open reads the flags of a verb about a job, and finds it.
func open(ctx context.Context, args []string) (client.Client, *untagtemporal.Handle, error) {
	var s serverFlags
	flags := flag.NewFlagSet("untagjob "+args[0], flag.ContinueOnError)
	s.flags(flags)
	id := flags.String("job", "", "`ID` of the job")
	if err := parse(flags, args); err != nil {
		return nil, nil, err
	}
	c, err := s.dial()
	if err != nil {
		return nil, nil, err
	}
	h, err := untagtemporal.Open(ctx, c, untagtemporal.Directory(s.store), *id)
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return c, h, nil
}

func status(ctx context.Context, args []string, out io.Writer) error {
	c, h, err := open(ctx, args)
	if err != nil {
		return err
	}
	defer c.Close()
	s, err := h.Status(ctx)
	if err != nil {
		return err
	}
	fmt.Fprint(out, describe(s))
	return nil
}

// describe says in a few lines how far a job has come.
func describe(s untagtemporal.Status) string {
	var b strings.Builder
	c := s.Counts
	fmt.Fprintf(&b, "job %s: %s\n", s.ID, s.State)
	fmt.Fprintf(&b, "  resources  %d of %d: %d done, %d refused, %d unknown, %d not attempted, %d invalid\n",
		c.Total(), s.Resources, c.Done, c.Refused, c.Unknown, c.NotAttempted, c.Invalid)
	fmt.Fprintf(&b, "  slices     %d of %d\n", s.SlicesDone, s.Slices)
	fmt.Fprintf(&b, "  lanes      %d of %d, %d busy, %d failed\n", s.LanesDone, s.Lanes, s.LanesOpen, s.LanesFailed)
	for _, f := range s.Failures {
		fmt.Fprintf(&b, "    %s: %s: %s\n", f.Lane, f.Type, f.Text)
	}
	for _, r := range s.Retrying {
		fmt.Fprintf(&b, "    %s: tried again after attempt %d: %s\n", r.Lane, r.Attempt, r.Text)
	}
	return b.String()
}

func control(ctx context.Context, args []string, _ io.Writer) error {
	c, h, err := open(ctx, args)
	if err != nil {
		return err
	}
	defer c.Close()
	return map[string]func(context.Context) error{"pause": h.Pause, "resume": h.Resume, "cancel": h.Cancel}[args[0]](ctx)
}

// report writes what became of each resource. A cell that a spreadsheet would take for a formula begins with an apostrophe.
func report(ctx context.Context, args []string, out io.Writer) error {
	c, h, err := open(ctx, args)
	if err != nil {
		return err
	}
	defer c.Close()
	w := csv.NewWriter(out)
	_ = w.Write([]string{"service", "account", "region", "type", "id", "outcome", "code", "message", "request_id"}) // Error tells
	for o, err := range h.Outcomes(ctx) {
		if err != nil {
			return err
		}
		row := []string{
			o.Lane.Service, o.Lane.Account, o.Lane.Region, o.Type, o.Entry.Resource,
			o.Entry.Outcome().String(), o.Entry.Code, o.Entry.Message, o.Entry.RequestID,
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	return w.Error()
}
