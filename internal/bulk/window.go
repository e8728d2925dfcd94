package bulk

// none is the index of no entry.
const none = int32(-1)

// state is how far an entry has come.
type state uint8

const (
	free      state = iota
	following       // until the outcome of an earlier entry of the same key is known
	waiting         // in a lane's queue
	busy            // in a call, or in a set that is being split
	settled         // its outcome is known, and it was not yielded yet
)

// entry is one occurrence of a resource in the input, from when it is read until its outcome is yielded.
type entry struct {
	resource, key string // the key is Place.Key, or the resource
	hash          uint64 // of key
	err           error  // its outcome; before it is settled, what is known of it if nothing more comes: nil, or of an earlier call
	group         *group // nil: malformed
	lane          *lane  // where it waits, or was taken from
	prev, next    int32  // in the order of the input
	follower      int32  // the next entry of the same key
	last          int32  // of a leader: the last of its followers, or itself
	size          int32  // bytes in the query
	state         state
	shared        bool // it was in a call that was refused as a whole
	behind        bool // it stands behind a bad one
}

// window holds the entries. It grows up to its limit and then stays as it is.
type window struct {
	entries    []entry
	limit      int
	vacant     []int32
	head, tail int32 // the oldest and the newest entry that is not yielded yet
	size       int
	known      index // the leader of each key: the entry that the next one of the key follows
}

func newWindow(limit int) *window {
	return &window{limit: limit, head: none, tail: none, known: newIndex()}
}

func (w *window) full() bool { return w.size >= w.limit }

// add appends an entry for resource and returns its index.
func (w *window) add(resource string, place Place, g *group) int32 {
	var at int32
	if n := len(w.vacant); n > 0 {
		at = w.vacant[n-1]
		w.vacant = w.vacant[:n-1]
	} else {
		at = int32(len(w.entries)) //nolint:gosec // the limit is far below
		w.entries = append(w.entries, entry{})
	}
	if place.Key == "" {
		place.Key = resource
	}
	w.entries[at] = entry{
		resource: resource, key: place.Key, hash: w.known.hash(place.Key), group: g, size: int32(place.Size), //nolint:gosec // of one name
		prev: w.tail, next: none, follower: none, last: at,
	}
	if w.tail == none {
		w.head = at
	} else {
		w.entries[w.tail].next = at
	}
	w.tail = at
	w.size++
	return at
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

// same reports whether two entries of one key are the same in all, so that the later one may share the earlier one's outcome.
func (w *window) same(a, b int32) bool {
	x, y := &w.entries[a], &w.entries[b]
	return x.resource == y.resource && x.group.key == y.group.key
}
