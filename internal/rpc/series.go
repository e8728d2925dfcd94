package rpc

import (
	"context"
	"time"

	"github.com/untag-go/untag"
)

// series is the attempts of one call.
type series struct {
	*Client
	*lane
	call  Call
	drain *drain // of Call.Start; nil if there is none

	number    int           // HTTP attempts made
	flying    int           // 1 while another one is
	counted   int           // those of them that MaxAttempts counts
	throttles int           // throttled answers since the last other one
	left      int           // successes that left something throttled
	held      time.Duration // for how long throttling has held the call
	grace     time.Duration // how much longer it may
	sent      bool          // an attempt may have reached the service
	lost      bool          // an attempt may have been carried out, and no answer told
	reclocked bool          // the clock was corrected for this call
	renewed   bool          // the credentials were read again for this call
	keys      keys          // of the last attempt
	last      error         // what the last attempt came to
	current   attempt       // the last one
	partial   *Reply        // the last success that left something
}

// attempt is one HTTP request and what came of it.
type attempt struct {
	offset     int64 // of the clock that it was signed by
	start      time.Time
	duration   time.Duration
	status     int
	sent       bool // the service may have seen it
	reply      Reply
	err        *untag.APIError // the service's refusal, or what is not an answer of the service
	scope      Scope           // of err
	failure    error           // no answer: the transport's error, scrubbed
	kind       error           // of the failure
	lasting    bool            // the failure will come again
	hint       time.Duration   // the wait that the service asked for
	fixedClock bool            // the clock was corrected by this answer
}

func (s *series) run(ctx context.Context) (Reply, error) {
	reply, err := s.attempts(ctx)
	if err != nil && s.partial != nil { // what it did is done, and what it left was refused
		reply, err = *s.partial, nil
	}
	reply.Lost = s.lost
	return reply, err
}

func (s *series) attempts(ctx context.Context) (Reply, error) {
	for {
		a, n, err := s.turn(ctx)
		switch {
		case err != nil:
			return Reply{}, err
		case a != nil && a.succeeded() && !n.again:
			return a.reply, nil
		}
		if s.call.Waiting != nil {
			s.call.Waiting()
		}
		if err := sleep(s.bound(ctx), n.wait); err != nil {
			return Reply{}, s.unfinished(ctx, err)
		}
	}
}

func (a *attempt) succeeded() bool { return a.err == nil && a.failure == nil }

// turn waits for the limiter and makes an attempt. Without an attempt and an error, the credentials are asked for again.
// Its slot is given back even if a hook or the transport panics or ends the goroutine.
func (s *series) turn(ctx context.Context) (*attempt, next, error) {
	ticket, err := s.limiter.Wait(s.bound(ctx), s.patience(), s.call.Slot)
	if err != nil {
		return nil, next{}, s.unfinished(ctx, err)
	}
	held := s.call.Slot != nil
	release := func() {
		if held {
			held = false
			s.call.Slot.Release()
		}
	}
	defer release()
	if s.mustNotStart() { // it came meanwhile, and its news may not have reached the context yet
		return nil, next{}, s.unfinished(ctx, ErrNotStarted)
	}
	s.held += ticket.Held()
	if s.call.Prepare != nil {
		prepared, err := s.call.Prepare(s.bound(ctx), s.call, s.lost)
		if err != nil {
			return nil, next{}, s.unprepared(ctx, err)
		}
		s.call = prepared
	}
	s.current = attempt{}
	a := &s.current
	err = s.once(ctx, a)
	s.flying = 0
	release()
	if err != nil { // no credentials, or ctx ended before anything was sent
		if n := s.afterNoCredentials(err); n.again {
			return nil, n, nil
		}
		return nil, next{}, s.unfinished(ctx, err)
	}
	n := s.decide(ctx, a, ticket)
	s.report(ctx, a, n)
	if !a.succeeded() && !n.again {
		return nil, n, s.finish(ctx, a)
	}
	return a, n, nil
}

// bound returns what ends the wait for the next attempt, and an attempt after such a wait. A run that drains ends it at
// once as long as nothing has happened. When an answer was lost, there is time for one more attempt to find out.
func (s *series) bound(ctx context.Context) context.Context {
	switch {
	case s.drain == nil:
		return ctx
	case s.lost:
		return s.drain.late(ctx, s.config.Timeout)
	}
	return s.drain.begin
}

func (s *series) drained() bool { return s.call.Start != nil && s.call.Start.Err() != nil }

func (s *series) mustNotStart() bool { return !s.lost && s.drained() }
