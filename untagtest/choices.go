package untagtest

import (
	"fmt"
	"time"
)

// Choices says what the account does where the documents are silent or contradict each other. The zero value is what it
// does at first.
type Choices struct {
	// TagsPerResource is how many tags a resource may have, system tags not counted. 0: 20, as documented; negative: no
	// limit. Quota Center raises it for some types.
	TagsPerResource int
	// PageSize bounds the pages of all lists, whatever a request asks for: resources in Tag, rows (one tag of one
	// resource) elsewhere. 0: what the documents say: Tag PageSize, at most 1,000, 50 by default; ECS 1,000 rows, as a
	// user saw; VPC IPAM MaxResults, at most 50, 10 by default; Resource Sharing 50 rows, by choice.
	PageSize int
	// ListLag is how long after a call, or [Cloud.Edit], lists show what it changed. 0: at once. What [Cloud.Put] and
	// [Cloud.Remove] do shows at once. To set it shows all that is waiting.
	ListLag time.Duration
	// UnusedValuesStay is how long ListTagKeys and ListTagValues have a tag that is on no resource any more. 0: not at
	// all. The documents say: within 24 hours.
	UnusedValuesStay time.Duration
	// ListWithoutFilter lets Tag list everything in a region when a request has neither ResourceARN nor Tags (false: 404
	// MissingParameter.Tags), and ECS everything of a type when it has neither ResourceId nor Tag (false: 404
	// MissingParameter.Tags; a user saw all disks of a region in 2020).
	ListWithoutFilter bool
	// EmptyValueMatchesAny makes {"k":""} in Tag's list match every value of k. false: the empty value alone.
	EmptyValueMatchesAny bool
	// MatchingTagsOnly makes the answer to a list with a filter of tags carry only the tags that it names. false: all tags
	// of a resource that matches.
	MatchingTagsOnly bool
	// RefuseDeadIDs makes lists of ECS and Resource Sharing refuse an ID that does not exist, with
	// InvalidResourceId.NotFound, which stands in their tables. false: it is absent from the answer, as in Tag.
	RefuseDeadIDs bool
	// TagTakesEmptyValues lets TagResources of Tag write an empty value. false: InvalidParameter.TagValue, since the
	// document says 1 to 128 characters.
	TagTakesEmptyValues bool
	// ResourceSharingRefusesEmptyValues makes TagResources of Resource Sharing refuse an empty value. false: it takes one,
	// since the document names an upper bound alone.
	ResourceSharingRefusesEmptyValues bool
}

func (k Choices) tagsPerResource() int {
	if k.TagsPerResource == 0 {
		return defaultTagsPerResource
	}
	return k.TagsPerResource
}

// Choose replaces the account's choices. It panics when a size or a time is negative that must not be.
func (c *Cloud) Choose(choices Choices) {
	if choices.PageSize < 0 || choices.ListLag < 0 || choices.UnusedValuesStay < 0 {
		panic(fmt.Sprintf("untagtest: Choose of a negative size or time: %+v", choices))
	}
	s := c.resources
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.settle(now, true)
	s.choices = choices
	for _, in := range s.scopes {
		for key := range in.keys {
			if in.prune(key, now, choices.UnusedValuesStay) {
				delete(s.regions[in.of.region].values, key)
			}
		}
	}
}

// chosen returns the choices in force.
func (c *Cloud) chosen() Choices {
	c.resources.mu.RLock()
	defer c.resources.mu.RUnlock()
	return c.resources.choices
}

// ListOnly makes types of a product known to lists only: Tag refuses to write or remove their tags with
// InvalidParameter.ResourceType, and ListSupportResourceTypes says so.
func (c *Cloud) ListOnly(product string, types ...string) {
	s := c.resources
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kind := range types {
		k := newIdentity(product, "", kind, "")
		s.bare[k] = struct{}{}
		s.kinds[k] = struct{}{}
		s.kinds[identity{product: k.product, kind: kind}] = struct{}{}
	}
}
