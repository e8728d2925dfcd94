package bulk_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

var tagParts = bulk.TagParts{
	Check: func(tags []untag.Tag) []untag.Problem {
		if len(tags) == 0 {
			return []untag.Problem{{Field: ".Tags"}}
		}
		return nil
	},
	Size: func(tag untag.Tag) int { return len(tag.Key) + len(tag.Value) },
}

// partsOf are the parts that sets of tags become.
func partsOf(sets ...[]untag.Tag) []*bulk.Parts {
	var all []*bulk.Parts
	for _, parts := range bulk.EachTags(func(yield func(string, []untag.Tag) bool) {
		for i, tags := range sets {
			if !yield(strconv.Itoa(i), tags) {
				return
			}
		}
	}, tagParts) {
		all = append(all, parts)
	}
	return all
}

func TestEachTags(t *testing.T) {
	t.Parallel()
	a, b := untag.Tag{Key: "a", Value: "1"}, untag.Tag{Key: "b", Value: "22"}
	parts := partsOf([]untag.Tag{a, b}, []untag.Tag{b, a}, []untag.Tag{a}, []untag.Tag{{Key: "a", Value: "1b"}}, []untag.Tag{{Key: "a1", Value: ""}}, []untag.Tag{{Key: "a", Value: "1", System: true}}, nil)
	require.Len(t, parts, 7)
	assert.Same(t, parts[0], parts[1], "the order of tags means nothing")
	assert.Equal(t, []untag.Tag{a, b}, parts[1].Value)
	assert.Equal(t, []int{2, 3}, parts[0].Sizes)
	ids := make(map[string]bool)
	for _, own := range parts[1:] {
		assert.False(t, ids[own.ID], "sets that differ")
		ids[own.ID] = true
	}
	assert.Len(t, parts[6].Problems, 1)
}

func TestEachTagsCopies(t *testing.T) {
	t.Parallel()
	reused := []untag.Tag{{Key: "b"}, {Key: "a"}}
	parts := partsOf(reused)
	reused[0].Key = "changed"
	assert.Equal(t, []untag.Tag{{Key: "a"}, {Key: "b"}}, parts[0].Value)
	assert.Equal(t, "a", reused[1].Key, "the input is not sorted itself")
}

// However many sets there are, those that come again soon are the same, and the others are equal by their ID.
func TestEachTagsForgets(t *testing.T) {
	t.Parallel()
	var sets [][]untag.Tag
	for i := range 10_000 {
		sets = append(sets, []untag.Tag{{Key: "k", Value: strconv.Itoa(i)}})
	}
	sets = append(sets, sets[0], sets[9_999])
	parts := partsOf(sets...)
	assert.Equal(t, parts[0].ID, parts[10_000].ID)
	assert.Same(t, parts[9_999], parts[10_001])
}

func TestTagsWritten(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	parts := partsOf([]untag.Tag{{Key: "c"}, {Key: "a"}, {Key: "b"}})[0]
	err := bulk.TagsWritten(parts, 2, cause)
	require.ErrorIs(t, err, cause)
	written, ok := errors.AsType[*untag.TagsWrittenError](err)
	require.True(t, ok)
	assert.Equal(t, []string{"a", "b"}, written.Keys)
	assert.Equal(t, []untag.Tag{{Key: "b"}, {Key: "c"}}, bulk.TagsOf(&bulk.Batch{Parts: parts, From: 1, To: 3}))
	assert.True(t, slices.IsSorted(written.Keys))
}
