package untagtemporal

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// lease is a worker's right to a slice. It is renewed by heartbeats that the server has answered, and counts from when such
// a heartbeat was sent, so that the server never thinks it passed before the worker does.
type lease struct {
	length time.Duration
	beat   func(ctx context.Context, state any) error // client.RecordActivityHeartbeat
	state  func() (any, error)                        // to report
	drain  chan struct{}                              // closed when the slice should end gently
	nudge  chan struct{}                              // asks for a heartbeat before the next is due
	lost   context.CancelCauseFunc                    // of the slice's calls

	mu       sync.Mutex
	until    time.Time // zero before the first heartbeat; guarded by mu
	draining bool      // guarded by mu
}

var (
	errLeasePassed = errors.New("the worker's lease on the slice has passed, so no call starts")
	errLeaseTaken  = errors.New("the server has given the slice to another worker, or wants it no more")
)

// newLease returns the lease of an attempt. It does not hold before the first heartbeat: the process may have been frozen
// between the time at which the server gave it the slice, and now.
func newLease(length time.Duration) *lease {
	return &lease{length: length, drain: make(chan struct{}), nudge: make(chan struct{}, 1)}
}

// valid reports whether the lease holds. It looks at both clocks: the monotonic one stands still while a machine sleeps.
func (l *lease) valid() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	return now.Before(l.until) && now.Round(0).Before(l.until.Round(0))
}

// renew sends one heartbeat. An error ends the slice.
func (l *lease) renew(ctx context.Context) error {
	state, err := l.state()
	if err != nil {
		return err
	}
	sent := time.Now()
	bounded, cancel := context.WithTimeout(ctx, l.length/3)
	defer cancel()
	err = l.beat(bounded, state)
	_, taken := errors.AsType[*serviceerror.NotFound](err)
	unwanted := temporal.IsCanceledError(err) || errors.Is(err, activity.ErrActivityPaused) || errors.Is(err, activity.ErrActivityReset)
	switch {
	case err == nil || unwanted:
		l.mu.Lock()
		l.until = sent.Add(l.length)
		l.mu.Unlock()
		if unwanted {
			l.end()
		}
		return nil
	case taken:
		l.mu.Lock()
		l.until = time.Time{}
		l.mu.Unlock()
		return errLeaseTaken
	case l.valid():
		return nil // the next heartbeat may get through
	}
	return errLeasePassed
}

// soon asks for a heartbeat at once.
func (l *lease) soon() {
	select {
	case l.nudge <- struct{}{}:
	default: // one is asked for
	}
}

// end makes the slice end gently.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.draining {
		l.draining = true
		close(l.drain)
	}
}

// drained reports whether the slice was asked to end gently.
func (l *lease) drained() bool {
	select {
	case <-l.drain:
		return true
	default:
		return false
	}
}

// keep renews the lease three times in its length until ctx ends or the lease is lost. stopping is closed when the worker
// stops.
func (l *lease) keep(ctx context.Context, stopping <-chan struct{}) {
	ticker := time.NewTicker(l.length / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-stopping:
			stopping = nil
			l.end()
			continue
		case <-ticker.C:
		case <-l.nudge:
		}
		if err := l.renew(ctx); err != nil {
			l.lost(err)
			return
		}
	}
}

// withLease returns a context of calls that the lease allows.
func withLease(ctx context.Context, held *lease) context.Context {
	return context.WithValue(ctx, leaseKey{}, held)
}

type leaseKey struct{}

var errWithoutLease = errors.New("the request has no lease: a hook OnCall replaced its context by one that is not made of it")

// transport lets an attempt begin only while the lease in its context holds.
type transport struct{ http.RoundTripper }

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	held, found := request.Context().Value(leaseKey{}).(*lease)
	if found && held.valid() {
		return t.RoundTripper.RoundTrip(request)
	}
	if request.Body != nil {
		_ = request.Body.Close()
	}
	if !found {
		return nil, errWithoutLease
	}
	return nil, errLeasePassed
}
