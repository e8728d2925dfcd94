package bulk

import (
	"math"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/validate"
)

// plan decides what a run does. It holds all that the run knows, and neither waits nor calls: it has no lock, no context,
// no clock and no goroutine. Around it, the shell (run) tells it what happened and does what it says:
//
//	admit    a resource was read
//	next     which call goes out now, if any
//	learn    what came of a call
//	collect  the outcomes that can be yielded
//	end      no call goes out any more
//
// A resource goes through a lane, where it waits for others of its region with the same parts, and a call. If the call
// passes, the resource goes to the lane of its next parts, or is settled. If the call is refused as a whole, it is split.
// Splits and resources that go again by themselves are batches like any other, only more urgent.
type plan struct {
	op         *Operation
	room       func(region string) int // how many calls of a region may be under way
	unordered  bool
	window     *window
	regions    map[string]*region
	order      []*region // all of regions: the next call is that of the first one that has a batch, which then is the last
	outcomes   queueOf[int32]
	index      int // of the resource that is read
	inputEnded bool
	blocked    bool // the input waits for room in the window, or has ended: smaller batches may make room
	idle       bool // nothing can go out before something changes

	probing int    // calls whose verdict regions that have never answered wait for
	open    int    // regions in which something passed
	alive   int    // regions that have not ended
	skipped int    // resources read since all regions have ended
	suspect string // the code by which a region refused all, as others may

	mistake         error // why the latest of the others ended
	mistakeReported bool  // and whether that needs a last pair

	cause    error // why the run ends early, nil as long as it does not
	reported bool  // the cause needs a last pair, even if every resource was settled before
	cut      bool  // a resource was not attempted, or lost its verdict, because the run or its region ended
}

func newPlan(op *Operation, limit int, unordered bool, room func(region string) int) *plan {
	return &plan{op: op, room: room, unordered: unordered, window: newWindow(limit), regions: make(map[string]*region)}
}

// noParts are those of a run that names none.
var noParts = new(Parts)

// admit takes in a resource that was read.
func (p *plan) admit(resource string, place Place, parts *Parts) {
	if parts == nil {
		parts = noParts
	}
	index := p.index
	p.index++
	p.blocked = false
	if place.Reason != "" || len(parts.Problems) > 0 {
		p.settle(p.window.add(resource, place, nil), p.malformed(index, resource, place.Reason, parts.Problems))
		return
	}
	r := p.region(place.Region)
	g := r.group(parts)
	at := p.window.add(resource, place, g)
	g.entries++
	r.entries++
	own := &p.window.entries[at]
	leader := p.window.known.find(p.window.entries, own.key, r, own.hash)
	switch {
	case leader == none:
		p.window.known.put(p.window.entries, at)
		p.enqueue(at, g.lane(0))
	case p.window.entries[leader].state != settled:
		first := &p.window.entries[leader]
		p.window.entries[first.last].follower, first.last = at, at
		own.state = following
	case p.window.same(leader, at):
		p.settle(at, p.window.entries[leader].err)
	default:
		p.window.known.replace(p.window.entries, leader, at)
		p.enqueue(at, g.lane(0))
	}
}

func (p *plan) malformed(index int, resource, reason string, problems []untag.Problem) error {
	field := validate.Index(p.op.Field, index)
	all := make([]untag.Problem, 0, 1+len(problems))
	if reason != "" {
		all = append(all, untag.Problem{Field: field, Value: resource, Reason: reason})
	}
	for _, problem := range problems {
		problem.Field = field + problem.Field
		all = append(all, problem)
	}
	return p.callError("", nil, untag.ErrNotAttempted, &untag.ValidationError{Request: p.op.Request, Problems: all})
}

// enqueue puts a resource into a lane, to wait there for a batch.
func (p *plan) enqueue(at int32, l *lane) {
	own := &p.window.entries[at]
	own.lane, own.state = l, waiting
	l.entries++
	if p.stop(at) {
		if p.endOf(l.group.region) != nil {
			p.skipped++
			p.endIfAllEnded()
		}
		return
	}
	l.queue.pushBack(at)
	p.offer(l)
}

// putBack puts resources that nothing was learned of before those that wait in the lane.
func (p *plan) putBack(l *lane, members []int32) {
	if p.stop(members...) {
		return
	}
	for _, at := range members {
		p.window.entries[at].state = waiting
	}
	l.queue.pushFront(members...)
	p.offer(l)
}

// endInput notes that there is nothing more to read.
func (p *plan) endInput() {
	p.inputEnded, p.blocked = true, true
	for _, r := range p.order {
		p.offerAll(r)
	}
	p.endIfAllEnded()
}

// next returns a batch that may go now, nil if there is none before something changes or a resource that goes again is
// due, after wait. 0: none will be.
func (p *plan) next(now time.Time) (b *batch, wait time.Duration) {
	if p.idle || p.cause != nil {
		return nil, 0
	}
	if p.blocked {
		p.flush()
	}
	wait = math.MaxInt64
	for i, r := range p.order {
		room := min(p.room(r.name), r.trial.calls())
		if r.ended != nil || r.out >= room || r.trial.virgin() && p.open == 0 && p.probing > 0 {
			continue
		}
		b, due := p.nextOf(r, now)
		wait = min(wait, due)
		if b == nil {
			continue
		}
		p.send(b)
		p.order = append(slices.Delete(p.order, i, i+1), r) // regions take turns
		return b, 0
	}
	if wait == math.MaxInt64 {
		wait = 0
	}
	p.idle = wait == 0
	return nil, wait
}

// nextOf returns the most urgent batch of a region: a part of a refused set, then a resource that goes again, then those
// of a lane. A batch that is due later only returns how long that is.
func (p *plan) nextOf(r *region, now time.Time) (b *batch, wait time.Duration) {
	wait = math.MaxInt64
	if n := len(r.tainted); n > 0 {
		b, r.tainted = r.tainted[n-1], r.tainted[:n-1]
		p.part(b)
		return b, 0
	}
	if len(r.alone) > 0 {
		if wait = r.alone[0].due.Sub(now); wait <= 0 {
			b, r.alone = r.alone[0], r.alone[1:]
			return b, 0
		}
	}
	for r.ready.len() > 0 {
		l := r.ready.popFront()
		l.offered = false
		if l.complete(p.inputEnded) {
			b = p.take(l)
			p.offer(l)
			return b, 0
		}
	}
	return nil, wait
}

// part makes the call that a refused set goes on with: the rest of it is left out.
func (p *plan) part(b *batch) {
	n := 1
	if !b.series && !b.first && !b.lane.group.region.trial.single() {
		n = b.policy.part(len(b.members))
	}
	if !b.series {
		b.tainted = len(b.members)
	}
	b.members, b.rest = b.members[:n:n], b.members[n:]
}

// send notes that a call goes out.
func (p *plan) send(b *batch) {
	r := b.lane.group.region
	if b.policy != nil {
		b.policy.sent(len(b.members))
	}
	r.out++
	if r.trial.virgin() && p.open == 0 {
		b.probing = true
		p.probing++
	}
}

// stall notes that a call takes long: regions that have never answered need not wait for its verdict.
func (p *plan) stall(b *batch) {
	if b.probing && !b.stalled && !b.gone {
		p.probing--
		p.idle = false
	}
	b.stalled = true
}

// landed notes that a call has returned.
func (p *plan) landed(b *batch) {
	p.stall(b)
	b.gone = true
	b.lane.group.region.out--
	p.idle = false
}

// flush lets batches go that are not full, when nothing else makes room: the head of the window waits in one. Beside it
// go those of the resources right behind, as far as there is room for calls, or a run whose resources have
// all different parts would make one call at a time.
func (p *plan) flush() {
	at := p.window.head
	if at == none || p.window.entries[at].state != waiting {
		return
	}
	for range maxFlush {
		if at == none {
			return
		}
		own := &p.window.entries[at]
		if own.state == waiting && !own.lane.flush {
			own.lane.flush = true
			p.offer(own.lane)
		}
		at = own.next
	}
}

// maxFlush is how many of the oldest resources do not wait for full batches when the window is full.
const maxFlush = 64

// outcome is a pair to yield.
type outcome struct {
	resource string
	err      error
}

// collect takes outcomes out of the window: those of the oldest entries as far as they are settled, or any.
func (p *plan) collect(into []outcome) int {
	n := 0
	for n < len(into) && p.canYield() {
		at := p.window.head
		if p.unordered {
			at = p.outcomes.popFront()
		}
		into[n] = outcome{p.window.entries[at].resource, p.window.entries[at].err}
		p.window.remove(at)
		n++
	}
	if n > 0 {
		p.blocked = p.inputEnded
		p.idle = false
	}
	return n
}

func (p *plan) canYield() bool {
	if p.unordered {
		return p.outcomes.len() > 0
	}
	head := p.window.head
	return head != none && p.window.entries[head].state == settled
}

// end ends the run: no call goes out any more, those under way go on. reported: the cause is yielded even if there is
// nothing left that it keeps from being sent.
func (p *plan) end(cause error, reported bool) {
	if p.cause != nil {
		return
	}
	p.cause, p.reported = cause, reported
	for _, r := range p.order {
		p.empty(r, nil)
	}
}

// endRegion ends the calls of one region. mistake: the cause may well be one for all, so the run ends if every region that
// was tried has ended so.
func (p *plan) endRegion(r *region, cause error, mistake, reported bool) {
	switch {
	case r.ended != nil || p.cause != nil:
		return
	case p.op.OneRegion:
		p.end(cause, reported)
		return
	}
	r.ended = cause
	if r.trial.open {
		p.open--
	}
	p.empty(r, nil)
	if mistake {
		p.alive--
		p.mistake, p.mistakeReported = cause, p.mistakeReported || reported
		p.endIfAllEnded()
	}
}

// endIfAllEnded ends the run if all its regions have ended by a mistake, and there is no other to come: the input has
// ended, or a window of resources has come since, without one.
func (p *plan) endIfAllEnded() {
	switch {
	case p.cause != nil || p.mistake == nil:
	case p.alive > 0:
		p.skipped = 0
	case p.inputEnded || p.skipped >= p.window.limit:
		p.end(p.mistake, p.mistakeReported)
	}
}

// endOf is the reason why no further call is made in r, nil if calls are.
func (p *plan) endOf(r *region) error {
	if p.cause != nil {
		return p.cause
	}
	return r.ended
}

// empty settles what waits in a region, of one group or, if only is nil, of all.
func (p *plan) empty(r *region, only *group) {
	leaves := func(b *batch) bool { return only == nil || b.lane.group == only }
	for _, waiting := range [...]*[]*batch{&r.tainted, &r.alone} {
		for _, b := range *waiting {
			if leaves(b) {
				p.stop(slices.Concat(b.members, b.tail)...)
			}
		}
		*waiting = slices.DeleteFunc(*waiting, leaves)
	}
	for _, g := range r.groups { // settling the last resource of one deletes it
		if only != nil && g != only {
			continue
		}
		for _, l := range g.lanes {
			for l.queue.len() > 0 {
				p.stop(l.queue.popFront())
			}
		}
	}
}
