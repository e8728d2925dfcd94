package faults_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// client is what the runs need of one.
type client interface {
	one(ctx context.Context, names []string) error
	many(ctx context.Context, names []string, concurrency int) iter.Seq2[string, error]
	CloseIdleConnections()
}

type ecsClient struct{ *ecs.Client }

func (c ecsClient) one(ctx context.Context, names []string) error {
	_, err := c.UntagResources(ctx, ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: names, TagKeys: []string{removed}})
	return err
}

func (c ecsClient) many(ctx context.Context, names []string, concurrency int) iter.Seq2[string, error] {
	return c.UntagMany(ctx, ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(names), TagKeys: []string{removed}, Concurrency: concurrency,
	})
}

type tagClient struct{ *tag.Client }

func (c tagClient) one(ctx context.Context, names []string) error {
	_, err := c.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: names, TagKeys: []string{removed}})
	return err
}

func (c tagClient) many(ctx context.Context, names []string, concurrency int) iter.Seq2[string, error] {
	return c.UntagMany(ctx, tag.UntagManyRequest{ResourceARNs: slices.Values(names), TagKeys: []string{removed}, Concurrency: concurrency})
}

var services = []service{
	{
		name: untag.ServiceECS,
		new: func(config untag.Config) (client, error) {
			c, err := ecs.New(config)
			return ecsClient{c}, err
		},
		clients: map[deed]func(client) client{
			writes: func(c client) client { return ecsWriter{c.(ecsClient)} },
			reads:  func(c client) client { return ecsReader{c.(ecsClient)} },
		},
		id:       func(r untagtest.Resource) string { return r.ID },
		pageSize: 2 * pageSize, // its rows are tags
	},
	{
		name: untag.ServiceTag,
		new: func(config untag.Config) (client, error) {
			c, err := tag.New(config)
			return tagClient{c}, err
		},
		clients: map[deed]func(client) client{
			writes: func(c client) client { return tagWriter{c.(tagClient)} },
			reads:  func(c client) client { return tagReader{c.(tagClient)} },
		},
		id:       untagtest.Resource.ARN,
		pageSize: pageSize,
	},
}

// deed is what the calls of a run do.
type deed int

const (
	removes deed = iota // UntagResources and UntagMany
	writes              // TagResources and TagMany
	reads               // ListTagResources and ListTagResourcesAll
)

// sizes are how many resources a single call and a bulk run of a deed are about.
func (d deed) sizes() (single, bulk int) {
	if d == reads {
		return singleSize, listSize
	}
	return singleSize, bulkSize
}

const (
	singleSize = 3   // resources of the single call
	bulkSize   = 120 // of the bulk run: three calls of either service, four where it writes two sets of tags
	pageSize   = 3   // resources of a page of a list
	listSize   = 12  // of a whole list: four pages
	pagesAhead = 2   // of a whole list, before the fault comes
)

// bound is how long a run may take at most, where its scenario says nothing: the deadline of its context.
const bound = 60 * time.Second

// slack is what scheduling on a busy machine may add to a deadline.
const slack = 5 * time.Second

// result is what a run came to.
type result struct {
	err      error   // of the single call, or of the last pair of the bulk run
	outcomes []error // of the resources, in their order
	attempts int     // HTTP attempts of the run
	elapsed  time.Duration
}

// run is one cell of the matrix: a service, a single call or a bulk run, and a fault that lasts or passes after one attempt.
type run struct {
	chapter  string
	deed     deed
	scenario *scenario
	service  service
	bulk     bool
	passes   bool
}

func (r run) name() string {
	name := r.chapter + "/" + r.scenario.name + "/" + r.service.name
	if r.bulk {
		name += "/bulk"
	}
	if r.passes {
		name += "/passing"
	}
	return name
}

// do makes the run in a world of its own, checks what must hold for every run, and returns what the user gets.
func (r run) do(t *testing.T) result {
	w := newWorld(t, r.scenario)
	defer w.close()
	size, bulk := r.deed.sizes()
	ahead := 0
	if r.bulk {
		size = bulk
		if r.deed == reads {
			ahead = pagesAhead
		}
	}
	names := w.fill(r.service, size)
	if r.deed == reads {
		w.cloud.Choose(untagtest.Choices{PageSize: r.service.pageSize})
	}
	limit := r.scenario.bound
	if limit == 0 {
		limit = bound
	}
	var res result
	labelled(context.Background(), t.Name(), func(ctx context.Context) {
		w.labels = ctx
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		struck := false
		w.config.OnAttempt = func(_ context.Context, a untag.Attempt) {
			w.records.attempt(a)
			if !struck {
				return
			}
			n := int(w.attempts.Add(1)) - ahead
			if ahead > 0 && n == 0 {
				w.strike()
			}
			if r.passes && n == max(1, r.scenario.healAfter) {
				w.heal()
			}
			if r.bulk && !r.passes && n > 0 && n == r.scenario.cancelAfter {
				cancel()
			}
		}
		w.cancel = cancel
		c, err := r.service.new(w.config)
		if err != nil {
			t.Errorf("New: %v", err)
			return
		}
		if r.deed != removes {
			c = r.service.clients[r.deed](c)
		}
		if r.scenario.warm {
			if err := c.one(ctx, names[:1]); err != nil {
				t.Errorf("the call before the fault: %v", err)
			}
			w.cloud.Put(resource(0)) // as before
			w.seen.Store(0)
		}
		if ahead == 0 {
			w.strike()
		}
		struck = true
		if r.scenario.canceled {
			cancel()
		}
		start := time.Now()
		if r.bulk {
			res = r.collect(ctx, t, c, names)
		} else {
			res.err = c.one(ctx, names)
			if r.deed == reads && res.err != nil {
				names = nil
			}
			for range names {
				res.outcomes = append(res.outcomes, res.err)
			}
			if partial, ok := errors.AsType[*tag.PartialError](res.err); ok {
				res.outcomes = attribute(names, partial)
			}
		}
		res.elapsed = time.Since(start)
		c.CloseIdleConnections()
	})
	res.attempts = int(w.attempts.Load())
	if res.elapsed > limit+slack {
		t.Errorf("took %s, and its context had %s", res.elapsed, limit)
	}
	r.checkOutcomes(t, w, res)
	r.checkLeaks(t, w, res)
	return res
}

// collect makes the bulk run: every resource must come once, in order.
func (r run) collect(ctx context.Context, t *testing.T, c client, names []string) (res result) {
	for name, err := range c.many(ctx, names, r.scenario.concurrency) {
		if name == "" {
			res.err = err
			continue
		}
		if len(res.outcomes) >= len(names) || name != names[len(res.outcomes)] {
			t.Errorf("outcome %d is that of %q", len(res.outcomes), name)
		}
		res.outcomes = append(res.outcomes, err)
	}
	if r.deed == reads {
		if res.err == nil && len(res.outcomes) < len(names) {
			t.Errorf("%s was not listed, and no error says why", names[len(res.outcomes)])
		}
		return res
	}
	for i := len(res.outcomes); i < len(names); i++ {
		if res.err == nil {
			t.Errorf("%s was not yielded, and no last pair says why", names[i])
			break
		}
		res.outcomes = append(res.outcomes, errNotRead)
	}
	return res
}

// errNotRead stands for a resource that a run ended before.
var errNotRead = fmt.Errorf("not read: %w", untag.ErrNotAttempted)

func attribute(names []string, partial *tag.PartialError) []error {
	outcomes := make([]error, len(names))
	for _, failed := range partial.Failed {
		if i := slices.Index(names, failed.ResourceARN); i >= 0 {
			outcomes[i] = failed
		}
	}
	return outcomes
}

// The outcomes of a resource.
type outcome int

const (
	done outcome = iota
	refused
	unknown
	notAttempted
)

var outcomeNames = [...]string{"done", "refused", "unknown", "not attempted"}

// outcomeOf tells what an error claims.
func outcomeOf(err error) outcome {
	switch {
	case err == nil:
		return done
	case errors.Is(err, untag.ErrOutcomeUnknown):
		return unknown
	case errors.Is(err, untag.ErrNotAttempted):
		return notAttempted
	}
	return refused
}

// contradicts reports whether an error claims two things.
func contradicts(err error) bool {
	return errors.Is(err, untag.ErrOutcomeUnknown) && errors.Is(err, untag.ErrNotAttempted)
}

// checkOutcomes compares what is claimed with the account: done means gone, or written; refused and not attempted mean untouched.
func (r run) checkOutcomes(t *testing.T, w *world, res result) {
	wrong := 0
	if r.deed == reads && res.err != nil && outcomeOf(res.err) == unknown {
		t.Errorf("a read has no unknown outcome: %v", res.err)
	}
	for i, err := range res.outcomes {
		claimed, gone := outcomeOf(err), w.done(r.deed, i)
		if r.deed == reads {
			if gone {
				t.Errorf("a read changed resource %d", i)
			}
			continue
		}
		if contradicts(err) {
			if wrong++; wrong <= 3 {
				t.Errorf("resource %d is claimed to be both of unknown outcome and not attempted: %v", i, err)
			}
		}
		if claimed == done && !gone || claimed == refused && gone || claimed == notAttempted && gone {
			if wrong++; wrong <= 3 {
				t.Errorf("resource %d is claimed to be %s, and the account says that it is: %t (%v)", i, outcomeNames[claimed], gone, err)
			}
		}
	}
	// Of a single call the error counts the attempts, and the hook does.
	if !r.bulk && res.err != nil {
		attempts := -1
		if callErr, ok := errors.AsType[*untag.CallError](res.err); ok {
			attempts = callErr.Attempts
		} else if apiErr, ok := errors.AsType[*untag.APIError](res.err); ok {
			attempts = apiErr.Attempts
		}
		if _, partial := errors.AsType[*tag.PartialError](res.err); attempts != res.attempts && !partial {
			t.Errorf("the error counts %d attempts, the hook %d: %v", attempts, res.attempts, res.err)
		}
	}
	if seen := int(w.seen.Load()); seen > res.attempts {
		t.Errorf("the service saw %d requests, the client says it made %d", seen, res.attempts)
	}
	if replays := w.replays(); replays > 0 {
		t.Errorf("%d requests came again with the nonce of an earlier one", replays)
	}
}

// checkLeaks looks for what a run leaves behind: goroutines, connections, secrets.
func (r run) checkLeaks(t *testing.T, w *world, res result) {
	left := func() int { return goroutines(t, t.Name()) }
	open := func() int { return int(w.listener.open.Load()) }
	if r.scenario.holds == 0 {
		eventually(0, open) // costs less to ask
	}
	if n := eventually(r.scenario.holds, left); n != r.scenario.holds {
		t.Errorf("%d goroutines are left, want %d", n, r.scenario.holds)
	}
	if w.release != nil {
		w.release()
		if n := eventually(0, left); n != 0 {
			t.Errorf("%d goroutines are left after the release", n)
		}
	}
	if n := eventually(0, open); n != 0 {
		t.Errorf("%d connections are left", n)
	}
	canaries := w.canaries()
	var texts strings.Builder
	texts.WriteString(w.records.String())
	texts.WriteString(everyText(res.err))
	for i, err := range res.outcomes {
		if i == 0 || err != res.outcomes[i-1] { //nolint:errorlint // the very same error needs no second look
			texts.WriteString(everyText(err))
		}
	}
	if found := leaked(texts.String(), canaries); len(found) > 0 {
		t.Errorf("an error, a log record or a hook shows %q", found)
	}
}
