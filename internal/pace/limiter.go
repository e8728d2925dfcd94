package pace

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// MaxPause bounds a pause, so that an absurd hint cannot stop a client for
	// hours; a service that means it repeats the hint.
	MaxPause = time.Minute
	// minCatchUp is how late a start may be without losing rate, where the
	// interval itself is shorter than timers are exact.
	minCatchUp = 2 * time.Millisecond
)

// ErrPaused says that throttling would hold a call for longer than its patience.
var ErrPaused = errors.New("calls are paused by throttling")

// PausedError is the [ErrPaused] that says for how long.
type PausedError struct {
	Remaining time.Duration // how long throttling would still hold the call
}

func (e *PausedError) Error() string {
	return fmt.Sprintf("%v for another %v", ErrPaused, e.Remaining.Round(time.Millisecond))
}

// Unwrap returns [ErrPaused].
func (e *PausedError) Unwrap() error { return ErrPaused }

// Ticket identifies a started call. It goes back with the call's outcome.
type Ticket struct {
	start time.Duration // since Limiter.base
	step  uint32        // learner.step at the start: the pace it was started at
	paced bool          // the rate decided when it started, not the demand
	held  time.Duration // for how long throttling held the call before it started
}

// Held returns for how long pauses and slow-downs held the call before it started.
func (t Ticket) Held() time.Duration { return max(0, t.held) }

// MaxJitter bounds what is added to a pause that the service asks for, so that waiting calls do not come back together.
const MaxJitter = time.Second

// Limiter decides when calls may start. It is safe for concurrent use.
type Limiter struct {
	off  bool          // no rate limit at all
	wake chan struct{} // capacity 1: to the call that sleeps for its time

	mu     sync.Mutex
	base   time.Time     // of the first call; all times below count from it
	last   time.Duration // when the latest call started, or should have
	paused time.Duration // no call starts before
	held   time.Duration // how long throttling has held fronts of the line, in sum, without the present one
	asleep time.Duration // since when the present one sleeps; negative: it does not
	turn   line          // whose front waits for the time
	slots  map[any]*line // the calls with a slot, by Slot.Line; their fronts go to turn
	spare  *line         // one that was used up
	learn  learner       // finds the rate
}

// New returns a limiter. A positive rate is in calls per second: it starts
// there and never exceeds it. 0 means that the quota is unknown: it starts
// unlimited and learns. Negative means no rate limit at all; pauses named by
// the service are still obeyed.
func New(rate float64) *Limiter {
	l := &Limiter{off: rate < 0, wake: make(chan struct{}, 1), last: math.MinInt64 / 2, asleep: -1}
	if rate > 0 && !math.IsInf(rate, 1) {
		l.learn.ceiling, l.learn.rate = rate, rate
	}
	return l
}

// Wait blocks until a call may start, or ctx ends.
//
// Patience bounds how long throttling may hold this call, be it by a pause or
// by a slow-down; queueing for the configured rate does not count. As soon as
// the bound would be exceeded, Wait returns a [*PausedError]. Negative means no
// bound.
//
// A slot that is not nil is acquired when the call's time has come and is held
// when Wait returns without an error, and only then. It is never held while
// waiting for time.
func (l *Limiter) Wait(ctx context.Context, patience time.Duration, slot Slot) (Ticket, error) {
	if err := ctx.Err(); err != nil {
		return Ticket{}, err
	}
	l.mu.Lock()
	now := l.now()
	if slot == nil && !l.turn.busy && l.due() <= now {
		t := l.start(now, false)
		l.mu.Unlock()
		return t, nil
	}
	w := waiter{patience: patience, base: l.heldSoFar(now)}
	l.mu.Unlock()

	if slot == nil {
		t, _, err := l.waitTurn(ctx, &w, nil)
		return t, err
	}
	return l.waitSlot(ctx, &w, slot)
}

// waitSlot takes the slot when the time has come. If the slot must be awaited,
// another call may use the time up meanwhile. Then this one, whose turn had come,
// starts on credit, unless another one has: it uses up the next time, so two starts
// come close together and the rate stays what it is on average. Without that, a
// run whose slots are busy in other regions would lose every race for this one's.
// During a pause the slot is given back.
func (l *Limiter) waitSlot(ctx context.Context, w *waiter, slot Slot) (Ticket, error) {
	q, err := l.enter(ctx, slot, w)
	if err != nil {
		return Ticket{}, err
	}
	defer func() {
		l.mu.Lock()
		l.advance(slot, q)
		l.mu.Unlock()
	}()
	for {
		t, started, err := l.waitTurn(ctx, w, slot)
		if started || err != nil {
			return t, err
		}
		if err := slot.Acquire(ctx); err != nil {
			return Ticket{}, err
		}
		l.mu.Lock()
		now := l.now()
		if l.due() <= now || l.paused <= now && l.last <= now {
			t := l.start(now, true)
			t.held = l.heldSoFar(now) - w.base
			l.mu.Unlock()
			return t, nil
		}
		l.mu.Unlock()
		slot.Release()
	}
}

// waitTurn waits for w's turn and then for its time, and starts the call unless
// its slot is not free.
func (l *Limiter) waitTurn(ctx context.Context, w *waiter, slot Slot) (t Ticket, started bool, err error) {
	turn, err := l.enter(ctx, nil, w)
	if err != nil {
		return Ticket{}, false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for err == nil && now < l.due() {
		if err = l.refuse(*w, 0, now); err == nil {
			w.waited = true
			if l.asleep < 0 {
				l.asleep = now
			}
			err = l.sleep(ctx, l.due()-now)
			now = l.now()
		}
	}
	l.held, l.asleep = l.heldSoFar(now), -1
	l.advance(nil, turn)
	if err == nil && (slot == nil || slot.TryAcquire()) {
		t, started = l.start(now, w.waited), true
		t.held = l.held - w.base
	}
	return t, started, err
}

// sleep gives up the mutex for d, or until something changes.
func (l *Limiter) sleep(ctx context.Context, d time.Duration) error {
	l.mu.Unlock()
	defer l.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-l.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// heldSoFar is for how long throttling has held up the line. All in line are
// held as long as its front; the plain rate is not throttling's doing.
func (l *Limiter) heldSoFar(now time.Duration) time.Duration {
	if l.asleep < 0 {
		return l.held
	}
	return l.held + max(0, now-l.asleep-l.learn.plain())
}

// refuse says whether throttling would hold w, with so many calls ahead of it,
// beyond its patience.
func (l *Limiter) refuse(w waiter, ahead int, now time.Duration) error {
	if w.patience < 0 {
		return nil
	}
	// A pause and the slower rate run at the same time. After a start on credit, last lies ahead, by no more than plain
	// without the slower rate.
	front := max(0, l.due()-max(now, min(l.last, now+l.learn.plain())+l.learn.plain()))
	left := front + time.Duration(ahead)*max(0, l.learn.interval()-l.learn.plain())
	if left == 0 || l.heldSoFar(now)-w.base+left <= w.patience {
		return nil
	}
	return &PausedError{Remaining: left}
}

// now returns the time since the first call. It does not begin in New, as a
// limiter may be made outside the time bubble of a test that uses it.
func (l *Limiter) now() time.Duration {
	if l.base.IsZero() {
		l.base = time.Now()
	}
	return time.Since(l.base)
}

// due is when the next call may start.
func (l *Limiter) due() time.Duration {
	return max(l.last+l.learn.interval(), l.paused)
}

// start lets a call go. The next one is due an interval after this one was, so that
// timers that fire late do not cost rate; but no more than one call can make up
// for it, and a call that comes after a lull, and did not wait, saves nothing up.
//
// For example, at 10 calls a second the last call was due at 0 ms. One that waited and
// starts at 103 ms counts as one of 100 ms: the next is due at 200 ms, not at
// 203. One that starts at 350 ms counts as one of 250 ms. One that came at 350 ms
// and started at once counts as just that.
func (l *Limiter) start(now time.Duration, waited bool) Ticket {
	if l.off {
		return Ticket{}
	}
	t := Ticket{start: now, step: l.learn.step}
	due, late := l.due(), max(l.learn.interval(), minCatchUp)
	l.last = now
	if waited {
		t.paced = now-due <= late
		l.last = max(due, now-late)
	}
	return t
}

// Succeeded reports any answer that was not throttled.
func (l *Limiter) Succeeded(t Ticket) {
	if l.off {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.learn.success(t) {
		// The time since the last start counts at the old rate: being late for
		// the new one is no debt. A start on credit is paid back at the new one.
		l.last = min(max(l.last, l.now()-l.learn.interval()), l.now()+l.learn.interval())
		l.poke()
	}
}

// Throttled reports a throttled answer and the wait that it asked for, 0 if
// none. A hint pauses all calls. Throttled returns for how long calls are paused
// now.
func (l *Limiter) Throttled(t Ticket, hint time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	hint = min(max(hint, 0), MaxPause)
	changed := !l.off && l.learn.throttle(t, now, hint, l.paused)
	// The calls that were in flight together get the same hint: one pause.
	if hint > 0 && now+hint > l.paused {
		l.paused = now + hint + rand.N(min(hint/10, MaxJitter)+1)
		changed = true
	}
	if changed {
		l.turnAway(now)
	}
	return max(0, l.paused-now)
}
