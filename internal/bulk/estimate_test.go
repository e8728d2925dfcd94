package bulk

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// share returns the median share of the estimate.
func (e *estimate) share() float64 {
	sum := 0.0
	for i, weight := range e.weights {
		if sum += weight; sum >= 0.5 {
			return gridShares[i]
		}
	}
	return gridTop
}

func TestGridCoversEveryOrderOfMagnitude(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, gridFloor, gridShares[0], 1e-12)
	assert.InDelta(t, gridTop, gridShares[gridSize-1], 1e-12)
	assert.IsIncreasing(t, gridShares[:])
}

// The prices were computed by a separate program from the formulas in the comment of policy.
func TestPrice(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		share            float64
		price50, price20 float64
	}{
		{0.0001, 1.033, 1.011},
		{0.001, 1.329, 1.105},
		{0.003, 1.986, 1.316},
		{0.01, 4.294, 2.054},
		{0.05, 15.334, 6.134},
		{0.2, 39.016, 15.607},
		{0.3, 49.338, 19.735},
		{0.35, 50, 20},
		{0.6, 50, 20},
	} {
		row50, row20 := newShareRow(row.share, 50), newShareRow(row.share, 20)
		assert.InDelta(t, row.price50, 50*row50.price(row.share), 6e-4, "%g", row.share)
		assert.InDelta(t, row.price20, 20*row20.price(row.share), 6e-4, "%g", row.share)
	}
}

// The cost of a tainted set is what the procedure takes on average over every possible set.
func TestCostByEnumeration(t *testing.T) {
	t.Parallel()
	const size = 9
	for _, share := range []float64{0.01, 0.1, 0.3, 0.6} {
		row := newShareRow(share, size)
		sum, calls := 0.0, 0.0
		for pattern := uint(1); pattern < 1<<size; pattern++ {
			bad := bits.OnesCount(pattern)
			chance := math.Pow(share, float64(bad)) * math.Pow(1-share, float64(size-bad))
			sum += chance
			calls += chance * float64(callsToFirst(&row, bits.TrailingZeros(pattern), size))
		}
		assert.InDelta(t, calls/sum, row.cost[size], 1e-9, "%g", share)
		assert.InDelta(t, 1-row.clean[size], sum, 1e-9)
	}
}

// callsToFirst plays the procedure on n tainted resources, of which the one at first is the first bad one.
func callsToFirst(row *shareRow, first, n int) int {
	if n == 1 {
		return 1
	}
	x := 1
	for other := 2; other < n; other++ {
		if row.partCost(other, n) < row.partCost(x, n) {
			x = other
		}
	}
	switch {
	case first >= x:
		return 1 + callsToFirst(row, first-x, n-x)
	case x == 1:
		return 1
	default:
		return 1 + callsToFirst(row, first, x)
	}
}

func TestRegretIsNeverNegative(t *testing.T) {
	t.Parallel()
	for _, row := range shareTableFor(50).rows {
		least := math.Inf(1)
		for _, regret := range row.regret[1:] {
			least = min(least, regret)
		}
		assert.InDelta(t, 0, least, 1e-9)
	}
}

func TestShareTableIsMadeOnce(t *testing.T) {
	t.Parallel()
	assert.Same(t, shareTableFor(50), shareTableFor(50))
	assert.NotSame(t, shareTableFor(50), shareTableFor(20))
}

// With 64 batches in flight good sets settle long before bad resources do: the estimate must not mind.
func TestEstimateIsNotBiasedByCallsInFlight(t *testing.T) {
	t.Parallel()
	for _, share := range []float64{0.003, 0.01, 0.05, 0.2, 0.6} {
		for _, flights := range []int{1, 64} {
			const seeds = 3
			logs, count := 0.0, 0.0
			for seed := range uint64(seeds) {
				s := newSimulation(50, flights, 8000, seed, randomly(8000, share, seed))
				for steps := 0; s.untested() > 0; steps++ {
					if s.step(); steps > 50 {
						logs += math.Log(s.policy().estimate.share())
						count++
					}
				}
			}
			assert.InEpsilon(t, share, math.Exp(logs/count), 0.3, "%g, %d in flight", share, flights)
		}
	}
}

func TestEstimateFollowsAJump(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	p := newPolicy(50)
	answers := func(share float64, enough func(float64) bool) int {
		for count := 1; ; count++ {
			n := p.fresh(50)
			good := true
			for range n {
				good = good && random.Float64() >= share
			}
			if p.sent(n); good {
				p.passed(n, 0)
			} else {
				p.failed(n, 0)
			}
			if enough(p.estimate.share()) || count == 1000 {
				return count
			}
		}
	}
	low := func(share float64) bool { return share < 0.003 }
	high := func(share float64) bool { return share > 0.35 }
	assert.LessOrEqual(t, answers(0.001, low), 60)
	assert.LessOrEqual(t, answers(0.6, high), 20)
	assert.LessOrEqual(t, answers(0.001, low), 60)
	assert.LessOrEqual(t, answers(0.6, high), 20)
}

func TestAnswersThatNoShareAllowsAreSurvived(t *testing.T) {
	t.Parallel()
	e := newEstimate()
	sum := 0.0
	for range 1000 {
		e.observe(func(int) float64 { return 0 })
	}
	for _, weight := range e.weights {
		sum += weight
	}
	assert.InDelta(t, 1, sum, 1e-9)
}
