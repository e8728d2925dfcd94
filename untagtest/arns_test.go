package untagtest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

const account = "1234567890123456"

func TestListByARN(t *testing.T) {
	t.Parallel()
	const all = "i-1 env=a,i-1 team=x,i-2 acs:tag:createdby=me!,i-2 env=b,i-3 Env=a,i-3 env=,i-5 env=a"
	rows := []struct {
		name   string
		pairs  []string
		chosen untagtest.Choices
		want   string
	}{
		{"pair over all products", []string{"Tags", `{"env":"a"}`}, untagtest.Choices{}, "i-1 env=a,i-1 team=x,i-5 env=a,ipam-1 env=a,ipam-1 team=x,ipam-5 env=a,rs-1 env=a,rs-1 team=x,rs-5 env=a,d-1 env=a,b-1 env=a,b-1 team=x"},
		{"two pairs", []string{"Tags", `{"env":"a","team":"x"}`, "ResourceARN.1", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{}, "i-1 env=a,i-1 team=x"},
		{"empty value", []string{"Tags", `{"env":""}`, "ResourceARN.1", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{}, "i-3 Env=a,i-3 env="},
		{"empty value as any", []string{"Tags", `{"env":""}`, "ResourceARN.1", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{EmptyValueMatchesAny: true}, all},
		{"type", []string{"ResourceARN.1", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{}, all},
		{"types", []string{"ResourceARN.1", "arn:acs:oss:*:*:bucket/*", "ResourceARN.2", "arn:acs:ecs:*:*:disk/*"}, untagtest.Choices{}, "b-1 env=a,b-1 team=x,d-1 env=a"},
		{"type and one of it", []string{"ResourceARN.1", "arn:acs:ecs:*:*:instance/i-5", "ResourceARN.2", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{}, "i-5 env=a," + strings.TrimSuffix(all, ",i-5 env=a")},
		{"ARNs", []string{"ResourceARN.1", "arn:acs:ecs:cn-hangzhou:" + account + ":instance/i-5", "ResourceARN.2", "arn:acs:vpc:*:*:ipam/ipam-1"}, untagtest.Choices{}, "i-5 env=a,ipam-1 env=a,ipam-1 team=x"},
		{"dead and without tags", []string{"ResourceARN.1", "arn:acs:ecs:*:*:instance/i-dead", "ResourceARN.2", "arn:acs:ecs:*:*:instance/i-4"}, untagtest.Choices{}, ""},
		{"custom tags", []string{"ResourceARN.1", "arn:acs:ecs:*:*:instance/*", "Category", "Custom"}, untagtest.Choices{}, strings.Replace(all, "i-2 acs:tag:createdby=me!,", "", 1)},
		{"system tags", []string{"ResourceARN.1", "arn:acs:ecs:*:*:instance/*", "Category", "System"}, untagtest.Choices{}, "i-2 acs:tag:createdby=me!"},
		{"matching tags only", []string{"Tags", `{"env":"a"}`, "ResourceARN.1", "arn:acs:ecs:*:*:instance/*"}, untagtest.Choices{MatchingTagsOnly: true}, "i-1 env=a,i-5 env=a"},
		{"other region", []string{"RegionId", "cn-beijing", "Tags", `{"env":"a"}`}, untagtest.Choices{}, "i-9 env=a"},
		{"region without resources", []string{"RegionId", "cn-shenzhen", "Tags", `{"env":"a"}`}, untagtest.Choices{}, ""},
		{"no filter", []string{"RegionId", "cn-beijing"}, untagtest.Choices{ListWithoutFilter: true}, "i-9 env=a"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := listed()
			cloud.Choose(row.chosen)
			c := call{service: tag, verb: "ListTagResources", params: params(row.pairs...)}
			c.base = "https://tag.aliyuncs.com"
			for _, c.accept = range []string{"application/json", "*/*"} {
				answer := send(t, cloud, c)
				require.Empty(t, answer.Code, answer.Text)
				got, next := answer.rows(t)
				assert.Equal(t, row.want, strings.Join(got, ","))
				require.NotNil(t, next)
				assert.Empty(t, *next)
			}
		})
	}
}

func TestTagCodes(t *testing.T) {
	t.Parallel()
	pairs := func(n int) string {
		tags := map[string]string{}
		for i := range n {
			tags[fmt.Sprint("k", i)] = "v"
		}
		text, _ := json.Marshal(tags)
		return string(text)
	}
	const arn = "arn:acs:ecs:*:*:instance/i-1"
	rows := []struct {
		name        string
		pairs       []string
		list, write string // status and code; "": the operation is not asked
	}{
		{"good", []string{"ResourceARN.1", arn, "Tags", `{"k":"v"}`}, "200 ", "200 "},
		{"spaces", []string{"ResourceARN.1", arn, "Tags", " { \"k\" : \"v\" } \n"}, "200 ", "200 "},
		{"no tags", []string{"ResourceARN.1", arn}, "200 ", "400 InvalidParameter.Tags"},
		{"neither", nil, "404 MissingParameter.Tags", "403 MissingParameter.ResourceIds"},
		{"no ARN", []string{"Tags", `{"k":"v"}`}, "200 ", "403 MissingParameter.ResourceIds"},
		{"array", []string{"ResourceARN.1", arn, "Tags", `[{"Key":"k","Value":"v"}]`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"array of pairs", []string{"ResourceARN.1", arn, "Tags", `[["k","v"]]`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"number", []string{"ResourceARN.1", arn, "Tags", `{"k":1}`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"object in it", []string{"ResourceARN.1", arn, "Tags", `{"k":{"v":"w"}}`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"null", []string{"ResourceARN.1", arn, "Tags", `{"k":null}`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"two objects", []string{"ResourceARN.1", arn, "Tags", `{"k":"v"}{"l":"v"}`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"cut", []string{"ResourceARN.1", arn, "Tags", `{"k":"v"`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"none in it", []string{"ResourceARN.1", arn, "Tags", `{}`}, "400 InvalidParameter.Tags", "400 InvalidParameter.Tags"},
		{"flat tags", []string{"ResourceARN.1", arn, "Tag.1.Key", "k"}, "200 ", "400 InvalidParameter.Tags"},
		{"10 pairs", []string{"ResourceARN.1", arn, "Tags", pairs(10)}, "200 ", "200 "},
		{"11 pairs", []string{"ResourceARN.1", arn, "Tags", pairs(11)}, "403 NumberExceed.Tags", "403 NumberExceed.Tags"},
		{"key twice", []string{"ResourceARN.1", arn, "Tags", `{"k":"v","k":"w"}`}, "403 Duplicate.TagKey", "403 Duplicate.TagKey"},
		{"keys equal but for case", []string{"ResourceARN.1", arn, "Tags", `{"k":"v","K":"w"}`}, "200 ", "200 "},
		{"empty key", []string{"ResourceARN.1", arn, "Tags", `{"":"v"}`}, "400 InvalidParameter.TagKey", "400 InvalidParameter.TagKey"},
		{"long key", []string{"ResourceARN.1", arn, "Tags", `{"` + long(129) + `":"v"}`}, "400 InvalidParameter.TagKey", "400 InvalidParameter.TagKey"},
		{"longest", []string{"ResourceARN.1", arn, "Tags", `{"` + long(128) + `":"` + long(128) + `"}`}, "200 ", "200 "},
		{"long value", []string{"ResourceARN.1", arn, "Tags", `{"k":"` + long(129) + `"}`}, "400 InvalidParameter.TagValue", "400 InvalidParameter.TagValue"},
		{"empty value", []string{"ResourceARN.1", arn, "Tags", `{"k":""}`}, "200 ", "400 InvalidParameter.TagValue"},
		{"system key", []string{"ResourceARN.1", arn, "Tags", `{"acs:x":"v"}`}, "200 ", "400 InvalidParameter.TagKey"},
		{"control character", []string{"ResourceARN.1", arn, "Tags", `{"k":"a\u0007b"}`}, "200 ", "400 InvalidParameter.TagValue"},
		{"51 ARNs", mostARNs(51, "Tags", `{"k":"v"}`), "403 NumberExceed.ResourceIds", "403 NumberExceed.ResourceIds"},
		{"50 ARNs", mostARNs(50, "Tags", `{"k":"v"}`), "200 ", "200 "},
		{"other account", []string{"ResourceARN.1", "arn:acs:ecs:*:42:instance/i-1", "Tags", `{"k":"v"}`}, "400 InvalidResourceARN.Account", "400 InvalidResourceARN.Account"},
		{"other region", []string{"ResourceARN.1", "arn:acs:ecs:cn-beijing:*:instance/i-1", "Tags", `{"k":"v"}`}, "400 InvalidResourceARN.Region", "400 InvalidResourceARN.Region"},
		{"malformed ARN", []string{"ResourceARN.1", "i-1", "Tags", `{"k":"v"}`}, "400 InvalidResourceARN.FormatError", "400 InvalidResourceARN.FormatError"},
		{"unknown type", []string{"ResourceARN.1", "arn:acs:ecs:*:*:spaceship/i-1", "Tags", `{"k":"v"}`}, "403 InvalidParameter.ResourceType", "400 InvalidParameter.ResourceType"},
		{"type for lists", []string{"ResourceARN.1", "arn:acs:ecs:*:*:managedinstance/i-1", "Tags", `{"k":"v"}`}, "200 ", "400 InvalidParameter.ResourceType"},
		{"no region", []string{"RegionId", "-", "ResourceARN.1", arn, "Tags", `{"k":"v"}`}, "400 MissingRegionId", "400 MissingRegionId"},
		{"category", []string{"ResourceARN.1", arn, "Category", "custom"}, "403 InvalidParameter.Category", ""},
		{"page of 1,000", []string{"ResourceARN.1", arn, "PageSize", "1000"}, "200 ", ""},
		{"page of 1,001", []string{"ResourceARN.1", arn, "PageSize", "1001"}, "400 InvalidParameter", ""},
		{"page of 0", []string{"ResourceARN.1", arn, "PageSize", "0"}, "400 InvalidParameter", ""},
		{"token", []string{"ResourceARN.1", arn, "NextToken", "x"}, "403 Invalid.NextToken", ""},
	}
	for _, row := range rows {
		for verb, want := range map[string]string{"ListTagResources": row.list, "TagResources": row.write} {
			if want != "" {
				t.Run(verb+"/"+row.name, func(t *testing.T) {
					t.Parallel()
					cloud := listed()
					before := cloud.Digest()
					answer := send(t, cloud, call{service: tag, verb: verb, params: params(row.pairs...), form: true})
					assert.Equal(t, want, answer.status(), answer.Text)
					assert.Equal(t, verb == "TagResources" && want == "200 ", cloud.Digest() != before, "a refused call and a list change nothing")
					assert.NotContains(t, answer.Message, "%s")
				})
			}
		}
	}
}

func mostARNs(n int, pairs ...string) []string {
	for i := 1; i <= n; i++ {
		pairs = append(pairs, fmt.Sprint("ResourceARN.", i), "arn:acs:ecs:*:*:instance/i-1")
	}
	return pairs
}

func TestTagsByARN(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.Deny("NoPermission.Operator", 403, untagtest.Resource{Product: "oss", Type: "bucket", ID: "b-1"})
	cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-full", Tags: full(20)})
	arns := []string{
		"arn:acs:ecs:cn-hangzhou:" + account + ":instance/i-1", "arn:acs:ecs:*:*:instance/i-dead", "arn:acs:oss:*:*:bucket/b-1",
		"arn:acs:ecs:*:*:instance/i-full", "arn:acs:ecs:*:*:instance/i-4",
	}
	with := []string{"Tags", `{"env":"new <&>","键":"值"}`}
	for i, a := range arns {
		with = append(with, fmt.Sprint("ResourceARN.", i+1), a)
	}
	for _, accept := range []string{"application/json", "*/*"} {
		answer := send(t, cloud, call{service: tag, verb: "TagResources", params: params(with...), accept: accept})
		assert.Equal(t, 200, answer.Status)
		assert.Equal(t, map[string]string{
			arns[1]: "InvalidResourceId.NotFound", arns[2]: "NoPermission.Operator", arns[3]: "QuotaExceed.TagsPerResource",
		}, answer.failed(), answer.Text)
	}
	tags, _ := cloud.Tags("ecs", "", "instance", "i-1")
	assert.Equal(t, map[string]string{"env": "new <&>", "键": "值", "team": "x"}, tags, "a key that is there gets the new value")
	tags, _ = cloud.Tags("ecs", "", "instance", "i-4")
	assert.Equal(t, map[string]string{"env": "new <&>", "键": "值"}, tags)
	tags, _ = cloud.Tags("ecs", "", "instance", "i-full")
	assert.Equal(t, full(20), tags)
	assert.Equal(t, untagtest.VerdictPartialFailure, cloud.Calls()[0].Verdict)
}

// full are n tags.
func full(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprint("k", i)] = "v"
	}
	return tags
}

func TestSystemTagsAreProtected(t *testing.T) {
	t.Parallel()
	odd := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-odd", Tags: map[string]string{"a": "1"}, System: map[string]string{"odd": "1", "acs:x": "2"}}
	cloud := newCloud()
	cloud.Put(odd)
	before := cloud.Digest()
	arn := cloud.ARN(odd)
	untag := send(t, cloud, call{service: tag, params: params("ResourceARN.1", arn, "TagKey.1", "odd")})
	assert.Equal(t, map[string]string{arn: "NoPermission.SystemTag"}, untag.failed())
	write := send(t, cloud, call{service: tag, verb: "TagResources", params: params("ResourceARN.1", arn, "Tags", `{"odd":"2"}`)})
	assert.Equal(t, map[string]string{arn: "NoPermission.SystemTag"}, write.failed())
	assert.Equal(t, "403 NoPermission.SystemTag", send(t, cloud, call{service: ecs, params: typed(ecs, "ResourceId.1", "i-odd", "TagKey.1", "odd")}).status())
	assert.Equal(t, before, cloud.Digest())
	assert.Equal(t, "200 ", send(t, cloud, call{service: ecs, params: typed(ecs, "ResourceId.1", "i-odd", "All", "true")}).status())
	assert.Empty(t, tagsOf(t, cloud, odd))
	system, _ := cloud.SystemTags("ecs", "", "instance", "i-odd")
	assert.Equal(t, odd.System, system)
}
