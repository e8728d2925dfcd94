package bulk

import "hash/maphash"

// index finds the leader of a key in the window. It is a hash table with linear probing over the entries themselves:
// nearly every resource enters and leaves it once, and a map of strings would take a tenth of a run's time for that.
type index struct {
	seed  maphash.Seed
	slots []int32 // entry + 1, 0 is vacant; a power of two, at least twice as many as there are entries
	n     int
}

func newIndex() index { return index{seed: maphash.MakeSeed(), slots: make([]int32, 128)} }

func (x *index) hash(key string) uint64 { return maphash.String(x.seed, key) }

// find returns the entry of a key and a region, none if there is none.
func (x *index) find(entries []entry, key string, in *region, hash uint64) int32 {
	for i := x.home(hash); x.slots[i] != 0; i = x.next(i) {
		if e := &entries[x.slots[i]-1]; e.hash == hash && e.key == key && e.group.region == in {
			return x.slots[i] - 1
		}
	}
	return none
}

// put adds an entry whose key is not there yet.
func (x *index) put(entries []entry, at int32) {
	if 2*(x.n+1) > len(x.slots) {
		old := x.slots
		x.slots = make([]int32, 2*len(old))
		for _, slot := range old {
			if slot != 0 {
				x.place(entries, slot-1)
			}
		}
	}
	x.place(entries, at)
	x.n++
}

func (x *index) place(entries []entry, at int32) {
	i := x.home(entries[at].hash)
	for x.slots[i] != 0 {
		i = x.next(i)
	}
	x.slots[i] = at + 1
}

// replace puts another entry of the same key in the place of one.
func (x *index) replace(entries []entry, old, fresh int32) {
	for i := x.home(entries[old].hash); x.slots[i] != 0; i = x.next(i) {
		if x.slots[i] == old+1 {
			x.slots[i] = fresh + 1
			return
		}
	}
}

// remove takes an entry out, if it is there, and closes the gap: what probing had pushed past it moves back.
func (x *index) remove(entries []entry, at int32) {
	gap := x.home(entries[at].hash)
	for x.slots[gap] != at+1 {
		if x.slots[gap] == 0 {
			return
		}
		gap = x.next(gap)
	}
	x.n--
	for i := x.next(gap); x.slots[i] != 0; i = x.next(i) {
		home := x.home(entries[x.slots[i]-1].hash)
		if x.distance(home, i) >= x.distance(gap, i) {
			x.slots[gap] = x.slots[i]
			gap = i
		}
	}
	x.slots[gap] = 0
}

func (x *index) home(hash uint64) int { return int(hash) & (len(x.slots) - 1) }

func (x *index) next(i int) int { return (i + 1) & (len(x.slots) - 1) }

// distance is how many steps it is from one slot to another.
func (x *index) distance(from, to int) int { return (to - from) & (len(x.slots) - 1) }
