package pace

import (
	"context"
	"slices"
	"sync"
	"time"
)

// MaxWidth bounds the calls in flight of a client whose runs were not told how many to make at a time.
const MaxWidth = 256

const (
	// firstWidth is how many calls of a region may be in flight before anything is known of its latency, and the least
	// number of answers that a latency is taken from.
	firstWidth = 16
	// leastWidth is how far a region closes.
	leastWidth = 4

	// A latency is judged by its ratio to the region's best. Up to quickBelow the width doubles, up to steadyBelow it grows
	// by an eighth, and from slowAbove on it closes.
	quickBelow  = 1.1
	steadyBelow = 1.25
	slowAbove   = 1.5
)

// Slot is what a call must hold while it is in flight: one place of a width.
type Slot interface {
	Line() any        // calls whose lines are equal, by ==, stand in one line
	TryAcquire() bool // does not block
	Acquire(ctx context.Context) error
	Release()
}

// Width is how many calls may be in flight: a fixed number, or as many as the service keeps up with.
//
// The zero value finds its own, for each region, from the latency of the answers (a congestion window, as TCP Vegas
// has it). It doubles with every round of answers that come as quickly as the quickest did, because then nothing waits
// inside the service; it stays when answers take a quarter longer, and closes when they take half as long again. For example,
// a service that works on 100 calls at a time lets the width go from 16 to 128: answers take 1.28 times as long then, and
// more calls would only wait there. If the width is closed and answers are slow all the same, that is the latency now.
//
// A service that refuses instead of slowing down is the Limiter's affair. Calls that wait for their time hold no
// place, so in flight are rate × latency, and a width that is not used up does not grow.
//
// A place that becomes free goes to the region with the fewest calls in flight, so that slow regions cannot
// crowd out quick ones. A Width is safe for concurrent use and must not be copied.
type Width struct {
	fixed int // 0: finds its own, up to MaxWidth

	mu      sync.Mutex // guards what follows, and all shares
	flying  int
	shares  map[string]*share
	waiting []*waiting // in the order they came
}

// share is what a width knows of one region.
type share struct {
	flying, peak int // now, and the most in this round
	width        float64
	best         time.Duration   // the latency of the quickest round; 0: not known
	opened       time.Time       // when this round began: at once, and anew when the width is used up for the first time
	took         []time.Duration // of calls that started in it
}

// waiting is a call that waits for a place.
type waiting struct {
	share *share
	got   chan struct{}
}

// NewWidth returns a fixed width.
func NewWidth(calls int) *Width { return &Width{fixed: calls} }

// Line returns a run's own line for a region.
func (w *Width) Line(region string) *Line {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shares == nil {
		w.shares = make(map[string]*share)
	}
	if len(w.shares) >= maxShares { // names of regions come from a caller's input
		for name, s := range w.shares {
			if s.flying == 0 {
				delete(w.shares, name)
			}
		}
	}
	s := w.shares[region]
	if s == nil {
		s = &share{width: firstWidth}
		if w.fixed > 0 {
			s.width = float64(w.fixed)
		}
		w.shares[region] = s
	}
	return &Line{w, s}
}

const maxShares = 1024

// Line is the calls of one run in one region.
type Line struct {
	width *Width
	share *share
}

// Room is how many calls of the region may be in flight.
func (l *Line) Room() int {
	l.width.mu.Lock()
	defer l.width.mu.Unlock()
	return int(l.share.width)
}

// Slot returns the slot of one call.
func (l *Line) Slot() Slot { return &slot{line: l} }

// slot is the place of one call, which takes it anew for every attempt. Release does nothing when it is not held.
type slot struct {
	line  *Line
	since time.Time // when it was taken; zero: it is not held
}

func (s *slot) Line() any { return s.line }

func (s *slot) TryAcquire() bool {
	w := s.line.width
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.admits(s.line.share) {
		return false
	}
	s.since = time.Now()
	w.admit(s.line.share, s.since)
	return true
}

func (s *slot) Acquire(ctx context.Context) error {
	if s.TryAcquire() {
		return nil
	}
	w := s.line.width
	own := &waiting{s.line.share, make(chan struct{})}
	w.mu.Lock()
	w.waiting = append(w.waiting, own)
	w.handOut() // it may have become free meanwhile
	w.mu.Unlock()
	select {
	case <-own.got:
		s.since = time.Now()
		return nil
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.Index(w.waiting, own); i >= 0 {
		w.waiting = slices.Delete(w.waiting, i, i+1)
	} else { // it came at the same moment
		w.leave(own.share)
	}
	return ctx.Err()
}

func (s *slot) Release() {
	if s.since.IsZero() {
		return
	}
	w, now := s.line.width, time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fixed == 0 {
		s.line.share.learn(s.since, now)
	}
	s.since = time.Time{}
	w.leave(s.line.share)
}

func (w *Width) admits(s *share) bool {
	most := w.fixed
	if most == 0 {
		most = MaxWidth
	}
	return w.flying < most && s.flying < int(s.width)
}

func (w *Width) admit(s *share, now time.Time) {
	w.flying++
	s.flying++
	if s.peak < int(s.width) && s.flying >= int(s.width) {
		s.opened, s.took = now, s.took[:0]
	}
	s.peak = max(s.peak, s.flying)
}

func (w *Width) leave(s *share) {
	w.flying--
	s.flying--
	w.handOut()
}

// handOut gives what is free to those that wait, the region with the fewest calls in flight first.
func (w *Width) handOut() {
	for {
		next := -1
		for i, c := range w.waiting {
			if w.admits(c.share) && (next < 0 || c.share.flying < w.waiting[next].share.flying) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		c := w.waiting[next]
		w.waiting = slices.Delete(w.waiting, next, next+1)
		w.admit(c.share, time.Now())
		close(c.got)
	}
}

// learn takes in a call that was in flight from since to now. A round ends when as many calls were answered as may be in
// flight, of those alone that started after it had begun: the others show a width that was smaller. Its latency is the
// upper quartile: a few calls that take very long count for no more than a few, and calls that start together, of which
// the first find the service idle, for the load that the last of them find.
func (s *share) learn(since, now time.Time) {
	if !since.After(s.opened) {
		return
	}
	s.took = append(s.took, now.Sub(since))
	if len(s.took) < max(firstWidth, int(s.width)) {
		return
	}
	slices.Sort(s.took)
	latency := s.took[len(s.took)*3/4]
	if s.best == 0 || latency < s.best || s.width <= leastWidth {
		s.best = latency
	}
	s.width = s.next(float64(latency) / max(1, float64(s.best)))
	s.opened, s.took, s.peak = now, s.took[:0], 0
}

// next is the width of the next round.
func (s *share) next(ratio float64) float64 {
	used := s.peak >= int(s.width)
	switch {
	case ratio >= slowAbove:
		return max(leastWidth, s.width*max(0.5, steadyBelow/ratio))
	case used && ratio <= quickBelow:
		return min(MaxWidth, 2*s.width)
	case used && ratio <= steadyBelow:
		return min(MaxWidth, s.width*9/8)
	case 2*s.peak < int(s.width):
		return max(firstWidth, s.width/2)
	}
	return s.width
}
