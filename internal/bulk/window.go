package bulk

// none is the index of no entry.
const none = int32(-1)

// state is how far an entry has come.
type state uint8

const (
	free    state = iota
	waiting       // in a lane's queue
	busy          // in a call, or in a set that is being split
	settled       // its outcome is known, and it was not yielded yet
)

// entry is one occurrence of a resource in the input, from when it is read until its outcome is yielded.
type entry struct {
	resource   string
	hash       uint64 // of resource
	err        error
	state      state
	copies     int32 // the next entry of the same resource, which shares the outcome
	prev, next int32 // in the order of the input
	lane       *lane // where it waits, or was taken from
}

// window holds the entries. It grows up to its limit and then stays as it is.
type window struct {
	entries    []entry
	limit      int
	vacant     []int32
	head, tail int32 // the oldest and the newest entry that is not yielded yet
	size       int
	known      index // the first entry of each resource in the window
}

func newWindow(limit int) *window {
	return &window{limit: limit, head: none, tail: none, known: newIndex()}
}

func (w *window) full() bool { return w.size >= w.limit }

// add appends an entry for resource and returns its index, and the index of an earlier entry of the same resource.
func (w *window) add(resource string) (at, earlier int32) {
	if n := len(w.vacant); n > 0 {
		at = w.vacant[n-1]
		w.vacant = w.vacant[:n-1]
	} else {
		at = int32(len(w.entries)) //nolint:gosec // the limit is far below
		w.entries = append(w.entries, entry{})
	}
	hash := w.known.hash(resource)
	earlier = w.known.find(w.entries, resource, hash)
	w.entries[at] = entry{resource: resource, hash: hash, state: waiting, copies: none, prev: w.tail, next: none}
	if w.tail == none {
		w.head = at
	} else {
		w.entries[w.tail].next = at
	}
	w.tail = at
	w.size++
	if earlier == none {
		w.known.put(w.entries, at)
	}
	return at, earlier
}

// remove takes an entry out, when it is yielded.
func (w *window) remove(at int32) {
	e := &w.entries[at]
	if e.prev == none {
		w.head = e.next
	} else {
		w.entries[e.prev].next = e.next
	}
	if e.next == none {
		w.tail = e.prev
	} else {
		w.entries[e.next].prev = e.prev
	}
	w.known.remove(w.entries, at)
	*e = entry{}
	w.vacant = append(w.vacant, at)
	w.size--
}
