package bulk

// policy chooses how many resources the next call takes, when a call that fails tells only that at least one of them is bad.
//
// # The procedure
//
// It is nested group testing (Sobel and Groll, 1959). A set of untested resources is called. If it passes, all are done.
// If it fails, it is tainted, and a part of it is called. If the part passes, it is done and the rest is tainted;
// if the part fails, it is the tainted set, and of the rest nothing more is known than before: it goes back to the untested
// when the first bad one is found. Halving would go on to search that rest, although it is most likely good; here it rides in
// the next large set.
// A culprit that is found by elimination is still called, alone, because its own error and request ID are wanted.
//
// # The numbers
//
// Let each resource be bad with chance p, and q = 1-p. Resources are settled in order, up to and including the first bad one,
// whatever the sizes of the parts. So a fresh set of n settles (1-qⁿ)/p resources on average, and the parts only decide
// how many calls it takes to find the first bad one of a tainted set of m:
//
//	cost(1) = 1                                      the call for its own verdict
//	cost(m) = min over x of 1 + P(x passes) · cost(m-x) + P(x fails) · cost(x)
//	          P(x passes) = (qˣ-qᵐ)/(1-qᵐ), and nothing more to pay if x = 1 fails: that call was the verdict
//
// The price of a resource is that of the best fresh set: min over n of (1 + (1-qⁿ) · cost(n)) · p/(1-qⁿ).
// Whatever a set costs above this price is regret. As p is not known, policy takes the size with the least regret,
// weighed by its estimate of p. For 50 resources a call and p of 0.1 %, 1 %, 5 %, 20 % the price is
// 1.33, 4.29, 15.3, 39.0 fiftieths of a call; no procedure gets below 1, 4.04, 14.3, 36.1 (the entropy of p). From 35 % on, singles are best.
//
// # Neighbours
//
// All this takes the resources for independent. Often they are not: a scaling group was deleted, and its instances stand
// side by side in the list. So policy also learns the chance that the resource behind a bad one is bad, too. While that is
// more likely than not, a batch that is refused is asked for its first resource, and those behind a bad one are called one by
// one until one passes; and these calls teach nothing of the share, which is that of resources behind good ones.
// With 1 % bad in clusters of 100 a run costs 1.6 clean runs then, instead of 2.5: 1, 0.5 for the verdicts, and 0.1.
//
// # The allowance
//
// The estimate can be fooled; the bill cannot. A call of one resource always settles it. A call of several
// takes one from the allowance, which is what the run may spend beyond single calls, and needs one to be there.
// So calls ≤ 1.01 · settled + startAllowance, whatever is bad and in whatever order.
//
// A policy is not safe for concurrent use.
type policy struct {
	table     *shareTable
	estimate  estimate
	allowance float64
	want      int       // the size of the next set of untested resources
	behind    float64   // the chance that a resource behind a bad one is bad
	regrets   []float64 // scratch, by size
}

const (
	surcharge      = 0.01 // calls that a run may spend beyond one for each resource
	startAllowance = 64   // as many large first sets may be in flight before the first answer

	negligible = 1e-3 // weight below which a share has no say in a size

	firstBehind = 0.45     // the chance that is expected of a resource behind a bad one
	behindStep  = 1.0 / 16 // the weight of the latest one of those
)

// newPolicy returns the policy for calls of at most limit resources. It expects nothing, so it starts with full sets.
func newPolicy(limit int) *policy {
	p := &policy{
		table:     shareTableFor(limit),
		estimate:  newEstimate(),
		allowance: startAllowance,
		behind:    firstBehind,
		regrets:   make([]float64, limit+1),
	}
	p.want = p.fresh(limit)
	return p
}

// neighbour takes in the verdict on a resource behind a bad one.
func (p *policy) neighbour(bad bool) {
	seen := 0.0
	if bad {
		seen = 1
	}
	p.behind += (seen - p.behind) * behindStep
}

// clustered reports whether the resources behind a bad one should be called one by one.
func (p *policy) clustered() bool { return p.behind > 0.5 }

// fresh returns the size of the next set of untested resources, 1 to limit.
func (p *policy) fresh(limit int) int {
	limit = min(limit, p.table.limit)
	if limit <= 1 || p.allowance < 1 {
		return 1
	}
	return p.leastRegret(limit, func(s *shareRow, regrets []float64, weight float64) {
		for n := 1; n < len(regrets); n++ {
			regrets[n] += weight * s.regret[n]
		}
	})
}

// part returns how many of n tainted resources the next call takes: 1 to n-1, and 1 of 1.
func (p *policy) part(n int) int {
	if n <= 2 || p.allowance < 1 {
		return 1
	}
	return p.leastRegret(n-1, func(s *shareRow, regrets []float64, weight float64) {
		for x := 1; x < len(regrets); x++ {
			regrets[x] += weight * s.partCost(x, n)
		}
	})
}

// leastRegret returns the size, 1 to limit, with the least regret summed over the shares.
func (p *policy) leastRegret(limit int, add func(s *shareRow, regrets []float64, weight float64)) int {
	regrets := p.regrets[:limit+1]
	clear(regrets)
	for i, weight := range p.estimate.weights {
		if weight >= negligible {
			add(&p.table.rows[i], regrets, weight)
		}
	}
	best := 1
	for n := 2; n <= limit; n++ {
		if regrets[n] <= regrets[best] {
			best = n
		}
	}
	return best
}

// sent notes that a call of n resources is about to be sent.
func (p *policy) sent(n int) {
	if n > 1 {
		p.allowance--
		p.replan()
	}
}

// unsent takes back what sent noted, for a call that came to no verdict.
func (p *policy) unsent(n int) {
	if n > 1 {
		p.allowance++
		p.replan()
	}
}

// learn takes in the verdict on a call of n resources. They were taken from a tainted set of tainted resources, 0 if
// untested; set is where the splits began.
//
// Among clusters, a set that begins inside one says nothing of the share of those outside, and neither do its parts. So a
// set that fails is counted when its first bad resource is known, and only if a good one stands before that.
func (p *policy) learn(passed bool, n, tainted int, set *origin) {
	set.passed = set.passed || passed
	switch {
	case set.untold > 0 && (passed || n > 1):
	case set.untold > 0:
		if set.passed {
			p.failed(set.untold, 0)
		}
		set.untold = 0
	case !passed && n > 1 && tainted == 0 && p.clustered():
		set.untold = n
	case passed:
		p.passed(n, tainted)
	default:
		p.failed(n, tainted)
	}
	switch {
	case n == 1:
		p.allowance += surcharge
	case passed:
		p.allowance += float64(n) * (1 + surcharge)
	}
	p.replan()
}

func (p *policy) replan() { p.want = p.fresh(p.table.limit) }

// passed notes that a call of n resources passed.
func (p *policy) passed(n, tainted int) {
	if n == tainted { // it should have failed: the resource was mended meanwhile, which says nothing of others
		return
	}
	p.estimate.observe(func(i int) float64 { return p.table.rows[i].pass(n, tainted) })
}

// failed notes that a call of n resources failed.
func (p *policy) failed(n, tainted int) {
	if n == tainted { // as it had to
		return
	}
	p.estimate.observe(func(i int) float64 { return 1 - p.table.rows[i].pass(n, tainted) })
}
