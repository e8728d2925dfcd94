package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

func noCredentials() error {
	return &untag.CallError{Kind: untag.ErrUnauthenticated, Outcome: untag.ErrNotAttempted, Err: errors.New("gone")}
}

// Whatever one region answers, all of the other region's resources are done: in either order, and with every code.
func TestRegionsAreBulkheads(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"InvalidParameter.RegionId", "InvalidRegionId.NotFound", "Forbidden.RAM", "SignatureDoesNotMatch", "InvalidTagKey.Malformed",
		"InvalidAction.NotFound", "InvalidTimeStamp.Expired", "ServiceUnavailable", "SomethingNew", "InvalidResourceId.NotFound",
	} {
		for name, order := range map[string]func(i int) string{
			"in turn":         func(i int) string { return "ab"[i%2 : i%2+1] },
			"sick one first":  func(i int) string { return "ab"[i/500 : i/500+1] },
			"sick one second": func(i int) string { return "ba"[i/500 : i/500+1] },
		} {
			for _, slow := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, %v", code, name, slow), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						f := newFake()
						var healthy time.Duration
						begin := time.Now()
						f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
							if b.Region == "cn-b" {
								f.mu.Lock()
								healthy = time.Since(begin)
								f.mu.Unlock()
								return nil, nil
							}
							if slow {
								time.Sleep(20 * time.Second)
							}
							return nil, apiError(code, http.StatusBadRequest)
						}
						all := make([]string, 1000)
						for i := range all {
							all[i] = fmt.Sprintf("cn-%s/%d", order(i), i)
						}
						got := f.run(t.Context(), all)
						require.GreaterOrEqual(t, len(got), 1000)
						for _, p := range got[:1000] {
							assert.Equal(t, strings.HasPrefix(p.resource, "cn-a"), p.err != nil, "%s: %v", p.resource, p.err)
						}
						require.Len(t, got, 1000, "the run comes to its end")
						assert.Less(t, healthy, 4*time.Second)
						f.requireTruth(t, got, []string{"k"})
						if code != "InvalidResourceId.NotFound" {
							calls := 0
							for _, c := range f.seen() {
								if c.region == "cn-a" {
									calls++
								}
							}
							assert.LessOrEqual(t, calls, 12)
						}
					})
				})
			}
		}
	}
}

// A mistake that is one for all regions costs few calls, and ends the run.
func TestMistakeForAllRegions(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		err   func() error
		calls int
	}{
		{"a wrong key", func() error { return apiError("InvalidTagKey.Malformed", http.StatusBadRequest) }, 2},
		{"a wrong secret", func() error { return apiError("SignatureDoesNotMatch", http.StatusBadRequest) }, 2},
		{"no credentials", noCredentials, 1},
		{"a policy", func() error { return apiError("Forbidden.RAM", http.StatusForbidden) }, 20 * 12},
		{"clocks that are off", func() error { return apiError("InvalidTimeStamp.Expired", http.StatusBadRequest) }, 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.onCall = func(context.Context, sent) ([]bulk.Failure, error) { return nil, row.err() }
				all := make([]string, 50_000)
				for i := range all {
					all[i] = fmt.Sprintf("cn-%c/%d", 'a'+i%20, i)
				}
				got := f.run(t.Context(), all)
				assert.LessOrEqual(t, len(f.seen()), row.calls)
				last := got[len(got)-1]
				require.Empty(t, last.resource)
				require.ErrorIs(t, last.err, untag.ErrRunEnded)
				f.requireTruth(t, got, []string{"k"})
			})
		})
	}
}

// Credentials that are revoked in mid run end every region for itself, and so the run.
func TestRevokedInMidRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		begin := time.Now()
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			if time.Since(begin) > 2*time.Second {
				return nil, apiError("InvalidAccessKeyId.NotFound", http.StatusNotFound)
			}
			return nil, nil
		}
		all := make([]string, 100_000)
		for i := range all {
			all[i] = fmt.Sprintf("cn-%c/%d", 'a'+i%5, i)
		}
		got := f.run(t.Context(), all)
		last := got[len(got)-1]
		require.Empty(t, last.resource)
		require.ErrorIs(t, last.err, untag.ErrUnauthenticated)
		refused := 0
		for _, c := range f.seen() {
			if c.err != nil {
				refused++
			}
		}
		assert.LessOrEqual(t, refused, 5*8)
		f.requireTruth(t, got, []string{"k"})
	})
}

// While regions are tried, one that is paused or slow holds up no other.
func TestSlowTrialHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if b.Region == "cn-a" {
				time.Sleep(10 * time.Minute)
			}
			return nil, nil
		}
		begin := time.Now()
		r := f.request(alternating(2000))
		r.Unordered = true
		var healthy time.Duration
		for resource, err := range bulk.Run(t.Context(), f.operation(), r) {
			require.NoError(t, err)
			if strings.HasPrefix(resource, "cn-b") {
				healthy = time.Since(begin)
			}
		}
		assert.Less(t, healthy, 5*time.Second)
	})
}

// A region that is being asked says for itself what holds there, whatever two others agree on.
func TestSlowRegionSpeaksForItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if b.Region == "cn-a" {
				time.Sleep(20 * time.Second)
				return nil, nil
			}
			return nil, apiError("InvalidAccessKeyId.NotFound", http.StatusNotFound)
		}
		var all []string
		for i := range 900 {
			all = append(all, fmt.Sprintf("cn-%c/%d", 'a'+i%3, i))
		}
		got := f.run(t.Context(), all)
		for _, o := range got {
			if strings.HasPrefix(o.resource, "cn-a") {
				require.NoError(t, o.err)
			}
		}
		f.requireTruth(t, got, []string{"k"})
	})
}
