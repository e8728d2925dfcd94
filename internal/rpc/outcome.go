package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/untag-go/untag"
)

// unfinished is the error of a call whose wait was ended.
func (s *series) unfinished(ctx context.Context, err error) error {
	if ctx.Err() == nil && s.mustNotStart() {
		return s.failed(nil, ErrNotStarted)
	}
	return s.stopped(ctx, err)
}

// finish returns the error of a call whose last attempt is a.
func (s *series) finish(ctx context.Context, a *attempt) error {
	if a.err == nil {
		if ctx.Err() != nil {
			return s.stopped(ctx, ctx.Err())
		}
		return s.failed(a.kind, a.failure)
	}
	a.err.Attempts = s.number
	if s.unknown && RefusesWithoutLooking(a.err.Kind) {
		return s.failed(nil, a.err)
	}
	return a.err
}

// stopped returns the error of a call that ended between or within attempts: ctx ended, no credentials could be had,
// or the limiter's pause is longer than the call may wait.
func (s *series) stopped(ctx context.Context, err error) error {
	if isCredentials(err) {
		return s.failed(untag.ErrUnauthenticated, err)
	}
	apiErr, refused := errors.AsType[*untag.APIError](s.last)
	if refused {
		apiErr.Attempts = s.number
	}
	if ctx.Err() != nil {
		err = Ended(ctx)
		if refused && (!s.unknown || errors.Is(apiErr.Kind, untag.ErrThrottled)) {
			return s.failed(apiErr.Kind, fmt.Errorf("%w while waiting after %s (request ID %s)", err, apiErr.Code, apiErr.RequestID))
		}
		return s.failed(nil, err)
	}
	if refused && errors.Is(apiErr.Kind, untag.ErrThrottled) { // the limiter's pause is too long
		if s.unknown {
			return s.failed(nil, apiErr)
		}
		return apiErr
	}
	return s.failed(untag.ErrThrottled, err)
}

// Ended is ctx's error and, where its owner gave another one, the cause.
func Ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

func (s *series) failed(kind, err error) error {
	outcome := error(nil)
	switch {
	case s.unknown:
		outcome = untag.ErrOutcomeUnknown
	case !s.sent:
		outcome = untag.ErrNotAttempted
	}
	return &untag.CallError{
		Service: s.op.Service, Action: s.op.Action, Region: s.region.name,
		Attempts: s.number, Kind: kind, Outcome: outcome, Err: err,
	}
}
