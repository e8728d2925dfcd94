package untagtest_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

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
