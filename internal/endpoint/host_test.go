package endpoint_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/endpoint"
)

// Every host that the vendor lists; see testdata/README.md.
func TestHostOfEveryListedRegion(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/endpoints.json")
	require.NoError(t, err)
	var products map[string]struct {
		Public, VPC map[string]string
	}
	require.NoError(t, json.Unmarshal(data, &products))
	require.Len(t, products, 4)

	count := 0
	for product, networks := range products {
		for i, hosts := range []map[string]string{networks.Public, networks.VPC} {
			for region, want := range hosts {
				host, err := endpoint.Host(product, region, i == 1)
				require.NoError(t, err, "%s %s", product, region)
				require.Equal(t, want, host, "%s %s", product, region)
				count++
			}
		}
	}
	require.Equal(t, 34+30+43+40+33+26+26, count)
}

func TestHost(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		product, region string
		vpc             bool
		want            string
	}{
		{"tag", "us-west-1", false, "tag.us-east-1.aliyuncs.com"},
		{"tag", "us-west-1", true, "tag-vpc.us-west-1.aliyuncs.com"},
		{"tag", "cn-hangzhou", false, "tag.cn-hangzhou.aliyuncs.com"},
		{"tag", "cn-hangzhou-finance", false, "tag.cn-hangzhou.aliyuncs.com"},
		{"tag", "cn-shanghai-finance-1", false, "tag.aliyuncs.com"},
		{"ecs", "cn-hangzhou", false, "ecs-cn-hangzhou.aliyuncs.com"},
		{"ecs", "cn-hangzhou", true, "ecs-vpc.cn-hangzhou.aliyuncs.com"},
		{"ecs", "cn-hangzhou-finance", false, "ecs.aliyuncs.com"},
		{"ecs", "cn-north-2-gov-1", false, "ecs.aliyuncs.com"},
		{"ecs", "cn-shanghai-finance-1", false, "ecs-cn-hangzhou.aliyuncs.com"},
		{"ecs", "cn-shenzhen-finance-1", false, "ecs-cn-hangzhou.aliyuncs.com"},
		{"vpcipam", "cn-hangzhou", false, "vpcipam.cn-hangzhou.aliyuncs.com"},
		{"resourcesharing", "cn-hangzhou", true, "resourcesharing-vpc.cn-hangzhou.aliyuncs.com"},
		{"sts", "", false, "sts.aliyuncs.com"},
		{"sts", "cn-shanghai", false, "sts.aliyuncs.com"},
		{"sts", "cn-shanghai", true, "sts-vpc.cn-shanghai.aliyuncs.com"},
		{"ecs", "zz-new-1", false, "ecs.zz-new-1.aliyuncs.com"},
		{"ecs", "zz-new-1", true, "ecs-vpc.zz-new-1.aliyuncs.com"},
	} {
		host, err := endpoint.Host(row.product, row.region, row.vpc)
		require.NoError(t, err)
		require.Equal(t, row.want, host)
	}
}

func TestVPCIPAMHasNoVPCHost(t *testing.T) {
	t.Parallel()
	_, err := endpoint.Host("vpcipam", "cn-hangzhou", true)
	require.EqualError(t, err, "the service has no endpoint inside a VPC network: use the public network or set an endpoint")
	_, err = endpoint.Host("vpcipam", "nowhere", true)
	require.ErrorContains(t, err, "a region looks like", "the region's mistake comes first")
}

func TestCentralProducts(t *testing.T) {
	t.Parallel()
	require.True(t, endpoint.IsCentral("sts"))
	require.False(t, endpoint.IsCentral("tag"))
	_, err := endpoint.Host("sts", "", true)
	require.EqualError(t, err, "is empty, and inside a VPC network the endpoint depends on it")
	_, err = endpoint.Host("sts", "no where", false)
	require.ErrorContains(t, err, "a region looks like")
	_, err = endpoint.Host("tag", "", false)
	require.ErrorContains(t, err, "is empty")
}
