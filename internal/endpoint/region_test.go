package endpoint_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/endpoint"
)

var regionPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)+$`)

// hostileRegions try to change the host, or to look like a region without being one.
var hostileRegions = []string{
	"x.evil.com/", "x.evil.com#", "x.evil.com?", "a@evil.com", "169.254.169.254/", "169.254.169.254", "cn-hangzhou.evil.com",
	"cn-hangzhou.evil.com/", "cn-hangzhou/", "cn-hangzhou#", "cn-hangzhou?a=b", "cn-hangzhou:80", `cn-hangzhou\`,
	"cn-hangzhou%2f", "cn-hangzhou@evil.com", "..", "cn-..", "cn..hangzhou", ".cn-hangzhou", "cn-hangzhou.", "cn-hangzhou\n",
	"cn-hangzhou\r\nHost: evil.com", "\ncn-hangzhou", "cn-hang zhou", " cn-hangzhou", "cn-hangzhou ", "cn-hangzhou\x00",
	"cn-hang\tzhou", "ｃｎ-hangzhou", "cn-hangzhou。evil", "cn－hangzhou", "cn-hangzhoú", "сn-hangzhou", "cn-\u200bhangzhou",
	"\xff-a", "cn-hangzhou\xff", "CN-HANGZHOU", "cn-Hangzhou", "cn_hangzhou", "*", "cn-*", "[::1]", "localhost", "cn", "c",
	"1cn-hangzhou", "-cn-hangzhou", "cn-hangzhou-", "cn--hangzhou", "-", "--", "a-", "",
}

func TestCheckRegion(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		region, want string
	}{
		{"cn-hangzhou", ""},
		{"cn-shanghai-finance-1", ""},
		{"a-b", ""},
		{"a1-1", ""},
		{"zz-new-region-99", ""},
		{"a-" + strings.Repeat("b", 62), ""},
		{"", "is empty"},
		{"a-" + strings.Repeat("b", 63), "is longer than 64 bytes"},
		{"1a-b", "does not start with a letter from a to z"},
		{"Cn-b", "does not start with a letter from a to z"},
		{"cn-Hangzhou", "holds something other than a-z, 0-9 and hyphens"},
		{"cn-hangzhou-", "ends with a hyphen"},
		{"cn--hangzhou", "holds two hyphens in a row"},
		{"hangzhou", "has no hyphen"},
	} {
		t.Run(row.region, func(t *testing.T) {
			t.Parallel()
			err := endpoint.CheckRegion(row.region)
			if row.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, row.want+"; a region looks like cn-hangzhou")
		})
	}
}

func TestHostileRegions(t *testing.T) {
	t.Parallel()
	for _, region := range hostileRegions {
		require.Error(t, endpoint.CheckRegion(region), "%q", region)
		for _, vpc := range []bool{false, true} {
			host, err := endpoint.Host("tag", region, vpc)
			require.Error(t, err, "%q", region)
			require.Empty(t, host)
		}
	}
}

// Not parallel: AllocsPerRun counts the whole program's allocations.
func TestCheckRegionDoesNotAllocate(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_ = endpoint.CheckRegion("cn-shanghai-finance-1")
	}))
}

func FuzzCheckRegion(f *testing.F) {
	for _, region := range hostileRegions {
		f.Add(region)
	}
	f.Add("cn-hangzhou")
	f.Add("a-" + strings.Repeat("b", 62))
	f.Fuzz(func(t *testing.T, region string) {
		err := endpoint.CheckRegion(region)
		require.Equal(t, regionPattern.MatchString(region) && len(region) <= endpoint.MaxRegionLength, err == nil)
		for _, product := range []string{"tag", "ecs", "vpcipam", "resourcesharing"} {
			host, hostErr := endpoint.Host(product, region, false)
			require.Equal(t, err, hostErr)
			if err == nil {
				require.True(t, strings.HasSuffix(host, ".aliyuncs.com"))
				requireURLOfHost(t, endpoint.Target{Scheme: "https", Host: host})
			}
		}
	})
}
