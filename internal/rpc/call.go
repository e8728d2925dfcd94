package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/signature"
)

// Call is a request that was validated and encoded.
type Call struct {
	Operation *Operation
	Region    string
	Resources int              // how many it names, for hooks; the outcome of more than one is unknown sooner
	Query     *signature.Query // the operation's own parameters
	Answer    func() Answer    // makes what a success is decoded into, for each attempt; nil: it has a request ID and nothing else

	// Verdict returns the error of a success that is not one for all resources, nil if it is. It is called within the
	// call, so that hooks see its error. nil: there is none.
	Verdict func(Call, Reply) error

	// Rest repeats what a success left undone, and takes the place of Verdict. nil: a success ends the call.
	Rest Rest

	// The rest is for bulk runs.

	Patient bool            // wait for the end of throttling as long as ctx lets it
	Slot    pace.Slot       // held while an attempt is in flight; nil: none
	Start   context.Context // ends when the call must not begin any more, nor wait for another attempt longer than one may take; nil: ctx
	Waiting func()          // called before the call waits to repeat an attempt; nil: none
	// Prepare is called when the call's turn has come, before every attempt, and returns the call as it is to go, with
	// another Query and number of Resources if need be. lost says that an earlier attempt may have been carried out. An
	// error ends the call, and is in its error. Its ctx ends with the call's, and with Start as waits do. nil: none.
	Prepare func(ctx context.Context, call Call, lost bool) (Call, error)
}

// Rest is an operation whose success may leave some resources undone.
type Rest interface {
	// Left tells of a success whether another attempt may do what it left: ScopeWait or ScopeRetry if so, as a whole call
	// that was refused so would be repeated. If that attempt fails, the last success is the reply, and Lost tells of
	// the failure, too.
	Left(reply Reply) Scope
	// Next returns the call of the next attempt, with another Query and number of Resources.
	Next(call Call) Call
	// Verdict returns the error of the last success, nil if it is one for all resources.
	Verdict(reply Reply) error
}

// ErrNotStarted is the error, inside a *untag.CallError, of a call that Call.Start kept from beginning or from going on.
// Nothing has happened then.
var ErrNotStarted = errors.New("the call was not started")

// Reply is the service's success, complete or partial.
type Reply struct {
	RequestID string
	Answer    Answer // that of Call.Answer, filled; nil if the call has none
	Lost      bool   // an earlier attempt may have been carried out, and its answer was lost
}

// Do makes the call and repeats it as long as that may help. The error is an *untag.APIError, which is a verdict,
// an *untag.CallError, which is none, an *untag.ValidationError about the region, or what Call.Verdict made of the reply.
func (c *Client) Do(ctx context.Context, call Call) (reply Reply, err error) {
	c.mustBe()
	if ctx == nil {
		panic("untag: the context of a call is nil; use context.Background")
	}
	lane, err := c.lane(call.Operation, call.Region)
	if err != nil {
		return Reply{}, err
	}
	ctx, done := c.hooks(ctx, call)
	s := series{Client: c, call: call, lane: lane}
	ended := false
	defer func() {
		if !ended { // because of a panic in the transport or in another hook, which may be recovered, or of runtime.Goexit
			err = &untag.CallError{
				Service: c.service.Name, Action: call.Operation.Action, Region: call.Region,
				Attempts: s.number + s.flying, Outcome: s.outcomeOfBreak(), Err: errNoReturn,
			}
		}
		done(err)
	}()
	if call.Start != nil {
		s.drain = newDrain(ctx, call.Start) // also bounded by what the hook made of ctx
		defer s.drain.close()
	}
	c.guard.enter()
	defer c.guard.leave()
	reply, err = s.run(ctx)
	switch {
	case err != nil:
	case call.Rest != nil:
		err = call.Rest.Verdict(reply)
	case call.Verdict != nil:
		err = call.Verdict(call, reply)
	}
	ended = true
	return reply, err
}

var errNoReturn = errors.New("the call did not return (a panic, or runtime.Goexit)")

// mustBe panics with a clear text where a nil pointer would panic with none.
func (c *Client) mustBe() {
	if c == nil {
		panic("untag: a Client that is nil, or was not made by New")
	}
}

// hooks calls OnCall around the call, if there is one.
func (c *Client) hooks(ctx context.Context, call Call) (context.Context, func(error)) {
	if c.config.OnCall == nil {
		return ctx, ignore
	}
	hooked, done := c.config.OnCall(ctx, untag.Call{Service: c.service.Name, Action: call.Operation.Action, Region: call.Region, Resources: call.Resources})
	if hooked == nil {
		hooked = ctx
	}
	if done == nil {
		done = ignore
	}
	return hooked, done
}

func ignore(error) {}

// Ended is ctx's error and, where its owner gave another one, the cause.
func Ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}
