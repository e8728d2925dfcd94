package journal_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// saved is what another process gets of a Slice.
func saved(t *testing.T, s *journal.Slice, fresh *journal.Slice) *journal.Slice {
	t.Helper()
	state, err := json.Marshal(s)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(state, fresh))
	return fresh
}

func TestSliceRefusesOtherStates(t *testing.T) {
	t.Parallel()
	s := sliceOf("a", "b")
	drain(s.Record(run(pair{"a", nil}, pair{"b", errRefused}), nil))
	state, err := json.Marshal(s)
	require.NoError(t, err)
	other := testPlan
	other.TagKeys = []string{"other"}
	for name, fresh := range map[string]*journal.Slice{
		"another plan":  journal.NewSlice(other, []string{"a", "b"}),
		"another list":  sliceOf("a", "c"),
		"another order": sliceOf("b", "a"),
		"fewer":         sliceOf("a"),
		"with pairs":    journal.NewTagSlice(testPlan, pairsOf("a", "1", "b", "1")),
	} {
		require.ErrorIs(t, json.Unmarshal(state, fresh), journal.ErrOtherSlice, name)
		assert.NotZero(t, fresh.Open(), name)
	}
	require.ErrorContains(t, json.Unmarshal(state, new(journal.Slice)), "needs its list")
	for i := range state { // no flip of a bit is taken for a state
		for bit := range 8 {
			flipped := slices.Clone(state)
			flipped[i] ^= 1 << bit
			fresh := sliceOf("a", "b")
			if err := json.Unmarshal(flipped, fresh); err == nil {
				again, err := json.Marshal(fresh)
				require.NoError(t, err)
				assert.JSONEq(t, string(state), string(again), "byte %d, bit %d", i, bit) // a name in another case
			} else {
				assert.Equal(t, 2, fresh.Open())
			}
		}
	}
}

func TestSliceIsSmall(t *testing.T) {
	t.Parallel()
	ids := make([]string, 5000)
	for i := range ids {
		ids[i] = "arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-" + strconv.Itoa(i)
	}
	s := sliceOf(ids...)
	drain(s.Record(func(yield func(string, error) bool) {
		for i, id := range ids {
			if i%3 == 0 {
				continue
			}
			if !yield(id, nil) {
				return
			}
		}
	}, nil))
	state, err := json.Marshal(s)
	require.NoError(t, err)
	t.Logf("%d bytes for %d resources", len(state), len(ids))
	assert.LessOrEqual(t, len(state), 1200)
}

// TestSliceOfRefusals: a text that many refusals share is in the state once.
func TestSliceOfRefusals(t *testing.T) {
	t.Parallel()
	ids := make([]string, 5000)
	for i := range ids {
		ids[i] = "i-" + strconv.Itoa(i)
	}
	s := sliceOf(ids...)
	drain(s.Record(all(ids, errRefused), nil))
	assert.Zero(t, s.Open())
	state, err := json.Marshal(s)
	require.NoError(t, err)
	t.Logf("%d bytes for each of %d refusals", len(state)/len(ids), len(ids))
	assert.LessOrEqual(t, len(state), 100*len(ids))
	assert.Equal(t, s.Refused(), saved(t, s, sliceOf(ids...)).Refused())
}

// TestSliceStateIsItsOwn: a Slice that goes on does not change what was saved of it, nor the other way around.
func TestSliceStateIsItsOwn(t *testing.T) {
	t.Parallel()
	list := []string{"a", "b"}
	s := sliceOf(list...)
	fresh := saved(t, s, sliceOf(list...))
	drain(s.Record(run(pair{"a", nil}), nil))
	assert.Equal(t, []string{"a", "b"}, slices.Collect(fresh.Pending()))
	drain(fresh.Record(run(pair{"b", errRefused}), nil))
	assert.Equal(t, []string{"b"}, slices.Collect(s.Pending()))
	state, err := json.Marshal(fresh)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(state, s), "it takes the place of what was recorded")
	assert.Equal(t, []string{"a"}, slices.Collect(s.Pending()))
	list[0] = "x"
	assert.Equal(t, []string{"a"}, slices.Collect(s.Pending()), "the list is a copy")
	spaced, err := json.MarshalIndent(json.RawMessage(state), "", "  ")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(spaced, s), "engines and databases format JSON anew")
}

// FuzzSlice takes arbitrary states over. Either the Slice is unchanged, or it is one that says the same again.
func FuzzSlice(f *testing.F) {
	s := sliceOf("a", "b", "c")
	empty, err := json.Marshal(s)
	require.NoError(f, err)
	drain(s.Record(run(pair{"a", nil}, pair{"b", errRefused}, pair{"c", untag.ErrThrottled}), nil))
	state, err := json.Marshal(s)
	require.NoError(f, err)
	for _, seed := range []string{string(empty), string(state), "{}", "null", "[]", `{"version":1}`, `{"version":1,"final":"/w=="}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := sliceOf("a", "b", "c")
		if s.UnmarshalJSON(data) != nil {
			assert.Equal(t, 3, s.Open())
			assert.Empty(t, s.Refused())
			return
		}
		state, err := json.Marshal(s)
		require.NoError(t, err)
		again := sliceOf("a", "b", "c")
		require.NoError(t, json.Unmarshal(state, again))
		assert.Equal(t, s.Refused(), again.Refused())
		assert.Equal(t, slices.Collect(s.Pending()), slices.Collect(again.Pending()))
	})
}
