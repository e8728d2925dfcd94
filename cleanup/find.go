package cleanup

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/untag-go/untag"
)

const (
	defaultListings = 16
	maxConcurrency  = 256
	pageBytes       = 8 << 20
	mostFailures    = 1000 // listings of a region; then it is given up until the next run
	toldFailures    = 100
)

// Find searches all regions for what the Spec asks for and saves it.
//
// Tag is asked for the values of each key (ListTagValues) and for the resources of each pair, unless the Spec names pairs;
// or asked type by type ([FindOptions]); ECS, VPC IPAM and Resource Sharing are asked for each of their types by the key
// alone, since Tag finds no tag with an empty value. Regions and listings run side by side. The rows of each page are on disk before the job counts the page
// as listed, so a run that ends early goes on at that page; where the service does not take its token any more, that one
// listing begins anew.
//
// Find yields the resources of a region when all listings of the region have ended: those that are new, or have something
// new, each once with all its tags. After a Find that came to its end, another one searches everything again.
//
// A listing that fails does not end the others. The last pair of a run with such listings is an [*IncompleteError], and
// Remove refuses then, see [RemoveOptions]. A listing that returns what it was not asked for ends the run with
// [ErrUnasked]. Once Remove has begun, Find is refused ([ErrOrder]).
//
// The last pair of a run that ends early, for whatever reason, has an error that is [untag.ErrRunEnded] and the cause. What a
// Find cannot see, [Plan] says in its warnings.
func (j *Job) Find(ctx context.Context, o FindOptions) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		release, err := j.begin()
		if err != nil {
			yield(Found{}, ended(err))
			return
		}
		defer release()
		if err := checkOptions("FindOptions", o.Concurrency, nil); err != nil {
			yield(Found{}, ended(err))
			return
		}
		f, err := j.newFinder(ctx, o)
		if err != nil {
			yield(Found{}, ended(err))
			return
		}
		defer f.close()
		if !f.tell(yield) {
			return
		}
		if err := f.end(); err != nil {
			yield(Found{}, ended(err))
		}
	}
}

// finder is a run of Find.
type finder struct {
	j      *Job
	round  int
	types  []string        // with FindOptions.ByType: the ARNs that stand for them
	ctx    context.Context // of the calls
	cancel context.CancelCauseFunc
	start  context.Context // ends before ctx does when the run drains: no call starts any more
	hold   context.CancelFunc
	work   sync.WaitGroup
	slots  chan struct{}
	budget *budget
	sort   sync.Mutex // one region at a time sorts, so that one buffer does
	ready  chan *region

	mu     sync.Mutex
	failed []ListingError
	count  int // of failed listings
}

var errDrained = errors.New("the run was drained")

func (j *Job) newFinder(ctx context.Context, o FindOptions) (*finder, error) {
	if j.course.removing {
		return nil, order("Remove has begun, so what is found now would not be in its plan; make a new job")
	}
	if err := j.cloud.check(ctx, j.header.Account); err != nil {
		return nil, err
	}
	var types []string
	if o.ByType {
		var err error
		if types, err = j.cloud.patterns(ctx); err != nil {
			return nil, err
		}
	}
	if err := j.beginRound(ctx); err != nil {
		return nil, err
	}
	if o.Concurrency == 0 {
		o.Concurrency = defaultListings
	}
	f := &finder{
		j: j, round: j.course.find.round, types: types, slots: make(chan struct{}, o.Concurrency), budget: newBudget(pageBytes),
		ready: make(chan *region),
	}
	f.ctx, f.cancel = context.WithCancelCause(ctx)
	f.start, f.hold = context.WithCancel(f.ctx)
	select {
	case <-o.Drain: // before anything starts, rather than soon after
		f.hold()
	default:
	}
	var all sync.WaitGroup
	for _, name := range j.course.find.regions {
		if slices.Contains(j.course.find.told, name) {
			continue
		}
		all.Go(func() { f.stop(f.search(name)) })
	}
	f.work.Go(func() {
		all.Wait()
		close(f.ready)
	})
	f.work.Go(func() {
		select {
		case <-o.Drain:
			f.hold()
		case <-f.start.Done():
		}
	})
	return f, nil
}

// beginRound records which regions the run searches, unless it goes on with an earlier one.
func (j *Job) beginRound(ctx context.Context) error {
	if c := &j.course; c.find.round > 0 && !c.find.ended {
		return j.record(event{Run: c.run + 1, Step: stepFind})
	}
	regions := j.header.Regions
	if regions == nil {
		var err error
		if regions, err = j.cloud.regions(ctx); err != nil {
			return err
		}
	}
	return j.record(event{Run: j.course.run + 1, Step: stepFind, Regions: regions})
}

// tell yields the new resources of each region that is ready.
func (f *finder) tell(yield func(Found, error) bool) bool {
	for r := range f.ready {
		for row, err := range r.rows() {
			if err != nil {
				f.stop(err)
				break
			}
			if row.Run == f.round && !yield(f.j.found(&row, r.name), nil) {
				return false
			}
		}
		if f.ctx.Err() == nil {
			f.stop(f.j.record(event{Run: f.j.course.run, Step: stepFind, Told: r.name}))
		}
	}
	return true
}

// end records that the round is complete, or says why it is not.
func (f *finder) end() error {
	switch {
	case f.ctx.Err() != nil:
		return context.Cause(f.ctx)
	case f.count > 0:
		return &IncompleteError{Listings: f.failed, More: f.count - len(f.failed)}
	case f.start.Err() != nil:
		return errors.Join(errDrained, untag.ErrNotAttempted)
	}
	return f.j.record(event{Run: f.j.course.run, Step: stepFind, End: true})
}

// stop ends the run for an error.
func (f *finder) stop(err error) {
	if err != nil {
		f.cancel(err)
	}
}

// close aborts what is under way and waits until it is gone.
func (f *finder) close() {
	f.cancel(context.Canceled)
	f.hold()
	for range f.ready { // senders end by the context; this lets one that is past it go
	}
	f.work.Wait()
}

// search runs all listings of a region.
func (f *finder) search(name string) error {
	r, err := f.j.region(name)
	if err != nil {
		return err
	}
	p, err := r.progress(f.round)
	if err != nil {
		return err
	}
	if !p.complete {
		s := &searcher{f: f, r: r, p: p}
		if err := s.run(); err != nil {
			return err
		}
		if f.start.Err() != nil || s.failures > 0 {
			return nil
		}
		if err := r.find.Commit(findLine{Round: f.round, Complete: true}); err != nil {
			return err
		}
	}
	f.sort.Lock()
	err = r.settle()
	f.sort.Unlock()
	if err != nil {
		return err
	}
	select {
	case f.ready <- r:
	case <-f.ctx.Done():
	}
	return nil
}

// fail notes a listing that could not go on, for the last pair.
func (f *finder) fail(l listing, region string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	if len(f.failed) < toldFailures {
		f.failed = append(f.failed, ListingError{Service: l.Service, Region: region, Type: l.Type, Key: l.Key, Err: err})
	}
}
