package tag_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		request   tag.UntagResourcesRequest
		signature untag.SignatureVersion
		form      bool
	}{
		{
			name: "typical",
			request: tag.UntagResourcesRequest{
				ResourceARNs: []string{"arn:acs:vpc:cn-hangzhou:123456789:vpc/vpc-bp19dd90tkt6tz7wu", "arn:acs:ram:*:*:user/a.b@c"},
				TagKeys:      []string{"k1", "cost center", "环境", "a+b*c~d"},
			},
		},
		{
			name:    "eleven",
			request: tag.UntagResourcesRequest{ResourceARNs: servicetest.Numbered(instances, 11), TagKeys: []string{""}},
		},
		{
			name:      "v1",
			request:   tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:oss:*:*:bucket/name"}, TagKeys: []string{"k1"}},
			signature: untag.SignatureV1,
			form:      true,
		},
		{
			name: "long",
			request: tag.UntagResourcesRequest{
				ResourceARNs: servicetest.Numbered("arn:acs:sls:cn-hangzhou:123456789:logstore/"+strings.Repeat("p", 150)+"#", 50), TagKeys: []string{"k1"},
			},
			form: true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := new(servicetest.Recorder)
			config := recorder.Config()
			config.Signature = test.signature
			if test.signature == untag.SignatureV1 {
				config.Credentials = untag.StaticCredentials(servicetest.AccessKeyID, servicetest.AccessKeySecret, servicetest.SecurityToken)
			}
			client, err := tag.New(config)
			require.NoError(t, err)
			response, err := client.UntagResources(t.Context(), test.request)
			require.NoError(t, err)
			assert.Equal(t, tag.UntagResourcesResponse{RequestID: "r"}, response)
			servicetest.Golden(t, test.name+".txt", recorder, "tag.cn-hangzhou.aliyuncs.com", test.form)
		})
	}
}
