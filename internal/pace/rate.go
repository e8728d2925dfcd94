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

	// atLimit is the share of the limit from which it is as good as reached.
	atLimit = 0.95
	// sameLimit is how much two limits may differ to confirm each other.
	sameLimit = 0.15
	// maxConfirmed is how often confirmations double the stay at the limit.
	maxConfirmed = 3
	// firstProbe is the first step beyond the limit. Steps double.
	firstProbe = 0.025
	// probeBase is the rate at which a step is that share of the rate. It grows
	// as the square root of the rate does: of several processes that share a
	// quota, the slower ones catch up.
	probeBase = 50

	// giveWay is what is left of a limit at which calls are throttled that were
	// served before.
	giveWay = 0.95

	// roundCalls have to succeed, for roundTime at least, before the rate is
	// raised with care.
	roundCalls = 4
	roundTime  = 500 * time.Millisecond
)

// decrease are the factors of back-offs that follow each other without a raise
// between them. The last one repeats.
var decrease = [...]float64{0.9, 0.9, 0.75, 0.5}

// learner finds the rate that the service allows. It is guarded by what holds it.
//
// It is additive increase, multiplicative decrease with a memory, as TCP CUBIC
// has it. A throttled call lowers the rate by a factor (a back-off), once for all
// calls that started before, and the rate that it started at is the limit from
// then on. Rounds of successes raise it in three phases:
//
//	search   below half of the limit, or while none is known: doubled with every success
//	approach below the limit: half of the distance with every round
//	probe    at the limit: stay for some rounds, longer each time that the limit was
//	         confirmed, and then try what is beyond, in steps that double
//
// For example, the quota is 100 calls a second, and the rate 120 when the first
// call is throttled. The limit is 120 and the rate 108, then 97. With nothing
// throttled, it rises to 108 and 114, which is at the limit. If calls are throttled
// on the way, at 108, that is the limit now; and so on, until probes of 2.5 and 5
// a second beyond 100 are refused and taken back at once. If the quota grows, the
// probes are not refused, and double.
//
// Only calls that had to wait for their time make a round: while the demand is
// lower than the rate, nothing is learned about the rate.
type learner struct {
	ceiling float64 // the configured rate; 0: none
	rate    float64 // in calls per second; 0: unlimited
	limit   float64 // the rate that is too high; 0: not known
	before  float64 // the rate before it was raised, or before the first probe; 0: not raised since the last back-off
	probe   float64 // the last step beyond the limit, as a share; 0: none yet

	step      uint32        // counts the changes of the rate
	backedOff uint32        // step of the last back-off: calls of earlier steps are its past
	calls     int           // successes in this round
	opened    time.Duration // when the first of them started
	served    bool          // a call that started after the back-off succeeded
	backOffs  int           // since the last raise
	confirmed int           // how often the limit was, at most maxConfirmed

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
	r.served = r.served || t.step >= r.backedOff
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

// searching says that the limit is not known, or twice as high.
func (r *learner) searching() bool { return r.limit == 0 || 2*r.rate < atLimit*r.limit }

// arrived says that the limit is as good as reached, or passed.
func (r *learner) arrived() bool { return r.rate >= atLimit*r.limit }

// round is how many calls have to succeed at this rate, and for how long, before
// it is raised.
func (r *learner) round() (calls int, length time.Duration) {
	switch {
	case r.searching():
		return 1, 0
	case !r.arrived():
		return roundCalls, roundTime
	case r.probe == 0:
		return roundCalls, max(roundTime<<r.confirmed, r.window.round)
	default:
		return roundCalls, max(roundTime, r.window.round)
	}
}

// raise ends a round. At a rate of 10 and a limit of 40 it goes to 20 (search),
// 30, 35, 37.5 and 38.75 (approach); and from there, in probes, by 2.5, 5 and 10 %
// of √(38.75·50) = 44, to 39.9, 42.1 and 46.5.
func (r *learner) raise() {
	if r.probe == 0 {
		r.before = r.rate
	}
	r.backOffs = 0
	switch {
	case r.searching():
		r.set(2 * r.rate)
	case !r.arrived():
		r.set((r.rate + r.limit) / 2)
	default:
		r.probe = min(max(2*r.probe, firstProbe), 1)
		r.set(r.rate + r.probe*min(4*r.rate, math.Sqrt(r.rate*probeBase)))
	}
}

// throttle learns from a throttled answer and says whether it changed the rate.
// The last pause ended at resumed.
func (r *learner) throttle(t Ticket, now, hint, resumed time.Duration) bool {
	if t.step < r.backedOff {
		return false // the back-off since then may well be enough
	}
	if r.window.told(hint) {
		return r.learnWindow(now, hint, resumed)
	}
	r.window = window{}
	if r.rate == 0 {
		r.backOffs = 1
		r.backOff(max(firstRate, float64(r.history.since(now-time.Second))))
		return true
	}
	// Throttling while nothing is served is an outage. It says nothing of the
	// rates on the way down: the limit is where it began.
	if r.limit == 0 || r.served || r.backOffs == 0 {
		r.setLimit(r.suspect())
	}
	rate := r.rate * decrease[min(r.backOffs, len(decrease)-1)]
	if r.backOffs == 0 && r.before > 0 {
		rate = max(min(rate, r.before), r.rate/2)
	}
	least := outageRate
	if r.served {
		least = leastRate
	}
	r.backOffs++
	r.backOff(max(rate, min(least, r.rate)))
	return true
}

// suspect is the rate that is to blame for throttling. After several small steps
// beyond the limit, the first may have been too much: tokens that the service
// had saved up hide that for a while. At a rate that was served before, perhaps
// somebody else probes: the limit gives way a little, so that the others get
// their share. Without that, each process would come back to what it had.
func (r *learner) suspect() float64 {
	switch {
	case r.probe > 0 && 2*r.before >= r.rate:
		return r.before * (1 + 2*firstProbe)
	case r.probe == 0 && r.limit > 0:
		return r.rate * giveWay
	}
	return r.rate
}

// setLimit makes rate the limit.
func (r *learner) setLimit(rate float64) {
	if math.Abs(rate-r.limit) <= sameLimit*r.limit {
		r.confirmed = min(r.confirmed+1, maxConfirmed)
	} else {
		r.confirmed = 0
	}
	r.limit = rate
}

// backOff sets the rate after throttling.
func (r *learner) backOff(rate float64) {
	r.set(rate)
	r.backedOff, r.served, r.before, r.probe = r.step, false, 0, 0
}

func (r *learner) set(rate float64) {
	if r.ceiling > 0 {
		rate = min(rate, r.ceiling)
	} else if rate > anyRate {
		rate, r.limit, r.before, r.probe = 0, 0, 0, 0
	}
	r.rate, r.calls = rate, 0
	r.step++
}
