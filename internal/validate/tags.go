package validate

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/untag-go/untag"
)

// TagRules are a service's rules for the tags of a request that writes them.
type TagRules struct {
	Most           int      // tags a call
	Keys           KeyRules // without Most
	MaxValue       int      // in characters
	NoEmptyValue   bool     // the document asks for a value of one character at least
	ReservedValues []string // prefixes that no value may have
	NoURL          bool     // no http:// or https:// in a value
	JSON           bool     // the tags are sent as JSON, which cannot hold invalid UTF-8: another tag than was meant would be written
}

// IsSystem reports whether the prefix of a key says that the cloud set the tag.
func IsSystem(key string) bool { return reserved(key) != "" }

// Tags checks the tags that a call writes, all but their number.
func (c *Check) Tags(tags []untag.Tag, rules TagRules) {
	for i, tag := range tags {
		if tag.System {
			c.Certain(Index("Tags", i), tag.Key, "is a system tag, which only the cloud writes; leave it out")
		}
		if tag.Key == "" {
			c.Documented(Index("Tags", i)+".Key", "", "is empty")
		} else {
			c.word(i, ".Key", tag.Key, rules.JSON, rules.Keys.broken(tag.Key))
		}
		c.word(i, ".Value", tag.Value, rules.JSON, rules.brokenValue(tag.Value))
	}
	c.uniqueTags(tags)
}

// word checks a key or a value of the ith tag; broken is what is wrong with it by the document.
func (c *Check) word(i int, part, s string, unsafe bool, broken string) {
	if broken == "" && !Text(s) && utf8.ValidString(s) {
		broken = "holds a control character, such as a line break or a tab"
	}
	if unsafe {
		c.pairWord(i, part, s, broken)
	} else {
		c.filterWord(i, part, s, broken)
	}
}

func (r TagRules) brokenValue(value string) string {
	if value == "" && r.NoEmptyValue {
		return "is empty"
	}
	for _, prefix := range r.ReservedValues {
		if strings.HasPrefix(value, prefix) {
			return "starts with the reserved prefix " + prefix
		}
	}
	if r.NoURL && holdsURL(value) {
		return "holds http:// or https://"
	}
	return tooLong(value, r.MaxValue)
}

// EachTags returns what level refuses of the tags that a resource of a run brings. The fields begin ".Tags".
func EachTags(level untag.Validation, tags []untag.Tag, rules TagRules) []untag.Problem {
	check := New(level)
	check.AnyTags(tags)
	check.Tags(tags, rules)
	for i := range check.problems {
		check.problems[i].Field = "." + check.problems[i].Field
	}
	return check.problems
}

func (c *Check) uniqueTags(tags []untag.Tag) {
	c.unique(len(tags), func(i int) string { return tags[i].Key }, func(i int) string { return Index("Tags", i) + ".Key" })
}

// AnyTags checks that a call has tags to write.
func (c *Check) AnyTags(tags []untag.Tag) {
	if len(tags) == 0 {
		c.Unsafe("Tags", "", "is empty; name the tags to write")
	}
}

// FilterRules are a service's rules for the tags that a list selects by. Tags that are on a resource may be older than
// the rules for writing, so there is no rule for prefixes and characters.
type FilterRules struct {
	Most             int    // filters a call
	MaxKey, MaxValue int    // in characters
	NoEmptyValue     bool   // the document asks for a value of one character at least
	Alone            string // a key that cannot stand beside others; "": there is none
}

const fewerFilters = "filter by some and compare the other tags in the program"

// Filters checks the filters of a list by region, type and ID.
func (c *Check) Filters(filters []untag.TagFilter, rules FilterRules) {
	c.Count("Tags", len(filters), rules.Most, fewerFilters)
	for i, filter := range filters {
		value, empty := filter.Value, ""
		switch {
		case filter.AnyValue && value != "":
			c.Unsafe(Index("Tags", i)+".AnyValue", "true", "stands beside a Value; set one of the two")
		case !filter.AnyValue && value == "" && rules.NoEmptyValue:
			empty = "is empty; set AnyValue to select by the key alone"
		}
		if filter.Key == "" {
			c.Certain(Index("Tags", i)+".Key", "", "is missing; a filter needs a key")
		} else {
			c.filterWord(i, ".Key", filter.Key, tooLong(filter.Key, rules.MaxKey))
		}
		if empty == "" {
			empty = tooLong(value, rules.MaxValue)
		}
		c.filterWord(i, ".Value", value, empty)
		if filter.Key == rules.Alone && rules.Alone != "" && len(filters) > 1 {
			c.Documented(Index("Tags", i)+".Key", filter.Key, "cannot stand beside other filters")
		}
	}
	c.unique(len(filters), func(i int) string { return filters[i].Key }, func(i int) string { return Index("Tags", i) + ".Key" })
}

// Pairs checks the tags that Tag's list selects by: a JSON object, which holds pairs alone.
func (c *Check) Pairs(tags []untag.Tag, rules FilterRules) {
	c.Count("Tags", len(tags), rules.Most, fewerFilters)
	for i, tag := range tags {
		if tag.Key == "" {
			c.Certain(Index("Tags", i)+".Key", "", "is missing; a filter needs a key")
		} else {
			c.pairWord(i, ".Key", tag.Key, tooLong(tag.Key, rules.MaxKey))
		}
		broken := tooLong(tag.Value, rules.MaxValue)
		if tag.Value == "" && rules.NoEmptyValue {
			broken = "is empty; this service cannot select by the key alone, and what an empty value selects is not documented"
		}
		c.pairWord(i, ".Value", tag.Value, broken)
	}
	c.uniqueTags(tags)
}

func (c *Check) pairWord(i int, part, s, broken string) {
	if !printableASCII(s) && !utf8.ValidString(s) {
		c.Unsafe(Index("Tags", i)+part, s, "is not valid UTF-8, so that it cannot be sent as it is")
		return
	}
	c.filterWord(i, part, s, broken)
}

func (c *Check) filterWord(i int, part, s, broken string) {
	switch {
	case !printableASCII(s) && !utf8.ValidString(s):
		c.Certain(Index("Tags", i)+part, s, "is not valid UTF-8")
	case broken != "":
		c.Documented(Index("Tags", i)+part, s, broken)
	}
}

// PageSize checks how many elements a page is to have. most 0: the operation has no such parameter.
func (c *Check) PageSize(n, most int) {
	switch {
	case n == 0 || n > 0 && n <= most:
	case most == 0:
		c.Certain("PageSize", strconv.Itoa(n), "is not known to this operation, which decides by itself; leave it 0")
	default:
		c.Certain("PageSize", strconv.Itoa(n), "is not between 1 and "+strconv.Itoa(most)+"; 0 is "+strconv.Itoa(most))
	}
}

// ListIDs checks the resource IDs that a list is to show, of which there may be none.
func (c *Check) ListIDs(field string, ids []string, most int) {
	c.Count(field, len(ids), most, "list the others with further calls")
	for i, id := range ids {
		c.id(field, i, id)
	}
}

// Word checks a key or a value that stands by itself. "" is not refused.
func (c *Check) Word(field, s string, most int) {
	switch reason := tooLong(s, most); {
	case !printableASCII(s) && !utf8.ValidString(s):
		c.Certain(field, s, "is not valid UTF-8")
	case reason != "":
		c.Documented(field, s, reason)
	}
}
