package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// call is what the fake service saw.
type call struct {
	region          string
	resources, keys []string
	start, end      time.Time
	err             error
}

// fake is a service of resources "region/name". Each call takes latency of virtual time.
type fake struct {
	latency time.Duration
	most    int               // resources a call
	keys    int               // keys a call
	bad     map[string]string // resource → code of the whole call that names it
	onCall  func(ctx context.Context, b sent) ([]bulk.Failure, error)
	before  func(ctx context.Context, b *bulk.Batch) ([]bulk.Change, error)

	fixed     int // bytes of a query without resources and keys
	oneRegion bool
	batches   batches

	mu       sync.Mutex
	calls    []call
	gone     map[string][]string // keys that each resource has lost
	inFlight int
	peak     int
}

func newFake() *fake {
	return &fake{latency: 100 * time.Millisecond, most: 50, keys: 20, bad: map[string]string{}, gone: map[string][]string{}}
}

func apiError(code string, status int) *untag.APIError {
	return &untag.APIError{
		Service: untag.ServiceECS, Action: "UntagResources", StatusCode: status, Code: code, RequestID: "R-" + code,
		Kind: new(rpc.Service).Classify(status, code, "").Kind,
	}
}

// batches finds the batch of a call by its query.
type batches struct{ known sync.Map }

func (b *batches) encode(batch *bulk.Batch) *signature.Query {
	own := *batch
	q := signature.NewQuery()
	b.known.Store(q, &own)
	return q
}

func (b *batches) of(call rpc.Call) *bulk.Batch {
	batch, _ := b.known.Load(call.Query)
	return batch.(*bulk.Batch)
}

func (f *fake) operation() *bulk.Operation {
	return &bulk.Operation{
		Service: untag.ServiceECS, Action: "UntagResources", Request: "UntagManyRequest", Field: "ResourceIDs",
		MaxResources: f.most, MaxParts: f.keys, FixedQuery: f.fixed, OneRegion: f.oneRegion,
		Place: func(resource string) bulk.Place {
			region, name, ok := strings.Cut(resource, "/")
			if !ok {
				return bulk.Place{Reason: "is malformed"}
			}
			return bulk.Place{Region: region, Key: strings.ToLower(name), Size: bulk.ElementSize("ResourceId", f.most, resource)}
		},
		Encode: f.batches.encode,
		Send:   f.send,
		Scope:  scopeOf,
		Same:   strings.EqualFold,
		Partly: func(parts *bulk.Parts, done int, err error) error {
			return &untag.KeysRemovedError{Keys: slices.Clone(parts.Value.([]string)[:done]), Err: err}
		},
		Before:      f.before,
		Backoff:     func(n int) time.Duration { return time.Duration(n) * time.Second },
		MaxThrottle: 10 * time.Second,
		MaxAttempts: 3,
		Timeout:     30 * time.Second,
	}
}

func scopeOf(err error) rpc.Scope { return new(rpc.Service).ScopeOf(err) }

// request is what most tests ask for: to remove keys from resources.
func (f *fake) request(resources []string, keys ...string) bulk.Request {
	if len(keys) == 0 {
		keys = []string{"k"}
	}
	return bulk.Request{Resources: bulk.Each(slices.Values(resources), bulk.KeyParts(keys, f.keys)), Concurrency: 8}
}

// run makes a run of it.
func (f *fake) run(ctx context.Context, resources []string, keys ...string) []pair {
	return collect(bulk.Run(ctx, f.operation(), f.request(resources, keys...)))
}

func (f *fake) send(ctx context.Context, next rpc.Call) ([]bulk.Failure, error) {
	begin, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(next.Start, cancel)()
	if begin.Err() != nil || next.Start.Err() != nil || next.Slot.Acquire(begin) != nil {
		return nil, notStarted(ctx)
	}
	defer next.Slot.Release()
	next, err := next.Prepare(begin, next, false)
	if err != nil {
		if begin.Err() != nil {
			return nil, notStarted(ctx)
		}
		return nil, &untag.CallError{Outcome: untag.ErrNotAttempted, Err: err}
	}
	b := f.batches.of(next)
	keys := b.Parts.Value.([]string)[b.From:b.To]
	f.mu.Lock()
	f.inFlight++
	f.peak = max(f.peak, f.inFlight)
	f.mu.Unlock()
	c := call{region: b.Region, resources: slices.Clone(b.Resources), keys: slices.Clone(keys), start: time.Now()}
	timer := time.NewTimer(f.latency)
	defer timer.Stop()
	var failures []bulk.Failure
	select {
	case <-timer.C:
		failures, c.err = f.answer(ctx, sent{*b, keys, next})
	case <-ctx.Done():
		c.err = &untag.CallError{Attempts: 1, Outcome: untag.ErrOutcomeUnknown, Err: ctx.Err()}
	}
	c.end = time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
	f.calls = append(f.calls, c)
	if c.err == nil {
		for _, resource := range b.Resources {
			if !slices.ContainsFunc(failures, func(x bulk.Failure) bool { return x.Resource == resource }) {
				f.gone[resource] = append(f.gone[resource], keys...)
			}
		}
	}
	return failures, c.err
}

func notStarted(ctx context.Context) error {
	if ctx.Err() == nil {
		return rpc.ErrNotStarted
	}
	return &untag.CallError{Outcome: untag.ErrNotAttempted, Err: ctx.Err()}
}

// sent is a call as the fake service sees it.
type sent struct {
	bulk.Batch
	TagKeys []string
	rpc     rpc.Call
}

func (f *fake) answer(ctx context.Context, b sent) ([]bulk.Failure, error) {
	if f.onCall != nil {
		if failures, err := f.onCall(ctx, b); err != nil || failures != nil {
			return failures, err
		}
	}
	for _, resource := range b.Resources {
		if code := f.bad[resource]; code != "" {
			return nil, apiError(code, http.StatusBadRequest)
		}
	}
	return nil, nil
}

func (f *fake) seen() []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// names returns "region/0", "region/1" and so on.
func names(region string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s/%d", region, i)
	}
	return all
}

// pairs collects a run.
type pair struct {
	resource string
	err      error
}

func collect(run iter.Seq2[string, error]) []pair {
	var all []pair
	for resource, err := range run {
		all = append(all, pair{resource, err})
	}
	return all
}

func resources(all []pair) []string {
	names := make([]string, 0, len(all))
	for _, p := range all {
		names = append(names, p.resource)
	}
	return names
}

// requireTruth checks that every outcome agrees with what the service did.
func (f *fake) requireTruth(t *testing.T, all []pair, keys []string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range all {
		switch {
		case p.resource == "":
		case p.err == nil:
			require.ElementsMatch(t, keys, unique(f.gone[p.resource]), "%s is called done", p.resource)
		case errors.Is(p.err, untag.ErrOutcomeUnknown):
		default:
			removed, some := errors.AsType[*untag.KeysRemovedError](p.err)
			if !some {
				require.Empty(t, f.gone[p.resource], "%s is called untouched: %v", p.resource, p.err)
			} else {
				require.ElementsMatch(t, removed.Keys, unique(f.gone[p.resource]), "%s: %v", p.resource, p.err)
			}
		}
	}
	for _, c := range f.calls {
		assert.Len(t, unique(c.resources), len(c.resources), "a call carries a resource twice")
		assert.LessOrEqual(t, len(c.resources), f.most)
		assert.LessOrEqual(t, len(c.keys), f.keys)
	}
}

func unique(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// goroutineID reads the number from a stack trace; there is no other way, and only a test needs it.
func goroutineID() string {
	var stack [64]byte
	n := runtime.Stack(stack[:], false)
	return strings.Fields(string(stack[:n]))[1]
}

// each asks to remove one key.
func each(resources iter.Seq[string]) iter.Seq2[string, *bulk.Parts] {
	return bulk.Each(resources, bulk.KeyParts([]string{"k"}, 20))
}
