package bulk

import (
	"slices"
	"time"
)

// maxIdleRegions is how many regions without resources are remembered for what they have shown of their resources.
const maxIdleRegions = 256

// region returns the region of that name.
func (e *engine) region(name string) *region {
	r := e.regions[name]
	if r == nil {
		if len(e.regions) >= maxIdleRegions {
			e.forgetRegions()
		}
		r = &region{name: name}
		e.regions[name] = r
	}
	return r
}

// forgetRegions keeps an input of made-up regions from growing the map with its length. One that has ended costs a call
// to end it again, if it comes back.
func (e *engine) forgetRegions() {
	for name, r := range e.regions {
		if r.entries == 0 && r.workers == 0 {
			delete(e.regions, name)
		}
	}
}

// employ gives every batch of r that is ready to a worker, as far as there may be more workers.
func (e *engine) employ(r *region) {
	for r.workers < min(e.request.Concurrency, e.probe.perRegion()) && e.workers < e.probe.workers() {
		s := e.take(r)
		if s == nil {
			return
		}
		r.workers++
		e.workers++
		e.work.Go(func() { e.serve(r, s) })
	}
}

// employAll is employ for all regions, in an order of no meaning: while one call at a time probes, each may have its turn.
func (e *engine) employAll() {
	for _, r := range e.regions {
		e.employ(r)
	}
}

// take returns the next call of r, nil if there is none. Resources that have lost the most keys go first: they are
// the oldest, and the window moves when they are done.
func (e *engine) take(r *region) *set {
	if e.cause != nil || r.ended != nil {
		return nil
	}
	if s := e.takeAlone(r); s != nil {
		return s
	}
	for _, l := range slices.Backward(r.lanes) {
		if l.ready(e.inputEnded) {
			return e.batch(l)
		}
	}
	return nil
}

// takeAlone returns the call of a resource that goes by itself and is due. They are few, and have waited.
func (e *engine) takeAlone(r *region) *set {
	if len(r.alone) == 0 {
		return nil
	}
	next := r.alone[0]
	if wait := time.Until(next.due); wait > 0 {
		e.setAlarm(r, wait)
		return nil
	}
	r.alone = r.alone[1:]
	l := e.window.entries[next.at].lane
	return &set{lane: l, members: []int32{next.at}, to: next.to, origin: new(origin), again: &next}
}

// setAlarm makes the region's workers look again when the next resource that goes by itself is due.
func (e *engine) setAlarm(r *region, wait time.Duration) {
	if r.alarm != nil {
		return
	}
	r.alarm = time.AfterFunc(wait, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		r.alarm = nil
		if e.ctx.Err() == nil {
			e.employ(r)
		}
	})
}

// serve makes calls of region r until none is ready.
func (e *engine) serve(r *region, s *set) {
	for s != nil {
		failures, err := e.send(s)
		e.mu.Lock()
		if s = e.learn(s, failures, err); s == nil && e.probe.open {
			s = e.take(r)
		}
		if s == nil {
			r.workers--
			e.workers--
		}
		if e.probe.widened() || !e.probe.open {
			e.employAll() // the next call may be another region's
		} else {
			e.employ(r)
		}
		e.mu.Unlock()
	}
}

func (e *engine) send(s *set) ([]Failure, error) {
	waits := false
	batch := Batch{
		Region: s.lane.region.name, Resources: make([]string, len(s.members)),
		TagKeys: e.request.TagKeys[s.lane.from:s.to], All: e.request.All,
		Slot: e.slots, Start: e.start,
		Waiting: func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			if !waits && !e.probe.open {
				waits = true
				e.probe.wait()
				e.employAll()
			}
		},
	}
	e.mu.Lock() // the window's slice may move while the input is read
	for i, at := range s.members {
		batch.Resources[i] = e.window.entries[at].resource
	}
	e.mu.Unlock()
	failures, err := e.service.Send(e.ctx, batch)
	if waits {
		e.mu.Lock()
		e.probe.waiting--
		e.mu.Unlock()
	}
	return failures, err
}

// split returns the call that a set goes on with of which one resource, at least, is believed to be bad.
func (e *engine) split(s *set, members []int32) *set {
	if len(members) == 0 {
		return nil
	}
	l := s.lane
	if cause := e.endOf(l.region); cause != nil {
		for _, at := range members {
			e.skip(at, notAloneError{cause})
		}
		return nil
	}
	n := l.policy.part(len(members))
	if e.probe.single() {
		n = 1
	}
	l.policy.sent(n)
	return &set{lane: l, members: members[:n], rest: members[n:], tainted: len(members), to: s.to, origin: s.origin}
}

// endOf is the reason why no further call is made in r, nil if calls are.
func (e *engine) endOf(r *region) error {
	if e.cause != nil {
		return e.cause
	}
	return r.ended
}

// giveBack puts resources that nothing is known of before those that wait in the lane.
func (e *engine) giveBack(l *lane, members []int32) {
	if cause := e.endOf(l.region); cause != nil {
		for _, at := range members {
			e.skip(at, cause)
		}
		return
	}
	for _, at := range members {
		e.window.entries[at].state = waiting
	}
	l.queue.pushFront(members)
	e.flushHead()
}

// advance moves a resource that lost the keys up to to on to the next keys, or settles it.
func (e *engine) advance(at int32, to int) {
	own := &e.window.entries[at]
	if to == len(e.request.TagKeys) {
		e.settle(at, nil)
		return
	}
	r := own.lane.region
	own.lane.entries--
	own.lane = r.lane(to, e.service.MaxResources)
	own.lane.entries++
	if cause := e.endOf(r); cause != nil {
		e.skip(at, cause)
		return
	}
	own.state = waiting
	own.lane.queue.pushBack(at)
}

// headWaits returns the lane that the oldest entry waits in, nil if it does not wait.
func (e *engine) headWaits() *lane {
	head := e.window.head
	if head == none || e.window.entries[head].state != waiting {
		return nil
	}
	return e.window.entries[head].lane
}

// flushHead lets the head's batch go although it is not full, when nothing else can make room in the window.
func (e *engine) flushHead() {
	if !e.blocked {
		return
	}
	if l := e.headWaits(); l != nil && !l.flush {
		l.flush = true
		e.employ(l.region)
	}
}
