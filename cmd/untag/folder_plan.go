package main

import (
	"context"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func planVerb() *verb {
	return &verb{
		name: "plan", args: "DIR -live", about: "say what would be removed, what it would cost, and what to think of; sends reads only",
		define: func(f *flags) action {
			fo := &folder{patience: giveUpAfter}
			fo.reads(f)
			return func(ctx context.Context, e *env, args []string) (int, error) {
				if err := fo.begin(args); err != nil {
					return exitUsage, err
				}
				return fo.with(ctx, e, func(job *cleanup.Job) (int, error) {
					plan, err := fo.plan(ctx, e, job)
					if err != nil || !plan.Complete || hasNothing(plan) {
						return exitNot, err
					}
					e.err().say("Next: untag remove %s -live", fo.dir)
					return exitOK, nil
				})
			}
		},
	}
}

// plan shows whose the credentials are, and what would be removed.
func (fo *folder) plan(ctx context.Context, e *env, job *cleanup.Job) (cleanup.Plan, error) {
	who, err := unlessInterrupted(ctx, e, fo.ask)
	if err != nil {
		return cleanup.Plan{}, msg("it is not known whose credentials these are, so nothing is removed: %s", err)
	}
	plan, err := unlessInterrupted(ctx, e, job.Plan)
	if err != nil {
		return cleanup.Plan{}, explained(err)
	}
	writePlan(e.out(), job.Spec(), plan, who)
	return plan, nil
}

// hasNothing tells whether a key that was asked for is on nothing: a typo must not look like success.
func hasNothing(p cleanup.Plan) bool {
	for _, w := range p.Warnings {
		if w.Kind == cleanup.WarnNothing {
			return true
		}
	}
	return p.Tags == 0
}

// writePlan prints the plan of a job.
func writePlan(w printer, spec cleanup.Spec, p cleanup.Plan, who caller) {
	w.say("Plan: remove %s from %s resources, %s tags in all. Nothing was changed.", whatSpec(spec), number(p.Resources), number(p.Tags))
	w.blank()
	writeIdentity(w, who)
	w.blank()
	writeCounts(w, "Region", p.Regions)
	writeCounts(w, "Product", p.Services)
	writeCounts(w, "Key", p.Keys)
	writeValues(w, p)
	rows := make([][]string, 0, 3)
	for _, step := range []struct {
		name string
		cost cleanup.Cost
	}{{"remove", p.Remove}, {"verify", p.Verify}, {"restore", p.Restore}} {
		rows = append(rows, []string{step.name, number(step.cost.Calls), atLeast(step.cost.Time), number(step.cost.NoQuota)})
	}
	w.table([]string{"Step", "Calls", "At least", "Calls without a quota"}, rows)
	for _, warning := range p.Warnings {
		w.print(msg("Warning: %s", warningText(warning)))
	}
	if !p.Complete {
		w.say("The search is not complete, so there may be more. Run untag find again.")
	}
}

const shownValues = 10

func writeValues(w printer, p cleanup.Plan) {
	rows := make([][]string, 0, shownValues+1)
	rest, restTags := p.OtherValues, p.OtherTags
	for i, v := range p.Values {
		if i >= shownValues {
			rest, restTags = rest+1, restTags+v.Resources
			continue
		}
		rows = append(rows, []string{clean(v.Tag.Key+"="+v.Tag.Value, 256), number(v.Resources)})
	}
	if rest > 0 {
		rows = append(rows, []string{w.lang.t("%s other values", number(rest)), number(restTags)})
	}
	if len(rows) > 0 {
		w.table([]string{"Tag", "Resources"}, rows)
	}
}

func writeCounts(w printer, head string, counts []cleanup.Count) {
	if len(counts) == 0 {
		return
	}
	rows := make([][]string, 0, len(counts))
	for _, c := range counts {
		rows = append(rows, []string{clean(c.Name, 40), number(c.Resources), number(c.Tags)})
	}
	w.table([]string{head, "Resources", "Tags"}, rows)
}

func atLeast(d time.Duration) string {
	if d < time.Second {
		return "1s"
	}
	return round(d).String()
}
