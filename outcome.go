package untag

import (
	"context"
	"errors"
	"strconv"
)

// Outcome is what is known of a resource at the end of a call or a run. [OutcomeOf] reads it from an error.
type Outcome int

// The outcomes.
const (
	OutcomeDone         Outcome = iota // the service confirmed it
	OutcomeRefused                     // the service refused it, so its tags are as they were
	OutcomeUnknown                     // a request was sent and no verdict came, as ErrOutcomeUnknown has it
	OutcomeNotAttempted                // nothing was sent, as ErrNotAttempted has it
	OutcomeInvalid                     // malformed and never sent, as ErrInvalidRequest has it
)

// String returns "done", "refused", "unknown", "not_attempted" or "invalid", which reports, journals and telemetry use.
func (o Outcome) String() string {
	words := [...]string{"done", "refused", "unknown", "not_attempted", "invalid"}
	if o < 0 || int(o) >= len(words) {
		return "Outcome(" + strconv.Itoa(int(o)) + ")"
	}
	return words[o]
}

// OutcomeOf tells what an error says of the resource that it came with. A nil error is OutcomeDone. What is known of the
// resource itself comes before what ended its run: a resource that was not attempted because of a refusal is
// OutcomeNotAttempted. In an answer of Tag that names some resources as failed, each has an error of its own; for the
// error of the call as a whole, a *tag.PartialError, OutcomeOf returns OutcomeUnknown if no more than that is known of all
// that failed, else OutcomeRefused. An error that is none of the SDK's tells nothing of the resource: OutcomeUnknown.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return OutcomeDone
	}
	if call, ok := errors.AsType[*CallError](err); ok && call.Outcome != nil {
		err = call.own() // the outcome of the cause may be that of other resources
	}
	switch {
	case errors.Is(err, ErrOutcomeUnknown):
		return OutcomeUnknown
	case errors.Is(err, ErrInvalidRequest):
		return OutcomeInvalid
	case errors.Is(err, ErrNotAttempted):
		return OutcomeNotAttempted
	}
	if _, ended := errors.AsType[*CallError](err); ended {
		return OutcomeRefused // every request that was sent was refused and had no effect
	}
	if errors.Is(err, ErrUnavailable) {
		return OutcomeUnknown // the service broke down over the call, or over this resource of it
	}
	for _, kind := range refusals {
		if errors.Is(err, kind) {
			return OutcomeRefused
		}
	}
	if _, answered := errors.AsType[*APIError](err); answered {
		return OutcomeRefused
	}
	return OutcomeUnknown
}

// own is the outcome of e without those that its cause may have, but for a malformed resource.
func (e *CallError) own() error {
	if errors.Is(e.Outcome, ErrNotAttempted) && errors.Is(e.Err, ErrInvalidRequest) {
		return ErrInvalidRequest
	}
	return e.Outcome
}

// refusals are the kinds of a verdict.
var refusals = [...]error{
	ErrInvalidParameter, ErrUnauthenticated, ErrPermissionDenied, ErrNotFound, ErrQuotaExceeded, ErrThrottled, ErrClockSkew,
	ErrPartialFailure,
}

// Retryable reports whether another try of the resource may end differently with nothing changed but the time. It may
// after a throttling, an outage, a clock that was off, an unknown outcome, the end of a context, or when nothing was
// sent for the resource because its run ended. It may not if the resource is done or malformed, or if the service
// refused it for its own sake, the request's or the credentials'. Another try is safe either way: removing a tag that is
// gone succeeds.
func Retryable(err error) bool {
	switch OutcomeOf(err) {
	case OutcomeUnknown, OutcomeNotAttempted:
		return true
	case OutcomeRefused:
		for _, passing := range [...]error{ErrThrottled, ErrUnavailable, ErrClockSkew, context.Canceled, context.DeadlineExceeded} {
			if errors.Is(err, passing) {
				return true
			}
		}
	case OutcomeDone, OutcomeInvalid:
	}
	return false
}

// ErrRunEnded says that a run ended before its input did. It is in the error of the last pair of such a run, the one
// without a resource, and in no other; errors.Is tells that pair from an empty string in the input. The error's text is
// the cause's, and errors.Is and errors.As find the cause, too.
var ErrRunEnded = errors.New("the run ended early")
