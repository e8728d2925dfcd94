package untagtest

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// query is what a list asks for.
type query struct {
	region     string
	sources    []identity // resources, and types as identities without an ID; nil: all types of the region
	conditions []condition
	category   func(system bool) bool // which tags are shown; nil: all
	rows       int                    // the size of a page
	byRow      bool                   // it counts tags; else resources
	fault      PageFault
}

// hit is a resource of a page, with the tags that are shown of it.
type hit struct {
	of    identity
	tags  tagset
	place place // of the first of the tags
}

// listing is a page.
type listing struct {
	hits []hit
	next nextToken
	bare bool // without the list itself
}

// list makes one page of a list. Resources come source by source and in the order of Put, so that what is removed or added
// in between moves no other. It is not a snapshot: each page shows what is there then. ok is false when the request has a
// NextToken that this query has not given.
func (c *Cloud) list(in *request, q query) (page listing, ok bool) {
	s := c.resources
	now := time.Now()
	s.reading(now)
	defer s.mu.RUnlock()
	if s.choices.PageSize > 0 {
		q.rows = min(q.rows, s.choices.PageSize)
	}
	from, ok := parsePlace(in.value("NextToken"), in.fingerprint())
	if !ok {
		return page, false
	}
	if q.fault == PageIgnoresFilter {
		q.conditions = nil
	}
	next, more := s.collect(q, from, &page)
	if q.fault == PageSplits {
		if cut, ok := page.split(); ok {
			next, more = cut, true
		}
	}
	if n := len(page.hits); q.fault == PageRepeatsRow && page.rows(q.byRow) > 1 {
		last := page.hits[n-1]
		next, more = last.place, true
		if q.byRow {
			next.offset += len(last.tags) - 1
		}
	}
	page.bare = q.fault == PageWithoutList
	page.next = in.service.end()
	switch {
	case q.fault == PageRepeatsToken && in.value("NextToken") != "":
		page.next = nextToken{text: in.value("NextToken")}
	case more:
		page.next = nextToken{text: next.token(in.fingerprint())}
	case q.fault == PageWithNullToken:
		page.next = nextToken{null: true}
	case q.fault == PageWithEmptyToken:
		page.next = nextToken{}
	case q.fault == PageWithoutToken:
		page.next = nextToken{missing: true}
	}
	return page, true
}

// collect fills a page from a place on, and tells where the next one begins.
func (s *store) collect(q query, from place, page *listing) (next place, more bool) {
	sources := q.sources
	if sources == nil {
		if region := s.regions[q.region]; region != nil {
			for _, in := range region.scopes {
				sources = append(sources, in.of)
			}
		}
	}
	room := q.rows
	for i := from.source; i < len(sources); i++ {
		start := place{source: i}
		if i == from.source {
			start = from
		}
		for r := range s.candidates(sources[i], q.conditions, start.number) {
			if !r.shown.fulfil(q.conditions) || q.sources != nil && covered(sources[:i], r) {
				continue
			}
			tags, here := q.visible(r.shown, s.choices), place{source: i, number: r.number}
			if r.number == start.number {
				here.offset = min(start.offset, len(tags))
			}
			if tags = tags[here.offset:]; len(tags) == 0 {
				continue
			}
			if room == 0 {
				return here, true
			}
			h := hit{r.scope.of, tags, here}
			h.of.id = r.id
			if !q.byRow {
				room--
			} else if room -= len(tags); room < 0 {
				h.tags = tags[:len(tags)+room]
				page.hits = append(page.hits, h)
				here.offset += len(h.tags)
				return here, true
			}
			page.hits = append(page.hits, h)
		}
	}
	return next, false
}

// candidates yields the resources of a source that may fulfil the conditions.
func (s *store) candidates(source identity, conditions []condition, first uint32) func(yield func(*stored) bool) {
	return func(yield func(*stored) bool) {
		if source.id != "" {
			if r := s.find(source); r != nil && r.number >= first {
				yield(r)
			}
			return
		}
		if in := s.scopes[source]; in != nil {
			for number := range in.candidates(conditions, first) {
				if !yield(s.all[number]) {
					return
				}
			}
		}
	}
}

// covered tells whether an earlier source has the resource.
func covered(sources []identity, r *stored) bool {
	return slices.ContainsFunc(sources, func(source identity) bool {
		return source.scope() == r.scope.of && (source.id == "" || source.id == r.id)
	})
}

// visible are the tags of a hit that an answer carries.
func (q *query) visible(tags tagset, choices Choices) tagset {
	matching := choices.MatchingTagsOnly && len(q.conditions) > 0
	if !matching && q.category == nil {
		return tags
	}
	var seen tagset
	for _, t := range tags {
		if (q.category == nil || q.category(t.System)) &&
			(!matching || slices.ContainsFunc(q.conditions, func(c condition) bool { return c.holds(t) })) {
			seen = append(seen, t)
		}
	}
	return seen
}

// split ends a page in the middle of its last resource that has two tags or more.
func (p *listing) split() (next place, ok bool) {
	for i, h := range slices.Backward(p.hits) {
		if len(h.tags) > 1 {
			p.hits = p.hits[:i+1]
			p.hits[i].tags = h.tags[:1]
			h.place.offset++
			return h.place, true
		}
	}
	return place{}, false
}

func (p *listing) rows(byRow bool) int {
	if !byRow {
		return len(p.hits)
	}
	n := 0
	for _, h := range p.hits {
		n += len(h.tags)
	}
	return n
}

// lacks tells whether one of the resources is not there.
func (s *store) lacks(resources []identity) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(resources, func(r identity) bool { return r.id != "" && s.find(r) == nil })
}

// fingerprint stands for what a list asks for. A token is good for the same question alone.
func (in *request) fingerprint() uint64 {
	hash := fnv.New64a()
	for _, p := range sorted(in.merged()) {
		switch p.name {
		case "NextToken", "PageSize", "MaxResults", "MaxResult", "Format", "Action", "Version", "AccessKeyId", "SecurityToken", "Timestamp", "BearerToken":
		default:
			if !strings.HasPrefix(p.name, "Signature") {
				_, _ = hash.Write(appendEscaped(append(appendEscaped(nil, p.name), '='), p.value+"&"))
			}
		}
	}
	_, _ = hash.Write([]byte(in.action))
	return hash.Sum64()
}
