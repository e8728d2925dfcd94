package cleanup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func intent(run int, value string) fact {
	return fact{run: run, op: opIntent, pairs: []pair{{"team", value}}}
}

func said(run int, o op, state State, value string) fact {
	return fact{run: run, op: o, state: state, pairs: []pair{{"team", value}}}
}

func verdict(run int, state State) fact { return said(run, opVerdict, state, "") }

// TestHistory is the rule of what is ours: what Restore puts back, and what is called AlreadyGone.
func TestHistory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		facts   []fact
		state   State
		ours    bool   // Restore is to put it back
		value   string // which
		pending bool   // Remove has something to do
	}{
		{name: "found", state: Pending, value: "a", pending: true},
		{"killed between intent and call", []fact{intent(1, "b")}, Unknown, true, "b", true},
		{"removed", []fact{intent(1, "b"), verdict(1, Removed)}, Removed, true, "b", false},
		{"gone before any intent", []fact{verdict(1, AlreadyGone)}, AlreadyGone, false, "a", false},
		{"changed before any intent", []fact{said(1, opVerdict, Changed, "x")}, Changed, false, "a", true},
		{"refused", []fact{intent(1, "b"), verdict(1, Refused)}, Refused, false, "b", true},
		{"not attempted after an intent", []fact{intent(1, "b"), verdict(1, NotAttempted)}, NotAttempted, false, "b", true},
		{"refused, then gone by others", []fact{intent(1, "b"), verdict(1, Refused), verdict(2, Unknown)}, Unknown, false, "b", true},
		{"unknown, then gone", []fact{intent(1, "b"), verdict(1, Unknown), verdict(2, Unknown)}, Unknown, true, "b", true},
		{"killed, then refused", []fact{intent(1, "b"), intent(2, "b"), verdict(2, Refused)}, Refused, true, "b", true},
		{"killed, then not attempted", []fact{intent(1, "b"), verdict(2, NotAttempted)}, Unknown, true, "b", true},
		{"killed, then changed and removed", []fact{intent(1, "b"), intent(2, "c"), verdict(2, Removed)}, Removed, true, "c", false},
		{"killed, then gone", []fact{intent(1, "b"), verdict(2, Unknown)}, Unknown, true, "b", true},
		{"two attempts of one run, refused", []fact{intent(1, "b"), intent(1, "c"), verdict(1, Refused)}, Refused, false, "c", true},
		{"verified", []fact{intent(1, "b"), verdict(1, Removed), said(2, opVerify, Gone, "")}, Gone, true, "b", false},
		{"came back", []fact{intent(1, "b"), verdict(1, Removed), said(2, opVerify, StillListed, "z")}, StillListed, true, "b", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHistory("cn-hangzhou", row{Name: "ecs/instance/i-1", Via: untag.ServiceECS, Pairs: []pair{{"team", "a"}}})
			for _, f := range test.facts {
				stored, err := readFact(f.append(nil))
				require.NoError(t, err)
				require.True(t, h.apply(stored))
			}
			k := &h.keys[0]
			require.Equal(t, test.state, k.state())
			require.Equal(t, test.ours, k.mayBeOurs())
			require.Equal(t, test.ours, k.toRestore())
			require.Equal(t, test.value, k.saved())
			require.Equal(t, test.pending, k.toRemove())
		})
	}
}

func TestRestoredOnce(t *testing.T) {
	t.Parallel()
	for state, again := range map[State]bool{Restored: false, InPlace: false, Kept: true, NotRestored: true} {
		h := newHistory("cn-hangzhou", row{Pairs: []pair{{"team", "a"}}})
		for _, f := range []fact{intent(1, "a"), verdict(1, Removed), said(2, opWrite, Pending, ""), said(2, opRestore, state, "x")} {
			require.True(t, h.apply(f))
		}
		require.Equal(t, again, h.keys[0].toRestore(), state)
		require.Equal(t, state, h.keys[0].state())
	}
}

func TestStrayFact(t *testing.T) {
	t.Parallel()
	h := newHistory("cn-hangzhou", row{Pairs: []pair{{"a", ""}, {"c", ""}}})
	require.False(t, h.apply(fact{op: opVerdict, pairs: []pair{{"b", ""}}}))
}

func TestRounds(t *testing.T) {
	t.Parallel()
	k := keyHistory{remove: Removed}
	require.True(t, k.toVerify(5))
	k.apply(said(5, opVerify, Gone, ""), "")
	require.False(t, k.toVerify(5), "in the same round")
	require.True(t, k.toVerify(6), "in the next one")
	for state, want := range map[State]bool{Pending: false, Refused: false, Changed: false, NotAttempted: false, AlreadyGone: true, Unknown: true} {
		k := keyHistory{remove: state}
		require.Equal(t, want, k.toVerify(1), state)
	}
}

// TestResults has the keys of a resource in as many states as they are in.
func TestResults(t *testing.T) {
	t.Parallel()
	h := newHistory("cn-hangzhou", row{Name: "ecs/instance/i-1", Via: untag.ServiceECS, Pairs: []pair{{"a", "1"}, {"b", "2"}, {"c", "3"}}})
	require.True(t, h.apply(fact{run: 1, op: opIntent, pairs: []pair{{"a", "1"}, {"c", "9"}}}))
	require.True(t, h.apply(fact{run: 1, op: opVerdict, state: Removed, pairs: []pair{{"a", ""}, {"c", ""}}}))
	want := Resource{Service: "ecs", Account: "1", Region: "cn-hangzhou", Type: "instance", ID: "i-1", ARN: "arn:acs:ecs:cn-hangzhou:1:instance/i-1"}
	require.Equal(t, []Result{
		{Resource: want, Keys: []string{"a", "c"}, State: Removed, Tags: []untag.Tag{{Key: "a", Value: "1"}, {Key: "c", Value: "9"}}},
		{Resource: want, Keys: []string{"b"}, State: Pending},
	}, h.results("1", "cn-hangzhou"))
}
