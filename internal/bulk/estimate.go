package bulk

import (
	"math"
	"sync"
)

const (
	gridSize  = 40   // shares an estimate tells apart, each about 1.5 times the odds of the one before
	gridFloor = 1e-5 // at the lowest share every set is as large as it may be
	gridTop   = 0.97 // from about 0.35 on every set is a single resource

	// drift is the chance that the share jumps anywhere between two answers.
	// It keeps a long calm stretch from making the estimate deaf.
	drift = 0.0005

	// doubt is the chance that an answer says nothing about the share of those still untested, because its call
	// was sent before the share changed. It keeps a few late answers from undoing what newer ones have shown.
	// The price is that shares below 0.1 % are taken for lower still, where sets are full either way.
	doubt = 0.03
)

// gridShares are evenly spaced in log odds: nothing is known beforehand, not even the order of magnitude.
var gridShares = func() (shares [gridSize]float64) {
	low, high := logOdds(gridFloor), logOdds(gridTop)
	for i := range shares {
		odds := math.Exp(low + (high-low)*float64(i)/(gridSize-1))
		shares[i] = odds / (1 + odds)
	}
	return shares
}()

func logOdds(share float64) float64 { return math.Log(share / (1 - share)) }

// shareRow is what follows from one share: all slices are indexed by the size of a set.
type shareRow struct {
	clean  []float64 // chance that none is bad: qⁿ
	cost   []float64 // calls to find the first bad one of a tainted set
	regret []float64 // calls that a fresh set costs beyond the price of what it settles
}

// shareTable has a row for each share of the grid. It is never changed, so all runs with the same limit share it.
type shareTable struct {
	limit int
	rows  [gridSize]shareRow
}

var shareTables sync.Map // limit -> func() *shareTable

// shareTableFor returns the table for sets of at most limit resources: a fraction of a millisecond and 50 KB, once for each limit.
func shareTableFor(limit int) *shareTable {
	table, _ := shareTables.LoadOrStore(limit, sync.OnceValue(func() *shareTable { return newShareTable(limit) }))
	return table.(func() *shareTable)()
}

func newShareTable(limit int) *shareTable {
	t := &shareTable{limit: limit}
	for i, share := range gridShares {
		t.rows[i] = newShareRow(share, limit)
	}
	return t
}

func newShareRow(share float64, limit int) shareRow {
	r := shareRow{
		clean:  make([]float64, limit+1),
		cost:   make([]float64, limit+1),
		regret: make([]float64, limit+1),
	}
	r.clean[0] = 1
	for n := 1; n <= limit; n++ {
		r.clean[n] = r.clean[n-1] * (1 - share)
	}
	r.cost[1] = 1
	for n := 2; n <= limit; n++ {
		r.cost[n] = math.Inf(1)
		for x := 1; x < n; x++ {
			r.cost[n] = min(r.cost[n], r.partCost(x, n))
		}
	}
	price := r.price(share)
	for n := 1; n <= limit; n++ {
		r.regret[n] = r.freshCost(n) - price*r.settled(n, share)
	}
	return r
}

// price returns the calls that a resource costs when fresh sets have the best size.
func (r *shareRow) price(share float64) float64 {
	price := math.Inf(1)
	for n := 1; n < len(r.clean); n++ {
		price = min(price, r.freshCost(n)/r.settled(n, share))
	}
	return price
}

// settled returns how many resources of a fresh set of n get their verdict on average before the rest is untested again.
func (r *shareRow) settled(n int, share float64) float64 { return (1 - r.clean[n]) / share }

// freshCost returns the calls that a fresh set of n takes on average.
func (r *shareRow) freshCost(n int) float64 { return 1 + (1-r.clean[n])*r.afterFailure(n) }

// partCost returns the calls that n tainted resources take on average when x of them are called next.
func (r *shareRow) partCost(x, n int) float64 {
	pass := r.pass(x, n)
	return 1 + pass*r.cost[n-x] + (1-pass)*r.afterFailure(x)
}

// afterFailure returns the calls still to come when a call of n has failed: none after one that was alone.
func (r *shareRow) afterFailure(n int) float64 {
	if n == 1 {
		return 0
	}
	return r.cost[n]
}

// pass returns the chance that a call of x passes: of x untested resources, or of x out of a tainted set.
func (r *shareRow) pass(x, tainted int) float64 {
	if tainted == 0 {
		return r.clean[x]
	}
	return (r.clean[x] - r.clean[tainted]) / (1 - r.clean[tainted])
}

// estimate is what the answers so far say about the share of bad resources: a weight for each share of the grid,
// all of them 1 together (a hidden Markov model of a share that seldom jumps).
//
// An answer is weighed by its chance given what was known when its call was sent, so it counts as soon as it comes.
// Counting bad resources among those settled would not do: a good set settles in one call, a bad resource in many,
// so with many batches in flight the count runs ahead with the good ones.
type estimate struct {
	weights [gridSize]float64
}

func newEstimate() estimate {
	var e estimate
	for i := range e.weights {
		e.weights[i] = 1.0 / gridSize
	}
	return e
}

// observe weighs every share by the chance that it gave to the answer that came.
func (e *estimate) observe(chance func(share int) float64) {
	sum := 0.0
	for i := range e.weights {
		e.weights[i] *= (1-doubt)*chance(i) + doubt/2
		sum += e.weights[i]
	}
	for i := range e.weights {
		e.weights[i] = (1-drift)*e.weights[i]/sum + drift/gridSize
	}
}
