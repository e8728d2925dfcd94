package bulk

import (
	"errors"
	"slices"

	"github.com/untag-go/untag"
)

// fail settles a resource with an error of its own.
func (e *engine) fail(at int32, err error) {
	e.settle(at, e.keysGone(at, err))
}

// skip settles a resource that nothing was done about since its last success.
func (e *engine) skip(at int32, cause error) {
	e.cut = true
	e.settle(at, e.keysGone(at, e.notAttempted(e.regionOf(at), cause)))
}

func (e *engine) skipAll(s *set, cause error) {
	for _, at := range s.members {
		e.skip(at, cause)
	}
	for _, at := range s.rest {
		e.skip(at, cause)
	}
}

func (e *engine) regionOf(at int32) string {
	if l := e.window.entries[at].lane; l != nil {
		return l.region.name
	}
	return ""
}

// notAttempted is the error of a resource that no call is made for.
func (e *engine) notAttempted(region string, cause error) error {
	shared, notAlone := cause.(notAloneError) //nolint:errorlint // as it was given
	if notAlone {
		cause = shared.cause
	}
	kind, cause := why(cause)
	if errors.Is(cause, untag.ErrOutcomeUnknown) {
		cause = withoutError{cause, untag.ErrOutcomeUnknown}
	}
	if notAlone {
		cause = notAloneError{cause}
	}
	return &untag.CallError{
		Service: e.service.Name, Action: e.service.Action, Region: region, Kind: kind, Outcome: untag.ErrNotAttempted, Err: cause,
	}
}

// why returns what made a call fail. Its region, its attempts and its outcome are its own.
func why(err error) (kind, cause error) {
	if call, ok := err.(*untag.CallError); ok && call.Err != nil { //nolint:errorlint // as it was given
		return call.Kind, call.Err
	}
	return nil, err
}

// keysGone adds to an error which keys the resource has lost before it.
func (e *engine) keysGone(at int32, err error) error {
	l := e.window.entries[at].lane
	if l == nil || l.from == 0 || err == nil {
		return err
	}
	return &untag.KeysRemovedError{Keys: slices.Clone(e.request.TagKeys[:l.from]), Err: err}
}

// settle makes err the outcome of an entry and of its copies.
func (e *engine) settle(at int32, err error) {
	for at != none {
		own := &e.window.entries[at]
		if own.lane != nil {
			own.lane.entries--
			own.lane.region.entries--
			own.lane = nil
		}
		next := own.copies
		own.state, own.err, own.copies = settled, err, none
		if e.request.Unordered {
			e.outcomes.pushBack(at)
		}
		at = next
	}
	if !e.ready.Load() && e.canYield() {
		e.ready.Store(true)
		e.signal()
	}
}

// signal wakes the caller's goroutine, if it waits.
func (e *engine) signal() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// withoutError is a cause without its outcome, which was that of other resources, or of one attempt among several.
type withoutError struct {
	error
	outcome error
}

func (e withoutError) Is(target error) bool {
	return target != e.outcome && errors.Is(e.error, target)
}

func (e withoutError) As(target any) bool { return errors.As(e.error, target) }

// notAloneError marks a resource that was part of a call that was refused as a whole: its tags are as they were.
type notAloneError struct{ cause error }

func (e notAloneError) Error() string {
	return e.cause.Error() + " (a call with this and other resources was refused as a whole before)"
}

func (e notAloneError) Unwrap() error { return e.cause }
