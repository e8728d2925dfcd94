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
)

// tags are parts of their own, as a TagMany makes them: for each resource anew.
func tags(pairs ...string) *bulk.Parts {
	parts := &bulk.Parts{ID: strings.Join(pairs, "\x00"), Value: slices.Clone(pairs)}
	for _, pair := range pairs {
		parts.Sizes = append(parts.Sizes, len("&Tag.20.Key=&Tag.20.Value=")+len(pair))
	}
	return parts
}

// Resources with equal parts share calls, wherever they stand in the input: 10 values cost no more calls than 10 runs.
func TestEqualPartsShareCalls(t *testing.T) {
	t.Parallel()
	n := 100_000
	if *figures {
		n = 1_000_000
	}
	s := &stub{place: oneRegion}
	done := 0
	for _, err := range bulk.Run(t.Context(), s.operation(50), bulk.Request{Resources: func(yield func(string, *bulk.Parts) bool) {
		for i := range n {
			if !yield("i-"+strconv.Itoa(i), tags("cost="+strconv.Itoa(i*7919%10))) {
				return
			}
		}
	}}) {
		require.NoError(t, err)
		done++
	}
	require.Equal(t, n, done)
	ratio := float64(s.calls.Load()) / float64(n/50)
	t.Logf("%d resources with 10 values: %.4f × the ideal number of calls", n, ratio)
	require.LessOrEqual(t, ratio, 1.05)
}

// A run whose resources have all different parts is not serial: when the window is full, several go.
func TestAllPartsDiffer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		n := 20_000
		begin := time.Now()
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Concurrency: 8, Resources: func(yield func(string, *bulk.Parts) bool) {
			for i := range n {
				if !yield("cn-a/"+strconv.Itoa(i), tags("owner="+strconv.Itoa(i))) {
					return
				}
			}
		}}))
		require.Len(t, got, n)
		require.Len(t, f.seen(), n)
		assert.Less(t, time.Since(begin), time.Duration(n/8+200)*f.latency)
		for _, p := range got {
			require.NoError(t, p.err)
			require.Equal(t, []string{"owner=" + p.resource[len("cn-a/"):]}, f.gone[p.resource])
		}
	})
}

// Parts past the limit of a call, or past the length of a query, go in groups, one after another.
func TestPartsInGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		var many, long []string
		for i := range 45 {
			many = append(many, fmt.Sprint("k", i, "=v"))
		}
		for i := range 10 {
			long = append(long, fmt.Sprint("k", i, "=", strings.Repeat("v", 1500)))
		}
		f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
			if slices.Contains(b.Resources, "cn-a/3") && b.From >= 20 {
				return nil, apiError("InvalidResourceId.NotFound", http.StatusNotFound)
			}
			return nil, nil
		}
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: func(yield func(string, *bulk.Parts) bool) {
			for i := range 100 {
				parts := many
				if i%2 == 0 {
					parts = long
				}
				if !yield("cn-a/"+strconv.Itoa(i), tags(parts...)) {
					return
				}
			}
		}}))
		for i, p := range got {
			want := many
			if i%2 == 0 {
				want = long
			}
			if i == 3 {
				partly, ok := errors.AsType[*untag.KeysRemovedError](p.err)
				require.True(t, ok)
				require.Equal(t, many[:20], partly.Keys)
				want = many[:20]
			} else {
				require.NoError(t, p.err)
			}
			require.Equal(t, want, f.gone[p.resource], p.resource)
		}
		for _, c := range f.seen() {
			require.LessOrEqual(t, len(c.keys), 20)
			require.LessOrEqual(t, len(strings.Join(c.keys, "")), 8000)
		}
	})
}

// A resource that comes again with other parts gets them after the earlier ones: the last one stands in the end.
func TestRepeatedResourceWithOtherParts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Concurrency: 8, Resources: func(yield func(string, *bulk.Parts) bool) {
			for i := range 200 {
				for _, value := range []string{"a", "b", "b", "a"} {
					if !yield("cn-a/"+strconv.Itoa(i), tags("k="+value)) {
						return
					}
				}
			}
		}}))
		require.Len(t, got, 800)
		for i := range 200 {
			require.Equal(t, []string{"k=a", "k=b", "k=a"}, f.gone["cn-a/"+strconv.Itoa(i)], "in the order of the input, equal ones once")
		}
		require.LessOrEqual(t, len(f.seen()), 3*4+2)
	})
}

// A resource whose parts are malformed fails alone and is not sent.
func TestMalformedParts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		got := collect(bulk.Run(t.Context(), f.operation(), bulk.Request{Resources: func(yield func(string, *bulk.Parts) bool) {
			for i := range 60 {
				parts := tags("k=v")
				if i == 7 {
					parts.Problems = []untag.Problem{{Field: ".Tags[0].Key", Value: "acs:x", Reason: "is reserved"}}
				}
				if !yield("cn-a/"+strconv.Itoa(i), parts) {
					return
				}
			}
		}}))
		require.Len(t, got, 60)
		for i, p := range got {
			if i == 7 {
				require.ErrorIs(t, p.err, untag.ErrInvalidRequest)
				require.ErrorContains(t, p.err, `ResourceIDs[7].Tags[0].Key "acs:x" is reserved`)
			} else {
				require.NoError(t, p.err)
			}
		}
		require.Empty(t, f.gone["cn-a/7"])
	})
}

// A call without parts does the same to all.
func TestNoParts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{place: oneRegion}
		done := 0
		for _, err := range bulk.Run(t.Context(), s.operation(50), bulk.Request{Resources: bulk.Each(count(120), nil)}) {
			require.NoError(t, err)
			done++
		}
		require.Equal(t, 120, done)
		require.EqualValues(t, 3, s.calls.Load())
	})
}
