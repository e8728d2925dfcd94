package servicetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/untag-go/untag"
)

// common are the rules that hold for the region, the type and the resources of all three requests.
func (p ByID) common(zero any, most int) []Rule {
	ids := func(ids ...string) any { return p.with(zero, "Resources", ids) }
	rules := RegionRules(zero, p.base())
	noType := Rule{Name: "no type", Request: p.with(zero, "ResourceType", ""), Refused: UnlessNone, Field: "ResourceType", Reason: "is missing"}
	if p.Default {
		noType = Rule{Name: "no type is the only one", Request: noType.Request}
	}
	arn := "arn:acs:ecs:cn-hangzhou:1:instance/i-1"
	return append(rules, noType,
		Rule{Name: "unknown type", Request: p.with(zero, "ResourceType", "new type")},
		Rule{Name: "an empty resource", Request: ids("a", ""), Refused: Always, Field: "ResourceIDs[1]", Reason: "is empty"},
		Rule{Name: "most resources", Request: ids(Numbered("i", most)...)},
		Rule{Name: "one resource more", Request: ids(Numbered("i", most+1)...), Refused: UnlessNone, Field: "ResourceIDs", Reason: fmt.Sprintf("has %d elements, the limit is %d", most+1, most)},
		Rule{Name: "repeated resources", Request: ids("a", "a")},
		Rule{Name: "resource with punctuation", Request: ids("a/b:c_d#e.f@g h*中", "acs", "arn")},
		Rule{Name: "resource with a line break", Request: ids("a\n"), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: "a\n", Reason: "control character"},
		Rule{Name: "resource with DEL", Request: ids("a\x7F"), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: "a\x7F", Reason: "control character"},
		Rule{Name: "resource with a C1 control", Request: ids("a\u0085"), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: "a\u0085", Reason: "control character"},
		Rule{Name: "resource in Latin-1", Request: ids("a\xFC"), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: "a\xFC", Reason: "not valid UTF-8"},
		Rule{Name: "an ARN", Request: ids("i-1", arn), Refused: UnlessNone, Field: "ResourceIDs[1]", Value: arn, Reason: "is an ARN; give the ID alone"},
		Rule{Name: "an ARN in quotation marks", Request: ids(`"` + arn + `"`), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: `"` + arn + `"`, Reason: "is an ARN; give the ID alone"},
		Rule{Name: "an ARN in capitals", Request: ids(" ARN:ACS:ECS:*:*:INSTANCE/I-1"), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: " ARN:ACS:ECS:*:*:INSTANCE/I-1", Reason: "is an ARN; give the ID alone"},
		Rule{Name: "an ARN without its start", Request: ids(arn[4:]), Refused: UnlessNone, Field: "ResourceIDs[0]", Value: arn[4:], Reason: "package tag"},
	)
}

// none are the rules for requests that must name a resource.
func (p ByID) none(zero any) []Rule {
	return []Rule{
		{Name: "nil resources", Request: p.with(zero, "Resources", []string(nil)), Refused: Always, Field: "ResourceIDs", Reason: "at least one"},
		{Name: "empty resources", Request: p.with(zero, "Resources", []string{}), Refused: Always, Field: "ResourceIDs", Reason: "at least one"},
	}
}

func (p ByID) untagRules() []Rule {
	keys := func(keys ...string) any { return p.with(p.Untag, "TagKeys", keys) }
	rules := append(append(p.common(p.Untag, p.MaxResources), p.none(p.Untag)...),
		Rule{Name: "all tags", Request: Fill(p.Untag, p.base().With(Fields{"TagKeys": []string(nil), "All": true}))},
		Rule{Name: "neither keys nor all", Request: keys(), Refused: Always, Field: "TagKeys", Reason: "set All"},
		Rule{Name: "all with keys", Request: p.with(p.Untag, "All", true), Refused: Always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		Rule{Name: "all with an empty key", Request: Fill(p.Untag, p.base().With(Fields{"TagKeys": []string{""}, "All": true})), Refused: Always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		Rule{Name: "most keys", Request: keys(Numbered("k", p.MaxTagKeys)...)},
		Rule{Name: "one key more", Request: keys(Numbered("k", p.MaxTagKeys+1)...), Refused: UnlessNone, Field: "TagKeys", Reason: fmt.Sprintf("has %d elements, the limit is %d", p.MaxTagKeys+1, p.MaxTagKeys)},
		Rule{Name: "the empty key", Request: keys("")},
		Rule{Name: "a key in Latin-1", Request: keys("k", "\xFC"), Refused: UnlessNone, Field: "TagKeys[1]", Value: "\xFC", Reason: "not valid UTF-8"},
		Rule{Name: "a repeated key", Request: keys("a", "b", "a"), Refused: UnlessNone, Field: "TagKeys[2]", Value: "a", Reason: "repeats TagKeys[0]"},
		Rule{Name: "keys that differ in case", Request: keys("a", "A")},
		Rule{Name: "repeated among many keys", Request: keys(append(Numbered("k", 70), "k7")...), Refused: UnlessNone, Field: "TagKeys[70]", Value: "k7", Reason: "repeats TagKeys[6]"},
	)
	if !p.UntagKeys {
		return append(rules, Rule{Name: "keys that look like several", Request: keys(OddKeys...)},
			Rule{Name: "nothing is documented of a key's text", Request: keys("aliyun", "acs:x", "http://x", strings.Repeat("k", 500), "1 /:#@*\n中")})
	}
	return append(rules, p.keyRules(func(key ...string) any { return keys(key...) }, "TagKeys[%d]", true)...)
}

// OddKeys are keys that are most likely a mistake, and legal all the same: what they are meant for, no SDK can know.
var OddKeys = []string{" env", "env ", "env,owner", "env;owner", "环境，负责人"}

// keyRules are what documents say of a key's text.
func (p ByID) keyRules(keys func(...string) any, field string, url bool) []Rule {
	documented := func(name, key, reason string) Rule {
		return Rule{Name: name, Request: keys("ok", key), Refused: WhenDocumented, Field: fmt.Sprintf(field, 1), Value: key, Reason: reason}
	}
	tooLong := fmt.Sprintf("has %d characters, the limit is %d", p.MaxKey+1, p.MaxKey)
	rules := []Rule{
		documented("prefix aliyun", "aliyun", "reserved prefix aliyun"),
		documented("prefix acs:", "acs:x", "reserved prefix acs:"),
		{Name: "the reserved word further in", Request: keys("x-aliyun", "acs", "acs-x", "http")},
		{Name: "the reserved word in another case", Request: keys("Aliyun", "ALIYUN")},
		{Name: "longest key, in characters", Request: keys(strings.Repeat("中", p.MaxKey))},
		documented("a character too long", strings.Repeat("中", p.MaxKey+1), tooLong),
		documented("a byte too long", strings.Repeat("k", p.MaxKey+1), tooLong),
	}
	if url {
		rules = append(rules, documented("http:// inside", "xhttp://y", "holds http:// or https://"), documented("https:// inside", "xhttps://y", "holds http:// or https://"))
	}
	if !p.Charset {
		return append(rules, Rule{Name: "any character in a key", Request: keys("1 /:#@*中", "-", " ")},
			Rule{Name: "keys that look like several", Request: keys(OddKeys...)})
	}
	return append(rules,
		Rule{Name: "a Chinese character first", Request: keys("环境1")},
		Rule{Name: "documented punctuation", Request: keys("a.b_c-d9", "Z")},
		Rule{Name: "a combining mark", Request: keys("e\u0301")},
		documented("a digit first", "1a", "does not start with a letter"),
		documented("a period first", ".a", "does not start with a letter"),
		documented("a space", "a b", "holds ' '"),
		documented("a colon", "a:b", "holds ':'"),
		documented("a line break in a key", "a\n", `holds '\n'`),
	)
}

func (p ByID) listRules() []Rule {
	filters := func(filters ...untag.TagFilter) any { return p.with(p.List, "Filters", filters) }
	any1 := untag.TagFilter{Key: "k", AnyValue: true}
	numbered := func(n int) []untag.TagFilter {
		all := make([]untag.TagFilter, 0, n)
		for _, key := range Numbered("k", n) {
			all = append(all, untag.TagFilter{Key: key, AnyValue: true})
		}
		return all
	}
	long := strings.Repeat("中", 129)
	rules := append(p.common(p.List, p.MaxListResources),
		Rule{Name: "tags alone", Request: Fill(p.List, p.base().With(Fields{"Resources": []string(nil), "Filters": []untag.TagFilter{any1}}))},
		Rule{Name: "neither resources nor tags", Request: p.with(p.List, "Resources", []string(nil)), Refused: p.Unselected, Field: "ResourceIDs", Reason: "and so is Tags"},
		Rule{Name: "key and value", Request: filters(untag.TagFilter{Key: "k", Value: "v"})},
		Rule{Name: "a value alone", Request: filters(any1, untag.TagFilter{Value: "v"}), Refused: UnlessNone, Field: "Tags[1].Key", Reason: "a filter needs a key"},
		Rule{Name: "any value and a value", Request: filters(untag.TagFilter{Key: "k", Value: "v", AnyValue: true}), Refused: Always, Field: "Tags[0].AnyValue", Value: "true", Reason: "set one of the two"},
		Rule{Name: "the empty value", Request: filters(untag.TagFilter{Key: "k"}), Refused: p.EmptyFilter, Field: "Tags[0].Value", Reason: "AnyValue"},
		Rule{Name: "most tags", Request: filters(numbered(p.MaxTags)...)},
		Rule{Name: "one tag more", Request: filters(numbered(p.MaxTags + 1)...), Refused: UnlessNone, Field: "Tags", Reason: fmt.Sprintf("has %d elements, the limit is %d", p.MaxTags+1, p.MaxTags)},
		Rule{Name: "a repeated key", Request: filters(any1, untag.TagFilter{Key: "k", Value: "v"}), Refused: UnlessNone, Field: "Tags[1].Key", Value: "k", Reason: "repeats Tags[0].Key"},
		Rule{Name: "keys that differ in case", Request: filters(any1, untag.TagFilter{Key: "K", AnyValue: true})},
		Rule{Name: "a key that is too long", Request: filters(untag.TagFilter{Key: strings.Repeat("中", p.MaxKey+1), AnyValue: true}), Refused: WhenDocumented, Field: "Tags[0].Key", Value: strings.Repeat("中", p.MaxKey+1), Reason: "characters, the limit is"},
		Rule{Name: "a value that is too long", Request: filters(untag.TagFilter{Key: "k", Value: long}), Refused: WhenDocumented, Field: "Tags[0].Value", Value: long, Reason: "has 129 characters, the limit is 128"},
		Rule{Name: "a key in Latin-1", Request: filters(untag.TagFilter{Key: "\xFC", AnyValue: true}), Refused: UnlessNone, Field: "Tags[0].Key", Value: "\xFC", Reason: "not valid UTF-8"},
		Rule{Name: "a value in Latin-1", Request: filters(untag.TagFilter{Key: "k", Value: "\xFC"}), Refused: UnlessNone, Field: "Tags[0].Value", Value: "\xFC", Reason: "not valid UTF-8"},
		Rule{Name: "tags that are older than the rules", Request: filters(untag.TagFilter{Key: "acs:x", AnyValue: true}, untag.TagFilter{Key: "1\n", Value: "http://x\n"})},
		Rule{Name: "a page less than nothing", Request: p.with(p.List, "PageSize", -1), Refused: UnlessNone, Field: "PageSize", Value: "-1"},
	)
	if p.PageSize == 0 {
		return append(rules, Rule{Name: "a page size", Request: p.with(p.List, "PageSize", 10), Refused: UnlessNone, Field: "PageSize", Value: "10", Reason: "leave it 0"})
	}
	return append(rules,
		Rule{Name: "the largest page", Request: p.with(p.List, "PageSize", p.PageSize)},
		Rule{Name: "a page too large", Request: p.with(p.List, "PageSize", p.PageSize+1), Refused: UnlessNone, Field: "PageSize", Value: strconv.Itoa(p.PageSize + 1), Reason: fmt.Sprintf("is not between 1 and %d", p.PageSize)},
	)
}

func (p ByID) tagRules() []Rule {
	tags := func(tags ...untag.Tag) any { return p.with(p.Tag, "Tags", tags) }
	keys := func(keys ...string) any {
		all := make([]untag.Tag, 0, len(keys))
		for _, key := range keys {
			all = append(all, untag.Tag{Key: key, Value: "v"})
		}
		return tags(all...)
	}
	values := func(name, value, reason string) Rule {
		return Rule{Name: name, Request: tags(untag.Tag{Key: "k", Value: value}), Refused: WhenDocumented, Field: "Tags[0].Value", Value: value, Reason: reason}
	}
	valueACS := Rule{Name: "a value with the prefix acs:", Request: tags(untag.Tag{Key: "k", Value: "acs:x"})}
	if p.ValueACS {
		valueACS = values(valueACS.Name, "acs:x", "reserved prefix acs:")
	}
	return slices.Concat(p.common(p.Tag, p.MaxTagResources), p.none(p.Tag), TagRules(p.MaxTags, tags, keys, UnlessNone),
		p.keyRules(keys, "Tags[%d].Key", p.KeyURL), []Rule{
			{Name: "the empty value", Request: tags(untag.Tag{Key: "k"})},
			valueACS,
			values("http:// in a value", "see http://x", "holds http:// or https://"), values("https:// in a value", "https://x", "holds http:// or https://"),
		})
}

// TagRules are what every service's TagResources refuses of tags. latin1 is how it refuses invalid UTF-8.
func TagRules(most int, tags func(...untag.Tag) any, keys func(...string) any, latin1 Refused) []Rule {
	long := strings.Repeat("中", 129)
	return []Rule{
		{Name: "no tags", Request: tags(), Refused: Always, Field: "Tags", Reason: "is empty; name the tags to write"},
		{Name: "most tags", Request: keys(Numbered("k", most)...)},
		{Name: "one tag more", Request: keys(Numbered("k", most+1)...), Refused: UnlessNone, Field: "Tags", Reason: fmt.Sprintf("has %d elements, the limit is %d a call; TagMany takes any number", most+1, most)},
		{Name: "a value without a key", Request: tags(untag.Tag{Value: "v"}), Refused: WhenDocumented, Field: "Tags[0].Key", Reason: "is empty"},
		{Name: "a repeated key", Request: keys("a", "b", "a"), Refused: UnlessNone, Field: "Tags[2].Key", Value: "a", Reason: "repeats Tags[0].Key"},
		{Name: "keys that differ in case", Request: keys("a", "A")},
		{Name: "a system tag", Request: tags(untag.Tag{Key: "k", Value: "v"}, untag.Tag{Key: "s", Value: "v", System: true}), Refused: UnlessNone, Field: "Tags[1]", Value: "s", Reason: "leave it out"},
		{Name: "longest value, in characters", Request: tags(untag.Tag{Key: "k", Value: long[3:]})},
		{Name: "a value that is too long", Request: tags(untag.Tag{Key: "k", Value: long}), Refused: WhenDocumented, Field: "Tags[0].Value", Value: long, Reason: "has 129 characters, the limit is 128"},
		{Name: "a line break in a value", Request: tags(untag.Tag{Key: "k", Value: "a\nb"}), Refused: WhenDocumented, Field: "Tags[0].Value", Value: "a\nb", Reason: "control character"},
		{Name: "a C1 control in a value", Request: tags(untag.Tag{Key: "k", Value: "\u0085"}), Refused: WhenDocumented, Field: "Tags[0].Value", Value: "\u0085", Reason: "control character"},
		{Name: "a key in Latin-1", Request: keys("\xFC"), Refused: latin1, Field: "Tags[0].Key", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "a value in Latin-1", Request: tags(untag.Tag{Key: "k", Value: "\xFC"}), Refused: latin1, Field: "Tags[0].Value", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "any letters in a value", Request: tags(untag.Tag{Key: "k", Value: `<a> & "b" 中文 é 🙂 \`})},
	}
}
