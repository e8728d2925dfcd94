package pace

import (
	"math"
	"time"
)

const (
	// minWindow is the least hint that is taken for the rest of a fixed window;
	// a shorter one tells when the next token comes.
	minWindow = time.Second
	// sameWindow is how much the rates of two windows may differ to confirm
	// each other.
	sameWindow = 0.25
	// windowRounds is how many rounds at the limit fit in a window that is
	// not confirmed: to find the quota, and not to use it up in a burst.
	windowRounds = 20
)

// window is what hints told of a quota for fixed windows of time: so many calls
// a minute, say, and then none before the minute ends.
type window struct {
	rate      float64       // calls admitted in the last window, by its length
	round     time.Duration // least length of a round at the limit
	confirmed bool          // the last two windows had about the same rate
}

// told says whether hint is the rest of a window.
func (w window) told(hint time.Duration) bool {
	return hint >= minWindow || w.confirmed && hint > 0
}

// learnWindow takes hint for the rest of a window that began when the last pause
// ended. Cutting the rate by factors would be wrong here: one burst, and all the
// rest of the window is throttled, at any rate. The right rate is what the window
// admitted, by its length. When two windows agree, a higher rate is tried but
// once a window.
func (r *learner) learnWindow(now, hint, resumed time.Duration) bool {
	from := max(resumed, now-MaxPause, 0)
	length := now + hint - from
	rate := float64(r.history.since(from)) / length.Seconds()
	if rate == 0 {
		if r.rate > 0 {
			return false // an outage, which tells nothing of the quota
		}
		rate = firstRate
	}
	confirmed := math.Abs(rate-r.window.rate) <= sameWindow*r.window.rate
	r.window = window{rate: rate, round: length / windowRounds, confirmed: confirmed}
	switch {
	case confirmed:
		r.window.round, r.limit = length, rate
	case r.rate == 0:
		r.limit = rate
	case r.probe > 0:
		r.limit = max(r.before, rate)
	default:
		// Perhaps not a window but an outage that began at a good rate.
		r.limit = max(r.rate, rate)
	}
	if r.rate > 0 {
		rate = min(rate, r.rate)
	}
	r.backOffs = 0
	r.backOff(max(rate, leastRate))
	return true
}
