package cleanup

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/endpoint"
)

// Spec says what a job takes off. It is written into the folder by [Create] and does not change.
type Spec struct {
	// Keys are the keys that are taken off, whatever their values. They are case-sensitive, and every character counts.
	// Either Keys or Tags must be set.
	Keys []string
	// Tags are the pairs that are taken off: a resource whose value of such a key is another one is left alone. Tags of the
	// cloud's own, by their System field or by a key that starts with "acs:" or "aliyun", are refused, here and in Keys.
	Tags []untag.Tag
	// Regions are those that are searched. nil: all that the Tag service names (DescribeRegions) when Find begins.
	Regions []string
	// Account is the number of the account that the credentials must belong to. "": that of the credentials that
	// Create is given, which the folder records.
	Account string
}

// maxText is how long the keys and the values of tags are at most, in characters, in all services.
const maxText = 128

// Validate returns a [*untag.ValidationError] of all problems of the Spec, or nil. [Create] calls it.
func (s Spec) Validate() error {
	var problems []untag.Problem
	add := func(field, value, reason string) {
		problems = append(problems, untag.Problem{Field: field, Value: value, Reason: reason})
	}
	switch {
	case len(s.Keys) == 0 && len(s.Tags) == 0:
		add("Keys", "", "is empty, as Tags is; name the keys, or the tags, to take off")
	case len(s.Keys) > 0 && len(s.Tags) > 0:
		add("Tags", "", "is set, as Keys is; name keys, or tags, not both")
	}
	seen := make(map[untag.Tag]bool)
	key := func(field, key, value string) {
		if reason := badKey(key); reason != "" {
			add(field, key, reason)
		}
		tag := untag.Tag{Key: key, Value: value}
		if seen[tag] {
			add(field, key, "is there twice")
		}
		seen[tag] = true
	}
	for i, k := range s.Keys {
		key("Keys["+strconv.Itoa(i)+"]", k, "")
	}
	for i, t := range s.Tags {
		field := "Tags[" + strconv.Itoa(i) + "]"
		key(field+".Key", t.Key, t.Value)
		if t.System {
			add(field+".System", "", "is set: tags of the cloud's own can be read, and neither removed nor written")
		}
		if !utf8.ValidString(t.Value) || utf8.RuneCountInString(t.Value) > maxText {
			add(field+".Value", "", "is not UTF-8, or longer than 128 characters") // the value stands in no error text
		}
	}
	for i, region := range s.Regions {
		field := "Regions[" + strconv.Itoa(i) + "]"
		if err := endpoint.CheckRegion(region); err != nil {
			add(field, region, "is not a region: lower-case letters, digits and hyphens, such as cn-hangzhou")
		}
		if slices.Index(s.Regions, region) < i {
			add(field, region, "is there twice")
		}
	}
	if s.Regions != nil && len(s.Regions) == 0 {
		add("Regions", "", "is empty, but not nil; name the regions, or leave it nil for all")
	}
	if s.Account != "" && strings.Trim(s.Account, "0123456789") != "" {
		add("Account", s.Account, "is not the number of an account")
	}
	if len(problems) == 0 {
		return nil
	}
	return &untag.ValidationError{Request: "Spec", Problems: problems}
}

func badKey(key string) string {
	switch {
	case key == "":
		return "is empty"
	case !utf8.ValidString(key):
		return "is not UTF-8"
	case utf8.RuneCountInString(key) > maxText:
		return "is longer than 128 characters"
	case isSystem(key):
		return `starts with "acs:" or "aliyun": tags of the cloud's own can be read, and neither removed nor written`
	}
	return ""
}

// isSystem tells the cloud's own keys by their prefixes, as all services but Tag must, which has a field for it.
func isSystem(key string) bool {
	return strings.HasPrefix(key, "acs:") || strings.HasPrefix(key, "aliyun")
}

// clone keeps a Spec from changing with the caller's slices.
func (s Spec) clone() Spec {
	s.Keys, s.Tags, s.Regions = slices.Clone(s.Keys), slices.Clone(s.Tags), slices.Clone(s.Regions)
	return s
}

// keys are the keys that the job touches, each once.
func (s Spec) keys() []string {
	keys := slices.Clone(s.Keys)
	for _, t := range s.Tags {
		if !slices.Contains(keys, t.Key) {
			keys = append(keys, t.Key)
		}
	}
	return keys
}

// wants reports whether the job takes a tag off. Tags of the cloud's own are never taken.
func (s Spec) wants(t untag.Tag) bool {
	if t.System || isSystem(t.Key) {
		return false
	}
	if len(s.Tags) == 0 {
		return slices.Contains(s.Keys, t.Key)
	}
	return slices.ContainsFunc(s.Tags, func(pair untag.Tag) bool { return pair.Key == t.Key && pair.Value == t.Value })
}
