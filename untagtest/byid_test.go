package untagtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// TestTagByID writes tags in the three services that name resources by type and ID.
func TestTagByID(t *testing.T) {
	t.Parallel()
	many := func(n int, pairs ...string) []string {
		for i := 1; i <= n; i++ {
			pairs = append(pairs, fmt.Sprintf("Tag.%d.Key", i), fmt.Sprint("k", i))
		}
		return pairs
	}
	type codes = [3]string // ECS, VPC IPAM, Resource Sharing
	same := func(code string) codes { return codes{code, code, code} }
	rows := []struct {
		name  string
		pairs []string
		codes codes
	}{
		{"pair", []string{"Tag.1.Key", "k", "Tag.1.Value", "v"}, same("200 ")},
		{"empty value", []string{"Tag.1.Key", "k", "Tag.1.Value", ""}, same("200 ")},
		{"no value", []string{"Tag.1.Key", "k"}, same("200 ")},
		{"value without key", []string{"Tag.1.Value", "v"}, codes{"400 InvalidParameter.TagValue", "400 IllegalParam.TagValue", "400 MissingParameter.TagKey"}},
		{"no tags", nil, codes{"404 MissingParameter.Tags", "400 MissingParameter.Tags", "400 MissingParameter.Tags"}},
		{"no IDs", []string{"ResourceId.1", "-", "Tag.1.Key", "k"}, codes{"400 MissingParameter", "400 MissingParameter.ResourceIds", "400 MissingParameter.ResourceIds"}},
		{"no type", []string{"ResourceType", "-", "Tag.1.Key", "k"}, codes{"404 MissingParameter.ResourceType", "400 MissingParameter.ResourceType", "400 MissingParameter.ResourceType"}},
		{"unknown type", []string{"ResourceType", "x", "Tag.1.Key", "k"}, codes{"404 InvalidResourceType.NotFound", "400 IllegalParam.ResourceType", "400 InvalidParameter.ResourceType"}},
		{"20 tags", many(20, "ResourceId.1", "EMPTY"), same("200 ")},
		{"21 tags", many(21), codes{"400 NumberExceed.Tags", "400 IllegalParamSize.Tags", "400 NumberExceed.Tags"}},
		{"key twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, codes{"400 Duplicate.TagKey", "400 DuplicatedParam.TagKey", "400 Duplicate.TagKey"}},
		{"keys equal but for case", []string{"Tag.1.Key", "k", "Tag.2.Key", "K"}, same("200 ")},
		{"empty key", []string{"Tag.1.Key", "", "Tag.1.Value", "v"}, codes{"400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey"}},
		{"64 characters", []string{"Tag.1.Key", long(64)}, same("200 ")},
		{"65 characters", []string{"Tag.1.Key", long(65)}, codes{"200 ", "400 IllegalParam.TagKey", "200 "}},
		{"129 characters", []string{"Tag.1.Key", long(129)}, codes{"400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey"}},
		{"acs: key", []string{"Tag.1.Key", "acs:k"}, codes{"400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey"}},
		{"aliyun key", []string{"Tag.1.Key", "aliyunk"}, codes{"400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey"}},
		{"URL as key", []string{"Tag.1.Key", "http://k"}, codes{"400 InvalidTagKey.Malformed", "400 IllegalParam.TagKey", "400 InvalidParameter.TagKey"}},
		{"longest value", []string{"Tag.1.Key", "k", "Tag.1.Value", long(128)}, same("200 ")},
		{"long value", []string{"Tag.1.Key", "k", "Tag.1.Value", long(129)}, codes{"400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue"}},
		{"URL as value", []string{"Tag.1.Key", "k", "Tag.1.Value", "https://v"}, codes{"400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue"}},
		{"acs: value", []string{"Tag.1.Key", "k", "Tag.1.Value", "acs:v"}, codes{"200 ", "200 ", "400 InvalidParameter.TagValue"}},
		{"value not UTF-8", []string{"Tag.1.Key", "k", "Tag.1.Value", "\xff"}, codes{"400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue"}},
		{"misspelt value", []string{"Tag.1.Key", "k", "Tag.1.value", "v"}, codes{"400 InvalidTagValue.Malformed", "400 IllegalParam.TagValue", "400 InvalidParameter.TagValue"}},
		{"dead", []string{"ResourceId.2", "dead", "Tag.1.Key", "k"}, codes{"404 InvalidResourceId.NotFound", "400 ResourceNotFound.Ipam", "400 InvalidResourceId.NotFound"}},
		{"more than the resource has room for", many(20, "ResourceId.1", "FULL"), codes{"403 QuotaExceed.Tags", "400 QuotaExceed.Tags", "400 QuotaExceed.TagsPerResource"}},
		{"only keys that it has", []string{"ResourceId.1", "FULL", "Tag.1.Key", "k0", "Tag.1.Value", "new"}, same("200 ")},
		{"JSON", []string{"Tag", `{"k":"v"}`}, same("400 " + flat)},
	}
	for i, service := range []untagtest.Service{ecs, vpc, rs} {
		for _, row := range rows {
			t.Run(fmt.Sprint(service, "/", row.name), func(t *testing.T) {
				t.Parallel()
				cloud := stocked()
				of := stock[service]
				of.ID, of.Tags = "FULL", full(20)
				empty := of
				empty.ID, empty.Tags = "EMPTY", nil
				cloud.Put(of, empty)
				before := cloud.Digest()
				answer := send(t, cloud, call{service: service, verb: "TagResources", params: with(with(good[service], "TagKey.1", "-"), row.pairs...), form: true})
				assert.Equal(t, row.codes[i], answer.status(), answer.Text)
				assert.Equal(t, answer.Status == 200, cloud.Digest() != before, "a refused call changes nothing")
			})
		}
	}
}

func TestNumberOfIDs(t *testing.T) {
	t.Parallel()
	for service, most := range map[untagtest.Service]int{ecs: 50, vpc: 20, rs: 20} {
		cloud := newCloud()
		cloud.AllowAnyResource()
		ids := list(typed(service, "Tag.1.Key", "k"), "ResourceId", "x-%d", most)
		assert.Equal(t, "200 ", send(t, cloud, call{service: service, verb: "TagResources", params: ids}).status())
		ids[fmt.Sprint("ResourceId.", most+1)] = "x"
		assert.Equal(t, 400, send(t, cloud, call{service: service, verb: "TagResources", params: ids}).Status)
	}
}

// TestTypes are the types that the vendor's own tools untag, and those that only lists know.
func TestTypes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		service         untagtest.Service
		kind, list, tag string
	}{
		{ecs, "ELASTICITYASSURANCE", "200 ", "200 "},
		{ecs, "imagecomponent", "200 ", "200 "},
		{ecs, "snapshotgroup", "200 ", "200 "},
		{ecs, "activation", "200 ", "404 InvalidResourceType.NotFound"},
		{ecs, "managedinstance", "200 ", "404 InvalidResourceType.NotFound"},
		{vpc, "IPAMRESOURCEDISCOVERY", "200 ", "200 "},
		{vpc, "ipam", "400 IllegalParam.ResourceType", "400 IllegalParam.ResourceType"},
	} {
		cloud := newCloud()
		cloud.AllowAnyResource()
		p := typed(row.service, "ResourceType", row.kind, "ResourceId.1", "x-1", "Tag.1.Key", "k")
		assert.Equal(t, row.list, send(t, cloud, call{service: row.service, verb: "ListTagResources", params: p}).status(), row.kind)
		assert.Equal(t, row.tag, send(t, cloud, call{service: row.service, verb: "TagResources", params: p}).status(), row.kind)
		assert.Equal(t, row.tag, send(t, cloud, call{service: row.service, params: with(p, "TagKey.1", "k")}).status(), row.kind)
	}
	cloud := newCloud()
	assert.Equal(t, "400 ResourceNotFound.IpamResourceDiscovery", send(t, cloud, call{service: vpc, params: typed(vpc, "ResourceType", "IPAMRESOURCEDISCOVERY", "ResourceId.1", "x", "TagKey.1", "k")}).status())
}
