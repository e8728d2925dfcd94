package bulk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// simulation is a run of one region without time: up to flights calls are under way, and their answers come out of order.
type simulation struct {
	plan   *plan
	bad    func(resource int) bool
	random *rand.Rand

	flying   []*batch
	calls    int
	passes   []uint8 // by resource: calls that it passed in
	verdicts []uint8 // by resource: calls that it failed alone in
	fresh    [][]int // sets of untested resources, in order
}

var errBad = &untag.APIError{Code: "InvalidResourceId.NotFound", Kind: untag.ErrNotFound}

func newSimulation(limit, flights, resources int, seed uint64, bad func(int) bool) *simulation {
	op := &Operation{MaxResources: limit, Scope: func(error) rpc.Scope { return rpc.ScopeResource }}
	s := &simulation{
		plan:     newPlan(op, resources, false, func(string) int { return flights }),
		bad:      bad,
		random:   rand.New(rand.NewPCG(seed, 2)),
		passes:   make([]uint8, resources),
		verdicts: make([]uint8, resources),
	}
	for i := range resources {
		s.plan.admit(strconv.Itoa(i), Place{}, nil) // the ith entry
	}
	s.plan.order[0].trial.open, s.plan.open = true, 1
	s.plan.endInput()
	return s
}

func (s *simulation) policy() *policy { return s.plan.order[0].first }

// untested is how many resources wait in the lane.
func (s *simulation) untested() int {
	if g := s.plan.order[0].recent; g != nil {
		return g.lanes[0].queue.len()
	}
	return 0
}

// run goes on until every resource is settled.
func (s *simulation) run() *simulation {
	for s.step() {
	}
	return s
}

// step sends what may be sent and answers one of the older half of the calls in flight, if there are any.
func (s *simulation) step() bool {
	for b, _ := s.plan.next(time.Time{}); b != nil; b, _ = s.plan.next(time.Time{}) {
		s.calls++
		s.flying = append(s.flying, b)
		if b.tainted == 0 && !b.series {
			set := make([]int, len(b.members))
			for i, at := range b.members {
				set[i] = int(at)
			}
			s.fresh = append(s.fresh, set)
		}
	}
	if len(s.flying) == 0 {
		return false
	}
	i := s.random.IntN((len(s.flying) + 1) / 2)
	b := s.flying[i]
	s.flying = slices.Delete(s.flying, i, i+1)
	var res result
	for _, at := range b.members {
		if s.bad(int(at)) {
			res.err = errBad
		}
	}
	switch {
	case res.err == nil:
		for _, at := range b.members {
			s.passes[at]++
		}
	case len(b.members) == 1:
		s.verdicts[b.members[0]]++
	}
	s.plan.learn(b, res, time.Time{})
	return true
}

// requireSettled checks that every good resource passed once and every bad one got one verdict of its own.
func (s *simulation) requireSettled(t testing.TB) {
	t.Helper()
	for resource := range s.passes {
		if s.passes[resource]+s.verdicts[resource] != 1 {
			require.Failf(t, "not settled once", "resource %d: passed %d times, refused %d times",
				resource, s.passes[resource], s.verdicts[resource])
		}
	}
}

// randomly returns which resources are bad when each is with the chance share.
func randomly(resources int, share float64, seed uint64) func(int) bool {
	random := rand.New(rand.NewPCG(seed, 1))
	bad := make([]bool, resources)
	for i := range bad {
		bad[i] = random.Float64() < share
	}
	return func(resource int) bool { return bad[resource] }
}

// inClusters returns which resources are bad when they stand side by side, size of them.
func inClusters(resources int, share float64, size int, seed uint64) func(int) bool {
	random := rand.New(rand.NewPCG(seed, 3))
	bad := make([]bool, resources)
	for dead := 0; dead < int(share*float64(resources)); {
		from := random.IntN(resources - size)
		for i := from; i < from+size; i++ {
			if !bad[i] {
				bad[i] = true
				dead++
			}
		}
	}
	return func(resource int) bool { return bad[resource] }
}

// Bad resources that stand side by side cost little more than their own verdicts.
func TestCallsOfClusters(t *testing.T) {
	t.Parallel()
	resources, seeds := 100_000, uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for _, flights := range []int{8, 64} {
		for size, reach := range map[int]float64{20: 2, 100: 1.75, 500: 1.75} {
			calls := 0
			for seed := range seeds {
				s := newSimulation(50, flights, resources, seed, inClusters(resources, 0.01, size, seed)).run()
				s.requireSettled(t)
				calls += s.calls
			}
			multiple := float64(calls*50) / float64(uint64(resources)*seeds)
			t.Logf("1 %% bad in clusters of %3d, %2d batches in flight: %6.3f", size, flights, multiple)
			assert.LessOrEqual(t, multiple, reach)
		}
	}
}

// callsByShare is what runs cost at most, in multiples of a run in which nothing is bad.
// Resources and seeds are as many as a test has time for; BenchmarkCallsByShare takes more.
var callsByShare = []struct {
	share            float64
	resources, seeds int
	reach50, reach20 float64
}{
	{share: 0, resources: 100_000, seeds: 1, reach50: 1.001, reach20: 1.001},
	{share: 0.001, resources: 50_000, seeds: 10, reach50: 1.38, reach20: 1.14},
	{share: 0.01, resources: 10_000, seeds: 20, reach50: 4.8, reach20: 2.2},
	{share: 0.05, resources: 10_000, seeds: 10, reach50: 16.3, reach20: 6.5},
	{share: 0.20, resources: 10_000, seeds: 4, reach50: 41, reach20: 16.4},
	{share: 0.60, resources: 10_000, seeds: 2, reach50: 51, reach20: 20.4},
	{share: 1, resources: 10_000, seeds: 1, reach50: 51, reach20: 20.4},
}

func TestCallsByShare(t *testing.T) {
	t.Parallel()
	for _, row := range callsByShare {
		for limit, reach := range map[int]float64{50: row.reach50, 20: row.reach20} {
			t.Run(fmt.Sprintf("%g of %d", row.share, limit), func(t *testing.T) {
				t.Parallel()
				manyFlights := []int{8, 64}
				if testing.Short() {
					manyFlights = manyFlights[:1]
				}
				for _, flights := range manyFlights {
					multiple := callsOfRuns(t, limit, flights, row.resources, row.seeds, row.share)
					t.Logf("%2d batches in flight: %6.3f, bound %6.3f", flights, multiple, callsBound(limit, row.share))
					assert.LessOrEqual(t, multiple, reach)
				}
			})
		}
	}
}

// BenchmarkCallsByShare measures what runs of 100,000 resources cost, over 20 seeds: go test -bench CallsByShare -benchtime 1x.
func BenchmarkCallsByShare(b *testing.B) {
	for _, row := range callsByShare {
		for _, limit := range []int{50, 20} {
			for _, flights := range []int{1, 8, 64} {
				b.Run(fmt.Sprintf("share=%g/limit=%d/flights=%d", row.share, limit, flights), func(b *testing.B) {
					for b.Loop() {
						b.ReportMetric(callsOfRuns(b, limit, flights, 100_000, 20, row.share), "clean-runs")
					}
					b.ReportMetric(callsBound(limit, row.share), "bound")
				})
			}
		}
	}
}

// callsOfRuns returns the calls of runs with different seeds, in multiples of clean runs.
func callsOfRuns(t testing.TB, limit, flights, resources, seeds int, share float64) float64 {
	calls := 0
	for seed := range uint64(seeds) {
		s := newSimulation(limit, flights, resources, seed, randomly(resources, share, seed)).run()
		s.requireSettled(t)
		calls += s.calls
	}
	return float64(calls*limit) / float64(resources*seeds)
}

// callsBound returns what no procedure gets below, in multiples of a clean run.
func callsBound(limit int, share float64) float64 { return max(1, entropy(share)*float64(limit)) }

// entropy returns the bits that it takes to tell whether a resource is bad; a call answers one at most.
func entropy(share float64) float64 {
	if share == 0 || share == 1 {
		return 0
	}
	return -share*math.Log2(share) - (1-share)*math.Log2(1-share)
}

// A resource may be mended, or break, between two calls: whatever is answered, every resource is settled once.
func TestAnyAnswerIsBelieved(t *testing.T) {
	t.Parallel()
	const resources = 5_000
	asked := make([]int, resources)
	random := rand.New(rand.NewPCG(7, 7))
	for name, bad := range map[string]func(int) bool{
		"mended after the first call":  func(i int) bool { asked[i]++; return asked[i] == 1 && i%70 == 3 },
		"mended after the third call":  func(i int) bool { asked[i]++; return asked[i] <= 3 && i%70 == 3 },
		"mended before the last call":  func(i int) bool { asked[i]++; return asked[i] <= 5 && i%70 == 3 },
		"broken after the second call": func(i int) bool { asked[i]++; return asked[i] > 2 },
		"no sense at all":              func(int) bool { return random.IntN(100) == 0 },
	} {
		for _, flights := range []int{1, 8, 64} {
			clear(asked)
			s := newSimulation(50, flights, resources, 1, bad).run()
			s.requireSettled(t)
			assert.LessOrEqual(t, float64(s.calls), (1+surcharge)*resources+startAllowance, "%s, %d in flight", name, flights)
		}
	}
}
