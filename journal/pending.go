package journal

import (
	"hash/maphash"
	"iter"
	"math/bits"
)

// Pending passes on the resources that have not succeeded, in a run before or in this one until now.
// One that failed, whose outcome is unknown or that was not attempted is passed on, as often as it occurs.
// The input is neither counted nor kept: it may have any length.
func (j *Journal) Pending(ids iter.Seq[string]) iter.Seq[string] {
	if ids == nil {
		return nil // UntagMany refuses it with a clear error
	}
	return func(yield func(string) bool) {
		for id := range ids {
			if !j.isDone(id) && !yield(id) {
				return
			}
		}
	}
}

func (j *Journal) isDone(id string) bool {
	k := j.seeds.string(id)
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done.find(k) != nil
}

// key stands for a resource in memory: 128 bits of hash. Two of 10 million resources have the same key in one journal
// of 10²⁴. The hash is keyed anew at every Open, so nobody can choose identifiers that collide; the keys are in no file.
type key struct{ high, low uint64 }

type seeds struct{ high, low maphash.Seed }

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s seeds) string(id string) key {
	return key{maphash.String(s.high, id), maphash.String(s.low, id)}.orOne()
}

func (s seeds) bytes(id []byte) key {
	return key{maphash.Bytes(s.high, id), maphash.Bytes(s.low, id)}.orOne()
}

// orOne keeps the zero key for empty slots.
func (k key) orOne() key {
	if k == (key{}) {
		k.low = 1
	}
	return k
}

// table is a hash table of values by key. A Go map takes two to three times the room, and all of it again while it grows;
// here only one of many segments grows at a time, by half: a key of a set takes 20 to 30 bytes, at any moment.
type table[V any] struct {
	segments [256]segment[V]
}

type segment[V any] struct {
	slots []slot[V] // linear probing, at most 4/5 full
	used  int
}

type slot[V any] struct {
	value V // first: an empty struct at the end would take room
	key   key
}

// find returns the slot of the key, or nil.
func (t *table[V]) find(k key) *slot[V] {
	s := t.segment(k)
	if s.used == 0 {
		return nil
	}
	if at := s.probe(k); at.key == k {
		return at
	}
	return nil
}

// put sets the value of the key.
func (t *table[V]) put(k key, value V) {
	s := t.segment(k)
	if s.used >= len(s.slots)*4/5 {
		s.grow()
	}
	at := s.probe(k)
	if at.key != k {
		at.key = k
		s.used++
	}
	at.value = value
}

func (t *table[V]) segment(k key) *segment[V] { return &t.segments[k.high>>56] }

// probe returns the slot of the key, or the empty slot where it belongs.
func (s *segment[V]) probe(k key) *slot[V] {
	at, _ := bits.Mul64(k.low, uint64(len(s.slots))) // evenly spread for any length
	for i := int(at); ; i++ {
		if i == len(s.slots) {
			i = 0
		}
		if slot := &s.slots[i]; slot.key == k || slot.key == (key{}) {
			return slot
		}
	}
}

func (s *segment[V]) grow() {
	old := s.slots
	s.slots = make([]slot[V], len(old)+max(5, len(old)/2))
	for _, slot := range old {
		if slot.key != (key{}) {
			*s.probe(slot.key) = slot
		}
	}
}
