package untagtest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/untag-go/untag"
)

// effect is what a call does, and by which codes it is refused for one of its resources.
type effect struct {
	change
	dead  *refusal // a resource that is not there
	limit *refusal // one that would have too many tags
	// spoiled, when it is not nil, is asked for a fault before a resource is changed.
	spoiled func() *refusal
}

// systemTag is the refusal to change a system tag. Tag's table for UntagResources has it; the others are taken to have it.
var systemTag = refusal{403, "NoPermission.SystemTag", "The user does not have permission to operate the system tag."}

// applyAll changes every resource, or none if one of them is refused.
func (s *store) applyAll(resources []identity, e effect) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		if reason := s.refuses(r, e); reason != nil {
			return reason
		}
	}
	now := time.Now()
	for _, r := range resources {
		s.change(r, e.change, now)
	}
	return nil
}

// applyEach changes every resource that is not refused, and returns the reason of each other; nil if there are none.
func (s *store) applyEach(resources []identity, e effect) []*refusal {
	var reasons []*refusal
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for i, r := range resources {
		reason := s.refuses(r, e)
		if reason == nil {
			reason = e.spoiled()
		}
		if reason == nil {
			s.change(r, e.change, now)
			continue
		}
		if reasons == nil {
			reasons = make([]*refusal, len(resources))
		}
		reasons[i] = reason
	}
	return reasons
}

func (s *store) refuses(r identity, e effect) *refusal {
	if len(s.denied) > 0 {
		if reason, ok := s.denied[r]; ok {
			return &reason
		}
	}
	rec := s.find(r)
	switch {
	case rec != nil:
		if rec.live.touches(e.change) {
			return &systemTag
		}
		if len(e.set) > 0 && s.exceeds(rec.live, e.change) {
			return e.limit
		}
	case s.any.Load() && r.id != "" && r.id != "*":
		// No document gives "*" a meaning as an ID, and it would be a dangerous one.
	default:
		return e.dead
	}
	for _, g := range s.guards {
		for _, t := range e.set {
			if t.Key == g.Key && !slices.Contains(g.Values, t.Value) {
				reason := byCode(g.code(), 403, "The tag does not comply with a tag policy.")
				return &reason
			}
		}
	}
	return nil
}

// exceeds tells whether a change adds tags past the limit. System tags do not count, by choice.
func (s *store) exceeds(before tagset, c change) bool {
	limit := s.choices.tagsPerResource()
	n := before.customs()
	if limit < 0 || n+len(c.set) <= limit {
		return false
	}
	after := before.apply(c).customs()
	return after > limit && after > n
}

// change does what a call asks for to a resource that is there, and to its heirs.
func (s *store) change(r identity, c change, now time.Time) {
	rec := s.find(r)
	if rec == nil {
		return
	}
	s.write(rec, rec.live.apply(c), now)
	for _, rule := range s.rules {
		if rule.Parent.key() != r {
			continue
		}
		inherited := rule.inherits(c)
		for _, child := range rule.Children {
			if heir := s.find(child.key()); heir != nil && (inherited.all || len(inherited.set)+len(inherited.remove) > 0) {
				s.write(heir, heir.live.apply(inherited), now)
			}
		}
	}
}

// Inheritance is a rule by which a change of a tag of one resource changes its children too, as a disk follows its
// instance. It overwrites the value that a child has.
type Inheritance struct {
	// Parent is the resource whose changes are passed on, and Children those that follow it. Only what names them is read.
	Parent Resource
	// Children are changed like the parent when they are there; they are never refused for it.
	Children []Resource
	// Keys are the tag keys that are passed on. nil: all.
	Keys []string
}

// inherits is the part of a change that children follow. All tags of a parent are not all tags of its children, so that
// removing All with Keys passes on these keys.
func (r Inheritance) inherits(c change) change {
	if len(r.Keys) == 0 {
		return c
	}
	var part change
	for _, t := range c.set {
		if slices.Contains(r.Keys, t.Key) {
			part.set = append(part.set, t)
		}
	}
	for _, key := range r.Keys {
		if c.all || slices.Contains(c.remove, key) {
			part.remove = append(part.remove, key)
		}
	}
	return part
}

// Inherit adds rules of inheritance. ListAssociatedResourceRules names them. Only calls set them off, not [Cloud.Edit].
func (c *Cloud) Inherit(rules ...Inheritance) {
	c.resources.mu.Lock()
	defer c.resources.mu.Unlock()
	c.resources.rules = append(c.resources.rules, rules...)
}

// TagPolicy refuses to write a key with a value that is not among Values. What a real policy answers is documented
// nowhere.
type TagPolicy struct {
	// Key is the tag key, and Values all that it may be set to. No Values: none.
	Key string
	// Values are compared as they are.
	Values []string
	// Code is the code of the refusal, of HTTP status 403. "": Forbidden.TagPolicy, by choice.
	Code string
}

func (g TagPolicy) code() string { return cmp.Or(g.Code, "Forbidden.TagPolicy") }

// Restrict adds tag policies. A TagResources call that breaks one is refused, in Tag for the one resource.
func (c *Cloud) Restrict(policies ...TagPolicy) {
	c.resources.mu.Lock()
	defer c.resources.mu.Unlock()
	c.resources.guards = append(c.resources.guards, policies...)
}

// Edit changes the tags of a resource as somebody else would, at one instant and past all rules but system tags. change
// gets the tags and may change the map. Lists show it after [Choices] ListLag. It reports whether the resource is there.
// change must not call the Cloud.
func (c *Cloud) Edit(r Resource, change func(tags map[string]string)) bool {
	s := c.resources
	s.mu.Lock()
	defer s.mu.Unlock()
	rec := s.find(r.key())
	if rec == nil {
		return false
	}
	tags, system := rec.live.pick(false), rec.live.pick(true)
	change(tags)
	maps.DeleteFunc(tags, func(key, _ string) bool { _, is := system[key]; return is })
	s.write(rec, newTagset(tags, system), time.Now())
	return true
}

func (s *store) deny(reason refusal, resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		s.denied[r.key()] = reason
	}
}

func (s *store) allow(resources []Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range resources {
		delete(s.denied, r.key())
	}
}

func (s *store) get(r Resource, system bool) (map[string]string, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rec := s.find(r.key())
	if rec == nil {
		return nil, false
	}
	return rec.live.pick(system), true
}

// pairsOf makes tags of what a request says.
func pairsOf(tags []tagParameter) []untag.Tag {
	pairs := make([]untag.Tag, len(tags))
	for i, t := range tags {
		pairs[i] = untag.Tag{Key: t.key, Value: t.value}
	}
	return pairs
}
