package untagtest

import (
	"sync"
	"sync/atomic"
	"time"
)

// store holds the resources. One lock suffices: a call holds it for microseconds, a page of a list for less than a
// millisecond, and a writing call has to hold it as a whole, because one that fails must change nothing. Nothing is
// encoded, written or waited for under it.
type store struct {
	any     atomic.Bool
	delayed atomic.Int64 // length of waiting, to skip the lock

	mu      sync.RWMutex
	scopes  map[identity]*scope
	regions map[string]*regionIndex
	all     []*stored // by number; nil: removed
	count   int
	denied  map[identity]refusal
	kinds   map[identity]struct{} // product and kind of every resource that was ever put
	bare    map[identity]struct{} // product and kind of types that lists know and the Tag service cannot change
	rules   []Inheritance
	guards  []TagPolicy
	choices Choices
	waiting []delayed
}

// delayed is a write that lists do not show yet.
type delayed struct {
	due     time.Time
	record  *stored
	version uint32
	tags    tagset
}

func newStore() *store {
	return &store{
		scopes: map[identity]*scope{}, regions: map[string]*regionIndex{}, denied: map[identity]refusal{},
		kinds: map[identity]struct{}{}, bare: map[identity]struct{}{},
	}
}

func (s *store) put(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		if err := r.problem(); err != nil {
			panic("untagtest: Put of " + err.Error())
		}
		rec := s.enroll(r.key(), r.Type)
		rec.version++
		rec.live = newTagset(r.Tags, r.System)
		s.show(rec, rec.live, time.Now())
	}
}

// enroll finds the record of a resource, or makes one.
func (s *store) enroll(k identity, spelling string) *stored {
	region := s.regions[k.region]
	if region == nil {
		region = &regionIndex{values: map[string][]string{}}
		s.regions[k.region] = region
	}
	in := s.scopes[k.scope()]
	if in == nil {
		in = &scope{of: k.scope(), resources: map[string]*stored{}, keys: map[string]*keyIndex{}}
		s.scopes[k.scope()] = in
		region.scopes = append(region.scopes, in)
		s.kinds[identity{product: k.product, kind: k.kind}] = struct{}{}
	}
	s.kinds[identity{product: k.product, kind: spelling}] = struct{}{}
	rec := in.resources[k.id]
	if rec == nil {
		rec = &stored{scope: in, id: k.id, number: uint32(len(s.all))}
		in.resources[k.id] = rec
		s.all = append(s.all, rec)
		s.count++
	}
	return rec
}

func (s *store) remove(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		if rec := s.find(r.key()); rec != nil {
			rec.version++
			s.show(rec, nil, time.Now())
			delete(rec.scope.resources, rec.id)
			s.all[rec.number] = nil
			s.count--
		}
	}
}

// find returns the record of a resource, or nil.
func (s *store) find(k identity) *stored {
	if s.count == 0 {
		return nil
	}
	if in := s.scopes[k.scope()]; in != nil {
		return in.resources[k.id]
	}
	return nil
}

// write gives a resource new tags, which lists show at once or after the lag.
func (s *store) write(r *stored, tags tagset, now time.Time) {
	r.live = tags
	if s.choices.ListLag <= 0 {
		s.show(r, tags, now)
		return
	}
	s.waiting = append(s.waiting, delayed{now.Add(s.choices.ListLag), r, r.version, tags})
	s.delayed.Store(int64(len(s.waiting)))
}

// settle makes lists show what is due; with flush, everything.
func (s *store) settle(now time.Time, flush bool) {
	done := 0
	for _, d := range s.waiting {
		if !flush && d.due.After(now) {
			break
		}
		done++
		if d.version == d.record.version {
			s.show(d.record, d.tags, now)
		}
	}
	clear(s.waiting[:done])
	s.waiting = s.waiting[done:]
	if len(s.waiting) == 0 {
		s.waiting = nil
	}
	s.delayed.Store(int64(len(s.waiting)))
}

// show makes lists show tags, and finds the resource by them.
func (s *store) show(r *stored, tags tagset, now time.Time) {
	region := s.regions[r.scope.of.region]
	for _, t := range r.shown {
		if after, ok := tags.find(t.Key); !ok || after.Value != t.Value {
			r.scope.leave(r, t, region, now, s.choices.UnusedValuesStay)
		}
	}
	for _, t := range tags {
		if before, ok := r.shown.find(t.Key); !ok || before.Value != t.Value {
			r.scope.enter(r, t, region)
		}
	}
	r.shown = tags
	if len(tags) > 0 {
		r.scope.tagged.add(r.number)
	} else {
		r.scope.tagged.remove(r.number)
	}
}

// reading takes the lock for a list, after what was due before it. The caller unlocks.
func (s *store) reading(now time.Time) {
	if s.delayed.Load() > 0 {
		s.mu.Lock()
		s.settle(now, false)
		s.mu.Unlock()
	}
	s.mu.RLock()
}

func (s *store) size() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.count
}

// hasKind tells whether a resource of this product and kind was ever put, with the kind in this spelling or in lower case.
func (s *store) hasKind(product, kind string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.kinds[identity{product: product, kind: kind}]
	return ok
}

func (s *store) isBare(product, kind string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.bare[identity{product: product, kind: kind}]
	return ok
}

func (s *store) hasRegion(region string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.regions[region]
	return ok
}
