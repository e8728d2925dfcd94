package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

// A region whose calls take long and come to nothing holds up no other, from the first call on.
func TestDeadRegionHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(ctx context.Context, b sent) ([]bulk.Failure, error) {
			if b.Region == "cn-a" {
				b.rpc.Waiting() // between attempts, when a call holds no slot
				b.rpc.Slot.Release()
				time.Sleep(2 * time.Minute)
				if err := b.rpc.Slot.Acquire(ctx); err != nil {
					return nil, err
				}
				return nil, &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: context.DeadlineExceeded}
			}
			return nil, nil
		}
		begin := time.Now()
		var healthy time.Duration
		for resource, err := range bulk.Run(t.Context(), f.operation(), bulk.Request{
			Concurrency: 8, Resources: each(slices.Values(alternating(2000))), Unordered: true,
		}) {
			if resource[:4] == "cn-b" {
				require.NoError(t, err)
				healthy = time.Since(begin)
			}
		}
		assert.Less(t, healthy, 10*time.Second)
	})
}

func alternating(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("cn-%c/%d", "ab"[i%2], i)
	}
	return all
}

// Calls without a verdict say nothing of the resources: batches stay full.
func TestOutageKeepsBatchesFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			return nil, &untag.CallError{Outcome: untag.ErrNotAttempted, Kind: untag.ErrUnavailable, Err: errors.New("connection refused")}
		}
		got := f.run(t.Context(), names("cn-a", 20_000))
		require.Len(t, got, 20_000)
		require.Len(t, f.seen(), 400)
	})
}

// A run over resources that are all dead uses all its slots.
func TestAllDeadIsNotSerial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 400)
		for _, name := range all {
			f.bad[name] = "InvalidResourceId.NotFound"
		}
		f.run(t.Context(), all)
		require.Equal(t, 8, f.peak)
	})
}

// A context that ends with a cause of its own is found by errors.Is in every outcome and in the last pair.
func TestCancelWithCause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		mine := errors.New("mine")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 150*time.Millisecond, mine)
		defer cancel()
		got := f.run(ctx, names("cn-a", 2000))
		last := got[len(got)-1]
		require.Empty(t, last.resource)
		require.ErrorIs(t, last.err, context.DeadlineExceeded)
		require.ErrorIs(t, last.err, mine)
		for _, p := range got {
			if errors.Is(p.err, untag.ErrNotAttempted) {
				require.ErrorIs(t, p.err, context.DeadlineExceeded)
			}
		}
	})
}

// Resources that were never sent do not inherit the unknown outcome of the call that ended the run.
func TestNotAttemptedIsNotUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			return nil, &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: apiError("SignatureNonceUsed", http.StatusBadRequest)}
		}
		got := f.run(t.Context(), names("cn-a", 120))
		unknown, notAttempted := 0, 0
		for _, p := range got[:120] {
			isUnknown, isNot := errors.Is(p.err, untag.ErrOutcomeUnknown), errors.Is(p.err, untag.ErrNotAttempted)
			require.NotEqual(t, isUnknown, isNot)
			if isUnknown {
				unknown++
			} else {
				notAttempted++
				require.ErrorIs(t, p.err, untag.ErrUnauthenticated, "the reason stands")
				_, ok := errors.AsType[*untag.APIError](p.err)
				require.True(t, ok)
			}
		}
		require.Equal(t, []int{50, 70}, []int{unknown, notAttempted})
	})
}

// Resources that go again by themselves do not wait for the end of the input.
func TestThrottledItemIsNotStarved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var once atomic.Bool
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if slices.Contains(b.Resources, "cn-a/3") && once.CompareAndSwap(false, true) {
				return []bulk.Failure{failure("cn-a/3", "Throttling.User")}, nil
			}
			return nil, nil
		}
		begin := time.Now()
		for resource, err := range bulk.Run(t.Context(), f.operation(), bulk.Request{
			Concurrency: 8, Resources: each(slices.Values(names("cn-a", 50_000))), Unordered: true,
		}) {
			if resource == "cn-a/3" {
				require.NoError(t, err)
				assert.Less(t, time.Since(begin), 3*time.Second)
			}
		}
	})
}

// A resource by which the service itself fails is tried MaxAttempts times, and then its outcome is unknown.
func TestItemOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if slices.Contains(b.Resources, "cn-a/3") {
				return []bulk.Failure{failure("cn-a/3", "InternalError"), failure("cn-a/3", "InternalError")}, nil // once for each key
			}
			return nil, nil
		}
		got := f.run(t.Context(), names("cn-a", 50))
		require.ErrorIs(t, got[3].err, untag.ErrOutcomeUnknown)
		require.ErrorIs(t, got[3].err, untag.ErrUnavailable)
		require.Len(t, f.seen(), 3)
		for i, p := range got {
			assert.Equal(t, i == 3, p.err != nil)
		}
	})
}

// The next group of keys goes with full batches too.
func TestKeyGroupsStayFull(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ resources, keys, calls int }{{50, 40, 2}, {1000, 100, 100}, {60, 40, 4}} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			var keys []string
			for i := range row.keys {
				keys = append(keys, fmt.Sprint("key", i))
			}
			got := f.run(t.Context(), names("cn-a", row.resources), keys...)
			f.requireTruth(t, got, keys)
			require.Len(t, f.seen(), row.calls, "%+v", row)
		})
	}
}

// Three resources that all fail with a code of unclear scope were all tried: the run is finished.
func TestUnclearScopeOfAFinishedRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 3)
		for _, name := range all {
			f.bad[name] = "Forbidden.RAM"
		}
		require.Equal(t, all, resources(f.run(t.Context(), all)))
	})
}

// A resource that may have lost its tags in an attempt whose answer was lost, and is throttled from then on, is unknown.
func TestThrottledItemAfterALostAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		first := true
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if !slices.Contains(b.Resources, "cn-a/3") {
				return nil, nil
			}
			failed := failure("cn-a/3", "Throttling.User")
			failed.Unknown, first = first, false
			return []bulk.Failure{failed}, nil
		}
		got := f.run(t.Context(), names("cn-a", 10))
		require.ErrorIs(t, got[3].err, untag.ErrOutcomeUnknown)
		require.ErrorIs(t, got[3].err, untag.ErrThrottled)
	})
}
