package untagtest

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/untag-go/untag"
)

// scope holds the resources of one product, region and type, and finds them by their tags as lists show them.
type scope struct {
	of        identity // without an ID
	resources map[string]*stored
	tagged    ordered // those with a tag
	keys      map[string]*keyIndex
}

// stored is a resource that was put.
type stored struct {
	scope   *scope
	id      string
	number  uint32 // in the order of Put; its place in lists
	version uint32 // counts what Put and Remove did: a delayed write of an older version is void
	live    tagset // as writes see it
	shown   tagset // as lists show it
}

type keyIndex struct {
	has    ordered
	values map[string]*valueIndex
}

type valueIndex struct {
	has   ordered
	since time.Time // when it became empty
}

// regionIndex is what lists and value lists of the Tag service go through.
type regionIndex struct {
	scopes []*scope            // in the order in which they came
	values map[string][]string // values of a key in order, as far as they were asked for since they changed
}

// enter and leave keep the index of a scope; the caller holds the lock of the store.
func (s *scope) enter(r *stored, t untag.Tag, region *regionIndex) {
	k := s.keys[t.Key]
	if k == nil {
		k = &keyIndex{values: map[string]*valueIndex{}}
		s.keys[t.Key] = k
	}
	v := k.values[t.Value]
	if v == nil {
		v = new(valueIndex)
		k.values[t.Value] = v
		delete(region.values, t.Key)
	}
	k.has.add(r.number)
	v.has.add(r.number)
}

// leave forgets an empty value, unless unused ones are to stay for a while.
func (s *scope) leave(r *stored, t untag.Tag, region *regionIndex, now time.Time, stay time.Duration) {
	k := s.keys[t.Key]
	v := k.values[t.Value]
	k.has.remove(r.number)
	v.has.remove(r.number)
	switch {
	case v.has.n > 0:
		return
	case stay > 0:
		v.since = now
		return
	}
	delete(k.values, t.Value)
	delete(region.values, t.Key)
	if len(k.values) == 0 {
		delete(s.keys, t.Key)
	}
}

// candidates yields the numbers from first on of the resources that may fulfil all conditions: those of the rarest.
func (s *scope) candidates(conditions []condition, first uint32) iter.Seq[uint32] {
	best := &s.tagged
	for _, c := range conditions {
		k := s.keys[c.key]
		if k == nil {
			return func(func(uint32) bool) {}
		}
		set := &k.has
		if !c.any {
			v := k.values[c.value]
			if v == nil {
				return func(func(uint32) bool) {}
			}
			set = &v.has
		}
		if set.n < best.n {
			best = set
		}
	}
	return best.from(first)
}

// condition is one tag of a filter: a pair, or a key with any value.
type condition struct {
	key, value string
	any        bool
}

func (c condition) holds(t untag.Tag) bool { return t.Key == c.key && (c.any || t.Value == c.value) }

func (s tagset) fulfil(conditions []condition) bool {
	for _, c := range conditions {
		if t, ok := s.find(c.key); !ok || !c.holds(t) {
			return false
		}
	}
	return true
}

// used tells whether a value is on a resource, or was so lately that lists of values still have it.
func (v *valueIndex) used(now time.Time, stay time.Duration) bool {
	return v.has.n > 0 || stay > 0 && now.Sub(v.since) < stay
}

// prune forgets the values of a key that were unused for too long, and tells whether there were any.
func (s *scope) prune(key string, now time.Time, stay time.Duration) bool {
	k := s.keys[key]
	if k == nil {
		return false
	}
	before := len(k.values)
	maps.DeleteFunc(k.values, func(_ string, v *valueIndex) bool { return !v.used(now, stay) })
	if len(k.values) == 0 {
		delete(s.keys, key)
	}
	return len(k.values) < before
}

// sortedValues are the values of a key, in order and without repetition.
func (r *regionIndex) sortedValues(key string) []string {
	if values, ok := r.values[key]; ok {
		return values
	}
	var values []string
	for _, s := range r.scopes {
		if k := s.keys[key]; k != nil {
			for value := range k.values {
				values = append(values, value)
			}
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	r.values[key] = values
	return values
}
