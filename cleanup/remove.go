package cleanup

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

// Remove removes what was found, and yields a Result for each state that the keys of a resource are in: [Removed],
// [AlreadyGone], [Changed], [Refused], [Unknown] or [NotAttempted], the last three with the error that says why.
//
// Just before each attempt of a call, at most 5 seconds, the resources' tags are read, and what is to be removed is synced to
// disk with the values just read. A key that is not there any more is left out: it is AlreadyGone if no call of this
// job can have removed it, else Unknown. With Spec.Tags a key that has another value than the pairs is left alone. What
// somebody changes between that read and the call cannot be seen.
//
// Each resource has the promises of UntagMany: see tag.Client.UntagMany. A Remove that ended, in whatever way, is
// called again for what is neither Removed nor AlreadyGone.
//
// It refuses to begin ([ErrOrder]) if Find has not come to its end, unless o.Incomplete is set, and once Restore has begun.
// The last pair of a run that ends early has an error that is [untag.ErrRunEnded] and the cause.
func (j *Job) Remove(ctx context.Context, o RemoveOptions) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		release, err := j.begin()
		if err == nil {
			defer release()
			err = j.mayRemove(o)
		}
		if err == nil {
			err = j.cloud.check(ctx, j.header.Account)
		}
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		r, err := j.newRemoval(ctx, o)
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		defer r.close()
		if more, err := r.run(yield); more && err != nil {
			yield(Result{}, ended(err))
		}
	}
}

func (j *Job) mayRemove(o RemoveOptions) error {
	if err := checkOptions("RemoveOptions", o.Concurrency, nil); err != nil {
		return err
	}
	switch {
	case j.course.restoring:
		return order("Restore has begun; make a new job to remove again")
	case j.course.find.round == 0:
		return order("nothing was searched yet; Find comes first")
	case !j.course.find.ended && !o.Incomplete:
		return order("Find did not come to its end, so resources may be missing; call it again, or set RemoveOptions.Incomplete")
	}
	return nil
}

// removal is a run of Remove.
type removal struct {
	*passage
	o     RemoveOptions
	tasks *tasks
}

func (j *Job) newRemoval(ctx context.Context, o RemoveOptions) (*removal, error) {
	p, err := j.newPassage(ctx, stepRemove)
	if err != nil {
		return nil, err
	}
	return &removal{passage: p, o: o, tasks: newTasks()}, nil
}

// run makes a bulk run for each route. It returns false if the loop was broken out of.
func (r *removal) run(yield func(Result, error) bool) (more bool, err error) {
	routes, err := r.routes(func(h *history) (route, bool) {
		return h.row.route(), slices.ContainsFunc(h.keys, func(k keyHistory) bool { return k.toRemove() })
	})
	if err != nil {
		return true, err
	}
	for _, via := range routes {
		var inputErr error
		run := r.j.cloud.untagMany(r.ctx, via, r.spec.keys(), &many{
			Resources: r.resources(via, &inputErr), InputErr: func() error { return inputErr },
			Before:      func(ctx context.Context, b *bulk.Batch) ([]bulk.Change, error) { return r.before(ctx, via, b) },
			Concurrency: r.o.Concurrency, Drain: r.o.Drain,
		})
		for name, err := range run {
			if errors.Is(err, untag.ErrRunEnded) {
				return true, r.j.cloud.guard.explain(err)
			}
			outcomes, logErr := r.settle(name, err)
			for _, o := range outcomes {
				if !yield(o.Result, o.err) {
					return false, nil
				}
			}
			if logErr != nil {
				return true, logErr
			}
		}
	}
	return true, r.end()
}

// resources yields those of a route that there is something to do about, with their keys.
func (r *removal) resources(via route, failed *error) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for h, err := range r.histories() {
			if err != nil {
				*failed = err
				return
			}
			if h.row.route() != via {
				continue
			}
			t := &work{row: h.row}
			var keys []untag.Tag
			for i := range h.keys {
				k := &h.keys[i]
				if k.toRemove() {
					t.keys = append(t.keys, keyTask{key: k.key, value: k.saved(), intended: k.intended})
					keys = append(keys, untag.Tag{Key: k.key})
				}
			}
			if len(keys) > 0 && !yield(r.tasks.add(r.of(h), h.row.calledBy(via), t), keys) {
				return
			}
		}
	}
}

// before reads the resources of a call, leaves out what is not to be removed, and records the intent for the rest. If the
// disk takes long, it reads again.
func (r *removal) before(ctx context.Context, via route, b *bulk.Batch) ([]bulk.Change, error) {
	all, names, err := r.tasks.of(b.Resources)
	if err != nil {
		return nil, err
	}
	for range mostLooks {
		shown, err := r.j.look(ctx, b.Region, via, names)
		if err != nil {
			return nil, err
		}
		looked := time.Now()
		changes, intent := r.intend(via, b, all, shown)
		if len(intent.Items) == 0 {
			return changes, nil
		}
		if err := r.regions[b.Region].acts.Commit(intent); err != nil {
			return nil, err
		}
		r.intended(all, changes, intent)
		if time.Since(looked) <= freshFor {
			return changes, nil
		}
	}
	return nil, errSlowDisk
}

// intend decides what the call is to remove.
func (r *removal) intend(via route, b *bulk.Batch, all []*task, shown []present) ([]bulk.Change, line) {
	keys := keysIn(b.Parts)
	var changes []bulk.Change
	intent := line{Time: now(), Run: r.number, Op: opIntent}
	for i, t := range all {
		if shown[i].err != nil {
			changes = append(changes, bulk.Change{Index: i, Err: unread(via, "UntagResources", b.Region, shown[i].err, b.Lost)})
			continue
		}
		saved, dropped := r.decide(t, keys[b.From:b.To], shown[i].values, b.Lost)
		if dropped {
			left := append(keysOf(saved), keys[b.To:]...)
			changes = append(changes, bulk.Change{Index: i, Parts: keyParts(via, left)})
			continue
		}
		intent.Items = append(intent.Items, item{Name: t.row.Name, Pairs: saved})
	}
	return changes, intent
}

// decide sorts the keys of one resource into those to remove, with their values, and those not. A resource of which a key
// is dropped goes in another call, with a read and an intent of its own.
func (r *removal) decide(t *task, keys []string, values map[string]string, lost bool) (saved []pair, dropped bool) {
	for _, key := range keys {
		k := t.of(key)
		value, there := values[key]
		switch {
		case !there && k.intended:
			k.decided, k.harmless, dropped = Unknown, k.tried && !lost, true
		case !there:
			k.decided, dropped = AlreadyGone, true
		case !r.spec.wants(untag.Tag{Key: key, Value: value}):
			k.decided, k.seen, k.harmless, dropped = Changed, value, k.tried && !lost, true
		default:
			k.decided = Pending
			saved = append(saved, pair{key, value})
		}
	}
	return saved, dropped
}

// intended notes in the tasks what the intent says.
func (r *removal) intended(all []*task, changes []bulk.Change, intent line) {
	next := 0
	for i, t := range all {
		if changed(changes, i) {
			continue
		}
		for _, p := range intent.Items[next].Pairs {
			k := t.of(p[0])
			k.value, k.intended, k.tried = p[1], true, true
		}
		next++
	}
}

// changed reports whether a resource of a batch is among the changes.
func changed(changes []bulk.Change, index int) bool {
	return slices.ContainsFunc(changes, func(c bulk.Change) bool { return c.Index == index })
}

// settle records and returns what became of a resource.
func (r *removal) settle(name string, err error) ([]outcome, error) {
	t, broken := r.tasks.take(name)
	if broken != nil {
		return nil, broken
	}
	var gone []string
	rest := err
	if partly, ok := errors.AsType[*untag.KeysRemovedError](err); ok {
		gone, rest = partly.Keys, partly.Err
	}
	outcomes := t.settled(r.j.header.Account, func(k *keyTask) (State, error) {
		switch {
		case k.decided == Unknown:
			return Unknown, errPerhapsOurs
		case k.decided != Pending:
			return k.decided, nil
		case slices.Contains(gone, k.key):
			return Removed, nil
		}
		return stateOf(rest), rest
	})
	return outcomes, r.record(t, outcomes)
}

// record writes the verdict.
func (r *removal) record(t *task, outcomes []outcome) error {
	verdict := line{Time: now(), Run: r.number, Op: opVerdict}
	var harmless []string // of the calls of this run, see history
	for _, k := range t.keys {
		if k.decided != Pending && k.harmless {
			harmless = append(harmless, k.key)
		}
	}
	if len(harmless) > 0 {
		verdict.Items = append(verdict.Items, item{Name: t.row.Name, State: NotAttempted, Keys: harmless})
	}
	for i := range outcomes {
		verdict.Items = append(verdict.Items, outcomes[i].item(t.row.Name))
	}
	return t.r.acts.Append(verdict)
}
