package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// stopper ends a run gently.
type stopper struct {
	drain       chan struct{}
	once        sync.Once
	interrupted atomic.Bool
	hopeless    atomic.Pointer[message] // why it was given up
	close       func()
}

// drainNow lets no call start any more.
func (s *stopper) drainNow() { s.once.Do(func() { close(s.drain) }) }

// draining tells whether the run is over but for what is in flight.
func (s *stopper) draining() bool {
	select {
	case <-s.drain:
		return true
	default:
		return false
	}
}

var errStopped = errors.New("stopped by a second signal")

// watch drains the run at the first signal and ends its context at the second. A third one finds no handler and kills.
// With traffic, the run is drained as well when nothing has passed for the time of patience.
func watch(ctx context.Context, signals <-chan os.Signal, t *traffic, patience time.Duration, say func(error)) (context.Context, *stopper) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &stopper{drain: make(chan struct{})}
	var watching sync.WaitGroup
	s.close = func() {
		cancel(nil)
		watching.Wait()
	}
	watching.Go(func() {
		select {
		case <-ctx.Done():
			s.drainNow()
			return
		case <-signals:
		}
		s.interrupted.Store(true)
		say(msg("Interrupted: no call starts any more, those in flight are finished, the rest is listed. Again to stop at once."))
		s.drainNow()
		select {
		case <-ctx.Done():
		case <-signals:
			say(msg("Interrupted again: stopping at once."))
			signal.Reset(os.Interrupt, syscall.SIGTERM)
			cancel(errStopped)
		}
	})
	if t != nil && patience > 0 {
		watching.Go(func() {
			t.giveUp(ctx, patience, func(waited time.Duration, first error) {
				why := msg("Nothing has passed for %s, so the run is given up. The first request was told: %s", waited, first)
				s.hopeless.Store(&why)
				s.drainNow()
			})
		})
	}
	return ctx, s
}

// unlessInterrupted does what changes nothing and may take a while, such as a question. At a signal it does not wait for the
// answer.
func unlessInterrupted[T any](ctx context.Context, e *env, do func(context.Context) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		value, err := do(ctx)
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-e.signals:
		var none T
		return none, msg("interrupted; nothing was changed")
	}
}
