package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/servicetest"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		request   ecs.UntagResourcesRequest
		host      string
		signature untag.SignatureVersion
		form      bool
	}{
		{
			name:    "typical",
			request: ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-bp1j6qtvdm8w0z1o0XXX", "i-2"}, TagKeys: []string{"FinanceDept", "", "部门 a/b"}},
			host:    "ecs-cn-hangzhou.aliyuncs.com",
		},
		{
			name:    "all",
			request: ecs.UntagResourcesRequest{Region: "cn-beijing", ResourceType: ecs.ResourceTypeInstance, ResourceIDs: servicetest.Numbered("i-bp1j6qtvdm8w0z1o0XXX-", 11), All: true},
			host:    "ecs.cn-beijing.aliyuncs.com",
		},
		{
			name:      "v1",
			request:   ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-bp1j6qtvdm8w0z1o0XXX", "i-2"}, TagKeys: []string{"FinanceDept", "", "部门 a/b"}},
			host:      "ecs-cn-hangzhou.aliyuncs.com",
			signature: untag.SignatureV1,
			form:      true,
		},
		{
			name:    "long",
			request: ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: servicetest.Numbered("id-"+strings.Repeat("中", 60)+"-", 20), All: true},
			host:    "ecs-cn-hangzhou.aliyuncs.com",
			form:    true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := new(servicetest.Recorder)
			config := recorder.Config()
			config.Signature = test.signature
			client, err := ecs.New(config)
			require.NoError(t, err)
			response, err := client.UntagResources(t.Context(), test.request)
			require.NoError(t, err)
			assert.Equal(t, ecs.UntagResourcesResponse{RequestID: "r"}, response)
			servicetest.Golden(t, test.name+".txt", recorder, test.host, test.form)
		})
	}
}
