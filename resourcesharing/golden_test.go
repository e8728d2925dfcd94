package resourcesharing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/resourcesharing"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		request   resourcesharing.UntagResourcesRequest
		host      string
		signature untag.SignatureVersion
		form      bool
	}{
		{
			name:    "typical",
			request: resourcesharing.UntagResourcesRequest{ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: []string{"rs-PqysnzIj", "rs-2"}, TagKeys: []string{"k1", "k 2", "a&b=c"}},
			host:    "resourcesharing.cn-hangzhou.aliyuncs.com",
		},
		{
			name:    "all",
			request: resourcesharing.UntagResourcesRequest{Region: "cn-beijing", ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: servicetest.Numbered("rs-PqysnzIj-", 11), All: true},
			host:    "resourcesharing.cn-beijing.aliyuncs.com",
		},
		{
			name:      "v1",
			request:   resourcesharing.UntagResourcesRequest{ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: []string{"rs-PqysnzIj", "rs-2"}, TagKeys: []string{"k1", "k 2", "a&b=c"}},
			host:      "resourcesharing.cn-hangzhou.aliyuncs.com",
			signature: untag.SignatureV1,
			form:      true,
		},
		{
			name:    "long",
			request: resourcesharing.UntagResourcesRequest{ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: servicetest.Numbered("id-"+strings.Repeat("中", 60)+"-", 20), All: true},
			host:    "resourcesharing.cn-hangzhou.aliyuncs.com",
			form:    true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := new(servicetest.Recorder)
			config := recorder.Config()
			config.Signature = test.signature
			client, err := resourcesharing.New(config)
			require.NoError(t, err)
			response, err := client.UntagResources(t.Context(), test.request)
			require.NoError(t, err)
			assert.Equal(t, resourcesharing.UntagResourcesResponse{RequestID: "r"}, response)
			servicetest.Golden(t, test.name+".txt", recorder, test.host, test.form)
		})
	}
}
