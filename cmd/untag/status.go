package main

import (
	"context"
	"slices"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func statusVerb() *verb {
	return &verb{
		name: "status", args: "DIR", about: "say where the job stands; sends nothing",
		define: func(*flags) action {
			return func(_ context.Context, e *env, args []string) (int, error) {
				fo := new(folder)
				if err := fo.one(args); err != nil {
					return exitUsage, err
				}
				return fo.status(e)
			}
		},
	}
}

func (fo *folder) status(e *env) (int, error) {
	job, err := cleanup.Inspect(fo.dir)
	if err != nil {
		return exitNot, explained(err)
	}
	return closing(job, func(job *cleanup.Job) (int, error) { return fo.show(e, job) })
}

func (fo *folder) show(e *env, job *cleanup.Job) (int, error) {
	s, err := summarize(job, func(cleanup.Record) error { return nil })
	if err != nil {
		return exitNot, err
	}
	w := e.out()
	w.say("%s: taking off %s from the account %s, begun %s.", fo.dir, whatSpec(job.Spec()), job.Spec().Account, stamp(job.Created()))
	if job.Running() {
		w.say("Another process is working on it at this moment. This is how far it has come.")
	}
	w.blank()
	rows := [][]string{}
	for _, r := range lastRuns(job) {
		ended := w.lang.t("not at its end")
		if !r.Ended.IsZero() {
			ended = stamp(r.Ended)
		}
		rows = append(rows, []string{r.Step, stamp(r.Began), ended})
	}
	if len(rows) > 0 {
		w.table([]string{"Step", "Begun", "Ended"}, rows)
	}
	w.say("%s resources with %s tags were found and saved.", number(s.resources), number(s.tags))
	w.blank()
	rows = rows[:0]
	for _, state := range states {
		if n := s.states[state]; n > 0 {
			rows = append(rows, []string{w.lang.t(stateInfos[state].label), number(n)})
		}
	}
	if len(rows) > 0 {
		w.table([]string{"State", "Tags"}, rows)
	}
	if !job.Running() { // else that is what the other process does
		w.print(s.next(fo.dir, job))
	}
	return exitOK, nil
}

// next is the step that comes next.
func (s *jobSummary) next(dir string, job *cleanup.Job) error {
	removing, verifying, restoring := begun(job, "remove"), begun(job, "verify"), begun(job, "restore")
	searched := false
	for _, r := range lastRuns(job) {
		searched = searched || r.Step == "find" && !r.Ended.IsZero()
	}
	switch {
	case restoring && s.unrestored > 0:
		return msg("Next: untag restore %s -live", dir)
	case restoring:
		return msg("Next: untag report %s -o %[1]s.html", dir)
	case removing && s.states[cleanup.Pending]+s.states[cleanup.NotAttempted] > 0:
		return msg("Next: untag remove %s -live", dir)
	case removing && !verifying:
		return msg("Next: untag verify %s -live. To undo it: untag restore %[1]s -live", dir)
	case removing:
		return msg("Next: untag report %s -o %[1]s.html. To undo it: untag restore %[1]s -live", dir)
	case !searched:
		return msg("Next: untag find %s -live", dir)
	}
	return msg("Next: untag plan %s -live", dir)
}

// begun tells whether a step has begun.
func begun(job *cleanup.Job, step string) bool {
	return slices.ContainsFunc(job.Runs(), func(r cleanup.Run) bool { return r.Step == step })
}

// lastRuns are the last run of each step, in the order of the steps' first.
func lastRuns(job *cleanup.Job) (last []cleanup.Run) {
	at := map[string]int{}
	for _, r := range job.Runs() {
		if i, ok := at[r.Step]; ok {
			last[i] = r
			continue
		}
		at[r.Step] = len(last)
		last = append(last, r)
	}
	return last
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
