package main

import (
	"context"

	"github.com/untag-go/untag/cleanup"
)

func restoreVerb() *verb {
	return &verb{
		name: "restore", args: "DIR -live", about: "put the saved values back, after it has shown whose account it is and asked",
		details: []string{
			"It puts back what the removal of this job has taken away, or may have, and nothing else. Where another value stands by now it is kept and named, unless -overwrite is set.",
		},
		define: func(f *flags) action {
			fo := &folder{patience: giveUpAfter}
			var overwrite bool
			fo.writes(f)
			f.whole(&fo.concurrency, "concurrency", "calls in flight; otherwise as the service keeps up with", 0, 256)
			f.yes(&overwrite, "overwrite", "write the saved value also where another one stands now")
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if err := fo.begin(args); err != nil {
					return exitUsage, err
				}
				return fo.with(ctx, e, func(job *cleanup.Job) (int, error) { return fo.restore(ctx, e, job, overwrite) })
			}
		},
	}
}

func (fo *folder) restore(ctx context.Context, e *env, job *cleanup.Job, overwrite bool) (int, error) {
	who, err := fo.identify(ctx, e)
	if err != nil {
		return exitNot, err
	}
	total, err := countRestorable(job)
	if err != nil {
		return exitNot, err
	}
	switch {
	case total == 0 && begun(job, "restore"):
		e.out().say("Everything that was removed has been put back already.")
		return exitOK, nil
	case total == 0:
		return exitNot, msg("nothing was removed that could be put back")
	}
	e.out().say("%s tags were removed, or may have been, and can be put back.", number(total))
	if overwrite {
		e.out().say("-overwrite: where another value stands by now, it is replaced.")
	}
	if !fo.yes && !e.confirm("restore") {
		return exitNot, nil
	}
	e.err().say("LIVE: restoring %s in the account %s.", whatSpec(job.Spec()), who.account)
	t := newStepTally(fo.traffic)
	ended := fo.step(ctx, e, func() view { return t.view("", total) }, func(ctx context.Context, drain <-chan struct{}) error {
		return t.results(job.Restore(ctx, cleanup.RestoreOptions{Overwrite: overwrite, Concurrency: fo.concurrency, Drain: drain}))
	})
	return fo.conclude(e, t, ended, msg("Next: untag report %s -o %[1]s.html", fo.dir))
}

// countRestorable counts the tags that Restore has something to do about.
func countRestorable(job *cleanup.Job) (n int, err error) {
	for r, err := range job.Records() {
		if err != nil {
			return 0, err
		}
		if r.Restorable {
			n++
		}
	}
	return n, nil
}
