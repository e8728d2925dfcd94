package rpc

import (
	"context"
	"errors"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/signature"
)

// Call is a request that was validated and encoded.
type Call struct {
	Region    string
	Resources int                      // how many it names, for hooks
	Query     *signature.Query         // the operation's own parameters
	Patient   bool                     // wait for the end of throttling as long as ctx lets it; a bulk run does
	Slot      pace.Slot                // held while an attempt is in flight; nil: none
	Start     context.Context          // ends when the call must not begin any more, nor go on after throttled answers alone; nil: ctx
	Waiting   func()                   // called before the call waits to repeat an attempt; nil: none
	Partial   func(Call, Answer) error // the error of a success in which some resources failed, nil if none did; nil: there is none
}

// ErrNotStarted is the error, inside a *untag.CallError, of a call that Call.Start kept from beginning or from going on.
var ErrNotStarted = errors.New("the call was not started")

// Answer is the service's success, complete or partial.
type Answer struct {
	RequestID string
	Failed    []FailedResource // Tag only
	Repeated  bool             // an earlier attempt may have been carried out, and its answer was lost
}

// Do makes the call and repeats it as long as that may help. The error is an *untag.APIError, which is a verdict,
// an *untag.CallError, which is none, an *untag.ValidationError about the region, or what Call.Partial made of the answer.
func (c *Client) Do(ctx context.Context, call Call) (answer Answer, err error) {
	region, err := c.region(call.Region)
	if err != nil {
		return Answer{}, err
	}
	ctx, done := c.hooks(ctx, call)
	s := series{Client: c, call: call, region: region, spared: true, begin: ctx}
	ended := false
	defer func() {
		if !ended { // because of a panic in the transport or in another hook, which may be recovered, or of runtime.Goexit
			err = &untag.CallError{
				Service: c.op.Service, Action: c.op.Action, Region: call.Region,
				Attempts: s.number + s.flying, Outcome: untag.ErrOutcomeUnknown, Err: errNoReturn,
			}
		}
		done(err)
	}()
	if call.Start != nil { // also bounded by what the hook made of ctx
		begin, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(call.Start, cancel)()
		s.begin = begin
	}
	c.guard.enter()
	defer c.guard.leave()
	answer, err = s.run(ctx)
	if err == nil && call.Partial != nil {
		err = call.Partial(call, answer)
	}
	ended = true
	return answer, err
}

var errNoReturn = errors.New("the call did not return (a panic, or runtime.Goexit)")

// series is the attempts of one call.
type series struct {
	*Client
	call   Call
	region *region
	begin  context.Context // of waits as long as nothing has happened

	number    int           // HTTP attempts made
	flying    int           // 1 while another one is
	counted   int           // those of them that MaxAttempts counts
	throttles int           // throttled answers since the last other one
	held      time.Duration // for how long throttling has held the call
	grace     time.Duration // how much longer it may
	spared    bool          // every answer so far was a throttled one: nothing has happened yet
	sent      bool          // an attempt may have reached the service
	unknown   bool          // an attempt may have been carried out, and no later one told
	reclocked bool          // the clock was corrected for this call
	renewed   bool          // the credentials were read again for this call
	keys      keys          // of the last attempt
	last      error         // what the last attempt came to
}

// attempt is one HTTP request and what came of it.
type attempt struct {
	offset     int64 // of the clock that it was signed by
	start      time.Time
	duration   time.Duration
	status     int
	sent       bool // the service may have seen it
	answer     Answer
	err        *untag.APIError // the service's refusal, or an answer that is none of its
	failure    error           // no answer: the transport's error, scrubbed
	kind       error           // of the failure
	lasting    bool            // the failure will come again
	hint       time.Duration   // the wait that the service asked for
	fixedClock bool            // the clock was corrected by this answer
}

func (s *series) run(ctx context.Context) (Answer, error) {
	for {
		ticket, err := s.region.limiter.Wait(s.bound(ctx), s.patience(), s.call.Slot)
		if err != nil {
			return Answer{}, s.unfinished(ctx, err)
		}
		if s.mustNotStart() { // it came meanwhile, and its news may not have reached the context yet
			s.release()
			return Answer{}, s.unfinished(ctx, ErrNotStarted)
		}
		s.held += ticket.Held()
		a := new(attempt)
		s.flying = 1
		err = s.attempt(ctx, a)
		s.flying = 0
		s.release()
		var n next
		if err != nil { // no credentials, or ctx ended before anything was sent
			if n = s.afterNoCredentials(err); !n.again {
				return Answer{}, s.stopped(ctx, err)
			}
		} else {
			n = s.decide(ctx, a, ticket)
			s.report(ctx, a, n)
			switch {
			case a.err == nil && a.failure == nil:
				a.answer.Repeated = s.unknown
				return a.answer, nil
			case !n.again:
				return Answer{}, s.finish(ctx, a)
			}
		}
		if s.call.Waiting != nil {
			s.call.Waiting()
		}
		if err := sleep(s.bound(ctx), n.wait); err != nil {
			return Answer{}, s.unfinished(ctx, err)
		}
	}
}

// bound returns what ends the wait for the next attempt: as long as nothing has happened, a run that drains does too.
func (s *series) bound(ctx context.Context) context.Context {
	if s.spared {
		return s.begin
	}
	return ctx
}

func (s *series) mustNotStart() bool {
	return s.spared && s.call.Start != nil && s.call.Start.Err() != nil
}

func (s *series) release() {
	if s.call.Slot != nil {
		s.call.Slot.Release()
	}
}
