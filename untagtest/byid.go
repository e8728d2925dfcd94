package untagtest

import (
	"cmp"
	"slices"
	"strings"
)

// byID are the rules of a service whose three operations name resources by type and ID. The answer to a bad resource is a
// refusal of the whole call.
type byID struct {
	key    func(string) bool  // what may be removed, and written
	writes func(string) bool  // what may be written, beside that; nil: all of it
	maxKey int                // of a key to search for, in characters
	value  func(string) bool  // what may be written
	empty  func(Choices) bool // whether an empty value may be; nil: yes

	untags, tags, lists bounds

	invited       string // the beginning of parameters that its list takes from the invited only; "": none
	page, maxPage int    // rows of a page of its list; maxPage 0: a request cannot choose
	flat          bool   // the rows stand in TagResources itself, not in TagResources.TagResource

	unfiltered, refuseDead func(Choices) bool // nil: no

	noType, badType, noIDs, manyIDs        refusal
	duplicate, badKey, badValue, loneValue refusal
	badPage, badToken, tagLimit            refusal
	conflict                               *refusal // All beside keys; nil: All removes all
	dead                                   func(kind string) *refusal
}

// bounds are what one operation takes at most.
type bounds struct {
	ids, tags        int
	noTags, manyTags refusal
}

func (b byID) actions() map[string]operation {
	return map[string]operation{
		"UntagResources":   {run: b.untag},
		"TagResources":     {run: b.tag},
		"ListTagResources": {run: b.list},
	}
}

// named reads the resources of a call.
func (b byID) named(in *request) (kind string, ids []string, reason *refusal) {
	ids, reason = in.array("ResourceId", badNumber)
	return in.value("ResourceType"), ids, reason
}

func (in *request) identities(kind string, ids []string) []identity {
	resources := make([]identity, len(ids))
	for i, id := range ids {
		resources[i] = newIdentity(string(in.service.name), in.region, kind, id)
	}
	return resources
}

func (b byID) untag(c *Cloud, in *request) (body, *refusal) {
	kind, ids, reason := b.named(in)
	if reason != nil {
		return nil, reason
	}
	keys, reason := in.array("TagKey", notFlat)
	if reason != nil {
		return nil, reason
	}
	all, reason := in.all()
	if reason != nil {
		return nil, reason
	}
	_, badKey := firstBad(keys, b.key)
	reason = first(
		check{kind == "", b.noType},
		check{!in.service.knowsType(c.resources, kind, false), b.badType},
		check{len(ids) == 0, b.noIDs},
		check{len(ids) > b.untags.ids, b.manyIDs},
		check{len(keys) == 0 && !all, b.untags.noTags},
		check{len(keys) > 0 && all && b.conflict != nil, *cmp.Or(b.conflict, &b.badKey)},
		check{len(keys) > b.untags.tags, b.untags.manyTags},
		check{duplicate(keys), b.duplicate},
		check{badKey, b.badKey},
	)
	if reason != nil {
		return nil, reason
	}
	reason = c.resources.applyAll(in.identities(kind, ids), effect{change: change{remove: keys, all: all}, dead: b.deadOf(kind)})
	return new(envelope), reason
}

func (b byID) tag(c *Cloud, in *request) (body, *refusal) {
	kind, ids, reason := b.named(in)
	if reason != nil {
		return nil, reason
	}
	tags, reason := in.tags(b.badValue)
	if reason != nil {
		return nil, reason
	}
	keys := keysOf(tags)
	badKey, badValue, lone := false, false, false
	mayBeEmpty := b.empty == nil || b.empty(c.chosen())
	for _, t := range tags {
		lone = lone || !t.hasKey
		badKey = badKey || t.key == "" || !b.key(t.key) || b.writes != nil && !b.writes(t.key)
		// A missing value is an empty one, as in a sample of 2021.
		badValue = badValue || !b.value(t.value) || t.value == "" && !mayBeEmpty
	}
	reason = first(
		check{kind == "", b.noType},
		check{!in.service.knowsType(c.resources, kind, false), b.badType},
		check{len(ids) == 0, b.noIDs},
		check{len(ids) > b.tags.ids, b.manyIDs},
		check{len(tags) == 0, b.tags.noTags},
		check{len(tags) > b.tags.tags, b.tags.manyTags},
		check{lone, b.loneValue},
		check{duplicate(keys), b.duplicate},
		check{badKey, b.badKey},
		check{badValue, b.badValue},
	)
	if reason != nil {
		return nil, reason
	}
	reason = c.resources.applyAll(in.identities(kind, ids), effect{change: change{set: pairsOf(tags)}, dead: b.deadOf(kind), limit: &b.tagLimit})
	return new(envelope), reason
}

func (b byID) list(c *Cloud, in *request) (body, *refusal) {
	if b.invited != "" && slices.ContainsFunc(in.merged(), func(p pair) bool { return strings.HasPrefix(p.name, b.invited) }) {
		return nil, badNumber.with(b.invited)
	}
	kind, ids, reason := b.named(in)
	if reason != nil {
		return nil, reason
	}
	tags, reason := in.tags(b.badValue)
	if reason != nil {
		return nil, reason
	}
	choices := c.chosen()
	badKey, badValue, lone := false, false, false
	for _, t := range tags {
		lone = lone || !t.hasKey
		badKey = badKey || t.key == "" || !within(t.key, b.maxKey)
		badValue = badValue || !within(t.value, maxTextLength)
	}
	reason = first(
		check{kind == "", b.noType},
		check{!in.service.knowsType(c.resources, kind, true), b.badType},
		check{len(ids) > b.lists.ids, b.manyIDs},
		check{len(ids)+len(tags) == 0 && (b.unfiltered == nil || !b.unfiltered(choices)), b.lists.noTags},
		check{len(tags) > b.lists.tags, b.lists.manyTags},
		check{lone, b.loneValue},
		check{duplicate(keysOf(tags)), b.duplicate},
		check{badKey, b.badKey},
		check{badValue, b.badValue},
	)
	if reason != nil {
		return nil, reason
	}
	q := query{region: in.region, byRow: true, rows: b.page, fault: in.fault.Page}
	if b.maxPage > 0 {
		if q.rows, reason = in.size("MaxResults", b.page, b.maxPage, b.badPage); reason != nil {
			return nil, reason
		}
	}
	q.sources = in.identities(kind, ids)
	if len(ids) == 0 || q.fault == PageIgnoresFilter {
		q.sources = []identity{newIdentity(string(in.service.name), in.region, kind, "")}
	}
	for _, t := range tags {
		q.conditions = append(q.conditions, condition{t.key, t.value, !t.hasValue})
	}
	if b.refuseDead != nil && b.refuseDead(choices) && c.resources.lacks(q.sources) {
		return nil, b.deadOf(kind)
	}
	page, ok := c.list(in, q)
	if !ok {
		return nil, &b.badToken
	}
	return b.answer(page, kind), nil
}

// deadOf also has a code for a type that was Put and that no document has.
func (b byID) deadOf(kind string) *refusal {
	if reason := b.dead(kind); reason != nil {
		return reason
	}
	return &dead
}
