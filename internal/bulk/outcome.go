package bulk

import (
	"errors"
	"fmt"

	"github.com/untag-go/untag"
)

// refuse settles a resource with the error of a call that it was in, or of itself in an answer. lost: an attempt may have
// been carried out all the same. looked: the service said it of this very resource.
//
// If this or an earlier call of the resource may have been carried out, only a verdict that looked at it can say that nothing
// happened. And of a resource that was in a call before, one that nothing was sent for tells nothing.
func (p *plan) refuse(at int32, err error, lost, looked bool) {
	p.settle(at, p.refusal(at, err, lost, looked))
}

func (p *plan) refusal(at int32, err error, lost, looked bool) error {
	known := p.window.entries[at].err
	lost = lost || errors.Is(known, untag.ErrOutcomeUnknown)
	switch {
	case errors.Is(err, untag.ErrOutcomeUnknown):
	case lost && !looked:
		kind, cause := why(err)
		err = p.unknown(at, kind, withoutError{cause, untag.ErrNotAttempted})
	case known != nil && errors.Is(err, untag.ErrNotAttempted):
		err = known
	}
	return p.partly(at, err)
}

// stop settles resources that no further call is made for, and reports whether that is so of them: of all or of none.
func (p *plan) stop(all ...int32) bool {
	for _, at := range all {
		err, over := p.over(at)
		if !over {
			return false
		}
		p.settle(at, err)
	}
	return len(all) > 0
}

// over returns the outcome of a resource if no further call is made for it.
func (p *plan) over(at int32) (err error, over bool) {
	g := p.window.entries[at].group
	if cause := p.endOf(g.region); cause != nil {
		p.cut = true
		return p.untouched(at, cause), true
	}
	if refusal := g.region.judged[g.key]; refusal != nil {
		return p.refusal(at, refusal, false, false), true
	}
	return nil, false
}

// skip settles a resource that no further call is made for.
func (p *plan) skip(at int32, cause error) {
	p.cut = true
	p.settle(at, p.untouched(at, cause))
}

// untouched is the outcome of a resource that no further call is made for: what is known of it, or that it was not attempted.
func (p *plan) untouched(at int32, cause error) error {
	own := &p.window.entries[at]
	if own.err != nil {
		return p.partly(at, own.err)
	}
	kind, cause := why(cause)
	if errors.Is(cause, untag.ErrOutcomeUnknown) {
		cause = withoutError{cause, untag.ErrOutcomeUnknown}
	}
	if own.shared {
		cause = notAloneError{cause}
	}
	return p.partly(at, p.callError(own.group.region.name, kind, untag.ErrNotAttempted, cause))
}

// why returns what made a call fail. Its region, its attempts and its outcome are its own.
func why(err error) (kind, cause error) {
	if call, ok := err.(*untag.CallError); ok && call.Err != nil { //nolint:errorlint // as it was given
		return call.Kind, call.Err
	}
	return nil, err
}

// partly adds to an error which parts went through before it.
func (p *plan) partly(at int32, err error) error {
	own := &p.window.entries[at]
	if own.lane == nil || own.lane.from == 0 || p.op.Partly == nil {
		return err
	}
	return p.op.Partly(own.group.parts, own.lane.from, err)
}

func (p *plan) unknown(at int32, kind, cause error) error {
	return p.callError(p.window.entries[at].group.region.name, kind, untag.ErrOutcomeUnknown, cause)
}

func (p *plan) callError(region string, kind, outcome, cause error) error {
	return &untag.CallError{
		Service: p.op.Service, Action: p.op.Action, Region: region, Kind: kind, Outcome: outcome, Err: cause,
	}
}

// settle makes err the outcome of an entry and of the followers that are the same in all. The next one after those goes now.
func (p *plan) settle(at int32, err error) {
	for at != none {
		own := &p.window.entries[at]
		p.leave(own)
		own.state, own.err = settled, err
		if p.unordered {
			p.outcomes.pushBack(at)
		}
		next, last := own.follower, own.last
		if next == none {
			return
		}
		p.window.known.replace(p.window.entries, at, next)
		p.window.entries[next].last = last
		own.follower, own.last = none, at
		if !p.window.same(at, next) {
			outcome, over := p.over(next)
			if !over {
				p.enqueue(next, p.window.entries[next].group.lane(0))
				return
			}
			err = outcome
		}
		at = next
	}
}

// leave takes an entry off the accounts of its lane, its group and its region.
func (p *plan) leave(own *entry) {
	g := own.group
	if g == nil {
		return
	}
	g.entries--
	g.region.entries--
	if l := own.lane; l != nil {
		if l.entries--; l.entries == 0 {
			p.offerNext(l)
		}
	}
	if g.entries == 0 {
		delete(g.region.groups, g.key)
		if g.region.recent == g {
			g.region.recent = nil
		}
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

// strangerError is a failure whose kind is not that of the resource it is given to.
type strangerError struct{ failure error }

func (e strangerError) Error() string {
	return fmt.Sprintf("the answer names a failed resource that was not sent, which may stand for this one: %v", e.failure)
}

// drainedError is the cause of a run that was drained.
type drainedError struct{}

func (drainedError) Error() string { return "the run was drained" }

func (drainedError) Is(target error) bool { return target == untag.ErrNotAttempted }

// errLate is why calls of a drained run are aborted. They were sent, so it is not ErrNotAttempted as well.
var errLate = errors.New(drainedError{}.Error())

// diedError is the cause of a run in which something that it called did not return.
type diedError struct{ panicked any }

func (e diedError) Error() string {
	if e.panicked == nil {
		return "a hook, the transport or the credential provider ended its goroutine (runtime.Goexit)"
	}
	return fmt.Sprintf("a hook, the transport or the credential provider panicked (%T)", e.panicked) // its text may hold anything
}

// endedError is the error of a last pair.
type endedError struct{ cause error }

func (e endedError) Error() string { return e.cause.Error() }

func (e endedError) Unwrap() []error { return []error{untag.ErrRunEnded, e.cause} }
