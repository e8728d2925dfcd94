package main

import (
	"context"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func verifyVerb() *verb {
	return &verb{
		name: "verify", args: "DIR -live", about: "read every resource again until it is certain that the tags are gone",
		details: []string{
			"Two reads at least 3 seconds apart have to agree. What is still listed, or came back, is named with its value; a resource that cannot be read is not verified.",
		},
		define: func(f *flags) action {
			fo := &folder{}
			var deadline time.Duration
			fo.reads(f)
			f.whole(&fo.concurrency, "concurrency", "reads in flight; otherwise 16", 0, 256)
			f.duration(&deadline, "deadline", "TIME", "how long a resource is read again, from its first read; otherwise 1m")
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if err := fo.begin(args); err != nil {
					return exitUsage, err
				}
				return fo.with(ctx, e, func(job *cleanup.Job) (int, error) { return fo.verify(ctx, e, job, deadline) })
			}
		},
	}
}

func (fo *folder) verify(ctx context.Context, e *env, job *cleanup.Job, deadline time.Duration) (int, error) {
	e.err().say("LIVE, reading only: verifying that %s is gone from the account %s.", whatSpec(job.Spec()), job.Spec().Account)
	total, err := countTags(job, func(s cleanup.State) bool {
		return s != cleanup.Pending && s != cleanup.Refused && s != cleanup.Changed && s != cleanup.NotAttempted
	})
	if err != nil {
		return exitNot, err
	}
	t := newStepTally(fo.traffic)
	ended := fo.step(ctx, e, func() view { return t.view("", total) }, func(ctx context.Context, drain <-chan struct{}) error {
		return t.results(job.Verify(ctx, cleanup.VerifyOptions{Deadline: deadline, Concurrency: fo.concurrency, Drain: drain}))
	})
	return fo.conclude(e, t, ended, msg("Next: untag report %s -o %[1]s.html. To undo it: untag restore %[1]s -live", fo.dir))
}

// countTags counts the tags whose last word is one that counts.
func countTags(job *cleanup.Job, counts func(cleanup.State) bool) (n int, err error) {
	for r, err := range job.Results() {
		if err != nil {
			return 0, err
		}
		if counts(r.State) {
			n += len(r.Keys)
		}
	}
	return n, nil
}

// verifiable tells the states of tags that Verify looks at.
func verifiable(s cleanup.State) bool {
	return s != cleanup.Pending && s != cleanup.Refused && s != cleanup.Changed && s != cleanup.NotAttempted
}
