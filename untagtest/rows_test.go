package untagtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// TestBodies pins the answers to lists and searches, as the documents print them.
func TestBodies(t *testing.T) {
	t.Parallel()
	const (
		id      = "00000000-0000-5000-8000-000000000001"
		declare = `<?xml version="1.0" encoding="UTF-8"?>`
		opened  = declare + "<ListTagResourcesResponse><RequestId>" + id + "</RequestId>"
		closed  = "</ListTagResourcesResponse>"
		arns    = "ResourceARN.1"
		bucket  = "arn:acs:oss:cn-hangzhou:1234567890123456:bucket/b"
	)
	cloud := func() *untagtest.Cloud {
		c := newCloud()
		tags := map[string]string{"a": `<&">`, "空": ""}
		c.Put(
			untagtest.Resource{Product: "oss", Type: "bucket", ID: "b", Tags: tags, System: map[string]string{"acs:x": "1"}},
			untagtest.Resource{Product: "ecs", Type: "instance", ID: "i", Tags: tags},
			untagtest.Resource{Product: "vpcipam", Type: "IPAM", ID: "ipam", Tags: tags},
			untagtest.Resource{Product: "resourcesharing", ID: "rs", Tags: tags},
		)
		c.Inherit(untagtest.Inheritance{Parent: instance, Children: []untagtest.Resource{{Product: "ecs", Type: "disk", ID: "d"}}})
		return c
	}
	rows := []struct {
		name      string
		service   untagtest.Service
		verb      string
		pairs     []string
		json, xml string
	}{
		{
			"list", tag, "ListTagResources",
			[]string{arns, bucket},
			`{"RequestId":"` + id + `","NextToken":"","TagResources":[{"ResourceARN":"` + bucket + `","Tags":[{"Key":"a","Value":"<&\">","Category":"Custom"},` +
				`{"Key":"acs:x","Value":"1","Category":"System"},{"Key":"空","Value":"","Category":"Custom"}]}]}`,
			opened + `<NextToken></NextToken><TagResources><ResourceARN>` + bucket + `</ResourceARN><Tags><Key>a</Key><Value>&lt;&amp;&#34;&gt;</Value>` +
				`<Category>Custom</Category></Tags><Tags><Key>acs:x</Key><Value>1</Value><Category>System</Category></Tags><Tags><Key>空</Key><Value></Value>` +
				`<Category>Custom</Category></Tags></TagResources>` + closed,
		},
		{
			"empty list", tag, "ListTagResources",
			[]string{arns, bucket + "-none"},
			`{"RequestId":"` + id + `","NextToken":"","TagResources":[]}`, opened + "<NextToken></NextToken>" + closed,
		},
		{
			"list", ecs, "ListTagResources",
			[]string{"ResourceType", "instance", "ResourceId.1", "i"},
			`{"RequestId":"` + id + `","TagResources":{"TagResource":[{"ResourceId":"i","ResourceType":"instance","TagKey":"a","TagValue":"<&\">"},` +
				`{"ResourceId":"i","ResourceType":"instance","TagKey":"空","TagValue":""}]}}`,
			opened + `<TagResources><TagResource><ResourceId>i</ResourceId><ResourceType>instance</ResourceType><TagKey>a</TagKey><TagValue>&lt;&amp;&#34;&gt;</TagValue>` +
				`</TagResource><TagResource><ResourceId>i</ResourceId><ResourceType>instance</ResourceType><TagKey>空</TagKey><TagValue></TagValue></TagResource></TagResources>` + closed,
		},
		{
			"empty list", ecs, "ListTagResources",
			[]string{"ResourceType", "instance", "ResourceId.1", "none"},
			`{"RequestId":"` + id + `","TagResources":{"TagResource":[]}}`, opened + "<TagResources></TagResources>" + closed,
		},
		{
			"list", vpc, "ListTagResources",
			[]string{"ResourceType", "IPAM", "ResourceId.1", "ipam"},
			`{"RequestId":"` + id + `","TagResources":[{"ResourceId":"ipam","ResourceType":"IPAM","TagKey":"a","TagValue":"<&\">"},` +
				`{"ResourceId":"ipam","ResourceType":"IPAM","TagKey":"空","TagValue":""}]}`,
			opened + `<TagResources><ResourceId>ipam</ResourceId><ResourceType>IPAM</ResourceType><TagKey>a</TagKey><TagValue>&lt;&amp;&#34;&gt;</TagValue></TagResources>` +
				`<TagResources><ResourceId>ipam</ResourceId><ResourceType>IPAM</ResourceType><TagKey>空</TagKey><TagValue></TagValue></TagResources>` + closed,
		},
		{
			"list", rs, "ListTagResources",
			[]string{"ResourceType", "ResourceShare", "Tag.1.Key", "a", "Tag.1.Value", `<&">`},
			`{"RequestId":"` + id + `","TagResources":{"TagResource":[{"ResourceId":"rs","ResourceType":"ResourceShare","TagKey":"a","TagValue":"<&\">"},` +
				`{"ResourceId":"rs","ResourceType":"ResourceShare","TagKey":"空","TagValue":""}]}}`, "",
		},
		{
			"write", tag, "TagResources",
			[]string{arns, bucket, "Tags", `{"k":"v"}`},
			`{"RequestId":"` + id + `","FailedResources":{"FailedResource":[]}}`,
			declare + "<TagResourcesResponse><RequestId>" + id + "</RequestId><FailedResources></FailedResources></TagResourcesResponse>",
		},
		{
			"write", ecs, "TagResources",
			[]string{"ResourceType", "instance", "ResourceId.1", "i", "Tag.1.Key", "k"},
			`{"RequestId":"` + id + `"}`,
			declare + "<TagResourcesResponse><RequestId>" + id + "</RequestId></TagResourcesResponse>",
		},
		{
			"keys", tag, "ListTagKeys",
			[]string{"TagFilter.Key", "a"},
			`{"RequestId":"` + id + `","NextToken":"","Keys":{"Key":[{"Key":"a","Category":"custom","Description":""}]}}`,
			declare + "<ListTagKeysResponse><RequestId>" + id + "</RequestId><NextToken></NextToken><Keys><Key><Key>a</Key><Category>custom</Category><Description></Description></Key></Keys></ListTagKeysResponse>",
		},
		{
			"values", tag, "ListTagValues",
			[]string{"Key", "a"},
			`{"RequestId":"` + id + `","NextToken":"","Values":{"Value":["<&\">"]}}`,
			declare + "<ListTagValuesResponse><RequestId>" + id + "</RequestId><NextToken></NextToken><Values><Value>&lt;&amp;&#34;&gt;</Value></Values></ListTagValuesResponse>",
		},
		{
			"types", tag, "ListSupportResourceTypes",
			[]string{"ProductCode", "oss"},
			`{"RequestId":"` + id + `","NextToken":"","SupportResourceTypes":[{"ProductCode":"oss","ResourceType":"bucket","ArnTemplate":"acs:oss:*:*:bucket/${ResourceId}"}]}`, "",
		},
		{
			"rules", tag, "ListAssociatedResourceRules", nil,
			`{"RequestId":"` + id + `","NextToken":"","Rules":[{"SettingName":"rule:TagResource:Ecs-Instance:Ecs-Disk","Status":"Enable","TagKeys":[],"ExistingStatus":"Enable"}]}`, "",
		},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.service, "/", row.name), func(t *testing.T) {
			t.Parallel()
			c := call{service: row.service, verb: row.verb, params: params(row.pairs...)}
			assert.Equal(t, row.json, send(t, cloud(), c).Text)
			if c.accept = "*/*"; row.xml != "" {
				assert.Equal(t, row.xml, send(t, cloud(), c).Text)
			}
		})
	}
}
