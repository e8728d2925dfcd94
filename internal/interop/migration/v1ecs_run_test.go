//go:build classicecs

package migration_test

import (
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/stretchr/testify/require"
)

func TestV1ECS(t *testing.T) {
	cloud := newAccount(t)
	config := sdk.NewConfig().WithScheme("HTTPS")
	client, err := ecs.NewClientWithOptions("cn-hangzhou", config, credentials.NewAccessKeyCredential(accessKeyID, accessKeySecret))
	require.NoError(t, err)
	require.NoError(t, v1ECS(client))
	requireUntagged(t, cloud, resources[0])
	requests := seen()
	require.Len(t, requests, 1)
	require.Equal(t, "ecs-cn-hangzhou.aliyuncs.com", requests[0].host)
}
