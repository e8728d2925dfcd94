package pace

import (
	"math"
	"time"
)

const (
	// firstRate is where the search for an unknown quota begins, at least: what
	// was served of an opening burst tells little.
	firstRate = 10
	// outageRate is the least rate while nothing at all is served: the end of
	// an outage has to be noticed within two seconds.
	outageRate = 0.5
	// leastRate is the least rate of a service that serves a little.
	leastRate = 1.0 / 60
	// anyRate is more than any quota: beyond it the limiter is unlimited again.
	anyRate = 100_000

	// nearBad is the share of the bad rate from which it is as good as reached.
	nearBad = 0.95
	// sameBad is how much two bad rates may differ to confirm each other.
	sameBad = 0.15
	// maxSettled is how often confirmations double the stay near the bad rate.
	maxSettled = 4
	// firstProbe is the first step beyond the bad rate, as a share of the rate.
	// Steps double.
	firstProbe = 0.025
	// probeFrom is the rate that steps are shares of, up to four times the real
	// one. It lets those catch up who got little of a quota that several
	// processes share.
	probeFrom = 5

	// roundCalls have to succeed, for roundTime at least, before the rate is
	// raised with care.
	roundCalls = 4
	roundTime  = 500 * time.Millisecond
)

// cuts are the factors of slow-downs that follow each other, without a raise
// between them. The last one repeats.
var cuts = [...]float64{0.9, 0.9, 0.75, 0.5}

// learner finds the rate that the service allows. Limiter.mu guards it.
//
// A throttled call lowers the rate, once for all calls that started before, and
// the rate that it started at becomes the bad one. Rounds of successes raise it:
// they double it while it is below half of the bad rate, then halve the distance,
// stay near the bad rate for a while, and then try what is beyond, in steps that
// double. So it is back quickly after an outage, seldom throttled in the long
// run, and quick again when the quota has grown.
//
// Only calls that had to wait for their time make a round: while the demand is
// lower than the rate, nothing is learned about the rate.
type learner struct {
	ceiling float64 // the configured rate; 0: none
	rate    float64 // in calls per second; 0: unlimited
	bad     float64 // the rate that is too high; 0: not known
	good    float64 // the rate before it was raised, or before the first probe; 0: not raised since the slow-down
	probe   float64 // the last step beyond the bad rate; 0: none yet

	step    uint32        // counts the changes of the rate
	down    uint32        // step of the last slow-down: calls of earlier steps are its past
	calls   int           // successes in this round
	opened  time.Duration // when the first of them started
	served  bool          // a call that started after the slow-down succeeded
	trouble int           // slow-downs since the last raise
	settled int           // how often the bad rate was confirmed, at most maxSettled

	window  window
	history history
}

// interval is the time between two starts.
func (r *learner) interval() time.Duration { return interval(r.rate) }

// plain is the time between two starts that the configuration asks for.
func (r *learner) plain() time.Duration { return interval(r.ceiling) }

func interval(rate float64) time.Duration {
	if rate <= 0 {
		return 0
	}
	const most = 1 << 50 // 13 days: keeps sums of times from overflowing
	return time.Duration(min(float64(time.Second)/rate, most))
}

// success counts an answer and says whether it raised the rate.
func (r *learner) success(t Ticket) bool {
	r.history.add(t.start)
	r.served = r.served || t.step >= r.down
	if !t.paced || t.step != r.step || r.rate == 0 || r.rate == r.ceiling {
		return false
	}
	if r.calls == 0 {
		r.opened = t.start
	}
	r.calls++
	calls, length := r.round()
	if r.calls < calls || t.start-r.opened < length {
		return false
	}
	r.raise()
	return true
}

// far says that the bad rate is not known, or twice as high.
func (r *learner) far() bool { return r.bad == 0 || 2*r.rate < nearBad*r.bad }

// near says that the bad rate is as good as reached, or passed.
func (r *learner) near() bool { return r.rate >= nearBad*r.bad }

// round is how many calls have to succeed at this rate, and for how long, before
// it is raised.
func (r *learner) round() (calls int, length time.Duration) {
	switch {
	case r.far():
		return 1, 0
	case !r.near():
		return roundCalls, roundTime
	case r.probe == 0:
		return roundCalls, max(roundTime<<r.settled, r.window.round)
	default:
		return roundCalls, max(roundTime, r.window.round)
	}
}

func (r *learner) raise() {
	if r.probe == 0 {
		r.good = r.rate
	}
	r.trouble = 0
	switch {
	case r.far():
		r.set(2 * r.rate)
	case !r.near():
		r.set((r.rate + r.bad) / 2)
	default:
		r.probe = min(max(2*r.probe, firstProbe), 1)
		r.set(r.rate + r.probe*max(r.rate, min(4*r.rate, probeFrom)))
	}
}

// throttle learns from a throttled answer and says whether it changed the rate.
// The last pause ended at resumed.
func (r *learner) throttle(t Ticket, now, hint, resumed time.Duration) bool {
	if t.step < r.down {
		return false // the slow-down since then may well be enough
	}
	if r.window.told(hint) {
		return r.learnWindow(now, hint, resumed)
	}
	r.window = window{}
	if r.rate == 0 {
		r.trouble = 1
		r.lower(max(firstRate, float64(r.history.since(now-time.Second))))
		return true
	}
	// Throttling while nothing is served is an outage. It says nothing of the
	// rates on the way down: the bad one is where it began.
	if r.bad == 0 || r.served || r.trouble == 0 {
		r.settle(r.suspect())
	}
	rate := r.rate * cuts[min(r.trouble, len(cuts)-1)]
	if r.trouble == 0 && r.good > 0 {
		rate = max(min(rate, r.good), r.rate/2)
	}
	least := outageRate
	if r.served {
		least = leastRate
	}
	r.trouble++
	r.lower(max(rate, min(least, r.rate)))
	return true
}

// suspect is the rate that is to blame for throttling. After several small steps
// beyond the bad rate, the first may have been too much: tokens that the service
// had saved up hide that for a while.
func (r *learner) suspect() float64 {
	if r.probe > 0 && 2*r.good >= r.rate {
		return r.good * (1 + 2*firstProbe)
	}
	return r.rate
}

// settle makes rate the bad one.
func (r *learner) settle(rate float64) {
	if math.Abs(rate-r.bad) <= sameBad*r.bad {
		r.settled = min(r.settled+1, maxSettled)
	} else {
		r.settled = 0
	}
	r.bad = rate
}

// lower sets the rate after throttling.
func (r *learner) lower(rate float64) {
	r.set(rate)
	r.down, r.served, r.good, r.probe = r.step, false, 0, 0
}

func (r *learner) set(rate float64) {
	if r.ceiling > 0 {
		rate = min(rate, r.ceiling)
	} else if rate > anyRate {
		rate, r.bad, r.good, r.probe = 0, 0, 0, 0
	}
	r.rate, r.calls = rate, 0
	r.step++
}
