package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/rpc"
)

func TestEveryResourceOnceInOrder(t *testing.T) {
	t.Parallel()
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			all := names("cn-a", 1234)
			run := bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(all)), Unordered: unordered, Concurrency: 8})
			time.Sleep(time.Second)
			require.Empty(t, f.seen(), "nothing is sent before the result is ranged over")
			got := collect(run)
			if unordered {
				require.ElementsMatch(t, all, resources(got))
			} else {
				require.Equal(t, all, resources(got))
			}
			f.requireTruth(t, got, []string{"k"})
			require.Len(t, f.seen(), 25, "batches are full")
			require.Equal(t, 8, f.peak, "the default concurrency")
			require.Len(t, collect(run), 1234, "a second range is a second run")
			require.Len(t, f.seen(), 50)
		})
	}
}

func TestEmptyInput(t *testing.T) {
	t.Parallel()
	f := newFake()
	require.Empty(t, collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values([]string(nil))), Concurrency: 8})))
	require.Empty(t, f.seen())
}

func TestMalformedResourceFailsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 60)
		all[7] = "malformed"
		got := f.run(t.Context(), all)
		require.Equal(t, all, resources(got))
		for i, p := range got {
			if i != 7 {
				require.NoError(t, p.err)
			}
		}
		require.ErrorIs(t, got[7].err, untag.ErrInvalidRequest)
		require.ErrorIs(t, got[7].err, untag.ErrNotAttempted)
		require.ErrorContains(t, got[7].err, `ResourceIDs[7] "malformed" is malformed`)
		for _, c := range f.seen() {
			require.NotContains(t, c.resources, "malformed")
		}
	})
}

func TestCulpritsAreIsolated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 500)
		for _, i := range []int{0, 1, 49, 50, 123, 124, 125, 499} { // neighbours, ends of batches, several in one
			f.bad[all[i]] = "InvalidResourceId.NotFound"
		}
		got := f.run(t.Context(), all)
		require.Equal(t, all, resources(got))
		f.requireTruth(t, got, []string{"k"})
		for _, p := range got {
			if f.bad[p.resource] == "" {
				require.NoError(t, p.err, p.resource)
				continue
			}
			apiErr, ok := errors.AsType[*untag.APIError](p.err)
			require.True(t, ok)
			require.Equal(t, "InvalidResourceId.NotFound", apiErr.Code)
			require.NotEmpty(t, apiErr.RequestID)
			require.ErrorIs(t, p.err, untag.ErrNotFound)
			alone := 0
			for _, c := range f.seen() {
				if len(c.resources) == 1 && c.resources[0] == p.resource {
					alone++
				}
			}
			require.Equal(t, 1, alone, "%s has its own verdict from one call of its own", p.resource)
		}
	})
}

func TestASetThatFailedMayPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 50)
		failures := 0
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if len(b.Resources) > 1 && failures < 3 { // then the dead resource is back
				failures++
				return nil, apiError("InvalidResourceId.NotFound", http.StatusNotFound)
			}
			return nil, nil
		}
		for _, p := range f.run(t.Context(), all) {
			require.NoError(t, p.err, "%s passed in the end", p.resource)
		}
	})
}

func TestScopeRequestEndsTheRun(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"InvalidTagKey.Malformed", "SignatureDoesNotMatch", "NoPermission.SystemTag"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
					return nil, apiError(code, http.StatusForbidden)
				}
				read := 0
				input := func(yield func(string) bool) {
					for _, name := range names("cn-a", 100_000) {
						read++
						if !yield(name) {
							return
						}
					}
				}
				got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(input), Concurrency: 64}))
				require.LessOrEqual(t, len(f.seen()), 3, "calls")
				require.Len(t, got, read+1)
				last := got[len(got)-1]
				require.Empty(t, last.resource)
				apiErr, ok := errors.AsType[*untag.APIError](last.err)
				require.True(t, ok, "the cause: %v", last.err)
				require.Equal(t, code, apiErr.Code)
				refused := 0
				for _, p := range got[:read] {
					if errors.Is(p.err, untag.ErrNotAttempted) {
						continue
					}
					refused++
					require.ErrorIs(t, p.err, apiErr.Kind)
				}
				require.Equal(t, 50*len(f.seen()), refused, "those that were sent were refused, the others not attempted")
			})
		})
	}
}

func TestScopeRequestInMidRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		calls := 0
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if calls++; calls > 100 {
				return nil, apiError("InvalidAccessKeyId.NotFound", http.StatusNotFound)
			}
			return nil, nil
		}
		got := f.run(t.Context(), names("cn-a", 50_000))
		require.LessOrEqual(t, len(f.seen()), 100+8)
		f.requireTruth(t, got, []string{"k"})
		last := got[len(got)-1]
		require.Empty(t, last.resource)
		require.ErrorIs(t, last.err, untag.ErrUnauthenticated)
	})
}

func TestScopeRegionEndsTheRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if b.Region == "cn-b" {
				return nil, apiError("InvalidRegionId.NotFound", http.StatusNotFound)
			}
			return nil, nil
		}
		var all []string
		for i := range 10_000 {
			all = append(all, fmt.Sprintf("cn-%c/%d", "abc"[i%3], i))
		}
		got := f.run(t.Context(), all)
		require.Equal(t, all, resources(got), "the run goes on to its end, without a last pair")
		calls := 0
		for _, c := range f.seen() {
			if c.region == "cn-b" {
				calls++
			}
		}
		require.LessOrEqual(t, calls, 8)
		for _, p := range got {
			if strings.HasPrefix(p.resource, "cn-b") {
				require.Error(t, p.err)
			} else {
				require.NoError(t, p.err)
			}
		}
		f.requireTruth(t, got, []string{"k"})
	})
}

func TestUnclearScope(t *testing.T) {
	t.Parallel()
	t.Run("for every resource", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
				return nil, apiError("Forbidden.RAM", http.StatusForbidden)
			}
			got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 100_000))), Concurrency: 64}))
			require.LessOrEqual(t, len(f.seen()), 12, "calls")
			last := got[len(got)-1]
			require.Empty(t, last.resource)
			require.ErrorIs(t, last.err, untag.ErrPermissionDenied)
			f.requireTruth(t, got, []string{"k"})
		})
	})
	t.Run("for some resources", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			all := names("cn-a", 2000)
			for i := 0; i < 2000; i += 40 {
				f.bad[all[i]] = "Forbidden.RAM"
			}
			got := f.run(t.Context(), all)
			require.Equal(t, all, resources(got), "the run goes on, since others pass")
			for _, p := range got {
				assert.Equal(t, f.bad[p.resource] != "", p.err != nil, p.resource)
			}
		})
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 50 * time.Millisecond, 150 * time.Millisecond, 1030 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				got := f.run(ctx, names("cn-a", 20_000))
				last := got[len(got)-1]
				require.Empty(t, last.resource)
				require.ErrorIs(t, last.err, context.DeadlineExceeded)
				count := map[string]int{}
				for _, p := range got[:len(got)-1] {
					switch {
					case p.err == nil:
						count["done"]++
					case errors.Is(p.err, untag.ErrOutcomeUnknown):
						count["unknown"]++
					default:
						require.ErrorIs(t, p.err, untag.ErrNotAttempted)
						require.ErrorIs(t, p.err, context.DeadlineExceeded)
						count["not attempted"]++
					}
				}
				inFlight := 0
				for _, c := range f.seen() {
					if c.err != nil {
						inFlight += len(c.resources)
					}
				}
				require.Equal(t, inFlight, count["unknown"], "exactly those in flight are unknown: %v", count)
				f.requireTruth(t, got, []string{"k"})
				sent := len(f.seen())
				time.Sleep(time.Hour)
				require.Len(t, f.seen(), sent, "nothing is sent after the loop has ended")
			})
		})
	}
}

func TestCancelAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		for resource, err := range bulk.Run(ctx, f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 100))), Concurrency: 8}) {
			require.NoError(t, err)
			require.NotEmpty(t, resource, "a finished run has no last pair")
			if n++; n == 100 {
				cancel()
			}
		}
		cancel()
		require.Equal(t, 100, n)
	})
}

func TestBreak(t *testing.T) {
	t.Parallel()
	for _, at := range []int{1, 2, 51, 9_999} {
		t.Run(strconv.Itoa(at), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // fails if a goroutine stays behind
				f := newFake()
				n := 0
				for _, err := range bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 10_000))), Concurrency: 8}) {
					require.NoError(t, err)
					if n++; n == at {
						break
					}
				}
				sent := len(f.seen())
				require.Zero(t, f.inFlight, "the calls in flight were aborted before the loop ended")
				time.Sleep(time.Hour)
				require.Len(t, f.seen(), sent)
			})
		})
	}
}

func TestPanicOfTheCallerEndsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		require.Panics(t, func() {
			for _, err := range bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 1000))), Concurrency: 8}) {
				panic(fmt.Sprint("the caller's: ", err))
			}
		})
		require.Zero(t, f.inFlight)
	})
}

func TestDrain(t *testing.T) {
	t.Parallel()
	t.Run("in mid run", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			drain := make(chan struct{})
			time.AfterFunc(250*time.Millisecond, func() { close(drain) })
			got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 20_000))), Drain: drain, Concurrency: 8}))
			last := got[len(got)-1]
			require.Empty(t, last.resource)
			require.ErrorContains(t, last.err, "drained")
			done := 0
			for _, p := range got[:len(got)-1] {
				if p.err == nil {
					done++
					continue
				}
				require.ErrorIs(t, p.err, untag.ErrNotAttempted, "a drained run leaves nothing unknown")
			}
			// 1 call to begin with, then 8 at a time: those that were in flight at 250 ms finished.
			require.Equal(t, (1+8+8)*50, done)
			f.requireTruth(t, got, []string{"k"})
		})
	})
	t.Run("closed before", func(t *testing.T) {
		t.Parallel()
		f := newFake()
		drain := make(chan struct{})
		close(drain)
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(names("cn-a", 100))), Drain: drain, Concurrency: 8}))
		require.Len(t, got, 1)
		require.Empty(t, got[0].resource)
		require.ErrorIs(t, got[0].err, untag.ErrNotAttempted)
		require.Empty(t, f.seen())
	})
	t.Run("while a batch is split", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			all := names("cn-a", 50)
			f.bad[all[20]] = "InvalidResourceId.NotFound"
			drain := make(chan struct{})
			time.AfterFunc(150*time.Millisecond, func() { close(drain) })
			got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(all)), Drain: drain, Concurrency: 8}))
			require.Empty(t, got[len(got)-1].resource)
			f.requireTruth(t, got, []string{"k"})
			require.Len(t, f.seen(), 2)
		})
	})
}

func TestOutageIsUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if slices.Contains(b.Resources, "cn-a/60") {
				return nil, &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: apiError("ServiceUnavailable", http.StatusServiceUnavailable)}
			}
			return nil, nil
		}
		got := f.run(t.Context(), names("cn-a", 200))
		require.Len(t, got, 200, "the run goes on")
		for i, p := range got {
			if i >= 50 && i < 100 {
				require.ErrorIs(t, p.err, untag.ErrOutcomeUnknown)
			} else {
				require.NoError(t, p.err)
			}
		}
	})
}

func TestReadAheadIsBounded(t *testing.T) {
	t.Parallel()
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
				if slices.Contains(b.Resources, "cn-a/25") {
					time.Sleep(time.Hour) // the head of the window
				}
				return nil, nil
			}
			read, yielded, most := 0, 0, 0
			input := func(yield func(string) bool) {
				for _, name := range names("cn-a", 100_000) {
					read++
					most = max(most, read-yielded)
					if !yield(name) {
						return
					}
				}
			}
			for _, err := range bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(input), Unordered: unordered, Concurrency: 8}) {
				require.NoError(t, err)
				yielded++
			}
			require.Equal(t, 100_000, yielded)
			require.LessOrEqual(t, most, 16_384+1)
		})
	}
}

func TestKeyGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.keys = 20
		var keys []string
		for i := range 45 {
			keys = append(keys, fmt.Sprint("key", i))
		}
		all := names("cn-a", 120)
		f.bad[all[3]] = "InvalidResourceId.NotFound"
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if slices.Contains(b.Resources, all[70]) && slices.Contains(b.TagKeys, "key20") {
				return nil, apiError("IncorrectInstanceStatus", http.StatusBadRequest)
			}
			return nil, nil
		}
		got := f.run(t.Context(), all, keys...)
		require.Equal(t, all, resources(got))
		f.requireTruth(t, got, keys)
		require.ErrorIs(t, got[3].err, untag.ErrNotFound)
		removed, ok := errors.AsType[*untag.KeysRemovedError](got[70].err)
		require.True(t, ok)
		require.Equal(t, keys[:20], removed.Keys)
		require.ErrorContains(t, got[70].err, `already removed: "key0", "key1"`)
		for _, c := range f.seen() {
			if slices.Contains(c.keys, "key20") {
				require.NotContains(t, c.resources, all[3], "what failed in one group is not sent with the next")
			}
			if slices.Contains(c.keys, "key40") {
				require.NotContains(t, c.resources, all[70])
			}
		}
	})
}

func TestLongQueries(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		resource, key int // lengths
		keys          int
		perCall       int // resources
		keysPerCall   int
	}{
		"short":                             {20, 10, 20, 50, 20},
		"keys are split first":              {120, 120, 20, 50, 8},
		"then the batch":                    {300, 120, 2, 24, 2},
		"one resource and one key too long": {9000, 100, 2, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.fixed = 40
				var all, keys []string
				for i := range 100 {
					all = append(all, fmt.Sprintf("cn-a/%0*d", row.resource-5, i))
				}
				for i := range row.keys {
					keys = append(keys, fmt.Sprintf("%0*d", row.key, i))
				}
				got := f.run(t.Context(), all, keys...)
				f.requireTruth(t, got, keys)
				for _, c := range f.seen() {
					size := 40
					for i, resource := range c.resources {
						size += len(fmt.Sprintf("&ResourceId.%d=%s", i+1, strings.ReplaceAll(resource, "/", "%2F")))
					}
					for i, key := range c.keys {
						size += len(fmt.Sprintf("&TagKey.%d=%s", i+1, key))
					}
					if len(c.resources) > 1 || len(c.keys) > 1 {
						require.LessOrEqual(t, size, 8000)
					}
				}
				first := f.seen()[0]
				require.Len(t, first.resources, row.perCall)
				require.Len(t, first.keys, row.keysPerCall)
			})
		})
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.bad["cn-a/5"] = "InvalidResourceId.NotFound"
			base := names("cn-a", 500)
			var all []string
			for i, name := range base {
				all = append(all, name)
				if i%10 == 5 {
					all = append(all, name, base[i/2], base[5]) // next to each other, across batches, of a failed one
				}
			}
			got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(all)), Unordered: unordered, Concurrency: 8}))
			require.ElementsMatch(t, all, resources(got), "each occurrence is yielded")
			f.requireTruth(t, got, []string{"k"})
			for _, p := range got {
				assert.Equal(t, p.resource == "cn-a/5", p.err != nil)
			}
		})
	}
}

func TestDuplicatesFarApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := append(names("cn-a", 100_000), "cn-a/0", "cn-a/1")
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(slices.Values(all)), Concurrency: 64}))
		require.Equal(t, all, resources(got))
		f.requireTruth(t, got, []string{"k"})
	})
}

func failure(resource, code string) bulk.Failure {
	err := apiError(code, http.StatusOK)
	return bulk.Failure{Resource: resource, Err: err, Scope: new(rpc.Service).Classify(http.StatusBadRequest, code, "").Scope}
}

func TestPartialAnswers(t *testing.T) {
	t.Parallel()
	t.Run("named resources fail, the others are done", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
				var failed []bulk.Failure
				for _, name := range []string{"cn-a/3", "cn-a/77"} {
					if slices.Contains(b.Resources, name) {
						failed = append(failed, failure(name, "InvalidResourceId.NotFound"))
					}
				}
				return failed, nil
			}
			got := f.run(t.Context(), names("cn-a", 100))
			require.Len(t, f.seen(), 2, "no splitting")
			for i, p := range got {
				assert.Equal(t, i == 3 || i == 77, p.err != nil)
			}
		})
	})
	t.Run("a throttled one goes again alone", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			begin := time.Now()
			f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
				var failed []bulk.Failure
				for _, name := range b.Resources {
					if name == "cn-a/3" && time.Since(begin) < 5*time.Second || name == "cn-a/4" {
						failed = append(failed, failure(name, "Throttling.User"))
					}
				}
				return failed, nil
			}
			got := f.run(t.Context(), names("cn-a", 100))
			require.NoError(t, got[3].err)
			require.ErrorIs(t, got[4].err, untag.ErrThrottled, "for at most MaxThrottle")
			require.Less(t, time.Since(begin), 15*time.Second)
			for _, c := range f.seen()[2:] {
				require.Len(t, c.resources, 1)
			}
		})
	})
	t.Run("an answer that spells the name out", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
				return []bulk.Failure{failure("CN-A/3", "InvalidResourceId.NotFound")}, nil
			}
			got := f.run(t.Context(), names("cn-a", 10))
			require.Len(t, f.seen(), 1)
			for i, p := range got {
				assert.Equal(t, i == 3, p.err != nil)
			}
		})
	})
	t.Run("a name that nobody sent: each shows for itself", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
				if slices.Contains(b.Resources, "cn-a/3") {
					return []bulk.Failure{failure("somebody", "InvalidResourceId.NotFound")}, nil
				}
				return nil, nil
			}
			got := f.run(t.Context(), names("cn-a", 10))
			for i, p := range got {
				assert.Equal(t, i == 3, p.err != nil, p.resource)
			}
		})
	})
}

func TestRegionsAreGrouped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var all []string
		for i := range 1000 {
			all = append(all, fmt.Sprintf("cn-%c/%d", "abcde"[i*7%5], i))
		}
		got := f.run(t.Context(), all)
		require.Equal(t, all, resources(got))
		require.Len(t, f.seen(), 20)
		for _, c := range f.seen() {
			for _, name := range c.resources {
				require.True(t, strings.HasPrefix(name, c.region+"/"))
			}
		}
	})
}

func TestInputIsPulledOnTheCallersGoroutine(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.latency = 0
	own := goroutineID()
	input := func(yield func(string) bool) {
		for _, name := range names("cn-a", 500) {
			if goroutineID() != own || !yield(name) {
				return
			}
		}
	}
	require.Len(t, collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: each(input), Concurrency: 8})), 500)
}
