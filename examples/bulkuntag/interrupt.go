package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
)

// stopper ends a run gently.
type stopper struct {
	drain       chan struct{}
	once        sync.Once
	interrupted atomic.Bool
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
func watch(ctx context.Context, signals <-chan os.Signal, say func(string)) (context.Context, *stopper) {
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
		say("Interrupted: no call starts any more, those in flight are finished, the rest is listed. Again to stop at once.")
		s.drainNow()
		select {
		case <-ctx.Done():
		case <-signals:
			say("Interrupted again: stopping at once.")
			signal.Reset(os.Interrupt, syscall.SIGTERM)
			cancel(errStopped)
		}
	})
	return ctx, s
}
