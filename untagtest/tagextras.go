package untagtest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Refusals of the operations of Tag that serve a search.
var (
	tagBadFuzzy   = refusal{400, "FuzzyQuery.NotSupport", "The specified FuzzyType is not supported."}
	tagBadQuery   = refusal{400, "InvalidParameter", `The specified parameter "QueryType" is not valid.`} // by choice
	tagBadType    = refusal{403, "InvalidParameter.ResourceType", "The ResourceType parameter is invalid."}
	tagBadSupport = refusal{403, "InvalidParameter.SupportCode", "The SupportCode parameter is invalid."}
)

// page cuts one page of sorted texts, which begins after the one that the token names.
func (c *Cloud) page(in *request, sizeName string, most int, all []string) (page []string, next nextToken, reason *refusal) {
	size, reason := in.size(sizeName, tagPage, most, tagBadPage)
	if reason != nil {
		return nil, next, reason
	}
	if limit := c.chosen().PageSize; limit > 0 {
		size = min(size, limit)
	}
	last, ok := unwrapToken(in.value("NextToken"), in.fingerprint())
	if !ok {
		return nil, next, &tagBadToken
	}
	start := 0
	if in.value("NextToken") != "" {
		at, found := slices.BinarySearch(all, last)
		if start = at; found {
			start++
		}
	}
	page = all[start:min(start+size, len(all))]
	if start+size < len(all) {
		next.text = wrapToken(in.fingerprint(), page[size-1])
	}
	return page, next, nil
}

// search is what ListTagKeys and ListTagValues look for.
type search struct {
	scopes []*scope
	region *regionIndex
	all    bool // scopes are all of the region
	text   string
	prefix bool
	meta   bool
}

// search reads the parameters of both; name is that of the text. The caller holds the lock.
func (s *store) search(in *request, name string) (q search, reason *refusal) {
	q.text = in.value(name)
	switch in.value("FuzzyType") {
	case "", "EQUAL":
	case "PREFIX":
		q.prefix = true
	default:
		return q, &tagBadFuzzy
	}
	switch in.value("QueryType") {
	case "", "ResourceTag":
	case "MetaTag": // the account has no preset tags
		q.meta = true
	default:
		return q, &tagBadQuery
	}
	q.region = s.regions[in.region]
	if q.region == nil {
		q.region = new(regionIndex)
	}
	kind := in.value("ResourceType")
	if q.all = kind == ""; q.all {
		q.scopes = q.region.scopes
		return q, nil
	}
	// ALIYUN::ECS::INSTANCE
	parts := strings.Split(kind, "::")
	if len(parts) != 3 || !strings.EqualFold(parts[0], "ALIYUN") || parts[1] == "" || parts[2] == "" {
		return q, &tagBadType
	}
	if in := s.scopes[newIdentity(parts[1], in.region, parts[2], "")]; in != nil {
		q.scopes = []*scope{in}
	}
	return q, nil
}

func (q search) matches(text string) bool {
	return q.text == "" || q.prefix && strings.HasPrefix(text, q.text) || text == q.text
}

// tagKey is one of ListTagKeys. Category is in lower case there.
type tagKey struct{ Key, Category, Description string }

type keysBody struct {
	envelope

	NextToken nextToken `json:",omitzero"`
	Keys      struct{ Key []tagKey }
}

func (c *Cloud) listTagKeys(in *request) (body, *refusal) {
	wanted := strings.ToLower(in.value("Category"))
	if wanted != "" && wanted != "all" && wanted != "custom" && wanted != "system" {
		return nil, &tagBadCategory
	}
	systems, reason := c.usedKeys(in, wanted)
	if reason != nil {
		return nil, reason
	}
	page, next, reason := c.page(in, "PageSize", tagMaxPage, slices.Sorted(maps.Keys(systems)))
	if reason != nil {
		return nil, reason
	}
	answer := &keysBody{NextToken: next}
	answer.Keys.Key = make([]tagKey, len(page))
	for i, key := range page {
		answer.Keys.Key[i] = tagKey{Key: key, Category: strings.ToLower(category(systems[key]))}
	}
	return answer, nil
}

// usedKeys are the keys in use, and whether they are of the cloud: those that a resource has as system tags, by the first of
// its carriers.
func (c *Cloud) usedKeys(in *request, wanted string) (map[string]bool, *refusal) {
	s, now := c.resources, time.Now()
	s.reading(now)
	defer s.mu.RUnlock()
	q, reason := s.search(in, "TagFilter.Key")
	keys := map[string]bool{}
	if reason != nil || q.meta {
		return keys, reason
	}
	for _, in := range q.scopes {
		for key, k := range in.keys {
			if !q.matches(key) || !k.used(now, s.choices.UnusedValuesStay) {
				continue
			}
			system := reserved(key)
			for number := range k.has.from(0) {
				t, _ := s.all[number].shown.find(key)
				system = t.System
				break
			}
			if wanted == "" || wanted == "all" || (wanted == "system") == system {
				keys[key] = system
			}
		}
	}
	return keys, nil
}

func (k *keyIndex) used(now time.Time, stay time.Duration) bool {
	if k.has.n > 0 {
		return true
	}
	for _, v := range k.values {
		if v.used(now, stay) {
			return true
		}
	}
	return false
}

type valuesBody struct {
	envelope

	NextToken nextToken `json:",omitzero"`
	Values    struct{ Value []string }
}

func (c *Cloud) listTagValues(in *request) (body, *refusal) {
	key := in.value("Key")
	reason := first(
		check{key == "", tagNoKeys},
		check{!within(key, maxTextLength), *tagBadKey.with(key)},
	)
	if reason != nil {
		return nil, reason
	}
	values, reason := c.usedValues(in, key)
	if reason != nil {
		return nil, reason
	}
	page, next, reason := c.page(in, "PageSize", tagMaxPage, values)
	if reason != nil {
		return nil, reason
	}
	answer := &valuesBody{NextToken: next}
	answer.Values.Value = append([]string{}, page...)
	return answer, nil
}

// usedValues are the values of a key that are in use, in order. Values of all types are kept sorted while they last, so
// that a page of a million does not sort a million.
func (c *Cloud) usedValues(in *request, key string) ([]string, *refusal) {
	s, now := c.resources, time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(now, false)
	q, reason := s.search(in, "TagFilter.Value")
	if reason != nil || q.meta {
		return nil, reason
	}
	region := q.region
	if !q.all {
		region = &regionIndex{scopes: q.scopes}
	}
	if region.values == nil {
		region.values = map[string][]string{}
	}
	if stay := s.choices.UnusedValuesStay; stay > 0 {
		for _, in := range q.scopes {
			if in.prune(key, now, stay) {
				delete(q.region.values, key)
			}
		}
	}
	values := region.sortedValues(key)
	if q.text == "" {
		return values, nil
	}
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !q.matches(value) }), nil
}

// inheritanceRule is one of ListAssociatedResourceRules.
type inheritanceRule struct {
	SettingName    string
	Status         string
	TagKeys        []string
	ExistingStatus string
}

type rulesBody struct {
	envelope

	NextToken nextToken `json:",omitzero"`
	Rules     []inheritanceRule
}

// listAssociatedResourceRules names the rules of [Cloud.Inherit] by the types of parent and child, one of each pair.
func (c *Cloud) listAssociatedResourceRules(in *request) (body, *refusal) {
	rules := map[string]inheritanceRule{}
	c.resources.mu.RLock()
	for _, rule := range c.resources.rules {
		for _, child := range rule.Children {
			name := "rule:TagResource:" + title(rule.Parent) + ":" + title(child)
			known, ok := rules[name]
			if !ok {
				known = inheritanceRule{SettingName: name, Status: "Enable", ExistingStatus: "Enable", TagKeys: []string{}}
			}
			known.TagKeys = append(known.TagKeys, rule.Keys...)
			slices.Sort(known.TagKeys)
			known.TagKeys = slices.Compact(known.TagKeys)
			rules[name] = known
		}
	}
	c.resources.mu.RUnlock()
	page, next, reason := c.page(in, "MaxResult", tagMaxRules, slices.Sorted(maps.Keys(rules)))
	if reason != nil {
		return nil, reason
	}
	answer := &rulesBody{NextToken: next, Rules: []inheritanceRule{}}
	for _, name := range page {
		answer.Rules = append(answer.Rules, rules[name])
	}
	return answer, nil
}

// title writes product and type as the names of rules do: Ecs-Instance.
func title(r Resource) string {
	k := r.key()
	upper := func(s string) string { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] }
	return upper(k.product) + "-" + upper(cmp.Or(k.kind, "any"))
}
