package bulk

import (
	"slices"
	"time"

	"github.com/untag-go/untag/internal/rpc"
)

// maxIdleRegions is how many regions without resources are remembered for what they have shown of their resources.
const maxIdleRegions = 256

// region is the resources of one region and what is known of it. What happens in one region touches no other.
type region struct {
	name    string
	groups  map[partsKey]*group
	recent  *group  // the one that was asked for last
	first   *policy // of resources that nothing went through of yet
	later   *policy // of those of which some parts did: they are seldom bad
	entries int     // that belong here and are not settled
	out     int     // calls under way
	ended   error   // why no call is made here any more, nil as long as calls are
	trial   trial
	judged  map[partsKey]error // parts of their own that were refused for their own sake, and how; nil: some resource took them

	// What may go next, the more urgent first.
	tainted []*batch // refused sets that are being split, the last one first
	alone   []*batch // resources that go again by themselves, by when they are due
	ready   queueOf[*lane]
}

// group is the resources of a region with equal parts.
type group struct {
	region  *region
	parts   *Parts
	key     partsKey
	entries int     // that belong here and are not settled
	lanes   []*lane // by the number of parts that went through, ascending
}

// lane is the resources of a group of which the same parts went through: they wait here for a batch.
type lane struct {
	group   *group
	from    int // the parts before this one went through
	policy  *policy
	queue   queueOf[int32]
	entries int  // that wait here or are in a call from here
	passed  bool // a call from here passed for one of its resources: the parts cannot be wrong for all
	offered bool // it is in region.ready
	flush   bool // the window is full and its head waits here: a smaller batch will do
}

// batch is the resources of one call, before, while and after it is made.
type batch struct {
	lane    *lane
	members []int32
	to      int     // the parts from lane.from up to here are the call's
	rest    []int32 // of a set that was refused: what the call leaves out
	tail    []int32 // what stands behind the set in its batch, untested, until the first bad one is found
	tainted int     // the size of the set that was refused and that members were taken from; 0: they are untested
	origin  *origin
	policy  *policy // learns from the verdict; nil: the call says nothing of how many resources are bad
	series  bool    // one resource behind a bad one, and then the rest likewise
	first   bool    // one resource of a batch that was refused: does the batch begin in a cluster?

	tries      int       // of a resource that goes again: how often it was refused for the moment
	since, due time.Time // of the first of those, and when it may go

	probing bool // its region has never answered, and nothing has passed anywhere
	stalled bool // it takes long: other regions need not wait for its verdict
	gone    bool // its outcome was settled without it
}

// origin is the batch that a series of splits began with.
type origin struct {
	passed bool // a part of it has passed
	untold int  // its size, if it was refused and the policy has yet to learn from that
}

// region returns the region of that name.
func (p *plan) region(name string) *region {
	r := p.regions[name]
	if r == nil {
		if len(p.regions) >= maxIdleRegions {
			p.forgetRegions()
		}
		r = &region{name: name, groups: make(map[partsKey]*group), first: newPolicy(p.op.MaxResources), later: newPolicy(p.op.MaxResources)}
		p.regions[name] = r
		p.order = append(p.order, r)
		p.alive++
	}
	return r
}

// forgetRegions keeps an input of made-up regions from growing the map with its length. One that has ended costs a call
// to end it again, if it comes back.
func (p *plan) forgetRegions() {
	p.order = slices.DeleteFunc(p.order, func(r *region) bool {
		idle := r.entries == 0 && r.out == 0
		if idle {
			delete(p.regions, r.name)
		}
		return idle
	})
}

// group returns the region's group of resources with these parts. Groups without resources are forgotten.
func (r *region) group(parts *Parts) *group {
	key := parts.key()
	if g := r.recent; g != nil && g.key == key {
		return g
	}
	g := r.groups[key]
	if g == nil {
		g = &group{region: r, parts: parts, key: key}
		r.groups[key] = g
	}
	r.recent = g
	return g
}

// judge remembers what became of the parts of a group, for the resources that come later. No more than maxKnown are remembered;
// to ask again costs a call.
func (r *region) judge(g *group, refusal error) {
	if len(r.judged) == maxKnown {
		clear(r.judged)
	}
	if r.judged == nil {
		r.judged = make(map[partsKey]error)
	}
	r.judged[g.key] = refusal
}

// sets counts the parts that resources of the region bring, and those of which it is known what became.
func (r *region) sets() int {
	n := len(r.groups)
	for key := range r.judged {
		if r.groups[key] == nil {
			n++
		}
	}
	return n
}

// lane returns the group's lane for resources of which the first from parts went through.
func (g *group) lane(from int) *lane {
	i := 0
	for i < len(g.lanes) && g.lanes[i].from < from {
		i++
	}
	if i < len(g.lanes) && g.lanes[i].from == from {
		return g.lanes[i]
	}
	fresh := &lane{group: g, from: from, policy: g.region.first}
	if from > 0 {
		fresh.policy = g.region.later
	}
	g.lanes = slices.Insert(g.lanes, i, fresh)
	return fresh
}

// complete reports whether a batch should leave the lane now. inputEnded: nothing more will be read.
func (l *lane) complete(inputEnded bool) bool {
	switch n := l.queue.len(); {
	case n == 0:
		return false
	case n >= l.policy.want, l.flush:
		return true
	case !inputEnded:
		return false
	}
	for _, earlier := range l.group.lanes {
		if earlier == l {
			break
		}
		if earlier.entries > 0 {
			return false // they may still come here and fill the batch
		}
	}
	return true
}

// offer puts a lane among those that have a batch, if it has one: those of which most went through first, as their
// resources are the oldest.
func (p *plan) offer(l *lane) {
	if l.offered || !l.complete(p.inputEnded) {
		return
	}
	l.offered = true
	p.idle = false
	if l.from > 0 {
		l.group.region.ready.pushFront(l)
	} else {
		l.group.region.ready.pushBack(l)
	}
}

// offerAll offers the lanes of a region: smaller batches are wanted now, or nothing more will be read.
func (p *plan) offerAll(r *region) {
	for _, g := range r.groups {
		for _, l := range g.lanes {
			p.offer(l)
		}
	}
}

// take returns the batch that leaves the lane: full, unless the query would grow too long. Then it has fewer parts,
// and only if one part is still too many, fewer resources.
func (p *plan) take(l *lane) *batch {
	n := min(l.policy.want, l.queue.len())
	size := p.op.FixedQuery
	for i := range n {
		size += int(p.window.entries[l.queue.at(i)].size)
	}
	parts := len(l.group.parts.Sizes)
	to := p.upTo(l, size)
	for to == l.from && parts > 0 && n > 1 {
		n--
		size -= int(p.window.entries[l.queue.at(n)].size)
		to = p.upTo(l, size)
	}
	if to == l.from && parts > 0 {
		to++ // one resource and one part: it goes as a form body
	}
	b := &batch{lane: l, members: make([]int32, n), to: to, origin: new(origin), policy: l.policy}
	for i := range b.members {
		b.members[i] = l.queue.popFront()
		p.window.entries[b.members[i]].state = busy
	}
	l.flush = false
	return b
}

// upTo returns how far a call may go in the parts, beside size bytes of other parameters.
func (p *plan) upTo(l *lane, size int) int {
	sizes, to := l.group.parts.Sizes, l.from
	for to < len(sizes) && to-l.from < p.op.MaxParts {
		if size += sizes[to]; size > rpc.MaxQuery {
			break
		}
		to++
	}
	return to
}
