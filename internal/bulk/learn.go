package bulk

import (
	"errors"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// result is what came of a call.
type result struct {
	failures []Failure
	err      error
	lost     bool     // an attempt before the last may have been carried out, and no answer told
	changes  []change // what Before took out of it
}

// change is what Before made of a member of a batch.
type change struct {
	at int32
	Change
}

// learn takes in what came of a call.
func (p *plan) learn(b *batch, res result, now time.Time) {
	if b.gone {
		return
	}
	p.landed(b)
	p.remove(b, res.changes)
	switch err := res.err; {
	case len(b.members) == 0:
		p.goOn(b, b.rest)
	case err == nil:
		p.passed(b, res.failures, res.lost, now)
	case errors.Is(err, rpc.ErrNotStarted) && !errors.Is(err, untag.ErrOutcomeUnknown):
		p.unsent(b)
		cause := p.endOf(b.lane.group.region)
		if cause == nil {
			cause = err
		}
		for _, at := range slices.Concat(b.members, b.rest, b.tail) {
			p.skip(at, cause)
		}
	default:
		p.failed(b, err, res.lost)
	}
}

// abandon takes in that a call will not return, or not in time. Its entries are only its own as long as it is not gone.
func (p *plan) abandon(b *batch, cause error, now time.Time) {
	if !b.gone {
		p.learn(b, result{err: p.unknown(b.members[0], nil, cause), lost: true}, now)
	}
}

// remove takes out of a batch what Before decided about.
func (p *plan) remove(b *batch, changes []change) {
	for _, c := range changes {
		b.members = slices.DeleteFunc(b.members, func(at int32) bool { return at == c.at })
		if b.tainted > 0 {
			b.tainted-- // the others may be good for all that is known, which costs no more than a call
		}
		if c.Parts == nil {
			p.settle(c.at, c.Err)
			continue
		}
		own := &p.window.entries[c.at]
		r := own.group.region
		p.leave(own)
		own.group, own.lane = r.group(c.Parts), nil
		own.group.entries++
		r.entries++
		p.enqueue(c.at, own.group.lane(0))
	}
}

// passed takes in a call that the service carried out, for all its resources but those that it names.
func (p *plan) passed(b *batch, failures []Failure, lost bool, now time.Time) {
	r := b.lane.group.region
	r.trial.pass(b.origin)
	p.opened(r)
	p.observe(b, true)
	named, stranger := p.attribute(b.members, failures)
	passed := false
	for i, at := range b.members {
		switch failure := named[i]; {
		case failure == nil && stranger == nil:
			passed = true
			p.neighbour(at, false)
			p.advance(at, b.to)
		case failure == nil:
			p.window.entries[at].err = p.unknown(at, nil, strangerError{stranger.Err})
			p.again(&batch{lane: b.lane, members: []int32{at}, to: b.to, origin: new(origin), due: now})
		case failure.Scope == rpc.ScopeWait || failure.Scope == rpc.ScopeRetry:
			p.repeat(b, at, failure, lost, now)
		default:
			p.refuse(at, failure.Err, lost || failure.Unknown, failure.Scope.Looked() && !failure.Unknown)
		}
	}
	if g := b.lane.group; passed {
		b.lane.passed = true
		if p.op.OwnParts && b.to == len(g.parts.Sizes) {
			r.judge(g, nil)
		}
	}
	p.goOn(b, b.rest)
}

// failed takes in a call that failed as a whole.
func (p *plan) failed(b *batch, err error, lost bool) {
	r, scope := b.lane.group.region, p.scope(err)
	switch scope {
	case rpc.ScopeTags:
		if refusal, judged := r.judged[b.lane.group.key]; !b.lane.passed && (!judged || refusal != nil) {
			p.opened(r)
			_, cause := why(err)
			r.judge(b.lane.group, cause)
			p.empty(r, b.lane.group)
			break
		}
		fallthrough // they are good enough for others
	case rpc.ScopeResource:
		p.opened(r)
		p.split(b, err, lost)
		return
	case rpc.ScopeUnclear:
		r.trial.doubtful = true
		if len(b.members) == 1 && r.trial.fail(err, b.origin, b.lane.group.key, r.sets()) {
			p.endRegion(r, err, true, false)
		}
		p.split(b, err, lost)
		return
	case rpc.ScopeRequest:
		p.refusedForAll(r, err)
	case rpc.ScopeRegion:
		request := p.op.Scope(err) == rpc.ScopeRequest
		p.endRegion(r, err, request, request || p.op.OneRegion)
	case rpc.ScopeWait, rpc.ScopeRetry:
		p.cut = p.cut || p.cause != nil // without the end of the run there might have been another attempt
	}
	p.unsent(b)
	for _, at := range b.members {
		p.refuse(at, err, lost, false)
	}
	p.putBack(b.lane, slices.Concat(b.rest, b.tail))
}

// scope is the operation's, but for what an endpoint says of itself: that its clock, or what is served there, is not what
// others have.
func (p *plan) scope(err error) rpc.Scope {
	scope := p.op.Scope(err)
	if scope == rpc.ScopeTags && !p.op.OwnParts {
		return rpc.ScopeRequest
	}
	if scope != rpc.ScopeRequest {
		return scope
	}
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		switch apiErr.Code {
		case untag.CodeInvalidAPINotFound, untag.CodeInvalidActionNotFound, untag.CodeInvalidProductNotFound:
			return rpc.ScopeRegion
		}
	}
	if errors.Is(err, untag.ErrClockSkew) {
		return rpc.ScopeRegion
	}
	return scope
}

// split settles a call that was refused for one of its resources, if it had only one, or finds out which.
func (p *plan) split(b *batch, err error, lost bool) {
	p.observe(b, false)
	if len(b.members) == 1 {
		p.neighbour(b.members[0], true)
		p.goBehind(b)
		p.refuse(b.members[0], err, lost, p.op.Scope(err).Looked())
		return
	}
	b.tail = slices.Concat(b.rest, b.tail)
	for _, at := range b.members {
		own := &p.window.entries[at]
		own.shared = true
		if lost || errors.Is(err, untag.ErrOutcomeUnknown) {
			own.err = p.unknown(at, nil, withoutError{err, untag.ErrOutcomeUnknown})
		}
	}
	p.goOn(b, b.members)
}

// goOn splits a set of which at least one resource is believed to be bad.
func (p *plan) goOn(b *batch, members []int32) {
	r := b.lane.group.region
	switch all := slices.Concat(members, b.tail); {
	case b.series || len(members) == 0:
		p.putBack(b.lane, all)
	case p.stop(all...):
	default:
		r.tainted = append(r.tainted, &batch{
			lane: b.lane, members: members, tail: b.tail, to: b.to, origin: b.origin, policy: b.policy,
			first: b.tainted == 0 && b.policy != nil && b.policy.clustered(),
		})
		p.idle = false
	}
}

// neighbour lets the policy learn from the verdict on a resource, if that stands behind a bad one.
func (p *plan) neighbour(at int32, bad bool) {
	if own := &p.window.entries[at]; own.behind {
		own.lane.policy.neighbour(bad)
		own.behind = false
	}
}

// goBehind goes on with the rest of a refused set behind a bad resource: one by one, or as with all that is untested.
func (p *plan) goBehind(b *batch) {
	r := b.lane.group.region
	rest := slices.Concat(b.rest, b.tail)
	if len(rest) == 0 {
		return
	}
	if p.stop(rest...) {
		return
	}
	if !b.lane.policy.clustered() {
		p.window.entries[rest[0]].behind = true
		p.putBack(b.lane, rest)
		return
	}
	for _, part := range chunks(rest, b.series) {
		p.window.entries[part[0]].behind = true
		r.tainted = append(r.tainted, &batch{lane: b.lane, members: part, to: b.to, origin: b.origin, series: true})
	}
	p.idle = false
}

// chunks cuts what stands behind the first bad resource into four parts, which go side by side. A series is one already.
func chunks[T any](rest []T, series bool) [][]T {
	if series {
		return [][]T{rest}
	}
	return slices.Collect(slices.Chunk(rest, max(leastChunk, (len(rest)+3)/4)))
}

// leastChunk is how many resources a series of calls is worth.
const leastChunk = 8

// observe lets the policy learn from a verdict. Smaller batches may be wanted then, and are there.
func (p *plan) observe(b *batch, passed bool) {
	if b.policy == nil {
		return
	}
	before := b.policy.want
	b.policy.learn(passed, len(b.members), b.tainted, b.origin)
	if b.policy.want < before {
		p.offerAll(b.lane.group.region)
	}
}

// unsent makes the policy forget a call without a verdict.
func (p *plan) unsent(b *batch) {
	if b.policy != nil {
		b.policy.unsent(len(b.members))
	}
}

// attribute finds the failure of each member. A stranger is a failure that belongs to none of them as they were sent,
// so that the success of the others is not certain.
func (p *plan) attribute(members []int32, failures []Failure) (named []*Failure, stranger *Failure) {
	named = make([]*Failure, len(members))
	if len(members) == 1 && len(failures) > 0 {
		named[0] = &failures[0] // whatever it is called there
		return named, nil
	}
	for i := range failures {
		found := false
		for j, at := range members {
			sent, answered := p.window.entries[at].resource, failures[i].Resource
			if sent != answered && (p.op.Same == nil || !p.op.Same(sent, answered)) {
				continue
			}
			found = true
			if named[j] == nil { // an answer may name one resource once for each part
				named[j] = &failures[i]
			}
		}
		if !found {
			stranger = &failures[i]
		}
	}
	return named, stranger
}

// repeat sends a resource again by itself, after a while, that was refused for the moment: one that was throttled for at most
// MaxThrottle, one by which the service failed MaxAttempts times. Then the outcome of the latter is unknown, as that of
// a call would be.
func (p *plan) repeat(b *batch, at int32, failure *Failure, lost bool, now time.Time) {
	next := &batch{lane: b.lane, members: []int32{at}, to: b.to, origin: new(origin), tries: b.tries + 1, since: b.since}
	if next.since.IsZero() {
		next.since = now
	}
	wait := p.op.Backoff(next.tries)
	next.due = now.Add(wait)
	over, unknown := next.due.Sub(next.since) > p.op.MaxThrottle, lost || failure.Unknown
	if failure.Scope == rpc.ScopeRetry {
		over, unknown = next.tries >= p.op.MaxAttempts, true
	}
	if over {
		p.refuse(at, failure.Err, unknown, false)
		return
	}
	own := &p.window.entries[at]
	if own.err == nil || !errors.Is(own.err, untag.ErrOutcomeUnknown) {
		own.err = failure.Err
	}
	if unknown || errors.Is(own.err, untag.ErrOutcomeUnknown) {
		own.err = p.unknown(at, nil, failure.Err)
	}
	p.again(next)
}

// again puts a resource among those that go by themselves.
func (p *plan) again(b *batch) {
	r := b.lane.group.region
	if p.stop(b.members[0]) {
		return
	}
	i, _ := slices.BinarySearchFunc(r.alone, b.due, func(x *batch, due time.Time) int {
		if x.due.After(due) {
			return 1
		}
		return -1
	})
	r.alone = slices.Insert(r.alone, i, b)
	p.idle = false
}

// advance moves a resource whose parts before to went through on to the next ones, or settles it.
func (p *plan) advance(at int32, to int) {
	own := &p.window.entries[at]
	if to == len(own.group.parts.Sizes) {
		p.settle(at, nil)
		return
	}
	own.lane.entries--
	if own.lane.entries == 0 {
		defer p.offerNext(own.lane)
	}
	own.err, own.shared = nil, false
	p.enqueue(at, own.group.lane(to))
}

// offerNext offers the lanes after one that nothing comes from any more.
func (p *plan) offerNext(l *lane) {
	if p.inputEnded {
		for _, later := range l.group.lanes {
			p.offer(later)
		}
	}
}
