package bulk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// scripted plays a run of a plan call by call. Resources are "region/name".
type scripted struct {
	t    *testing.T
	plan *plan
	now  time.Time
}

func script(t *testing.T, change func(op *Operation)) *scripted {
	t.Helper()
	op := &Operation{
		Service: "ecs", Action: "UntagResources", Request: "UntagManyRequest", Field: "ResourceIDs", MaxResources: 4, MaxParts: 2,
		Scope: new(rpc.Service).ScopeOf, MaxThrottle: 10 * time.Second, MaxAttempts: 3,
		Backoff: func(n int) time.Duration { return time.Duration(n) * time.Second },
	}
	if change != nil {
		change(op)
	}
	return &scripted{t, newPlan(op, 100, false, func(string) int { return 8 }), time.Unix(0, 0)}
}

// read admits resources.
func (s *scripted) read(parts *Parts, names ...string) {
	for _, name := range names {
		region, _, _ := strings.Cut(name, "/")
		s.plan.admit(name, Place{Region: region, Key: strings.ToLower(name), Size: 10}, parts)
	}
}

// next returns the next call as "region from-to: names", "" if there is none.
func (s *scripted) next() (string, *batch) {
	b, _ := s.plan.next(s.now)
	if b == nil {
		return "", nil
	}
	var names []string
	for _, at := range b.members {
		_, name, _ := strings.Cut(s.plan.window.entries[at].resource, "/")
		names = append(names, name)
	}
	return fmt.Sprintf("%s %d-%d: %s", b.lane.group.region.name, b.lane.from, b.to, strings.Join(names, " ")), b
}

// call requires the next call to be want, and answers it.
func (s *scripted) call(want string, res result) {
	s.t.Helper()
	got, b := s.next()
	require.Equal(s.t, want, got)
	if b != nil {
		s.plan.learn(b, res, s.now)
	}
}

// outcomes returns what can be yielded as "name outcome".
func (s *scripted) outcomes() (all []string) {
	var batch [64]outcome
	for _, o := range batch[:s.plan.collect(batch[:])] {
		all = append(all, o.resource+" "+untag.OutcomeOf(o.err).String())
	}
	return all
}

func refusal(code string) result {
	return result{err: &untag.APIError{StatusCode: 400, Code: code, Kind: new(rpc.Service).Classify(400, code, "").Kind}}
}

var pass = result{}

// Each row is a run, told call by call without a clock or a goroutine.
func TestPlan(t *testing.T) {
	t.Parallel()
	two, four := &Parts{Sizes: []int{10, 10}}, &Parts{Sizes: []int{10, 10, 10, 10}}
	for name, tell := range map[string]func(t *testing.T, s *scripted){
		"nothing goes before a batch is full": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3")
			s.call("", pass)
			s.read(two, "a/4")
			s.call("a 0-2: 1 2 3 4", pass)
			assert.Equal(t, []string{"a/1 done", "a/2 done", "a/3 done", "a/4 done"}, s.outcomes())
		},
		"the input ends": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "b/1")
			s.plan.endInput()
			s.call("a 0-2: 1", pass)
			s.call("b 0-2: 1", pass)
			assert.Len(t, s.outcomes(), 2)
		},
		"one call at a time, until one has passed": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8", "b/1", "b/2", "b/3", "b/4")
			first, b := s.next()
			require.Equal(t, "a 0-2: 1 2 3 4", first)
			s.call("", pass)
			s.plan.stall(b)
			other, _ := s.next()
			require.Equal(t, "b 0-2: 1 2 3 4", other, "another region need not wait for a slow one")
			s.plan.learn(b, pass, s.now)
			s.call("a 0-2: 5 6 7 8", pass)
		},
		"groups of parts, the older first": func(_ *testing.T, s *scripted) {
			s.read(four, "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8")
			s.call("a 0-2: 1 2 3 4", pass)
			s.call("a 2-4: 1 2 3 4", pass)
			s.call("a 0-2: 5 6 7 8", pass)
		},
		"equal parts share calls": func(t *testing.T, s *scripted) {
			for i := range 8 {
				s.read(&Parts{ID: strconv.Itoa(i % 2), Sizes: []int{10}}, fmt.Sprint("a/", i))
			}
			s.call("a 0-1: 0 2 4 6", pass)
			s.call("a 0-1: 1 3 5 7", pass)
			assert.Len(t, s.plan.regions["a"].groups, 0, "and are forgotten")
		},
		"a long query: parts first, then resources": func(_ *testing.T, s *scripted) {
			s.read(&Parts{Sizes: []int{7950, 7950}}, "a/1", "a/2", "a/3", "a/4")
			s.call("a 0-1: 1 2 3 4", pass)
			s.call("a 1-2: 1 2 3 4", pass)
			s.read(&Parts{Sizes: []int{7980}}, "a/1", "a/2", "a/3", "a/4")
			s.call("a 0-1: 1 2", pass)
			s.call("", pass)
			s.read(&Parts{Sizes: []int{9000}}, "a/5", "a/6", "a/7", "a/8")
			s.call("a 0-1: 5", pass)
		},
		"a refused call is split, the culprit asked alone": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4")
			bad := refusal("InvalidResourceId.NotFound")
			s.call("a 0-2: 1 2 3 4", bad)
			s.call("a 0-2: 1", pass)
			s.call("a 0-2: 2", pass)
			s.call("a 0-2: 3", bad)
			s.call("a 0-2: 4", pass)
			assert.Equal(t, []string{"a/1 done", "a/2 done", "a/3 refused", "a/4 done"}, s.outcomes())
		},
		"spellings of one resource go one after another": func(t *testing.T, s *scripted) {
			s.read(two, "a/i", "a/I", "a/I", "a/j", "a/k", "a/l")
			s.call("a 0-2: i j k l", pass)
			s.plan.endInput()
			s.call("a 0-2: I", refusal("InvalidResourceId.NotFound"))
			assert.Equal(t, []string{"a/i done", "a/I refused", "a/I refused", "a/j done", "a/k done", "a/l done"}, s.outcomes())
		},
		"an item that is throttled goes again alone when it is due": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4")
			err := refusal("Throttling.User").err
			s.call("a 0-2: 1 2 3 4", result{failures: []Failure{{Resource: "a/2", Err: err, Scope: rpc.ScopeWait}}})
			b, wait := s.plan.next(s.now)
			require.Nil(t, b)
			require.Equal(t, time.Second, wait)
			s.now = s.now.Add(wait)
			s.call("a 0-2: 2", pass)
			assert.Len(t, s.outcomes(), 4)
		},
		"a stranger in an answer: each is asked alone": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4")
			bad := refusal("InvalidResourceId.NotFound")
			s.call("a 0-2: 1 2 3 4", result{failures: []Failure{{Resource: "?", Err: bad.err, Scope: rpc.ScopeResource}}})
			for _, name := range []string{"1", "2", "3"} {
				s.call("a 0-2: "+name, pass)
			}
			s.call("a 0-2: 4", bad)
			assert.Equal(t, []string{"a/1 done", "a/2 done", "a/3 done", "a/4 refused"}, s.outcomes())
		},
		"the window is full: the head's batch goes, and those of its neighbours": func(_ *testing.T, s *scripted) {
			s.read(&Parts{ID: "1", Sizes: []int{1}}, "a/1")
			s.read(&Parts{ID: "2", Sizes: []int{1}}, "a/2")
			s.call("", pass)
			s.plan.blocked, s.plan.idle = true, false
			s.call("a 0-1: 1", pass)
			s.call("a 0-1: 2", pass)
		},
		"the end settles what waits": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4", "a/5", "a/I", "a/i")
			_, b := s.next()
			s.plan.end(drainedError{}, false)
			s.call("", pass)
			s.plan.learn(b, pass, s.now)
			assert.Equal(t, []string{
				"a/1 done", "a/2 done", "a/3 done", "a/4 done", "a/5 not_attempted", "a/I not_attempted", "a/i not_attempted",
			}, s.outcomes())
			assert.True(t, s.plan.cut)
		},
		"a call without a verdict is not split, and the rest goes on": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8")
			s.call("a 0-2: 1 2 3 4", result{err: &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: errors.New("reset")}, lost: true})
			s.call("a 0-2: 5 6 7 8", pass)
			assert.Equal(t, []string{"a/1 unknown", "a/2 unknown", "a/3 unknown", "a/4 unknown", "a/5 done", "a/6 done", "a/7 done", "a/8 done"}, s.outcomes())
		},
		"what Before takes out": func(t *testing.T, s *scripted) {
			s.read(two, "a/1", "a/2", "a/3", "a/4")
			_, b := s.next()
			s.plan.learn(b, result{changes: []change{
				{b.members[0], Change{Err: errors.New("changed")}},
				{b.members[1], Change{Parts: &Parts{ID: "less", Sizes: []int{1}}}},
			}}, s.now)
			s.plan.endInput()
			s.call("a 0-1: 2", pass)
			assert.Equal(t, []string{"a/1 unknown", "a/2 done", "a/3 done", "a/4 done"}, s.outcomes(), "an error that is not ours tells nothing")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tell(t, script(t, nil))
		})
	}
}

// Whatever calls come to, in whatever order, each resource has one outcome, and the accounts are even.
func FuzzPlan(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte{0, 1, 2, 250, 3, 4, 5, 251, 6, 7, 252, 8, 9, 253, 10, 254, 255, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := script(t, nil)
		results := []result{
			pass, refusal("InvalidResourceId.NotFound"), refusal("Forbidden.RAM"), refusal("InvalidRegionId"), refusal("InvalidTagKey"),
			{err: &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: errors.New("reset")}, lost: true},
			{err: rpc.ErrNotStarted},
			{failures: []Failure{{Resource: "?", Err: errors.New("who"), Scope: rpc.ScopeResource}}},
			{failures: []Failure{{Resource: "a/3", Err: errors.New("busy"), Scope: rpc.ScopeRetry}}},
		}
		read, yielded := 0, 0
		var flying []*batch
		step := func(x byte) {
			for {
				_, b := s.next()
				if b == nil {
					break
				}
				flying = append(flying, b)
			}
			if len(flying) > 0 {
				i := int(x) % len(flying)
				b := flying[i]
				flying = slices.Delete(flying, i, i+1)
				s.plan.learn(b, results[int(x)/8%len(results)], s.now)
			}
			s.now = s.now.Add(time.Second)
			s.plan.idle = false
			yielded += len(s.outcomes())
		}
		for _, x := range data {
			if s.plan.window.size < 90 {
				s.read(&Parts{ID: string('a' + x%3), Sizes: make([]int, 1+x%3)}, fmt.Sprintf("%c/%d", "aab"[x%3], x%20), fmt.Sprintf("a/%c%d", "iI"[x%2], x%7))
				read += 2
			}
			if x > 100 {
				step(x)
			}
		}
		s.plan.endInput()
		for n := 0; s.plan.window.size > 0; n++ {
			step(byte(n))
			require.Less(t, n, 100_000, "it comes to an end")
		}
		require.Equal(t, read, yielded)
		for _, r := range s.plan.order {
			require.Zero(t, r.entries)
			require.Zero(t, r.out)
			require.Empty(t, r.groups)
		}
		require.Zero(t, s.plan.probing)
	})
}
