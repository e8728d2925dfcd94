package untagtest_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// rows are the rows of a page in short, one for each tag of a resource: "i-1 env=a", with a "!" after those of the system.
func (r reply) rows(t testing.TB) (rows []string, next *string) {
	t.Helper()
	type flat struct{ ResourceID, ResourceType, TagKey, TagValue string }
	type entry struct {
		ResourceARN string
		Tags        []struct{ Key, Value, Category string }
		flat
		TagResource []flat
	}
	var page struct {
		NextToken    *string
		TagResources []entry
	}
	if strings.Contains(r.Header.Get("Content-Type"), "xml") {
		text := strings.NewReplacer("<ResourceId>", "<ResourceID>", "</ResourceId>", "</ResourceID>").Replace(r.Text)
		require.NoError(t, xml.Unmarshal([]byte(text), &page), text)
	} else {
		var raw struct {
			NextToken    *string
			TagResources json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(r.Text), &raw), r.Text)
		page.NextToken = raw.NextToken
		switch {
		case strings.HasPrefix(string(raw.TagResources), "{"):
			page.TagResources = make([]entry, 1)
			require.NoError(t, json.Unmarshal(raw.TagResources, &page.TagResources[0]))
		case raw.TagResources != nil:
			require.NoError(t, json.Unmarshal(raw.TagResources, &page.TagResources))
		}
	}
	for _, e := range page.TagResources {
		for _, tag := range e.Tags {
			mark := map[string]string{"Custom": "", "System": "!"}[tag.Category]
			rows = append(rows, e.ResourceARN[strings.LastIndex(e.ResourceARN, "/")+1:]+" "+tag.Key+"="+tag.Value+mark)
		}
		if e.ResourceID != "" {
			e.TagResource = append(e.TagResource, e.flat)
		}
		for _, f := range e.TagResource {
			rows = append(rows, f.ResourceID+" "+f.TagKey+"="+f.TagValue)
		}
	}
	return rows, page.NextToken
}

// lists goes through all pages of a list.
func lists(t testing.TB, cloud *untagtest.Cloud, service untagtest.Service, params map[string]string) (pages [][]string) {
	t.Helper()
	for {
		answer := send(t, cloud, call{service: service, verb: "ListTagResources", params: params})
		require.Empty(t, answer.Code, answer.Text)
		rows, next := answer.rows(t)
		pages = append(pages, rows)
		if next == nil || *next == "" {
			return pages
		}
		require.Less(t, len(pages), 1000, "the list does not end")
		params = with(params, "NextToken", *next)
	}
}

// listed has something to list in every service.
func listed() *untagtest.Cloud {
	cloud := newCloud()
	put := func(product, kind, id string, tags ...string) {
		r := untagtest.Resource{Product: product, Type: kind, ID: id, Tags: map[string]string{}, System: map[string]string{}}
		for _, t := range tags {
			key, value, _ := strings.Cut(t, "=")
			if strings.HasPrefix(key, "acs:") {
				r.System[key] = value
			} else {
				r.Tags[key] = value
			}
		}
		cloud.Put(r)
	}
	for _, of := range []struct{ product, kind, id string }{{"ecs", "instance", "i"}, {"vpcipam", "IPAM", "ipam"}, {"resourcesharing", "ResourceShare", "rs"}} {
		put(of.product, of.kind, of.id+"-1", "env=a", "team=x")
		put(of.product, of.kind, of.id+"-2", "env=b", "acs:tag:createdby=me")
		put(of.product, of.kind, of.id+"-3", "env=", "Env=a")
		put(of.product, of.kind, of.id+"-4")
		put(of.product, of.kind, of.id+"-5", "env=a")
	}
	put("ecs", "disk", "d-1", "env=a")
	put("oss", "bucket", "b-1", "env=a", "team=x")
	cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: "i-9", Tags: map[string]string{"env": "a"}})
	return cloud
}

func params(pairs ...string) map[string]string {
	return with(map[string]string{"RegionId": "cn-hangzhou"}, pairs...)
}

// typed are parameters of one of the three services that name resources by type and ID.
func typed(service untagtest.Service, pairs ...string) map[string]string {
	return params(append([]string{"ResourceType", good[service]["ResourceType"]}, pairs...)...)
}

var prefixes = map[untagtest.Service]string{ecs: "i", vpc: "ipam", rs: "rs"}

func TestListByID(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		pairs  []string
		chosen untagtest.Choices
		want   string // rows of the prefix "p", separated by commas
	}{
		{"key", []string{"Tag.1.Key", "env"}, untagtest.Choices{}, "p-1 env=a,p-1 team=x,p-2 acs:tag:createdby=me,p-2 env=b,p-3 Env=a,p-3 env=,p-5 env=a"},
		{"pair", []string{"Tag.1.Key", "env", "Tag.1.Value", "a"}, untagtest.Choices{}, "p-1 env=a,p-1 team=x,p-5 env=a"},
		{"case of a key", []string{"Tag.1.Key", "Env"}, untagtest.Choices{}, "p-3 Env=a,p-3 env="},
		{"case of a value", []string{"Tag.1.Key", "env", "Tag.1.Value", "A"}, untagtest.Choices{}, ""},
		{"empty value", []string{"Tag.1.Key", "env", "Tag.1.Value", ""}, untagtest.Choices{}, "p-3 Env=a,p-3 env="},
		{"two tags", []string{"Tag.1.Key", "env", "Tag.2.Key", "team", "Tag.2.Value", "x"}, untagtest.Choices{}, "p-1 env=a,p-1 team=x"},
		{"two tags that none has", []string{"Tag.1.Key", "Env", "Tag.2.Key", "team"}, untagtest.Choices{}, ""},
		{"system tag", []string{"Tag.1.Key", "acs:tag:createdby"}, untagtest.Choices{}, "p-2 acs:tag:createdby=me,p-2 env=b"},
		{"IDs", []string{"ResourceId.1", "p-5", "ResourceId.2", "p-1", "ResourceId.3", "p-5"}, untagtest.Choices{}, "p-5 env=a,p-1 env=a,p-1 team=x"},
		{"ID and tag", []string{"ResourceId.1", "p-1", "ResourceId.2", "p-2", "Tag.1.Key", "team"}, untagtest.Choices{}, "p-1 env=a,p-1 team=x"},
		{"ID without tags", []string{"ResourceId.1", "p-4"}, untagtest.Choices{}, ""},
		{"dead ID", []string{"ResourceId.1", "p-dead", "ResourceId.2", "p-5"}, untagtest.Choices{}, "p-5 env=a"},
		{"matching tags only", []string{"Tag.1.Key", "env"}, untagtest.Choices{MatchingTagsOnly: true}, "p-1 env=a,p-2 env=b,p-3 env=,p-5 env=a"},
		{"matching tags only, by ID", []string{"ResourceId.1", "p-1"}, untagtest.Choices{MatchingTagsOnly: true}, "p-1 env=a,p-1 team=x"},
	}
	for service, prefix := range prefixes {
		for _, row := range rows {
			t.Run(string(service)+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				cloud := listed()
				row.chosen.PageSize = 100
				cloud.Choose(row.chosen)
				pairs := make([]string, len(row.pairs))
				for i, p := range row.pairs {
					pairs[i] = strings.Replace(p, "p-", prefix+"-", 1)
				}
				c := call{service: service, verb: "ListTagResources", params: typed(service, pairs...)}
				want := strings.ReplaceAll(row.want, "p-", prefix+"-")
				if service == vpc {
					c.params["MaxResults"] = "50"
				}
				for _, c.accept = range []string{"application/json", "*/*"} {
					answer := send(t, cloud, c)
					require.Empty(t, answer.Code, answer.Text)
					got, next := answer.rows(t)
					assert.Equal(t, want, strings.Join(got, ","), answer.Text)
					assert.Nil(t, next)
				}
			})
		}
	}
}

func TestListByIDCodes(t *testing.T) {
	t.Parallel()
	codes := func(ecs, vpc, rs string) map[untagtest.Service]string {
		return map[untagtest.Service]string{"ecs": ecs, "vpcipam": vpc, "resourcesharing": rs}
	}
	same := func(code string) map[untagtest.Service]string { return codes(code, code, code) }
	rows := []struct {
		name  string
		pairs []string
		codes map[untagtest.Service]string
	}{
		{"neither ID nor tag", nil, codes("404 MissingParameter.Tags", "400 MissingParameter.Tags", "400 MissingParameter.ResourceIdOrTag")},
		{"no type", []string{"ResourceType", "-"}, codes("404 MissingParameter.ResourceType", "400 MissingParameter.ResourceType", "400 MissingParameter.ResourceType")},
		{"unknown type", []string{"ResourceType", "spaceship"}, codes("404 InvalidResourceType.NotFound", "400 IllegalParam.ResourceType", "400 InvalidParameter.ResourceType")},
		{"no region", []string{"RegionId", "-"}, codes("404 MissingParameter.RegionId", "400 MissingRegionId", "400 MissingRegionId")},
		{"value without key", []string{"Tag.1.Value", "a"}, codes("400 InvalidParameter.TagValue", "400 IllegalParam.TagValue", "400 MissingParameter.TagKey")},
		{"empty key", []string{"Tag.1.Key", ""}, codes("400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey")},
		{"long key", []string{"Tag.1.Key", long(129)}, codes("400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey")},
		{"long value", []string{"Tag.1.Key", "k", "Tag.1.Value", long(129)}, codes("400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue")},
		{"misspelt value", []string{"Tag.1.Key", "k", "Tag.1.value", "v"}, codes("400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue")},
		{"key twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, codes("400 Duplicate.TagKey", "400 DuplicatedParam.TagKey", "400 Duplicate.TagKey")},
		{"JSON", []string{"Tag", `[{"Key":"k"}]`}, same("400 " + flat)},
		{"number zero", []string{"Tag.0.Key", "k"}, same("400 " + flat)},
		{"foreign token", []string{"Tag.1.Key", "k", "NextToken", "x"}, codes("400 InvalidParameter", "400 IllegalParam.NextToken", "400 InvalidParameter.NextToken")},
	}
	for _, row := range rows {
		for service, want := range row.codes {
			t.Run(string(service)+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				answer := send(t, listed(), call{service: service, verb: "ListTagResources", params: typed(service, row.pairs...)})
				assert.Equal(t, want, answer.status())
			})
		}
	}
	answer := send(t, listed(), call{service: ecs, verb: "ListTagResources", params: typed(ecs, "Tag.1.Key", "k", "TagFilter.1.TagKey", "e*")})
	assert.Equal(t, "400 InvalidParameter", answer.status(), "by invitation only")
	for service, prefix := range prefixes {
		most := map[untagtest.Service]int{ecs: 50, vpc: 50, rs: 20}[service]
		many := map[untagtest.Service]string{ecs: "400 NumberExceed.ResourceIds", vpc: "400 IllegalParamSize.ResourceIds", rs: "400 NumberExceed.ResourceIds"}[service]
		tags := map[untagtest.Service]string{ecs: "400 NumberExceed.Tags", vpc: "400 IllegalParamSize.Tags", rs: "400 NumberExceed.Tags"}[service]
		ids := list(typed(service), "ResourceId", prefix+"-%d", most)
		assert.Equal(t, "200 ", send(t, listed(), call{service: service, verb: "ListTagResources", params: ids}).status())
		ids["ResourceId.51"] = "x"
		assert.Equal(t, many, send(t, listed(), call{service: service, verb: "ListTagResources", params: ids}).status())
		keys := typed(service)
		for i := 1; i <= 21; i++ {
			keys = with(keys, fmt.Sprintf("Tag.%d.Key", i), fmt.Sprint("k", i))
			want := "200 "
			if i == 21 {
				want = tags
			}
			if i >= 20 {
				assert.Equal(t, want, send(t, listed(), call{service: service, verb: "ListTagResources", params: keys}).status())
			}
		}
	}
}
