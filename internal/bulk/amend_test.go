package bulk

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestSomeTags(t *testing.T) {
	t.Parallel()
	tags := []untag.Tag{{Key: "b", Value: "2"}, {Key: "a", Value: "1"}, {Key: "c", Value: "333"}}
	parts := TagParts{Check: func([]untag.Tag) []untag.Problem { return nil }, Size: func(tag untag.Tag) int { return len(tag.Value) }}
	of := func(tags ...untag.Tag) (made *Parts) {
		for _, made = range EachTags(func(yield func(string, []untag.Tag) bool) { yield("i-1", tags) }, parts) {
			break
		}
		return made
	}
	all := of(tags...)
	require.Nil(t, SomeTags(all, nil))
	some := []untag.Tag{{Key: "a", Value: "1"}, {Key: "c", Value: "333"}}
	require.Equal(t, of(slices.Clone(some)...), SomeTags(all, some), "the same as if they had come alone")
}

func TestAmended(t *testing.T) {
	t.Parallel()
	op, request := &Operation{Action: "UntagResources"}, Request{Concurrency: 3}
	same, also := amended(t.Context(), op, request)
	require.Same(t, op, same)
	require.Equal(t, 3, also.Concurrency)
	ctx := Amend(t.Context(), func(op *Operation, r *Request) {
		op.Action, r.Concurrency = "other", 4
	})
	own, changed := amended(ctx, op, request)
	require.Equal(t, "other", own.Action)
	require.Equal(t, 4, changed.Concurrency)
	require.Equal(t, "UntagResources", op.Action, "the client's own is left as it is")
}

func TestBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ most, window, want int }{{0, 100_000, 100_000}, {20_000, 100_000, 20_000}, {20_000, 16_384, 16_384}, {5, 100_000, minWindow}} {
		require.Equal(t, test.want, (&Request{MaxWindow: test.most}).bounded(test.window))
	}
}
