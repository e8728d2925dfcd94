package untagtest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

const (
	tag  = untagtest.Tag
	ecs  = untagtest.ECS
	vpc  = untagtest.VPCIPAM
	rs   = untagtest.ResourceSharing
	flat = "InvalidTag; Illegal parameter serialization format. Flat format is required."
)

func arn(s string) map[string]string { return with(good[tag], "ResourceARN.1", s) }

func TestUntagCodes(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("键", n) }
	rows := []struct {
		name    string
		service untagtest.Service
		params  map[string]string
		status  int
		code    string // "": it succeeds
	}{
		{"good", tag, good[tag], 200, ""},
		{"most", tag, list(list(good[tag], "ResourceARN", "arn:acs:oss:*:*:bucket/b%d", 50), "TagKey", "k%d", 10), 200, ""},
		{"no region", tag, with(good[tag], "RegionId", "-"), 400, "MissingRegionId"},
		{"unknown region", tag, with(good[tag], "RegionId", "cn-nowhere"), 404, "InvalidRegionId.NotFound"},
		{"two regions", tag, with(good[tag], "RegionId", "cn-hangzhou cn-heyuan"), 404, "InvalidRegionId.NotFound"},
		{"region of another endpoint", tag, with(good[tag], "RegionId", "cn-beijing"), 400, "InvalidOperation.NotSupportedEndpoint"},
		{"no resources", tag, with(good[tag], "ResourceARN.1", "-"), 403, "MissingParameter.ResourceIds"},
		{"51 resources", tag, list(good[tag], "ResourceARN", "arn:acs:oss:*:*:bucket/b%d", 51), 403, "NumberExceed.ResourceIds"},
		{"no keys", tag, with(good[tag], "TagKey.1", "-"), 404, "MissingParameter.TagKey"},
		{"11 keys", tag, list(good[tag], "TagKey", "k%d", 11), 403, "NumberExceed.Tags"},
		{"duplicate key", tag, with(good[tag], "TagKey.2", "env"), 403, "Duplicate.TagKey"},
		{"128 characters", tag, with(good[tag], "TagKey.1", long(128)), 200, ""},
		{"129 characters", tag, with(good[tag], "TagKey.1", long(129)), 400, "InvalidParameter.TagKey"},
		{"key not UTF-8", tag, with(good[tag], "TagKey.1", "\xff"), 400, "InvalidParameter.TagKey"},
		{"key with a line end", tag, with(good[tag], "TagKey.1", "a\nb"), 400, "InvalidParameter.TagKey"},
		{"system key", tag, with(good[tag], "TagKey.1", "acs:rm"), 403, "NoPermission.SystemTag"},
		{"empty key", tag, with(good[tag], "TagKey.1", ""), 200, ""},
		{"All does not exist", tag, with(good[tag], "TagKey.1", "-", "All", "true"), 404, "MissingParameter.TagKey"},
		{"no ARN", tag, arn("i-1"), 400, "InvalidResourceARN.FormatError"},
		{"five parts", tag, arn("arn:acs:ecs:cn-hangzhou:instance/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"no type", tag, arn("arn:acs:ecs:cn-hangzhou:*:/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"no ID", tag, arn("arn:acs:ecs:cn-hangzhou:*:instance/"), 400, "InvalidResourceARN.FormatError"},
		{"aws", tag, arn("arn:aws:ecs:cn-hangzhou:*:instance/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"empty ARN", tag, arn(""), 400, "InvalidResourceARN.FormatError"},
		{"ARN of another region", tag, arn("arn:acs:ecs:cn-beijing:*:instance/i-1"), 400, "InvalidResourceARN.Region"},
		{"ARN of another account", tag, arn("arn:acs:ecs:*:42:instance/i-1"), 400, "InvalidResourceARN.Account"},
		{"ARN of this account", tag, arn(instance.ARN()), 200, ""},
		{"ARN without region and account", tag, arn("arn:acs:ecs:::instance/i-1"), 200, ""},
		{"no product", tag, arn("arn:acs::*:*:instance/i-1"), 403, "Missing.ServiceCode"},
		{"product that is none", tag, arn("arn:acs:E C S:*:*:instance/i-1"), 400, "InvalidParameter.ServiceCode"},
		{"type that is none", tag, arn("arn:acs:ecs:*:*:spaceship/i-1"), 400, "InvalidParameter.ResourceType"},
		{"IPAM type that is none", tag, arn("arn:acs:vpcipam:*:*:vpc/i-1"), 400, "InvalidParameter.ResourceType"},
		{"share type that is none", tag, arn("arn:acs:resourcesharing:*:*:vpc/i-1"), 400, "InvalidParameter.ResourceType"},
		{"number zero", tag, with(good[tag], "ResourceARN.0", "x"), 400, "InvalidParameter"},
		{"JSON keys", tag, with(good[tag], "TagKey", `["a"]`), 400, flat},

		{"good", ecs, good[ecs], 200, ""},
		{"most", ecs, list(with(good[ecs], "ResourceId.50", "i-1", "ResourceId.2", "i-1"), "TagKey", "k%d", 20), 200, ""},
		{"no region", ecs, with(good[ecs], "RegionId", "-"), 404, "MissingParameter.RegionId"},
		{"unknown region", ecs, with(good[ecs], "RegionId", "cn-nowhere"), 404, "InvalidRegionId.NotFound"},
		{"no type", ecs, with(good[ecs], "ResourceType", "-"), 404, "MissingParameter.ResourceType"},
		{"unknown type", ecs, with(good[ecs], "ResourceType", "spaceship"), 404, "InvalidResourceType.NotFound"},
		{"type in capitals", ecs, with(good[ecs], "ResourceType", "Instance"), 404, "InvalidResourceType.NotFound"},
		{"no resources", ecs, with(good[ecs], "ResourceId.1", "-"), 400, "MissingParameter"},
		{"51 resources", ecs, list(good[ecs], "ResourceId", "i-%d", 51), 400, "NumberExceed.ResourceIds"},
		{"neither keys nor All", ecs, with(good[ecs], "TagKey.1", "-"), 404, "MissingParameter.Tags"},
		{"All false", ecs, with(good[ecs], "TagKey.1", "-", "All", "false"), 404, "MissingParameter.Tags"},
		{"All false with keys", ecs, with(good[ecs], "All", "False"), 200, ""},
		{"All", ecs, with(good[ecs], "TagKey.1", "-", "All", "true"), 200, ""},
		{"All with keys", ecs, with(good[ecs], "All", "true"), 403, "Param.Conflict"},
		{"All that is none", ecs, with(good[ecs], "All", "1"), 400, "InvalidParameter"},
		{"21 keys", ecs, list(good[ecs], "TagKey", "k%d", 21), 400, "NumberExceed.Tags"},
		{"duplicate key", ecs, with(good[ecs], "TagKey.2", "env"), 400, "Duplicate.TagKey"},
		{"empty key", ecs, with(good[ecs], "TagKey.1", ""), 200, ""},
		{"128 characters", ecs, with(good[ecs], "TagKey.1", long(128)), 200, ""},
		{"129 characters", ecs, with(good[ecs], "TagKey.1", long(129)), 400, "InvalidTagKey.Malformed"},
		{"aliyun key", ecs, with(good[ecs], "TagKey.1", "aliyun-x"), 400, "InvalidTagKey.Malformed"},
		{"acs: key", ecs, with(good[ecs], "TagKey.1", "acs:x"), 400, "InvalidTagKey.Malformed"},
		{"http:// key", ecs, with(good[ecs], "TagKey.1", "xhttp://"), 400, "InvalidTagKey.Malformed"},
		{"https:// key", ecs, with(good[ecs], "TagKey.1", "xhttps://"), 400, "InvalidTagKey.Malformed"},
		{"dead resource", ecs, with(good[ecs], "ResourceId.2", "i-dead"), 404, "InvalidResourceId.NotFound"},
		{"empty ID", ecs, with(good[ecs], "ResourceId.2", ""), 404, "InvalidResourceId.NotFound"},
		{"number with a zero", ecs, with(good[ecs], "ResourceId.01", "x"), 400, "InvalidParameter"},
		{"number too long", ecs, with(good[ecs], "ResourceId.12345678", "x"), 400, "InvalidParameter"},
		{"number that is none", ecs, with(good[ecs], "TagKey.1a", "x"), 400, flat},

		{"good", vpc, good[vpc], 200, ""},
		{"no region", vpc, with(good[vpc], "RegionId", ""), 400, "MissingRegionId"},
		{"no type", vpc, with(good[vpc], "ResourceType", "-"), 400, "MissingParameter.ResourceType"},
		{"unknown type", vpc, with(good[vpc], "ResourceType", "ipam"), 400, "IllegalParam.ResourceType"},
		{"no resources", vpc, with(good[vpc], "ResourceId.1", "-"), 400, "MissingParameter.ResourceIds"},
		{"21 resources", vpc, list(good[vpc], "ResourceId", "ipam-%d", 21), 400, "IllegalParamSize.ResourceIds"},
		{"neither keys nor All", vpc, with(good[vpc], "TagKey.1", "-"), 400, "MissingParameter.Tags"},
		{"All with keys", vpc, with(good[vpc], "All", "true"), 200, ""},
		{"21 keys", vpc, list(good[vpc], "TagKey", "k%d", 21), 400, "IllegalParamSize.Tags"},
		{"duplicate key", vpc, with(good[vpc], "TagKey.2", "env"), 400, "DuplicatedParam.TagKey"},
		{"empty key", vpc, with(good[vpc], "TagKey.1", ""), 200, ""},
		{"64 characters", vpc, with(good[vpc], "TagKey.1", long(64)), 200, ""},
		{"65 characters", vpc, with(good[vpc], "TagKey.1", long(65)), 400, "IllegalParam.TagKey"},
		{"all characters", vpc, with(good[vpc], "TagKey.1", "aZ09._-键"), 200, ""},
		{"first a digit", vpc, with(good[vpc], "TagKey.1", "1a"), 400, "IllegalParam.TagKey"},
		{"a space", vpc, with(good[vpc], "TagKey.1", "a b"), 400, "IllegalParam.TagKey"},
		{"aliyun key", vpc, with(good[vpc], "TagKey.1", "aliyun.x"), 400, "IllegalParam.TagKey"},
		{"acs: key", vpc, with(good[vpc], "TagKey.1", "acs:x"), 400, "IllegalParam.TagKey"},
		{"dead IPAM", vpc, with(good[vpc], "ResourceId.2", "ipam-dead"), 400, "ResourceNotFound.Ipam"},
		{"dead scope", vpc, with(good[vpc], "ResourceType", "IPAMSCOPE"), 400, "ResourceNotFound.IpamScope"},
		{"dead pool", vpc, with(good[vpc], "ResourceType", "IPAMPOOL"), 404, "ResourceNotFound.IpamPool"},

		{"good", rs, good[rs], 200, ""},
		{"no region", rs, with(good[rs], "RegionId", "-"), 400, "MissingRegionId"},
		{"no type", rs, with(good[rs], "ResourceType", "-"), 400, "MissingParameter.ResourceType"},
		{"unknown type", rs, with(good[rs], "ResourceType", "resourceshare"), 400, "InvalidParameter.ResourceType"},
		{"no resources", rs, with(good[rs], "ResourceId.1", "-"), 400, "MissingParameter.ResourceIds"},
		{"21 resources", rs, list(good[rs], "ResourceId", "rs-%d", 21), 400, "NumberExceed.ResourceIds"},
		{"neither keys nor All", rs, with(good[rs], "TagKey.1", "-"), 400, "MissingParameter.TagKeysOrDeleteAll"},
		{"All", rs, with(good[rs], "TagKey.1", "-", "All", "TRUE"), 200, ""},
		{"21 keys", rs, list(good[rs], "TagKey", "k%d", 21), 400, "NumberExceed.TagKeys"},
		{"duplicate key", rs, with(good[rs], "TagKey.2", "env"), 400, "Duplicate.TagKey"},
		{"129 characters", rs, with(good[rs], "TagKey.1", long(129)), 400, "InvalidParameter.TagKey"},
		{"dead resource", rs, with(good[rs], "ResourceId.2", "rs-dead"), 400, "InvalidResourceId.NotFound"},
		{"array malformed", rs, with(good[rs], "ResourceId.", "rs-dead"), 400, "InvalidParameter"},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.service, "/", row.name), func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			c := call{service: row.service, params: row.params, form: true}
			answer := send(t, cloud, c)
			assert.Equal(t, row.code, answer.Code, answer.Text)
			assert.Equal(t, row.status, answer.Status)
			if row.code != "" {
				assert.Equal(t, stock[row.service].Tags, tagsOf(t, cloud, stock[row.service]), "a refused call changes nothing")
				assert.NotEmpty(t, answer.Message)
				assert.NotContains(t, answer.Message, "%s")
				assert.Equal(t, hosts[row.service], answer.HostID)
			}
			assert.Equal(t, answer.RequestID, answer.Header.Get("x-acs-request-id"))
			v1 := c
			v1.v1, v1.form = true, false
			assert.Equal(t, row.code, send(t, stocked(), v1).Code, "V1 in the query answers the same")
		})
	}
}

func TestGateway(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		call   call
		status int
		code   string
	}{
		{"method", call{method: http.MethodPut}, 405, "UnsupportedHTTPMethod"},
		{"path", call{path: "/tags"}, 404, "InvalidAction.NotFound"},
		{"action", call{verb: "RemoveTags"}, 404, "InvalidAction.NotFound"},
		{"spelling of the classic VPC operation", call{verb: "UnTagResources"}, 404, "InvalidAction.NotFound"},
		{"version of another service", call{version: "2018-08-28"}, 400, "InvalidVersion"},
		{"version that is none", call{version: "2000-01-01"}, 400, "InvalidVersion"},
		{"escape", call{edit: func(r *http.Request) { r.URL.RawQuery += "&x=%G0" }}, 400, "InvalidParameter"},
		{"short escape", call{edit: func(r *http.Request) { r.URL.RawQuery += "&%1" }}, 400, "InvalidParameter"},
		{"query of 8 KiB", call{params: list(good[ecs], "ResourceId", strings.Repeat("x", 200)+"%d", 50)}, 414, ""},
		{"form of 8 KiB", call{params: list(good[ecs], "ResourceId", strings.Repeat("x", 200)+"%d", 50), form: true}, 404, "InvalidResourceId.NotFound"},
		{"body of 1 MiB", call{params: with(good[ecs], "x", strings.Repeat("x", 1<<20)), form: true}, 413, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.call.service = ecs
			if row.call.params == nil {
				row.call.params = good[ecs]
			}
			answer := send(t, stocked(), row.call)
			assert.Equal(t, row.status, answer.Status)
			assert.Equal(t, row.code, answer.Code)
			if row.code == "" {
				assert.Equal(t, "text/html", answer.Header.Get("Content-Type"))
				assert.Contains(t, answer.Text, "<h1>"+strconv.Itoa(row.status))
			}
		})
	}
}

func TestResourceSharingNeedsTLS(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	answer := send(t, cloud, call{service: rs, params: good[rs], base: "http://" + hosts[rs]})
	assert.Equal(t, "InvalidProtocol.NeedSsl", answer.Code)
	assert.Empty(t, send(t, cloud, call{service: vpc, params: good[vpc], base: "http://" + hosts[vpc]}).Code)
}

func TestTagFailsResourcesAlone(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	other := untagtest.Resource{Product: "oss", Type: "bucket", ID: "b", Tags: map[string]string{"env": "x"}}
	cloud.Put(other)
	cloud.Deny("NoPermission.Operator", 403, ipam)
	arns := []string{instance.ARN(), "arn:acs:ecs:*:*:instance/i-dead", "arn:acs:oss:*:*:bucket/b", "arn:acs:vpc:*:*:ipam/ipam-1", "arn:acs:ecs:*:*:instance/*"}
	params := with(good[tag])
	for i, a := range arns {
		params[fmt.Sprintf("ResourceARN.%d", i+1)] = a
	}
	for _, accept := range []string{"application/json", "*/*"} {
		answer := send(t, cloud, call{service: tag, params: params, accept: accept})
		assert.Equal(t, 200, answer.Status)
		assert.Equal(t, map[string]string{
			arns[1]: "InvalidResourceId.NotFound", arns[3]: "NoPermission.Operator", arns[4]: "InvalidResourceId.NotFound",
		}, answer.failed(), "%s", answer.Text)
	}
	assert.Equal(t, map[string]string{"team": "b"}, tagsOf(t, cloud, instance))
	assert.Empty(t, tagsOf(t, cloud, other))
	assert.Equal(t, ipam.Tags, tagsOf(t, cloud, ipam))
	assert.Equal(t, untagtest.VerdictPartialFailure, cloud.Calls()[0].Verdict)
}

func TestDenyAndAllow(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Deny("IncorrectInstanceStatus", 0, instance)
	c := call{service: ecs, params: good[ecs]}
	answer := send(t, cloud, c)
	assert.Equal(t, "IncorrectInstanceStatus", answer.Code)
	assert.Equal(t, 400, answer.Status)
	cloud.Deny("InvalidResourceId.NotSupported", 403, instance)
	answer = send(t, cloud, c)
	assert.Equal(t, "InvalidResourceId.NotSupported", answer.Code)
	assert.Equal(t, 403, answer.Status)
	cloud.Allow(instance)
	assert.Empty(t, send(t, cloud, c).Code)
	assert.Panics(t, func() { cloud.Deny("", 400, instance) })
}

func TestArraysCloseGaps(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	for i := range 3 {
		cloud.Put(untagtest.Resource{Product: "ecs", Type: "disk", ID: fmt.Sprint("d-", i), Tags: map[string]string{"a": "1", "b": "2"}})
	}
	answer := send(t, cloud, call{service: ecs, params: map[string]string{
		"RegionId": "cn-hangzhou", "ResourceType": "disk", "ResourceId.3": "d-0", "ResourceId.17": "d-1", "TagKey.9": "a", "Unknown": "x",
	}})
	assert.Empty(t, answer.Code)
	for i, want := range []int{1, 1, 2} {
		tags, _ := cloud.Tags("ecs", "cn-hangzhou", "disk", fmt.Sprint("d-", i))
		assert.Len(t, tags, want)
	}
}

func TestFormWinsOverQuery(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	c := call{service: ecs, params: with(good[ecs], "TagKey.1", "-"), query: map[string]string{"All": "true", "ResourceType": "spaceship"}, form: true}
	assert.Empty(t, send(t, cloud, c).Code, "parameters of both are taken together, the form's first")
	assert.Empty(t, tagsOf(t, cloud, instance))
}

func TestFormats(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	for _, row := range []struct{ accept, format, want string }{
		{"application/json", "", "json"},
		{"Application/JSON, */*", "", "json"},
		{"*/*", "", "xml"},
		{"application/json", "XML", "xml"},
		{"*/*", "json", "json"},
		{"*/*", "Json", "json"},
	} {
		c := call{service: tag, params: good[tag], accept: row.accept}
		if row.format != "" {
			c.params = with(c.params, "Format", row.format)
		}
		answer := send(t, cloud, c)
		assert.Contains(t, answer.Header.Get("Content-Type"), row.want, row)
		assert.NotEmpty(t, answer.RequestID)
		c.params = with(c.params, "TagKey.1", "-")
		answer = send(t, cloud, c)
		assert.Contains(t, answer.Header.Get("Content-Type"), row.want, row)
		assert.Equal(t, "MissingParameter.TagKey", answer.Code)
		assert.Equal(t, "https://api.aliyun.com/troubleshoot?q=MissingParameter.TagKey&product=Tag&requestId="+answer.RequestID, answer.Recommend)
	}
}

// TestAnswers pins the bodies of the four services, as the documents print them.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const (
		id      = "00000000-0000-5000-8000-000000000001"
		declare = `<?xml version="1.0" encoding="UTF-8"?>`
		recon   = "https://api.aliyun.com/troubleshoot?q="
	)
	bad := `<a&b>"`
	rows := []struct {
		name    string
		service untagtest.Service
		params  map[string]string
		accept  string
		want    string
	}{
		{"success", ecs, good[ecs], "application/json", `{"RequestId":"` + id + `"}`},
		{"success", vpc, good[vpc], "application/json", `{"RequestId":"` + id + `"}`},
		{"success", rs, good[rs], "*/*", declare + `<UntagResourcesResponse><RequestId>` + id + `</RequestId></UntagResourcesResponse>`},
		{"success", tag, good[tag], "application/json", `{"RequestId":"` + id + `","FailedResources":{"FailedResource":[]}}`},
		{"success in XML", tag, good[tag], "*/*", declare + `<UntagResourcesResponse><RequestId>` + id +
			`</RequestId><FailedResources></FailedResources></UntagResourcesResponse>`},
		{"failed item", tag, arn("arn:acs:oss:*:*:bucket/" + bad), "application/json", `{"RequestId":"` + id +
			`","FailedResources":{"FailedResource":[{"ResourceARN":"arn:acs:oss:*:*:bucket/<a&b>\"","Result":{"Code":"InvalidResourceId.NotFound",` +
			`"Message":"The specified ResourceIds are not found in our records."}}]}}`},
		{"failed item in XML", tag, arn("arn:acs:oss:*:*:bucket/" + bad), "*/*", declare + `<UntagResourcesResponse><RequestId>` + id +
			`</RequestId><FailedResources><FailedResource><ResourceARN>arn:acs:oss:*:*:bucket/&lt;a&amp;b&gt;&#34;</ResourceARN><Result>` +
			`<Code>InvalidResourceId.NotFound</Code><Message>The specified ResourceIds are not found in our records.</Message></Result>` +
			`</FailedResource></FailedResources></UntagResourcesResponse>`},
		{"error", rs, with(good[rs], "TagKey.1", "-"), "application/json", `{"RequestId":"` + id + `","HostId":"resourcesharing.cn-hangzhou.aliyuncs.com",` +
			`"Code":"MissingParameter.TagKeysOrDeleteAll","Message":"You must specify TagKeys or DeleteAll.","Recommend":"` + recon +
			`MissingParameter.TagKeysOrDeleteAll&product=ResourceSharing&requestId=` + id + `"}`},
		{"error in XML", vpc, with(good[vpc], "TagKey.1", "-"), "*/*", declare + `<Error><RequestId>` + id +
			`</RequestId><HostId>vpcipam.cn-hangzhou.aliyuncs.com</HostId><Code>MissingParameter.Tags</Code><Message>The input parameter Tags` +
			` that is mandatory for processing this request is not supplied.</Message><Recommend>` + recon +
			`MissingParameter.Tags&amp;product=VpcIpam&amp;requestId=` + id + `</Recommend></Error>`},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.service, "/", row.name), func(t *testing.T) {
			t.Parallel()
			answer := send(t, stocked(), call{service: row.service, params: row.params, accept: row.accept})
			assert.Equal(t, row.want, answer.Text)
			assert.Equal(t, strconv.Itoa(len(row.want)), answer.Header.Get("Content-Length"))
			assert.Equal(t, id, answer.Header.Get("x-acs-request-id"))
			assert.NotEmpty(t, answer.Header.Get("Date"))
		})
	}
}
