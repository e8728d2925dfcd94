package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

func sliceOf(ids ...string) *journal.Slice { return journal.NewSlice(testPlan, ids) }

func TestSlice(t *testing.T) {
	t.Parallel()
	ids := []string{"done", "refused", "throttled", "unknown", "malformed", "not attempted", "done"}
	s := sliceOf(ids...)
	assert.Equal(t, ids, slices.Collect(s.Pending()))
	lost := &untag.CallError{Outcome: untag.ErrOutcomeUnknown}
	invalid := &untag.CallError{Outcome: untag.ErrNotAttempted, Err: untag.ErrInvalidRequest}
	ended := fmt.Errorf("%w: out of time", untag.ErrRunEnded)
	results := []pair{
		{"done", nil},
		{"refused", errRefused},
		{"throttled", untag.ErrThrottled},
		{"unknown", lost},
		{"malformed", invalid},
		{"not attempted", untag.ErrNotAttempted},
		{"done", nil},
		{"", ended},
	}
	assert.Equal(t, results, collect(s.Record(run(results...), nil)), "all of it is passed on")
	for _, s := range []*journal.Slice{s, saved(t, s, sliceOf(ids...))} {
		assert.Equal(t, []string{"throttled", "unknown", "not attempted"}, slices.Collect(s.Pending()))
		assert.Equal(t, 3, s.Open())
		refused := s.Refused()
		require.Len(t, refused, 2)
		assert.Equal(t, "refused", refused[0].Resource)
		assert.Equal(t, "InvalidParameter.TagKey", refused[0].Code)
		assert.Equal(t, "9C7A2E10", refused[0].RequestID)
		assert.False(t, refused[0].Time.IsZero())
		assert.Equal(t, untag.OutcomeInvalid, refused[1].Outcome())
	}
}

// TestSliceBefore: the state never gets ahead of what the loop has seen.
func TestSliceBefore(t *testing.T) {
	t.Parallel()
	lost := errors.New("the lease has passed")
	s := sliceOf("a", "b", "c")
	calls := 0
	before := func() error {
		calls++
		assert.Equal(t, 4-calls, s.Open(), "the loop has seen all that is in the Slice")
		if calls == 3 {
			return lost
		}
		return nil
	}
	got := collect(s.Record(run(pair{"a", nil}, pair{"b", nil}, pair{"c", nil}), before))
	require.Len(t, got, 3)
	require.ErrorIs(t, got[2].err, lost)
	require.ErrorIs(t, got[2].err, untag.ErrRunEnded)
	assert.Empty(t, got[2].resource)
	assert.Equal(t, []string{"c"}, slices.Collect(s.Pending()), "the outcome that came after is dropped")
}

func TestSliceRefusesStrangers(t *testing.T) {
	t.Parallel()
	got := collect(sliceOf("a").Record(run(pair{"b", nil}), nil))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "not in the list")
	require.ErrorIs(t, got[0].err, untag.ErrRunEnded)
	got = collect(sliceOf("a").Record(nil, nil))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "no results")
}

func pairsOf(texts ...string) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for i := 0; i < len(texts); i += 2 {
			if !yield(texts[i], []untag.Tag{{Key: "env", Value: texts[i+1]}}) {
				return
			}
		}
	}
}

func TestTagSlice(t *testing.T) {
	t.Parallel()
	list := func() iter.Seq2[string, []untag.Tag] { return pairsOf("a", "1", "b", "1", "a", "2", "c", "1") }
	s := journal.NewTagSlice(testPlan, list())
	drain(s.Record(run(pair{"a", nil}, pair{"b", errRefused}), nil))
	var left []string
	for id, tags := range s.PendingTags() {
		left = append(left, id+"="+tags[0].Value)
	}
	assert.Equal(t, []string{"a=1", "a=2", "c=1"}, left, "a is final when both of its sets are")
	drain(s.Record(run(pair{"a", nil}, pair{"a", nil}), nil))
	s = saved(t, s, journal.NewTagSlice(testPlan, list()))
	assert.Equal(t, []string{"c"}, slices.Collect(s.Pending()))
	refused := s.Refused()
	require.Len(t, refused, 1)
	assert.Len(t, refused[0].Tags, 32)
	state, err := json.Marshal(s)
	require.NoError(t, err)
	require.ErrorIs(t, json.Unmarshal(state, journal.NewTagSlice(testPlan, pairsOf("a", "1", "b", "1", "a", "2", "c", "2"))), journal.ErrOtherSlice)
}
