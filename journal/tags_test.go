package journal_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// tagRun is a run of TagMany that reads all of its input and then yields outcomes.
func tagRun(in iter.Seq2[string, []untag.Tag], results ...pair) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for range in { // it reads ahead
		}
		run(results...)(yield)
	}
}

func pendingTags(j *journal.Journal, texts ...string) (left []string) {
	for id, tags := range j.PendingTags(pairsOf(texts...)) {
		left = append(left, id+"="+tags[0].Value)
	}
	return left
}

func TestRecordTags(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	all := []string{"a", "1", "b", "1", "c", "1"}
	got := collect(j.RecordTags(tagRun(j.PendingTags(pairsOf(all...)), pair{"a", nil}, pair{"b", errRefused}, pair{"c", nil})))
	assert.Equal(t, []pair{{"a", nil}, {"b", errRefused}, {"c", nil}}, got)
	require.NoError(t, j.Close())
	j = open(t, path)
	assert.Equal(t, []string{"b=1"}, pendingTags(j, all...))
	assert.Equal(t, []string{"a=2", "b=1"}, pendingTags(j, "a", "2", "b", "1", "c", "1"), "done counts for equal pairs alone")
	list := entries(t, j)
	require.Len(t, list, 3)
	for _, e := range list {
		assert.Len(t, e.Tags, 32)
	}
	assert.Equal(t, list[0].Tags, list[2].Tags, "equal pairs have equal digests")
	// A removal knows nothing of pairs.
	assert.Equal(t, []string{"a"}, pending(j, "a"))
}

// TestPendingTagsOrder: pairs are a set, and System is not written.
func TestPendingTagsOrder(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	set := func(tags ...untag.Tag) iter.Seq2[string, []untag.Tag] {
		return func(yield func(string, []untag.Tag) bool) { yield("a", tags) }
	}
	x, y := untag.Tag{Key: "x", Value: "1"}, untag.Tag{Key: "y", Value: "2"}
	drain(j.RecordTags(tagRun(j.PendingTags(set(x, y)), pair{"a", nil})))
	for range j.PendingTags(set(y, x, untag.Tag{Key: "x", Value: "1", System: true})) {
		t.Error("the same pairs are pending")
	}
	n := 0
	for range j.PendingTags(set(x)) {
		n++
	}
	for range j.PendingTags(set(untag.Tag{Key: "x", Value: "12"}, untag.Tag{Key: "y"})) {
		n++
	}
	assert.Equal(t, 2, n, "fewer pairs, and others with the same letters")
}

// TestRecordTagsTwice: a resource with two sets in one run is done when both are.
func TestRecordTagsTwice(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		second error
		left   []string
	}{
		"both done":   {nil, nil},
		"one refused": {errRefused, []string{"a=1", "a=2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			drain(j.RecordTags(tagRun(j.PendingTags(pairsOf("a", "1", "a", "2")), pair{"a", nil}, pair{"a", row.second})))
			require.NoError(t, j.Close())
			assert.Equal(t, row.left, pendingTags(open(t, path), "a", "1", "a", "2"))
		})
	}
}

func TestRecordTagsNeedsPendingTags(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	got := collect(j.RecordTags(run(pair{"a", nil})))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "does not know its pairs")
	require.ErrorIs(t, got[0].err, untag.ErrRunEnded)

	path := newPath(t)
	write(t, path, plainHeader)
	plain := open(t, path)
	got = collect(plain.RecordTags(run(pair{"a", nil})))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "0.1.0")
	assert.Nil(t, plain.PendingTags(nil))
}
