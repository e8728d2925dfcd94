package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/rpc"
)

// losing makes the first attempt of every call with some resources one that is carried out and whose answer is lost.
func losing(f *fake, when func(resources []string) bool) func(context.Context, rpc.Call) ([]bulk.Failure, error) {
	return func(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
		b := f.batches.of(call)
		lost := when(b.Resources)
		if lost {
			f.mu.Lock()
			for _, resource := range b.Resources {
				f.gone[resource] = append(f.gone[resource], b.Parts.Value.([]string)...)
			}
			f.mu.Unlock()
		}
		prepare := call.Prepare
		call.Prepare = func(ctx context.Context, call rpc.Call, _ bool) (rpc.Call, error) { return prepare(ctx, call, lost) }
		failures, err := f.send(ctx, call)
		apiErr, refused := errors.AsType[*untag.APIError](err)
		if lost && refused && (len(b.Resources) > 1 || !scopeOf(err).Looked()) { // as package rpc does
			err = &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: apiErr}
		}
		return failures, err
	}
}

// A call whose first attempt was lost is refused as a whole, and split. The parts may have been carried out: only a
// verdict that looked at a resource says that nothing happened to it, whatever else comes.
func TestPartsOfALostCall(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		then func(n int, b sent, drain chan struct{}) error // what the calls after the lost one come to
		want map[string]bool                                // by outcome
	}{
		{"a policy that depended on the tag", func(int, sent, chan struct{}) error { return apiError("Forbidden.RAM", http.StatusForbidden) }, map[string]bool{"unknown": true}},
		{"a firewall's page", func(int, sent, chan struct{}) error { return apiError("", http.StatusForbidden) }, map[string]bool{"unknown": true}},
		{"a request that is refused", func(int, sent, chan struct{}) error {
			return apiError("InvalidTagKey.Malformed", http.StatusBadRequest)
		}, map[string]bool{"unknown": true}},
		{"a region that is closed", func(int, sent, chan struct{}) error { return apiError("InvalidRegionId.NotFound", http.StatusNotFound) }, map[string]bool{"unknown": true}},
		{"no credentials", func(int, sent, chan struct{}) error { return noCredentials() }, map[string]bool{"unknown": true}},
		{"one is not found", func(_ int, b sent, _ chan struct{}) error {
			if slices.Contains(b.Resources, "cn-a/7") {
				return apiError("InvalidResourceId.NotFound", http.StatusNotFound)
			}
			return nil
		}, map[string]bool{"done": true, "refused": true}},
		{"one is not found, then a drain", func(n int, b sent, drain chan struct{}) error {
			if n == 2 {
				close(drain)
			}
			if slices.Contains(b.Resources, "cn-a/7") {
				return apiError("InvalidResourceId.NotFound", http.StatusNotFound)
			}
			return nil
		}, map[string]bool{"done": true, "unknown": true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				calls, drain := 0, make(chan struct{})
				f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
					calls++
					return nil, row.then(calls, b, drain)
				}
				op := f.operation()
				first := true
				op.Send = losing(f, func([]string) bool { was := first; first = false; return was })
				r := f.request(names("cn-a", 50))
				r.Concurrency, r.Drain = 1, drain
				seen := map[string]bool{}
				for resource, err := range bulk.Run(t.Context(), op, r) {
					if resource == "" {
						continue
					}
					outcome := untag.OutcomeOf(err).String()
					seen[outcome] = true
					if outcome == "refused" {
						assert.Equal(t, "cn-a/7", resource)
					}
				}
				assert.Equal(t, row.want, seen)
			})
		})
	}
}

// Spellings of one resource in one run: an answer that names one as failed speaks of all, however it is spelt there, or
// each is asked for itself. None is called done that the service did not confirm.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for name, spell := range map[string]func(sent string) string{
		"as it was sent": func(sent string) string { return sent },
		"a third way":    func(string) string { return "cn-a/I-1" },
	} {
		for _, unordered := range []bool{false, true} {
			t.Run(fmt.Sprint(name, unordered), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := newFake()
					f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
						var failures []bulk.Failure
						count := 0
						for _, resource := range b.Resources {
							if strings.EqualFold(resource, "cn-a/i-1") {
								count++
								failures = append(failures, failure(spell(resource), "InvalidResourceId.NotFound"))
							}
						}
						assert.LessOrEqual(t, count, 1, "a call has one spelling")
						return failures, nil
					}
					all := []string{"cn-a/i-0", "cn-a/i-1", "cn-a/i-2", "cn-a/I-1", "cn-a/i-1", "cn-a/i-3", "cn-a/I-1", "cn-a/i-4"}
					r := f.request(all)
					r.Unordered = unordered
					got := collect(bulk.Run(t.Context(), f.operation(), r))
					require.ElementsMatch(t, all, resources(got))
					for _, p := range got {
						assert.Equal(t, strings.EqualFold(p.resource, "cn-a/i-1"), p.err != nil, p.resource)
					}
				})
			})
		}
	}
}

// Many spellings of a resource that is not attempted have outcomes, too.
func TestSpellingsOfAnEndedRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.oneRegion = true
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			return nil, apiError("InvalidTagKey.Malformed", http.StatusBadRequest)
		}
		var all []string
		for i := range 10_000 {
			all = append(all, []string{"cn-a/i-1", "cn-a/I-1"}[i%2])
		}
		got := f.run(t.Context(), all)
		require.Len(t, f.seen(), 1)
		require.Empty(t, got[len(got)-1].resource)
		for _, p := range got {
			require.Error(t, p.err)
		}
	})
}

// A whole call that is refused for the moment is neither split nor the end of anything: package rpc repeats it, and then it
// is an outage.
func TestRefusalForTheMoment(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"ServiceUnavailable", "SystemBusy", "IdempotenceProcessing"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			var calls atomic.Int32
			f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
				if calls.Add(1) <= 3 {
					return nil, apiError(code, http.StatusBadRequest)
				}
				return nil, nil
			}
			got := f.run(t.Context(), names("cn-a", 1000))
			require.Len(t, got, 1000)
			require.Len(t, f.seen(), 20, "batches stay whole")
			f.requireTruth(t, got, []string{"k"})
		})
	}
}

// Items that are refused for the moment go again alone: throttled ones for MaxThrottle, others MaxAttempts times.
func TestItemRefusedForTheMoment(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		code  string
		times int
		kind  error // nil: done
	}{
		{"SystemBusy", 2, nil},
		{"SystemBusy", 3, untag.ErrOutcomeUnknown},
		{"ONS_SYSTEM_FLOW_CONTROL", 3, nil},
		{"ONS_SYSTEM_FLOW_CONTROL", 30, untag.ErrThrottled},
	} {
		t.Run(fmt.Sprint(row.code, row.times), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				times := 0
				f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
					if !slices.Contains(b.Resources, "cn-a/3") {
						return nil, nil
					}
					if times++; times > row.times {
						return nil, nil
					}
					return []bulk.Failure{failure("cn-a/3", row.code)}, nil
				}
				begin := time.Now()
				got := f.run(t.Context(), names("cn-a", 10))
				require.ErrorIs(t, got[3].err, row.kind)
				assert.Less(t, time.Since(begin), 12*time.Second)
				for _, c := range f.seen()[1:] {
					require.Equal(t, []string{"cn-a/3"}, c.resources)
				}
			})
		})
	}
}
