package journal

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// key stands for a resource in memory: 128 bits of hash. Two of 10 million resources have the same key in one journal
// of 10²⁴. The hash is keyed anew at every Open, so nobody can choose identifiers that collide; the keys are in no file.
type key struct{ high, low uint64 }

type seeds struct{ high, low maphash.Seed }

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s seeds) string(id string) key {
	return key{maphash.String(s.high, id), maphash.String(s.low, id)}
}

func (s seeds) bytes(id []byte) key {
	return key{maphash.Bytes(s.high, id), maphash.Bytes(s.low, id)}
}

// with returns the key of the resource of k together with its pairs. The digest needs no hashing, and k is random.
func (k key) with(tags *digest) key {
	if tags == nil {
		return k
	}
	return key{k.high ^ binary.LittleEndian.Uint64(tags[:8]), k.low ^ binary.LittleEndian.Uint64(tags[8:])}
}

// table is a hash table of values by key. A Go map takes two to three times the room, and all of it again while it grows;
// here only one of many segments grows at a time, by half: a key of a set takes 21 to 32 bytes, at any moment.
type table[V any] struct {
	segments [256]segment[V]
}

// segment is probed linearly and at most 4/5 full. Its tags, a byte of each key, are nearly all that this reads: those of a
// million keys fit into a processor's cache, the keys do not, and a run looks at them three times for each resource.
type segment[V any] struct {
	tags  []byte // 0: the slot is empty
	slots []slot[V]
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
	if i := s.probe(k); s.tags[i] != 0 {
		return &s.slots[i]
	}
	return nil
}

// put sets the value of the key.
func (t *table[V]) put(k key, value V) {
	s := t.segment(k)
	if s.used >= len(s.slots)*4/5 {
		s.grow()
	}
	i := s.probe(k)
	if s.tags[i] == 0 {
		s.tags[i] = k.tag()
		s.used++
	}
	s.slots[i] = slot[V]{value, k}
}

func (t *table[V]) segment(k key) *segment[V] { return &t.segments[k.high>>56] }

// tag is made of bits that choose neither the segment nor the place in it, and is not 0.
func (k key) tag() byte { return max(1, byte(k.high)) }

// probe returns where the key is, or the empty slot where it belongs.
func (s *segment[V]) probe(k key) int {
	start, _ := bits.Mul64(k.low, uint64(len(s.tags))) // evenly spread for any length
	tag := k.tag()
	for i := int(start); ; i++ {
		if i == len(s.tags) {
			i = 0
		}
		if s.tags[i] == 0 || s.tags[i] == tag && s.slots[i].key == k {
			return i
		}
	}
}

func (s *segment[V]) grow() {
	old := *s
	size := len(old.slots) + max(5, len(old.slots)/2)
	s.tags, s.slots = make([]byte, size), make([]slot[V], size)
	for i, slot := range old.slots {
		if old.tags[i] != 0 {
			at := s.probe(slot.key)
			s.tags[at], s.slots[at] = old.tags[i], slot
		}
	}
}
