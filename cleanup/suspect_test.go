package cleanup

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	type read struct {
		at    float64 // seconds; a read takes a tenth
		value string  // "-": absent, "!": failed
	}
	for _, test := range []struct {
		name  string
		reads []read
		state State
		value string
	}{
		{"gone", []read{{0, "-"}, {3.2, "-"}}, Gone, ""},
		{"one read is no proof", []read{{0, "-"}}, Pending, ""},
		{"two reads too close", []read{{0, "-"}, {3, "-"}}, Pending, ""},
		{"a failed read between", []read{{0, "-"}, {3.2, "!"}, {6.4, "-"}}, Gone, ""},
		{"seen between", []read{{0, "-"}, {3.2, "a"}, {6.4, "-"}}, Pending, ""},
		{"lags, then gone", []read{{0, "a"}, {3.2, "a"}, {6.4, "-"}, {9.6, "-"}}, Gone, ""},
		{"listed before the deadline", []read{{0, "a"}, {9, "a"}}, Pending, ""},
		{"listed at the deadline", []read{{0, "a"}, {10, "b"}}, StillListed, "b"},
		{"came back", []read{{0, "-"}, {10, "z"}}, StillListed, "z"},
		{"absent once at the deadline", []read{{0, "a"}, {10, "-"}}, Pending, ""},
		{"and proved after it", []read{{0, "a"}, {10, "-"}, {13.2, "-"}}, Gone, ""},
		{"and listed after it", []read{{0, "a"}, {10, "-"}, {13.2, "a"}}, StillListed, "a"},
		{"never read", []read{{0, "!"}, {5, "!"}, {10, "!"}}, Unverified, ""},
		{"not read yet", []read{{0, "!"}, {5, "!"}}, Pending, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := suspect{keys: []suspectKey{{key: "team"}}}
			start := time.Unix(1000, 0)
			done := false
			for i, r := range test.reads {
				require.False(t, done, "read %d", i)
				shown := present{values: map[string]string{"team": r.value}}
				switch r.value {
				case "-":
					shown.values = nil
				case "!":
					shown = present{err: broken}
				}
				begun := start.Add(time.Duration(r.at * float64(time.Second)))
				done = s.judge(shown, begun, begun.Add(100*time.Millisecond), 9900*time.Millisecond)
			}
			require.Equal(t, test.state != Pending, done)
			require.Equal(t, test.state, s.keys[0].state)
			if test.state == StillListed {
				require.Equal(t, test.value, s.keys[0].value)
			}
			outcomes := s.outcomes("1", "cn-hangzhou", broken)
			require.Len(t, outcomes, 1)
			require.Equal(t, test.state == Unverified, outcomes[0].err != nil)
		})
	}
}

// TestJudgeKeys has each key of a resource its own state.
func TestJudgeKeys(t *testing.T) {
	t.Parallel()
	s := suspect{keys: []suspectKey{{key: "a"}, {key: "b"}, {key: "c"}}}
	now := time.Unix(1000, 0)
	require.False(t, s.judge(present{values: map[string]string{"b": "1", "c": "2"}}, now, now, time.Minute))
	now = now.Add(readApart)
	require.False(t, s.judge(present{values: map[string]string{"b": "1"}}, now, now, time.Minute))
	now = now.Add(time.Minute)
	require.True(t, s.judge(present{values: map[string]string{"b": "3"}}, now, now, time.Minute))
	got := make(map[State][]string)
	for _, o := range s.outcomes("1", "cn-hangzhou", nil) {
		got[o.State] = o.Keys
	}
	require.Equal(t, map[State][]string{Gone: {"a", "c"}, StillListed: {"b"}}, got)
}
