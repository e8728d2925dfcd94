package untagtest

import (
	"maps"
	"slices"
	"strings"

	"github.com/untag-go/untag"
)

// tagset are the tags of a resource, sorted by key. It is never changed, so that a reader needs no lock.
type tagset []untag.Tag

func newTagset(custom, system map[string]string) tagset {
	tags := make(tagset, 0, len(custom)+len(system))
	for _, key := range slices.Sorted(maps.Keys(custom)) {
		tags = append(tags, untag.Tag{Key: key, Value: custom[key]})
	}
	for key, value := range system {
		tags = append(tags, untag.Tag{Key: key, Value: value, System: true})
	}
	if len(system) > 0 {
		slices.SortFunc(tags, func(a, b untag.Tag) int { return strings.Compare(a.Key, b.Key) })
	}
	return tags
}

func (s tagset) find(key string) (untag.Tag, bool) {
	i, ok := slices.BinarySearchFunc(s, key, func(t untag.Tag, key string) int { return strings.Compare(t.Key, key) })
	if !ok {
		return untag.Tag{}, false
	}
	return s[i], true
}

// custom are the tags that are not of the cloud, or those that are.
func (s tagset) pick(system bool) map[string]string {
	picked := make(map[string]string, len(s))
	for _, t := range s {
		if t.System == system {
			picked[t.Key] = t.Value
		}
	}
	return picked
}

func (s tagset) customs() int {
	n := 0
	for _, t := range s {
		if !t.System {
			n++
		}
	}
	return n
}

// change is what a call does to each of its resources: it sets tags, or takes some or all away.
type change struct {
	set    []untag.Tag
	remove []string
	all    bool
}

// apply returns the tags after a change. System tags stay as they are.
func (s tagset) apply(c change) tagset {
	after := make(tagset, 0, len(s)+len(c.set))
	for _, t := range s {
		if t.System || !c.all && !slices.Contains(c.remove, t.Key) {
			after = append(after, t)
		}
	}
	for _, t := range c.set {
		i, ok := slices.BinarySearchFunc(after, t.Key, func(t untag.Tag, key string) int { return strings.Compare(t.Key, key) })
		switch {
		case !ok:
			after = slices.Insert(after, i, t)
		case !after[i].System:
			after[i] = t
		}
	}
	return after
}

// touches tells whether a change names a key that the resource has as a system tag.
func (s tagset) touches(c change) bool {
	for _, t := range s {
		if t.System && (slices.Contains(c.remove, t.Key) || slices.ContainsFunc(c.set, func(set untag.Tag) bool { return set.Key == t.Key })) {
			return true
		}
	}
	return false
}
