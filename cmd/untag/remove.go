package main

import (
	"context"

	"github.com/untag-go/untag/cleanup"
)

func removeVerb() *verb {
	return &verb{
		name: "remove", args: "DIR -live", about: "remove what was found, after it has shown whose account it is and asked",
		details: []string{
			"Right before each call the tags are read again, and their values are saved before they are removed: untag restore puts them back. What somebody changes between that read and the call cannot be seen.",
			"Ctrl-C drains: no call starts any more, those in flight finish. A second one stops at once. The same command goes on.",
		},
		define: func(f *flags) action {
			fo := &folder{patience: giveUpAfter}
			var incomplete bool
			fo.writes(f)
			f.whole(&fo.concurrency, "concurrency", "calls in flight; otherwise as the service keeps up with", 0, 256)
			f.duration(&fo.patience, "give-up", "TIME", "end a run of which nothing has passed for so long (four times as long where it is throttled); otherwise 30s; 0s: never")
			f.yes(&incomplete, "incomplete", "begin although the search is not complete")
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if err := fo.begin(args); err != nil {
					return exitUsage, err
				}
				return fo.with(ctx, e, func(job *cleanup.Job) (int, error) { return fo.remove(ctx, e, job, incomplete) })
			}
		},
	}
}

func (fo *folder) remove(ctx context.Context, e *env, job *cleanup.Job, incomplete bool) (int, error) {
	if begun(job, "restore") {
		return exitNot, msg("the job was restored, or is being restored: to remove again, make a new one with untag find")
	}
	plan, err := fo.plan(ctx, e, job)
	if err != nil {
		return exitNot, err
	}
	if !plan.Complete && !incomplete {
		return exitNot, msg("the search is not complete: run untag find again, or add -incomplete to remove what was found so far")
	}
	if plan.Tags == 0 {
		return exitNot, msg("nothing was found that carries %s, so there is nothing to remove", whatSpec(job.Spec()))
	}
	total, err := countTags(job, removable)
	if err != nil {
		return exitNot, err
	}
	if total == 0 {
		e.out().say("Everything that was found has been removed already.")
		return exitOK, nil
	}
	if !fo.yes && !e.confirm("remove") {
		return exitNot, nil
	}
	e.err().say("LIVE: removing %s from %s resources of the account %s.", whatSpec(job.Spec()), number(plan.Resources), plan.Identity.Account)
	t := newStepTally(fo.traffic)
	ended := fo.step(ctx, e, func() view { return t.view("", total) }, func(ctx context.Context, drain <-chan struct{}) error {
		return t.results(job.Remove(ctx, cleanup.RemoveOptions{Incomplete: incomplete, Concurrency: fo.concurrency, Drain: drain}))
	})
	return fo.conclude(e, t, ended, msg("Next: untag verify %s -live. To undo it: untag restore %[1]s -live", fo.dir))
}

// removable tells the states of tags that Remove has something to do about.
func removable(s cleanup.State) bool {
	return s != cleanup.Removed && s != cleanup.AlreadyGone && s != cleanup.Gone
}
