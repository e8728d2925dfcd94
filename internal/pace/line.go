package pace

import (
	"context"
	"slices"
	"time"
)

// waiter is one call inside Wait.
type waiter struct {
	patience time.Duration
	base     time.Duration // Limiter.heldSoFar when the call came
	waited   bool          // it stood in line or slept: it did not start when it came
}

// place is a waiter's place in a line. ready gets nil when its turn has come,
// or the reason why it never will.
type place struct {
	waiter
	ready chan error
}

// line is a first come, first served lock whose queue can be looked through: a
// pause turns away those without patience at once, wherever they stand, and the
// others keep their places. A channel cannot do that. Limiter.mu guards it.
type line struct {
	busy  bool
	queue []place
}

// enter returns the slot's line when w is at its front; without a slot that is
// the common turn.
func (l *Limiter) enter(ctx context.Context, slot Slot, w *waiter) (*line, error) {
	l.mu.Lock()
	q := l.lineOf(slot)
	if !q.busy {
		q.busy = true
		l.mu.Unlock()
		return q, nil
	}
	if err := l.refuse(*w, l.ahead(q), l.now()); err != nil {
		l.mu.Unlock()
		return nil, err
	}
	w.waited = true
	p := place{*w, make(chan error, 1)}
	q.queue = append(q.queue, p)
	l.mu.Unlock()

	select {
	case err := <-p.ready:
		return q, err
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(q.queue, p); i >= 0 {
		q.queue = slices.Delete(q.queue, i, i+1)
	} else if <-p.ready == nil {
		l.advance(slot, q) // the turn came at the same moment, and must not be lost
	}
	return nil, ctx.Err()
}

// lineOf returns the line of a slot, which exists as long as it is busy.
func (l *Limiter) lineOf(slot Slot) *line {
	if slot == nil {
		return &l.turn
	}
	q := l.slots[slot.Line()]
	if q == nil {
		if q, l.spare = l.spare, nil; q == nil {
			q = new(line)
		}
		if l.slots == nil {
			l.slots = make(map[any]*line)
		}
		l.slots[slot.Line()] = q
	}
	return q
}

// advance lets the next in the slot's line go to the front, or ends the line.
func (l *Limiter) advance(slot Slot, q *line) {
	if len(q.queue) == 0 {
		q.busy, q.queue = false, nil
		if slot != nil {
			delete(l.slots, slot.Line())
			l.spare = q
		}
		return
	}
	q.queue[0].ready <- nil
	q.queue[0] = place{}
	q.queue = q.queue[1:]
}

// ahead counts the calls that are sure to start before one that joins q now.
func (l *Limiter) ahead(q *line) int {
	n := 1 + len(l.turn.queue)
	if q != &l.turn {
		n += len(q.queue)
	}
	return n
}

// turnAway ends the wait of all in line whom the latest pause or slow-down would
// hold beyond their patience, and lets the front of the line count its time anew.
func (l *Limiter) turnAway(now time.Duration) {
	ahead := l.turnAwayFrom(&l.turn, 1, now)
	for _, q := range l.slots {
		l.turnAwayFrom(q, ahead, now)
	}
	l.poke()
}

// turnAwayFrom does it in one line and returns how many calls start before one that comes next.
func (l *Limiter) turnAwayFrom(q *line, ahead int, now time.Duration) int {
	q.queue = slices.DeleteFunc(q.queue, func(p place) bool {
		err := l.refuse(p.waiter, ahead, now)
		if err == nil {
			ahead++
			return false
		}
		p.ready <- err
		return true
	})
	return ahead
}

// poke wakes the front of the line, whose time may have changed.
func (l *Limiter) poke() {
	select {
	case l.wake <- struct{}{}:
	default: // it has yet to see the last one
	}
}
