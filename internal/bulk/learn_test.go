package bulk_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

// A resource that Tag throttled by name was sent. If its own call finds no credentials, that is no "not attempted".
func TestThrottledItemThenNoCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		calls := 0
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if calls++; calls == 1 {
				return []bulk.Failure{failure(b.Resources[3], "Throttling.User")}, nil
			}
			return nil, &untag.CallError{Kind: untag.ErrUnauthenticated, Outcome: untag.ErrNotAttempted, Err: errors.New("gone")}
		}
		got := f.run(t.Context(), names("cn-a", 10))
		require.Len(t, got, 11, "the run ends early")
		require.ErrorIs(t, got[3].err, untag.ErrThrottled)
		require.NotErrorIs(t, got[3].err, untag.ErrNotAttempted)
		require.ErrorIs(t, got[10].err, untag.ErrUnauthenticated)
	})
}

// An answer may leave the outcome of a resource open, so that it goes again by itself. If that second call does not come
// about, or is refused before the service looks at the resource, the outcome is still open: it is neither "refused" nor
// "not attempted".
func TestOutcomeStaysUnknown(t *testing.T) {
	t.Parallel()
	stranger := func([]string) []bulk.Failure {
		return []bulk.Failure{failure("somebody", "InvalidResourceId.NotFound")}
	}
	broken := func(resources []string) (all []bulk.Failure) {
		for _, name := range resources {
			all = append(all, failure(name, "InternalError"))
		}
		return all
	}
	for _, first := range []struct {
		name string
		does func(resources []string) []bulk.Failure
	}{
		{"a stranger in the answer", stranger},
		{"the service failed at each", broken},
	} {
		for _, then := range []struct {
			name string
			does func() error // nil: the call does not come about
			want error
		}{
			{"the key is disabled", func() error { return apiError("InvalidAccessKeyId.Inactive", http.StatusForbidden) }, nil},
			{"no credentials", func() error {
				return &untag.CallError{Kind: untag.ErrUnauthenticated, Outcome: untag.ErrNotAttempted, Err: errors.New("gone")}
			}, nil},
			{"a proxy wants a password", func() error {
				err := apiError("", http.StatusProxyAuthRequired)
				err.Kind = untag.ErrUnauthenticated
				return err
			}, nil},
			{"the run drains", nil, nil},
			{"the service looks and refuses", func() error { return apiError("InvalidResourceId.NotFound", http.StatusNotFound) }, untag.ErrNotFound},
		} {
			t.Run(first.name+", then "+then.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := newFake()
					drain := make(chan struct{})
					calls := 0
					f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
						if calls++; calls == 1 {
							if then.does == nil {
								close(drain)
								time.Sleep(time.Millisecond)
							}
							return first.does(b.Resources), nil
						}
						return nil, then.does()
					}
					got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{
						Resources: each(slices.Values(names("cn-a", 10))), Concurrency: 1, Drain: drain,
					}))
					require.GreaterOrEqual(t, len(got), 10)
					if then.name == "no credentials" {
						require.True(t, slices.ContainsFunc(got[:10], func(p pair) bool { return errors.Is(p.err, untag.ErrUnauthenticated) }), "it says why")
					}
					for _, p := range got[:10] {
						if then.want != nil {
							require.ErrorIs(t, p.err, then.want)
							require.NotErrorIs(t, p.err, untag.ErrOutcomeUnknown)
							continue
						}
						require.ErrorIs(t, p.err, untag.ErrOutcomeUnknown)
						require.NotErrorIs(t, p.err, untag.ErrNotAttempted)
						require.NotErrorIs(t, p.err, untag.ErrNotFound, "that is the stranger's")
						assert.NotContains(t, p.err.Error(), "refused as a whole")
						assert.NotContains(t, p.err.Error(), "nothing was sent")
						assert.NotContains(t, p.err.Error(), "not attempted")
					}
				})
			})
		}
	}
}
