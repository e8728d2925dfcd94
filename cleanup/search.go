package cleanup

import (
	"errors"
	"slices"
	"sync"

	"github.com/untag-go/untag"
)

// searcher runs the listings of one region.
type searcher struct {
	f *finder
	r *region

	mu       sync.Mutex
	p        *progress
	failures int
}

// run starts the listings of the services of their own and, page by page, those of Tag, and waits for all. The error is one
// that ends the run; a listing that fails is counted.
func (s *searcher) run() error {
	var work sync.WaitGroup
	spec := s.f.j.spec
	for _, l := range ownListings(spec) {
		s.launch(&work, l)
	}
	switch {
	case s.f.types != nil:
		for _, pattern := range s.f.types {
			s.launch(&work, listing{Service: untag.ServiceTag, Type: pattern, Any: true})
		}
	case len(spec.Tags) > 0:
		for _, t := range spec.Tags {
			if t.Value != "" { // Tag documents no filter for an empty value
				s.launch(&work, tagListing(t.Key, t.Value))
			}
		}
	default:
		for _, l := range s.behind() {
			s.launch(&work, l)
		}
		for _, key := range spec.Keys {
			work.Go(func() { s.values(key) })
		}
	}
	work.Wait()
	if s.f.ctx.Err() != nil {
		return s.f.ctx.Err()
	}
	return nil
}

// behind are the listings that failed in an earlier run and belong to pages of values that are behind.
func (s *searcher) behind() []listing {
	var all []listing
	for l := range s.p.failed {
		if page := s.p.values[l.Key]; l.Service == untag.ServiceTag && !l.Any && page != nil && !slices.Contains(page.Values, l.Value) {
			all = append(all, l)
		}
	}
	return all
}

// launch runs a listing, unless it has ended in an earlier run, as soon as a slot is free.
func (s *searcher) launch(work *sync.WaitGroup, l listing) {
	s.mu.Lock()
	mark := s.p.marks[l]
	s.mu.Unlock()
	if (mark != nil && mark.Done) || !s.enter() {
		return
	}
	work.Go(func() {
		defer s.leave()
		s.ended(l, s.f.list(s.r, l, mark))
	})
}

// enter waits for a slot. It returns false if no call may start any more.
func (s *searcher) enter() bool {
	if s.f.start.Err() != nil || s.failed() >= mostFailures {
		return false
	}
	select {
	case s.f.slots <- struct{}{}:
		return true
	case <-s.f.start.Done():
		return false
	}
}

func (s *searcher) leave() { <-s.f.slots }

func (s *searcher) failed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures
}

// ended takes in how a listing ended.
func (s *searcher) ended(l listing, err error) {
	switch {
	case err == nil:
		return
	case isFatal(err):
		s.f.stop(discreet(err, l.Value))
		return
	case s.f.start.Err() != nil && (errors.Is(err, s.f.start.Err()) || s.f.ctx.Err() != nil):
		return // the run's end, not the listing's
	}
	s.mu.Lock()
	s.failures++
	s.mu.Unlock()
	err = discreet(err, l.Value)
	s.f.fail(l, s.r.name, err)
	s.f.stop(s.r.find.Append(findLine{Round: s.f.round, Listing: &listingMark{Listing: l, Failed: failureOf(err, l.Value)}}))
}

// values lists the values of a key page by page, and for each page its values. The next page is asked for when all
// listings of the one before have ended, so that one page has to be remembered.
func (s *searcher) values(key string) {
	s.mu.Lock()
	have := s.p.values[key]
	s.mu.Unlock()
	restarts := 0
	for {
		if have != nil {
			var work sync.WaitGroup
			for _, value := range have.Values {
				s.launch(&work, tagListing(key, value))
			}
			work.Wait()
			if have.Last || s.f.start.Err() != nil || s.failed() >= mostFailures {
				return
			}
		}
		next, err := s.nextValues(key, have)
		if isBadToken(err) && have != nil && restarts < mostRestarts { // the list of values alone begins anew
			restarts++
			have = nil
			continue
		}
		if err != nil {
			s.ended(listing{Service: untag.ServiceTag, Key: key, Any: true}, err)
			return
		}
		have = next
	}
}

// nextValues asks for a page of values and notes it.
func (s *searcher) nextValues(key string, last *valuesMark) (*valuesMark, error) {
	if !s.enter() {
		return nil, s.f.start.Err()
	}
	defer s.leave()
	token := ""
	if last != nil {
		token = last.Token
	}
	values, next, err := s.f.j.cloud.values(s.f.ctx, s.r.name, key, token)
	if err != nil {
		return nil, err
	}
	if next != "" && next == token {
		return nil, errors.New("the service returned the same NextToken twice, so that the values would never end")
	}
	mark := &valuesMark{Key: key, Values: values, Token: next, Last: next == ""}
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &findLine{Round: s.f.round, Values: mark}
	s.p.apply(l) // forgets the marks of the last page
	return mark, fatal(s.r.find.Append(*l))
}
