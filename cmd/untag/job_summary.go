package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/untag-go/untag/cleanup"
)

// maxValues bounds how many values are told apart. The others are added up.
const maxValues = 10_000

// jobSummary counts what the folder of a job says. Its size does not depend on how many resources there are.
type jobSummary struct {
	resources, tags                 int
	states                          stateCounts
	removed, verified, restored     stateCounts // what each step said last
	unrestored                      int
	regions, products, keys, values map[string]*group
	codes                           map[string]*codeCount
	last                            string // the resource before
}

// group is the tags of a region, a product, a key or a value.
type group struct {
	name   string
	tags   int
	states stateCounts
}

// summarize goes through all records. each sees them, too.
func summarize(job *cleanup.Job, each func(cleanup.Record) error) (*jobSummary, error) {
	s := &jobSummary{
		states: stateCounts{}, removed: stateCounts{}, verified: stateCounts{}, restored: stateCounts{},
		regions: map[string]*group{}, products: map[string]*group{}, keys: map[string]*group{}, values: map[string]*group{}, codes: map[string]*codeCount{},
	}
	for r, err := range job.Records() {
		if err == nil {
			s.add(r)
			err = each(r)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *jobSummary) add(r cleanup.Record) {
	if id := r.Resource.String(); id != s.last {
		s.last = id
		s.resources++
	}
	s.tags++
	s.states[r.State]++
	for counts, state := range map[*stateCounts]cleanup.State{&s.removed: r.Removed, &s.verified: r.Verified, &s.restored: r.Restored} {
		if state != cleanup.Pending {
			(*counts)[state]++
		}
	}
	if r.Restorable {
		s.unrestored++
	}
	for _, g := range []*group{
		grouped(s.regions, r.Resource.Region, maxNames), grouped(s.products, r.Resource.Service, maxNames), grouped(s.keys, r.Key, maxNames),
		grouped(s.values, r.Key+"="+r.Saved, maxValues),
	} {
		g.tags++
		g.states[r.State]++
	}
	if r.Code != "" {
		c := named(s.codes, r.Code, func(code string) *codeCount { return &codeCount{code: code, sample: clean(r.Message, 200)} })
		c.n++
	}
}

// grouped returns the group of a name, that of otherNames if there are too many of them.
func grouped(all map[string]*group, name string, most int) *group {
	if all[name] == nil && len(all) >= most {
		name = otherNames
	}
	if all[name] == nil {
		all[name] = &group{name: name, states: stateCounts{}}
	}
	return all[name]
}

// largest are the groups with the most tags, and what the others come to.
func largest(all map[string]*group, most int) (first []*group, others, otherTags int) {
	sorted := slices.SortedFunc(maps.Values(all), func(a, b *group) int { return cmp.Or(b.tags-a.tags, strings.Compare(a.name, b.name)) })
	for _, g := range sorted[min(most, len(sorted)):] {
		others, otherTags = others+1, otherTags+g.tags
	}
	return sorted[:min(most, len(sorted))], others, otherTags
}
