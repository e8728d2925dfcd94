package journal

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/untag-go/untag"
)

// Slice is the record of a list of resources as a value, for programs that keep their state elsewhere than in a file: a
// workflow engine in its heartbeats, a queue worker in a row of a database. The list is bounded, a few thousand resources, and
// the program has it whenever it makes the Slice; the state that [Slice.MarshalJSON] returns does not hold it.
//
//	s := journal.NewSlice(plan, arns)
//	if len(state) > 0 {
//		err = json.Unmarshal(state, s) // what an earlier attempt has left
//	}
//	req.ResourceARNs = s.Pending()
//	for arn, err := range s.Record(client.UntagMany(ctx, req), heartbeat) {
//
// A resource needs no further try if it is done, or if it was refused or is malformed and not [untag.Retryable]. (A Journal
// tries those again when it is opened again, because a person has looked in between; an engine would do so for ever.)
//
// A Slice is safe for concurrent use.
type Slice struct {
	resources []string
	tags      [][]untag.Tag // nil without pairs
	first     []int32       // where each resource stands first; that place stands for all
	index     map[string]int32
	varied    map[int32]int32 // resources that stand there with different pairs: how often in all
	plan      digest
	list      digest

	mu      sync.Mutex
	final   []byte // a bit for each place: needs no further try
	refused map[int32]Entry
}

// NewSlice returns the record of a list of which nothing is known yet. It keeps a copy of the list. A resource that
// stands in it more than once is one resource; each occurrence is pending until one of them is final.
func NewSlice(plan Plan, resources []string) *Slice {
	return newSlice(plan, slices.Clone(resources), nil)
}

// NewTagSlice is [NewSlice] for TagMany, whose resources bring pairs of their own; the list is read at once, and another
// value makes it another list. Give TagMany [Slice.PendingTags]. A resource that stands in the list with different pairs is
// final when all of its occurrences are.
func NewTagSlice(plan Plan, resources iter.Seq2[string, []untag.Tag]) *Slice {
	names, tags := []string{}, [][]untag.Tag{}
	if resources != nil {
		for resource, pairs := range resources {
			names, tags = append(names, resource), append(tags, slices.Clone(pairs))
		}
	}
	return newSlice(plan, names, tags)
}

func newSlice(plan Plan, resources []string, tags [][]untag.Tag) *Slice {
	s := &Slice{
		resources: resources,
		tags:      tags,
		first:     make([]int32, len(resources)),
		index:     make(map[string]int32, len(resources)),
		varied:    make(map[int32]int32),
		final:     make([]byte, (len(resources)+7)/8),
		refused:   make(map[int32]Entry),
	}
	for i, resource := range resources {
		at, again := s.index[resource]
		if !again {
			at = int32(i)
			s.index[resource] = at
		} else if tags != nil && digestOf(tags[i]) != digestOf(tags[at]) {
			s.varied[at] = 0
		}
		s.first[i] = at
	}
	for _, at := range s.first {
		if n, ok := s.varied[at]; ok {
			s.varied[at] = n + 1
		}
	}
	s.plan, s.list = planDigest(plan), listDigest(resources, tags)
	return s
}

// Pending yields the resources that need a further try, in the order of the list.
func (s *Slice) Pending() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, resource := range s.resources {
			if s.isOpen(i) && !yield(resource) {
				return
			}
		}
	}
}

// PendingTags yields the resources that need a further try with their pairs, in the order of the list. Those of a Slice of
// [NewSlice] have none.
func (s *Slice) PendingTags() iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for i, resource := range s.resources {
			var tags []untag.Tag
			if s.tags != nil {
				tags = s.tags[i]
			}
			if s.isOpen(i) && !yield(resource, tags) {
				return
			}
		}
	}
}

// Open returns how many resources of the list need a further try: as many as Pending yields.
func (s *Slice) Open() (n int) {
	for i := range s.resources {
		if s.isOpen(i) {
			n++
		}
	}
	return n
}

func (s *Slice) isOpen(i int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.isFinal(s.first[i])
}

func (s *Slice) isFinal(at int32) bool { return s.final[at/8]&(1<<(at%8)) != 0 }

// Refused returns an Entry for each resource that was refused or is malformed, and needs no further try, in the order of the
// list. The others are done or open.
func (s *Slice) Refused() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Entry, 0, len(s.refused))
	for _, at := range s.refusedPlaces() {
		list = append(list, s.refused[at])
	}
	return list
}

func (s *Slice) refusedPlaces() []int32 {
	places := make([]int32, 0, len(s.refused))
	for at := range s.refused {
		places = append(places, at)
	}
	slices.SortFunc(places, cmp.Compare[int32])
	return places
}

// Record passes the results of a run through, each one after it is in the Slice. The last pair of a run that ended early
// ([untag.ErrRunEnded]) is passed on and not recorded.
//
// before is nil, or called in the goroutine of the loop before each outcome is recorded and passed on: for a heartbeat, or
// to look whether the lease of this work still holds. At that time the Slice has exactly the outcomes that the loop has seen to
// the end, so a state that is saved there never gets ahead of what the loop has done with them. An error of before ends the run:
// its calls are aborted, the outcome is dropped, which leaves its resource open, and Record yields "" with the error, which is
// [untag.ErrRunEnded] as well. The same with an outcome of a resource that is not in the list, or if results is nil.
func (s *Slice) Record(results iter.Seq2[string, error], before func() error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if results == nil {
			yield("", &endError{errors.New("journal: Record was given no results")})
			return
		}
		run := make(map[int32]*occurrences)
		for resource, outcome := range results {
			if resource != "" || !errors.Is(outcome, untag.ErrRunEnded) {
				if err := s.step(resource, outcome, before, run); err != nil {
					yield("", &endError{err})
					return
				}
			}
			if !yield(resource, outcome) {
				return
			}
		}
	}
}

// occurrences are those of a resource with different pairs in one run.
type occurrences struct {
	outcomes int32
	open     bool // one needs a further try
	refused  *Entry
}

func (s *Slice) step(resource string, outcome error, before func() error, run map[int32]*occurrences) error {
	if before != nil {
		if err := before(); err != nil {
			return err
		}
	}
	at, ok := s.index[resource]
	if !ok {
		return fmt.Errorf("journal: %.200q is not in the list of the Slice; give the run its Pending, and Record the results of that run", resource)
	}
	var refused *Entry
	open := untag.Retryable(outcome)
	if outcome != nil && !open {
		e := EntryOf(resource, outcome)
		if s.tags != nil {
			e.Tags = digestOf(s.tags[at]).String()
		}
		refused = &e
	}
	if times := s.varied[at]; times > 0 {
		o := run[at]
		if o == nil {
			o = new(occurrences)
			run[at] = o
		}
		o.outcomes++
		o.open = o.open || open
		o.refused = cmp.Or(o.refused, refused)
		open, refused = o.open || o.outcomes < times, o.refused
	}
	if open {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case refused == nil:
		delete(s.refused, at) // another occurrence of it
	case !s.isFinal(at):
		s.refused[at] = *refused
	}
	s.final[at/8] |= 1 << (at % 8)
	return nil
}
