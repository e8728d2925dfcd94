package bulk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// learn takes in what came of a call and returns the call that follows from it, nil if none does.
func (e *engine) learn(s *set, failures []Failure, err error) *set {
	l := s.lane
	switch {
	case err == nil && len(failures) == 0:
		return e.passed(s)
	case err == nil:
		return e.partly(s, failures)
	case errors.Is(err, rpc.ErrNotStarted) && s.again != nil:
		e.cut = true
		e.fail(s.members[0], s.again.err)
		return nil
	case errors.Is(err, rpc.ErrNotStarted):
		e.takeBack(s)
		cause := cmp.Or(e.endOf(l.region), err)
		if s.tainted > 0 {
			cause = notAloneError{cause}
		}
		e.skipAll(s, cause)
		return nil
	}
	scope := e.service.Scope(err)
	if e.ctx.Err() != nil && (scope == rpc.ScopeRetry || scope == rpc.ScopeWait) {
		e.cut = true
		e.stopLocked(rpc.Ended(e.ctx))
	}
	switch scope {
	case rpc.ScopeResource:
		e.probe.refused()
		return e.refused(s, err)
	case rpc.ScopeUnclear:
		if len(s.members) == 1 && e.probe.failed(err, s.origin) {
			e.stopLocked(err) // unless there is nothing left that it could keep from being sent
		} else if len(s.members) > 1 {
			e.probe.doubt()
		}
		return e.refused(s, err)
	case rpc.ScopeRequest:
		e.halt(err)
	case rpc.ScopeRegion:
		e.endRegion(l.region, err)
	}
	e.takeBack(s)
	err = e.afterEarlier(s, err)
	for _, at := range s.members {
		e.fail(at, err)
	}
	e.giveBack(l, s.rest)
	return nil
}

// takeBack makes the policy forget a call without a verdict.
func (e *engine) takeBack(s *set) {
	if s.again == nil {
		s.lane.policy.unsent(len(s.members))
		e.replan(s.lane)
	}
}

// passed settles a call that succeeded for all its resources.
func (e *engine) passed(s *set) *set {
	e.notePass(s)
	for _, at := range s.members {
		e.advance(at, s.to)
	}
	e.flushHead()
	return e.split(s, s.rest)
}

// notePass learns from a call that the service carried out, for all its resources or but for those that it names.
func (e *engine) notePass(s *set) {
	e.probe.passed(s.origin)
	if s.again == nil {
		s.lane.policy.passed(len(s.members), s.tainted)
		e.replan(s.lane)
	}
}

// refused settles a call that failed for one of its resources, if it had only one, or splits it.
func (e *engine) refused(s *set, err error) *set {
	if s.again == nil {
		s.lane.policy.failed(len(s.members), s.tainted)
		e.replan(s.lane)
	}
	if len(s.members) == 1 {
		e.fail(s.members[0], e.afterEarlier(s, err))
		e.giveBack(s.lane, s.rest)
		return nil
	}
	e.giveBack(s.lane, s.rest)
	return e.split(s, s.members)
}

func (e *engine) replan(l *lane) { l.want = l.policy.fresh(e.service.MaxResources) }

// partly settles a call whose answer names failed resources.
func (e *engine) partly(s *set, failures []Failure) *set {
	e.notePass(s)
	named, stranger := e.attribute(s.members, failures)
	for i, at := range s.members {
		switch failure := named[i]; {
		case failure == nil && stranger != nil:
			err := fmt.Errorf("the answer names a failed resource that was not sent, which may stand for this one: %v", stranger.Err) //nolint:errorlint // its kind is not this one's
			e.goAgain(s, again{at: at, to: s.to, due: time.Now(), err: e.unknown(s, nil, err)})
		case failure == nil:
			e.advance(at, s.to)
		case failure.Scope == rpc.ScopeWait || failure.Scope == rpc.ScopeRetry:
			e.repeat(s, at, *failure)
		default:
			e.fail(at, e.judged(s, *failure, false))
		}
	}
	e.flushHead()
	return e.split(s, s.rest)
}

// attribute finds the failure of each member. A stranger is a failure that belongs to none of them as they were sent,
// so that the success of the others is not certain.
func (e *engine) attribute(members []int32, failures []Failure) (named []*Failure, stranger *Failure) {
	named = make([]*Failure, len(members))
	if len(members) == 1 {
		named[0] = &failures[0] // whatever it is called there
		return named, nil
	}
	for i := range failures {
		found := false
		for _, same := range [...]func(string, string) bool{equal, e.service.Same} {
			for j, at := range members {
				if !same(e.window.entries[at].resource, failures[i].Resource) {
					continue
				}
				found = true
				if named[j] == nil { // an answer may name one resource once for each key
					named[j] = &failures[i]
				}
			}
			if found {
				break
			}
		}
		if !found {
			stranger = &failures[i]
		}
	}
	return named, stranger
}

func equal(sent, answered string) bool { return sent == answered }

// repeat sends a resource again by itself, after a while: one that was throttled for at most MaxThrottle, one by which
// the service failed MaxAttempts times. Then the outcome of the latter is unknown, as that of a call would be.
func (e *engine) repeat(s *set, at int32, failure Failure) {
	err := e.judged(s, failure, failure.Scope == rpc.ScopeRetry)
	next := again{at: at, to: s.to, since: time.Now(), err: err}
	if s.again != nil {
		next.tries = s.again.tries
		if !s.again.since.IsZero() {
			next.since = s.again.since
		}
	}
	next.tries++
	wait := e.service.Backoff(next.tries)
	over := time.Since(next.since)+wait > e.service.MaxThrottle
	if failure.Scope == rpc.ScopeRetry {
		over = next.tries >= e.service.MaxAttempts
	}
	stopped := e.endOf(s.lane.region) != nil
	if over || stopped {
		e.cut = e.cut || stopped && !over
		e.fail(at, err)
		return
	}
	next.due = time.Now().Add(wait)
	e.goAgain(s, next)
}

// goAgain puts a resource among those that go by themselves.
func (e *engine) goAgain(s *set, next again) {
	r := s.lane.region
	if e.endOf(r) != nil {
		e.cut = true
		e.fail(next.at, next.err)
		return
	}
	i, _ := slices.BinarySearchFunc(r.alone, next.due, func(a again, due time.Time) int {
		if a.due.After(due) {
			return 1
		}
		return -1
	})
	r.alone = slices.Insert(r.alone, i, next)
	if i == 0 && r.alarm != nil && r.alarm.Stop() {
		r.alarm = nil
	}
}

// judged is the error of a failure. The outcome is unknown if the failure says so, or if an earlier one of the resource
// did and this one was given without a look at it.
func (e *engine) judged(s *set, failure Failure, unknown bool) error {
	earlier := s.wasUnknown() && !failure.Scope.Looked()
	if !unknown && !failure.Unknown && !earlier {
		return failure.Err
	}
	return e.unknown(s, nil, failure.Err)
}

// afterEarlier is the error of a call that failed as a whole. Of a resource that was in a call before, one that nothing was
// sent for tells nothing, and of one whose outcome was unknown neither does one that the service gave without a look at it.
func (e *engine) afterEarlier(s *set, err error) error {
	switch {
	case s.again == nil || errors.Is(err, untag.ErrOutcomeUnknown):
		return err
	case errors.Is(err, untag.ErrNotAttempted) && !s.wasUnknown():
		return s.again.err
	case s.wasUnknown() && (errors.Is(err, untag.ErrNotAttempted) || !e.service.Scope(err).Looked()):
		kind, cause := why(err)
		return e.unknown(s, kind, withoutError{cause, untag.ErrNotAttempted})
	}
	return err
}

func (s *set) wasUnknown() bool {
	return s.again != nil && errors.Is(s.again.err, untag.ErrOutcomeUnknown)
}

func (e *engine) unknown(s *set, kind, cause error) error {
	return &untag.CallError{
		Service: e.service.Name, Action: e.service.Action, Region: s.lane.region.name,
		Kind: kind, Outcome: untag.ErrOutcomeUnknown, Err: cause,
	}
}

// halt ends the run for a reason that holds for every resource.
func (e *engine) halt(err error) {
	e.reported = true
	e.stopLocked(err)
}

// stop ends the run: no call begins any more, those in flight go on.
func (e *engine) stop(cause error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stopLocked(cause)
	e.signal()
}

func (e *engine) stopLocked(cause error) {
	if e.cause != nil {
		return
	}
	e.cause = cause
	e.ended.Store(true)
	e.hold()
	for _, r := range e.regions {
		e.empty(r, cause)
	}
}

// endRegion ends the calls of one region, and the run if there is no other.
func (e *engine) endRegion(r *region, err error) {
	if e.service.OneRegion {
		e.halt(err)
		return
	}
	if r.ended == nil {
		r.ended = err
		e.empty(r, err)
	}
}

// empty settles all that waits in a region.
func (e *engine) empty(r *region, cause error) {
	for _, l := range r.lanes {
		for l.queue.len() > 0 {
			e.skip(l.queue.popFront(), cause)
		}
	}
	for _, a := range r.alone {
		e.cut = true
		e.fail(a.at, a.err)
	}
	r.alone = nil
}
