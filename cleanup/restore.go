package cleanup

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

// Restore writes back, key by key, the value that was saved last before a call of this job removed the key, or may have, and
// yields a Result for each state that the keys of a resource are in: [Restored], [InPlace], [Kept] or [NotRestored], the
// last with the error that says why.
//
// What others had removed before stays gone. The resources are read first, at most 5 seconds before each attempt of a call:
// a key that has its saved value is InPlace, one that has another value is Kept, unless o.Overwrite is set; then that value is
// recorded in the folder. What somebody sets between that read and the call is overwritten. Equal sets of tags share
// calls. Empty values are written by ECS, VPC IPAM and Resource Sharing; Tag, by its document, takes none.
//
// What is Restored or InPlace is done: another Restore does not look at it again, so that it undoes nobody's later removal.
// A Restore that ended, in whatever way, is called again for the rest. Once it has begun, Find, Remove and Verify are
// refused ([ErrOrder]). The last pair of a run that ends early has an error that is [untag.ErrRunEnded] and the cause.
func (j *Job) Restore(ctx context.Context, o RestoreOptions) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		release, err := j.begin()
		if err == nil {
			defer release()
			err = j.mayRestore(o)
		}
		if err == nil {
			err = j.cloud.check(ctx, j.header.Account)
		}
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		p, err := j.newPassage(ctx, stepRestore)
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		defer p.close()
		r := &restoration{passage: p, o: o, tasks: newTasks()}
		defer r.closeOrders()
		if more, err := r.run(yield); more && err != nil {
			yield(Result{}, ended(err))
		}
	}
}

func (j *Job) mayRestore(o RestoreOptions) error {
	if err := checkOptions("RestoreOptions", o.Concurrency, nil); err != nil {
		return err
	}
	if !j.course.removing {
		return order("nothing was removed yet")
	}
	return nil
}

// restoration is a run of Restore.
type restoration struct {
	*passage
	o      RestoreOptions
	tasks  *tasks
	orders []*restoreOrder // of each region
}

// run makes a bulk run for each route. It returns false if the loop was broken out of.
func (r *restoration) run(yield func(Result, error) bool) (more bool, err error) {
	routes, err := r.arrange()
	if err != nil {
		return true, err
	}
	for _, via := range routes {
		var inputErr error
		run := r.j.cloud.tagMany(r.ctx, via, &many{
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

// resources yields those of a route, with the tags to write, those with equal tags one after another.
func (r *restoration) resources(via route, failed *error) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		all := make([]iter.Seq2[*restoreRow, error], len(r.orders))
		for i, o := range r.orders {
			all[i] = o.rows(via)
		}
		for saved, err := range interleave(all) {
			if err != nil {
				*failed = err
				return
			}
			t := &work{row: saved.row}
			for _, p := range saved.Pairs {
				t.keys = append(t.keys, keyTask{key: p[0], value: p[1]})
			}
			if !yield(r.tasks.add(r.regions[saved.region], saved.calledBy(via), t), tagsOf(saved.Pairs)) {
				return
			}
		}
	}
}

// before reads the resources of a call and leaves out what is not to be written.
func (r *restoration) before(ctx context.Context, via route, b *bulk.Batch) ([]bulk.Change, error) {
	all, names, err := r.tasks.of(b.Resources)
	if err != nil {
		return nil, err
	}
	shown, err := r.j.look(ctx, b.Region, via, names)
	if err != nil {
		return nil, err
	}
	tags := b.Parts.Value.([]untag.Tag) //nolint:forcetypeassert // those of a TagMany
	var changes []bulk.Change
	overwritten := line{Time: now(), Run: r.number, Op: opWrite}
	for i, t := range all {
		if shown[i].err != nil {
			changes = append(changes, bulk.Change{Index: i, Err: unread(via, "TagResources", b.Region, shown[i].err, b.Lost)})
			continue
		}
		write, over, dropped := r.decide(t, via, tags[b.From:b.To], shown[i].values, b.Lost)
		if dropped {
			changes = append(changes, bulk.Change{Index: i, Parts: bulk.SomeTags(b.Parts, append(write, tags[b.To:]...))})
			continue
		}
		if len(over) > 0 {
			overwritten.Items = append(overwritten.Items, item{Name: t.row.Name, Pairs: over})
		}
	}
	if len(overwritten.Items) > 0 {
		if err := r.regions[b.Region].acts.Commit(overwritten); err != nil {
			return nil, err
		}
	}
	for i, t := range all {
		if !changed(changes, i) {
			for _, tag := range tags[b.From:b.To] {
				t.of(tag.Key).tried = true
			}
		}
	}
	return changes, nil
}

// decide sorts the tags of one resource into those to write and those not, and tells which values stand where others go.
func (r *restoration) decide(t *task, via route, tags []untag.Tag, values map[string]string, lost bool) (write []untag.Tag, over []pair, dropped bool) {
	for _, tag := range tags {
		k := t.of(tag.Key)
		value, there := values[tag.Key]
		switch {
		case there && value == k.value && k.tried && lost: // by the call whose answer was lost, most likely
			k.decided, dropped = Restored, true
		case there && value == k.value:
			k.decided, k.seen, dropped = InPlace, value, true
		case there && !r.o.Overwrite:
			k.decided, k.seen, dropped = Kept, value, true
		case r.j.cloud.refuses(via, tag) != nil:
			k.decided, k.err, dropped = NotRestored, r.j.cloud.refuses(via, tag), true
		default:
			k.decided = Pending
			write = append(write, tag)
			if there {
				over = append(over, pair{tag.Key, value})
			}
		}
	}
	return write, over, dropped
}

// settle records and returns what became of a resource.
func (r *restoration) settle(name string, err error) ([]outcome, error) {
	t, broken := r.tasks.take(name)
	if broken != nil {
		return nil, broken
	}
	var written []string
	rest := err
	if partly, ok := errors.AsType[*untag.TagsWrittenError](err); ok {
		written, rest = partly.Keys, partly.Err
	}
	outcomes := t.settled(r.j.header.Account, func(k *keyTask) (State, error) {
		switch {
		case k.decided != Pending:
			return k.decided, k.err
		case rest == nil, slices.Contains(written, k.key):
			return Restored, nil
		}
		return NotRestored, rest
	})
	said := line{Time: now(), Run: r.number, Op: opRestore}
	for i := range outcomes {
		said.Items = append(said.Items, outcomes[i].item(t.row.Name))
	}
	return outcomes, t.r.acts.Append(said)
}
