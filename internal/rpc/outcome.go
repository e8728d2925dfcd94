package rpc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/untag-go/untag"
)

// unfinished is the error of a call whose wait was ended.
func (s *series) unfinished(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil || !s.drained():
		return s.stopped(ctx, err)
	case !s.lost:
		return s.failed(nil, ErrNotStarted)
	case isCredentials(err):
		return s.failed(untag.ErrUnauthenticated, err)
	}
	if apiErr, refused := errors.AsType[*untag.APIError](s.last); refused {
		return s.failed(apiErr.Kind, fmt.Errorf("%w, after %s (request ID %s)", errDrained, cmp.Or(apiErr.Code, "HTTP "+strconv.Itoa(apiErr.StatusCode)), apiErr.RequestID))
	}
	return s.failed(untag.ErrUnavailable, fmt.Errorf("%w: %w", errDrained, s.last))
}

var errDrained = errors.New("the run was drained while the call waited for another attempt")

// unprepared is the error of a call that Prepare ended.
func (s *series) unprepared(ctx context.Context, err error) error {
	if s.bound(ctx).Err() != nil {
		return s.unfinished(ctx, err)
	}
	return s.failed(nil, err)
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
	if s.lost && !s.tells(a.scope) {
		return s.failed(nil, a.err)
	}
	return a.err
}

// tells reports whether a refusal of this scope also says what became of earlier attempts: that they had no effect
// either. Only one that the service gave after a look at the resources does, and of several it does not say at which.
func (s *series) tells(scope Scope) bool { return scope.Looked() && s.call.Resources <= 1 }

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
		if refused && (!s.lost || errors.Is(apiErr.Kind, untag.ErrThrottled)) {
			return s.failed(apiErr.Kind, fmt.Errorf("%w while waiting after %s (request ID %s)", err, apiErr.Code, apiErr.RequestID))
		}
		return s.failed(nil, err)
	}
	if refused && errors.Is(apiErr.Kind, untag.ErrThrottled) { // the limiter's pause is too long
		if s.lost {
			return s.failed(nil, apiErr)
		}
		return apiErr
	}
	return s.failed(untag.ErrThrottled, err)
}

func (s *series) failed(kind, err error) error {
	return &untag.CallError{
		Service: s.service.Name, Action: s.call.Operation.Action, Region: s.name,
		Attempts: s.number, Kind: kind, Outcome: s.outcome(), Err: err,
	}
}

// outcome is what is known of the call's effect.
func (s *series) outcome() error {
	switch {
	case s.lost:
		return untag.ErrOutcomeUnknown
	case !s.sent:
		return untag.ErrNotAttempted
	}
	return nil
}

// outcomeOfBreak is what is known of the effect of a call that a panic broke off, perhaps behind a success.
func (s *series) outcomeOfBreak() error {
	if s.flying+s.number > 0 && !s.call.Operation.Reads {
		return untag.ErrOutcomeUnknown
	}
	return s.outcome()
}

// lose notes that an attempt may have been carried out and that no answer told. A read has no effect that could be lost.
func (s *series) lose() { s.lost = !s.call.Operation.Reads }
