package vpc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/vpc"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		request   vpc.UntagResourcesRequest
		host      string
		signature untag.SignatureVersion
		form      bool
	}{
		{
			name:    "typical",
			request: vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-uq5dcfc2eqhpf4", "ipam-2"}, TagKeys: []string{"FinanceDept", "", "部门_a.b-c"}},
			host:    "vpcipam.cn-hangzhou.aliyuncs.com",
		},
		{
			name:    "all",
			request: vpc.UntagResourcesRequest{Region: "cn-beijing", ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: servicetest.Numbered("ipam-uq5dcfc2eqhpf4-", 11), All: true},
			host:    "vpcipam.cn-beijing.aliyuncs.com",
		},
		{
			name:      "v1",
			request:   vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-uq5dcfc2eqhpf4", "ipam-2"}, TagKeys: []string{"FinanceDept", "", "部门_a.b-c"}},
			host:      "vpcipam.cn-hangzhou.aliyuncs.com",
			signature: untag.SignatureV1,
			form:      true,
		},
		{
			name:    "long",
			request: vpc.UntagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: servicetest.Numbered("id-"+strings.Repeat("中", 60)+"-", 20), All: true},
			host:    "vpcipam.cn-hangzhou.aliyuncs.com",
			form:    true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := new(servicetest.Recorder)
			config := recorder.Config()
			config.Signature = test.signature
			client, err := vpc.New(config)
			require.NoError(t, err)
			response, err := client.UntagResources(t.Context(), test.request)
			require.NoError(t, err)
			assert.Equal(t, vpc.UntagResourcesResponse{RequestID: "r"}, response)
			servicetest.Golden(t, test.name+".txt", recorder, test.host, test.form)
		})
	}
}
