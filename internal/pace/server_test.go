package pace_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/untag-go/untag/internal/pace"
)

// server is the fake service: it admits a call or says how long to wait.
type server interface {
	admit(now time.Duration) (ok bool, hint time.Duration)
}

// bucket is a token bucket, full at first.
type bucket struct {
	rate, burst float64
	used        float64
	last        time.Duration
	hint        bool
}

func (b *bucket) admit(now time.Duration) (bool, time.Duration) {
	b.used = max(0, b.used-b.rate*(now-b.last).Seconds())
	b.last = now
	if b.used+1 > b.burst+1e-9 {
		if b.hint {
			return false, time.Duration((b.used + 1 - b.burst) / b.rate * 1e9)
		}
		return false, 0
	}
	b.used++
	return true, 0
}

// window admits so many calls in each window and hints at its end.
type window struct {
	limit  int
	length time.Duration
	offset time.Duration // of the first window's begin, before the first call
	begin  time.Duration
	n      int
}

func (w *window) admit(now time.Duration) (bool, time.Duration) {
	if begin := (now + w.offset).Truncate(w.length); begin != w.begin {
		w.begin, w.n = begin, 0
	}
	if w.n >= w.limit {
		return false, w.begin + w.length - now - w.offset
	}
	w.n++
	return true, 0
}

// serverFunc lets a test compose servers.
type serverFunc func(now time.Duration) (bool, time.Duration)

func (f serverFunc) admit(now time.Duration) (bool, time.Duration) { return f(now) }

// load is a run of workers that make calls through a limiter, each until it
// succeeds.
type load struct {
	limiter *pace.Limiter
	server  server
	workers int
	calls   int           // to make; 0: until the time is up
	until   time.Duration // no call begins after; 0: no end
	slot    pace.Slot
	latency time.Duration // 0: 100 ms
}

// report is what came of a load.
type report struct {
	done, throttled int
	took            time.Duration
	admitted        []time.Duration // when calls were admitted
}

// between returns the admitted calls per second in a time.
func (r *report) between(from, to time.Duration) float64 {
	n := 0
	for _, at := range r.admitted {
		if at >= from && at < to {
			n++
		}
	}
	return float64(n) / (to - from).Seconds()
}

// run must be called in a bubble.
func (l load) run(t *testing.T) *report {
	t.Helper()
	var (
		begin = time.Now()
		r     report
		mu    sync.Mutex
		left  = l.calls
		wait  sync.WaitGroup
	)
	if l.latency == 0 {
		l.latency = 100 * time.Millisecond
	}
	next := func() bool {
		mu.Lock()
		defer mu.Unlock()
		if l.until > 0 && time.Since(begin) >= l.until {
			return false
		}
		left--
		return l.calls == 0 || left >= 0
	}
	call := func() (bool, time.Duration, pace.Ticket) {
		ticket, err := l.limiter.Wait(t.Context(), -1, l.slot)
		if err != nil {
			t.Error(err)
			return true, 0, ticket
		}
		if l.slot != nil {
			defer l.slot.Release()
		}
		time.Sleep(l.latency / 2)
		mu.Lock()
		at := time.Since(begin)
		ok, hint := l.server.admit(at)
		if ok {
			r.admitted = append(r.admitted, at)
		} else {
			r.throttled++
		}
		mu.Unlock()
		time.Sleep(l.latency / 2)
		return ok, hint, ticket
	}
	for range l.workers {
		wait.Go(func() {
			for next() {
				backoff := 200 * time.Millisecond
				for {
					ok, hint, ticket := call()
					if ok {
						l.limiter.Succeeded(ticket)
						mu.Lock()
						r.done++
						mu.Unlock()
						break
					}
					l.limiter.Throttled(ticket, hint)
					if hint == 0 {
						time.Sleep(rand.N(backoff))
						backoff = min(2*backoff, 20*time.Second)
					}
				}
			}
		})
	}
	wait.Wait()
	r.took = time.Since(begin)
	return &r
}

// semaphore is a Slot.
type semaphore struct{ places chan struct{} }

func newSemaphore(n int) *semaphore { return &semaphore{make(chan struct{}, n)} }

func (s *semaphore) Line() any { return s }

func (s *semaphore) TryAcquire() bool {
	select {
	case s.places <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s *semaphore) Acquire(ctx context.Context) error {
	select {
	case s.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *semaphore) Release() { <-s.places }

func (s *semaphore) held() int { return len(s.places) }
