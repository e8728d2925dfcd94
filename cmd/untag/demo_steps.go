package main

import (
	"context"
	"time"

	"github.com/untag-go/untag/cleanup"
)

func (d *demo) find(ctx context.Context) (err error) {
	d.headline(1, msg("Find what carries the keys, in every region, and save it"))
	d.traffic = new(traffic)
	if d.job, err = cleanup.Create(d.dir, d.config(), cleanup.Spec{Keys: demoKeys, Regions: demoRegions}); err != nil {
		return err
	}
	t, err := d.work(ctx, d.env.lang.t("Find"), 0, func(ctx context.Context, t *stepTally, drain <-chan struct{}) (ended error) {
		for found, err := range d.job.Find(ctx, cleanup.FindOptions{Drain: drain}) {
			if err != nil {
				ended = err
				continue
			}
			t.addFound(found)
		}
		return ended
	})
	if err == nil {
		d.say("%s resources with %s tags were found and saved.", number(t.found.resources), number(t.found.tags))
		d.must(t.found.resources == d.account.carrying(), "Find has missed resources.")
	}
	return err
}

func (d *demo) plan(ctx context.Context) error {
	d.headline(2, msg("Plan: what would be removed, and whose account it is"))
	p, err := d.job.Plan(ctx)
	if err != nil {
		return err
	}
	d.say("%s tags of %s resources; at least %s calls to remove them. Account %s, acting as %s.", number(p.Tags), number(p.Resources), number(p.Remove.Calls), p.Identity.Account, p.Identity.ARN)
	for _, w := range p.Warnings {
		d.must(w.Kind != cleanup.WarnNothing, "The plan says that a key is on nothing.")
	}
	counts := d.account.interfere()
	d.say("Meanwhile others work on the account: they change a value of %s resources, release %s, take a key off %s, and lock %s.",
		number(counts[changed]), number(counts[released]), number(counts[stripped]), number(counts[locked]))
	d.before = d.account.cloud.Digest()
	d.say("Digest over all tags now: %s", d.before[:16])
	d.tags = p.Tags
	return nil
}

func (d *demo) remove(ctx context.Context) error {
	d.headline(3, msg("Remove: each value is read and saved again right before its removal"))
	t, err := d.work(ctx, d.env.lang.t("Remove"), d.tags, func(ctx context.Context, t *stepTally, drain <-chan struct{}) error {
		return t.results(d.job.Remove(ctx, cleanup.RemoveOptions{Drain: drain}))
	})
	if err != nil {
		return err
	}
	d.states(t)
	locks := d.account.each(locked, func(untagRes) {})
	left := d.account.carrying()
	d.say("Of %s resources that carried a key, %s do: those that are locked.", number(d.account.carriers()), number(left))
	d.must(left == locks, "%s resources carry a key, and %s are locked.", number(left), number(locks))
	return nil
}

func (d *demo) verify(ctx context.Context) error {
	d.headline(4, msg("Verify: two reads, 3 seconds apart, have to agree"))
	total, err := countTags(d.job, verifiable)
	if err != nil {
		return err
	}
	t, err := d.work(ctx, d.env.lang.t("Verify"), total, func(ctx context.Context, t *stepTally, drain <-chan struct{}) error {
		return t.results(d.job.Verify(ctx, cleanup.VerifyOptions{Deadline: 30 * time.Second, Concurrency: 64, Drain: drain}))
	})
	if err != nil {
		return err
	}
	d.states(t)
	d.must(t.states[cleanup.Gone] == t.states.total(), "Not everything is verified as gone.")
	return nil
}

// report names values that changed in between, and writes the reports that were asked for.
func (d *demo) report(context.Context) error {
	shown := 0
	_, err := summarize(d.job, func(r cleanup.Record) error {
		if r.Saved == demoLate {
			if shown++; shown <= 2 {
				d.say("Changed by others and saved as it was last: %s %s=%s", r.Resource.ARN, r.Key, r.Saved)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.must(shown == d.account.each(changed, func(untagRes) {}), "Values that were changed late are not what was saved.")
	a := aboutJob(d.env.lang, d.dir, d.job)
	a.mode, a.endpoint = modeRehearsal, "in memory"
	return d.write(a, d.job, d.env, d.reports)
}

func (d *demo) restore(ctx context.Context) error {
	d.headline(5, msg("Restore: the values that were saved last are put back"))
	d.say("Before that, others set a new value on %s of the resources.", number(d.account.retag()))
	t, err := d.restoring(ctx, false)
	if err != nil {
		return err
	}
	d.states(t)
	d.must(t.states[cleanup.Kept] == d.account.each(retagged, func(untagRes) {}), "Restore has not kept what others set.")
	d.say("What others set was kept. Digest now: %s", d.account.cloud.Digest()[:16])
	return nil
}

func (d *demo) overwrite(ctx context.Context) error {
	d.headline(6, msg("Restore with -overwrite: those, too"))
	t, err := d.restoring(ctx, true)
	if err == nil {
		d.states(t)
	}
	return err
}

func (d *demo) restoring(ctx context.Context, overwrite bool) (*stepTally, error) {
	total, err := countRestorable(d.job)
	if err != nil {
		return nil, err
	}
	return d.work(ctx, d.env.lang.t("Restore"), total, func(ctx context.Context, t *stepTally, drain <-chan struct{}) error {
		return t.results(d.job.Restore(ctx, cleanup.RestoreOptions{Overwrite: overwrite, Drain: drain}))
	})
}

// prove compares the account with what it was before the removal.
func (d *demo) prove(context.Context) error {
	after := d.account.cloud.Digest()
	p := d.env.out()
	p.blank()
	p.raw(p.lang.t("Digest before the removal: %s", d.before))
	p.raw(p.lang.t("Digest after the restore:  %s", after))
	d.must(after == d.before, "The digests differ: the account is not what it was.")
	if after == d.before {
		p.say("They are equal: every tag of every resource is what it was. %s in all.", round(time.Since(d.began)))
		p.say("On your account: untag find DIR -keys K1,K2 -live. untag help shows the steps.")
	}
	return nil
}

// states prints what a step came to.
func (d *demo) states(t *stepTally) {
	for _, s := range states {
		if n := t.states[s]; n > 0 {
			d.say("%s: %s tags", msg(stateInfos[s].label), number(n))
		}
	}
}
