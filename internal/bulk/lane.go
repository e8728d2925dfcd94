package bulk

import (
	"time"

	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// region is the resources of one region.
type region struct {
	name    string
	lanes   []*lane     // by the number of keys that are gone, ascending
	alone   []again     // resources that go again by themselves, the next one first
	alarm   *time.Timer // rings when that one is due; nil if none is set
	workers int
	entries int   // that belong here and are not settled
	ended   error // why no call is made here any more, nil as long as calls are
}

// lane is the resources of a region that have lost the same keys: they wait here for a batch.
type lane struct {
	region  *region
	from    int // the keys before this one are gone
	queue   queue
	entries int // that wait here or are in a call from here
	policy  *policy
	want    int  // the policy's size for the next batch
	flush   bool // the window is full and its head waits here: a smaller batch will do
}

// set is the resources of one call.
type set struct {
	lane    *lane
	members []int32
	to      int     // the keys from lane.from up to here are removed by the call
	rest    []int32 // of a set that failed: what the call left out
	tainted int     // the size of the set that failed and that members were taken from; 0: they are untested
	origin  *origin
	again   *again // of a resource that goes again by itself, else nil
}

// origin is the batch that a series of splits began with.
type origin struct{ passed bool } // a part of it has passed

// again is a resource that goes again by itself: Tag throttled it inside an answer, or an answer named a failed resource
// that nobody sent, so that the others of the call have to show who it is.
type again struct {
	at    int32
	to    int
	tries int       // throttled ones
	since time.Time // of the first throttled one
	due   time.Time
	err   error // its outcome, should the run end before it has gone
}

// lane returns the region's lane for resources that have lost the first from keys.
func (r *region) lane(from, limit int) *lane {
	i := 0
	for i < len(r.lanes) && r.lanes[i].from < from {
		i++
	}
	if i < len(r.lanes) && r.lanes[i].from == from {
		return r.lanes[i]
	}
	fresh := &lane{region: r, from: from, policy: newPolicy(limit)}
	fresh.want = fresh.policy.fresh(limit)
	r.lanes = append(r.lanes, nil)
	copy(r.lanes[i+1:], r.lanes[i:])
	r.lanes[i] = fresh
	return fresh
}

// ready reports whether a batch should leave the lane now. inputEnded: nothing more will be read.
func (l *lane) ready(inputEnded bool) bool {
	switch n := l.queue.len(); {
	case n == 0:
		return false
	case n >= l.want, l.flush:
		return true
	case !inputEnded:
		return false
	}
	for _, earlier := range l.region.lanes {
		if earlier == l {
			return true
		}
		if earlier.entries > 0 {
			return false // they may still come here and fill the batch
		}
	}
	return true
}

// batch takes the next set of untested resources out of the queue: full, unless the query would grow too long.
// Then it takes fewer keys at a time, and only if one key is still too many, fewer resources.
func (e *engine) batch(l *lane) *set {
	n := min(l.policy.fresh(e.service.MaxResources), l.queue.len())
	size := e.request.FixedQuery
	for i := range n {
		size += e.resourceBytes(l.queue.at(i))
	}
	to := e.keysUpTo(l.from, size)
	for to == l.from && !e.request.All && n > 1 {
		n--
		size -= e.resourceBytes(l.queue.at(n))
		to = e.keysUpTo(l.from, size)
	}
	if to == l.from && !e.request.All {
		to++ // one resource and one key: it goes as a form body
	}
	s := &set{lane: l, members: make([]int32, n), to: to, origin: new(origin)}
	for i := range s.members {
		s.members[i] = l.queue.popFront()
		e.window.entries[s.members[i]].state = busy
	}
	l.policy.sent(n)
	l.want = l.policy.fresh(e.service.MaxResources)
	l.flush = l.flush && e.blocked && e.headWaits() == l
	return s
}

// keysUpTo returns how far a call may go in the keys beside size bytes of other parameters.
func (e *engine) keysUpTo(from, size int) int {
	to := from
	for to < len(e.request.TagKeys) && to-from < e.service.MaxTagKeys {
		size += e.keyBytes[to]
		if size > rpc.MaxQuery {
			break
		}
		to++
	}
	return to
}

// resourceBytes is the length of "&ResourceId.50=…" in the query.
func (e *engine) resourceBytes(at int32) int {
	return len(e.service.Parameter) + 5 + signature.EscapedLen(e.window.entries[at].resource)
}
