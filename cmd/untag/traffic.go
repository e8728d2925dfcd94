package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/untag-go/untag"
)

// traffic counts the requests of a run, and tells whether anything has ever passed.
type traffic struct {
	mu                                   sync.Mutex
	calls, attempts, throttled, repeated int
	member                               string // of the chain of credentials, which has signed
	passed                               bool   // the service has given a verdict, whichever
	first, shown                         error  // what the first failed request was told, and the first that people should see
}

func (t *traffic) onAttempt(_ context.Context, a untag.Attempt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.Number == 1 {
		t.calls++ // not when a call is announced: one that is never sent is no call
	}
	t.attempts++
	t.member = cmp.Or(a.Credentials, t.member)
	switch {
	case errors.Is(a.Err, untag.ErrThrottled):
		t.throttled++
	case a.Err != nil && a.Wait > 0: // it was worth another try
		t.repeated++
	}
	t.passed = t.passed || !untag.Retryable(a.Err)
	if a.Err != nil && t.first == nil {
		t.first = a.Err
	}
	if a.Err != nil && t.shown == nil && !isAbsent(a.Err) {
		t.shown = a.Err
	}
}

// isAbsent tells that a host does not exist. A search asks every service in every region, and not all are everywhere; what it
// cannot do without, it says itself.
func isAbsent(err error) bool {
	lookup, ok := errors.AsType[*net.DNSError](err)
	return ok && lookup.IsNotFound
}

// reset begins to count anew.
func (t *traffic) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls, t.attempts, t.throttled, t.repeated, t.passed, t.first, t.shown = 0, 0, 0, 0, false, nil, nil
}

// flow is a moment of the traffic.
type flow struct{ calls, attempts, throttled, repeated int }

func (t *traffic) flow() flow {
	t.mu.Lock()
	defer t.mu.Unlock()
	return flow{t.calls, t.attempts, t.throttled, t.repeated}
}

// signer is the member of the chain of credentials that has signed, "" if none has.
func (t *traffic) signer() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.member
}

// hopeless is the first failure if requests were sent and none has got a verdict.
func (t *traffic) hopeless() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.passed {
		return nil
	}
	return t.first
}

// giveUpAfter is how long nothing may pass from the start of a run before it is ended.
const giveUpAfter = 30 * time.Second

// throttledPatience is how many times as long it goes on where throttling is what it was told: the service may ask to wait a minute.
const throttledPatience = 4

// giveUp ends a run that never got anywhere: to wait for a host that is not there, or for a quota that somebody else uses
// up, is what a person should decide.
func (t *traffic) giveUp(ctx context.Context, after time.Duration, end func(waited time.Duration, first error)) {
	for _, wait := range []time.Duration{after, (throttledPatience - 1) * after} {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		first := t.hopeless()
		switch {
		case first == nil:
			return
		case wait != after:
			end(throttledPatience*after, first)
		case t.flow().throttled == 0:
			end(after, first)
			return
		}
	}
}

// failure is what the first failed request was told, nil if none failed. everywhere leaves out hosts that do not exist.
func (t *traffic) failure(everywhere bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if everywhere {
		return t.shown
	}
	return t.first
}
