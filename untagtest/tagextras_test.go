package untagtest_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// extra is what the operations of Tag that serve a search answer.
type extra struct {
	NextToken string
	Keys      struct {
		Key []struct{ Key, Category, Description string }
	}
	Values               struct{ Value []string }
	SupportResourceTypes []struct {
		ProductCode, ResourceType, ArnTemplate string
		SupportItems                           []struct {
			SupportCode string
			Support     bool
		}
	}
	Regions struct {
		Region []struct{ RegionID, LocalName, RegionEndpoint string }
	}
	Rules []struct {
		SettingName, Status, ExistingStatus string
		TagKeys                             []string
	}
}

// extras makes a call of one of these operations, in JSON and in XML, and compares the two.
func extras(t testing.TB, cloud *untagtest.Cloud, verb string, pairs ...string) (extra, string) {
	t.Helper()
	c := call{service: tag, verb: verb, params: params(pairs...), base: "https://tag.aliyuncs.com"}
	answer := send(t, cloud, c)
	c.accept = "*/*"
	other := send(t, cloud, c)
	assert.Equal(t, answer.status(), other.status())
	var got, same extra
	if answer.Status == 200 {
		rename := strings.NewReplacer("RegionId>", "RegionID>").Replace
		require.NoError(t, json.Unmarshal([]byte(answer.Text), &got), answer.Text)
		require.NoError(t, xml.Unmarshal([]byte(rename(other.Text)), &same), other.Text)
		assert.Equal(t, fmt.Sprint(got), fmt.Sprint(same), "%s\n%s", answer.Text, other.Text)
		assert.Contains(t, other.Text, "<"+verb+"Response>")
	}
	return got, answer.status()
}

func (e extra) String() string {
	var all []string
	for _, k := range e.Keys.Key {
		all = append(all, k.Key+"="+k.Category)
	}
	all = append(all, e.Values.Value...)
	for _, s := range e.SupportResourceTypes {
		all = append(all, s.ArnTemplate)
		for _, item := range s.SupportItems {
			all = append(all, fmt.Sprintf("%s=%t", item.SupportCode, item.Support))
		}
	}
	for _, r := range e.Regions.Region {
		all = append(all, r.RegionID+"="+r.RegionEndpoint)
	}
	for _, r := range e.Rules {
		all = append(all, fmt.Sprint(r.SettingName, r.TagKeys, r.Status))
	}
	return strings.Join(all, " ")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	rows := []struct {
		verb  string
		pairs []string
		want  string
		code  string
	}{
		{"ListTagKeys", nil, "Env=custom acs:tag:createdby=system env=custom team=custom", "200 "},
		{"ListTagKeys", []string{"Category", "Custom"}, "Env=custom env=custom team=custom", "200 "},
		{"ListTagKeys", []string{"Category", "system"}, "acs:tag:createdby=system", "200 "},
		{"ListTagKeys", []string{"Category", "all", "ResourceType", "ALIYUN::OSS::BUCKET"}, "env=custom team=custom", "200 "},
		{"ListTagKeys", []string{"ResourceType", "ALIYUN::RDS::INSTANCE"}, "", "200 "},
		{"ListTagKeys", []string{"TagFilter.Key", "en"}, "", "200 "},
		{"ListTagKeys", []string{"TagFilter.Key", "env", "FuzzyType", "EQUAL"}, "env=custom", "200 "},
		{"ListTagKeys", []string{"TagFilter.Key", "te", "FuzzyType", "PREFIX"}, "team=custom", "200 "},
		{"ListTagKeys", []string{"QueryType", "MetaTag"}, "", "200 "},
		{"ListTagKeys", []string{"RegionId", "cn-beijing"}, "env=custom", "200 "},
		{"ListTagKeys", []string{"RegionId", "cn-shenzhen"}, "", "200 "},
		{"ListTagKeys", []string{"RegionId", "-"}, "", "400 MissingRegionId"},
		{"ListTagKeys", []string{"Category", "x"}, "", "403 InvalidParameter.Category"},
		{"ListTagKeys", []string{"FuzzyType", "x"}, "", "400 FuzzyQuery.NotSupport"},
		{"ListTagKeys", []string{"QueryType", "x"}, "", "400 InvalidParameter"},
		{"ListTagKeys", []string{"ResourceType", "ecs"}, "", "403 InvalidParameter.ResourceType"},
		{"ListTagKeys", []string{"NextToken", "x"}, "", "403 Invalid.NextToken"},
		{"ListTagKeys", []string{"PageSize", "1001"}, "", "400 InvalidParameter"},
		{"ListTagValues", []string{"Key", "env"}, " a b", "200 "},
		{"ListTagValues", []string{"Key", "env", "ResourceType", "ALIYUN::ECS::DISK"}, "a", "200 "},
		{"ListTagValues", []string{"Key", "env", "TagFilter.Value", "b"}, "b", "200 "},
		{"ListTagValues", []string{"Key", "Env"}, "a", "200 "},
		{"ListTagValues", []string{"Key", "nothing"}, "", "200 "},
		{"ListTagValues", nil, "", "404 MissingParameter.TagKey"},
		{"ListTagValues", []string{"Key", strings.Repeat("k", 129)}, "", "400 InvalidParameter.TagKey"},
		{"ListTagValues", []string{"Key", "env", "NextToken", "x"}, "", "403 Invalid.NextToken"},
		{"ListSupportResourceTypes", []string{"ProductCode", "vpcipam"}, "acs:vpcipam:*:*:ipam/${ResourceId} acs:vpcipam:*:*:ipampool/${ResourceId}" +
			" acs:vpcipam:*:*:ipamresourcediscovery/${ResourceId} acs:vpcipam:*:*:ipamscope/${ResourceId}", "200 "},
		{"ListSupportResourceTypes", []string{"ResourceTye", "bucket", "RegionId", "-"}, "acs:oss:*:*:bucket/${ResourceId}", "200 "},
		{"ListSupportResourceTypes", []string{"SupportCode", "TAG_API_SUPPORT", "ProductCode", "oss"}, "", "200 "},
		{"ListSupportResourceTypes", []string{"SupportCode", "TAG_BILL_SUPPORT"}, "", "200 "},
		{"ListSupportResourceTypes", []string{"SupportCode", "x"}, "", "403 InvalidParameter.SupportCode"},
		{"ListSupportResourceTypes", []string{"MaxResult", "1001"}, "", "400 InvalidParameter"},
		{"ListAssociatedResourceRules", nil, "", "200 "},
		{"ListAssociatedResourceRules", []string{"MaxResult", "101"}, "", "400 InvalidParameter"},
		{"DescribeRegions", []string{"RegionId", "cn-nowhere"}, "", "404 InvalidRegionId.NotFound"},
	}
	cloud := listed()
	for _, row := range rows {
		got, status := extras(t, cloud, row.verb, row.pairs...)
		assert.Equal(t, row.code, status, "%s %q", row.verb, row.pairs)
		assert.Equal(t, row.want, got.String(), "%s %q", row.verb, row.pairs)
	}
}

// TestSearchPages goes through the pages of each operation: together they are the one page.
func TestSearchPages(t *testing.T) {
	t.Parallel()
	cloud := listed()
	for _, kind := range []string{"disk", "eni"} {
		cloud.Inherit(untagtest.Inheritance{Parent: instance, Children: []untagtest.Resource{{Product: "ecs", Type: kind, ID: "x"}}, Keys: []string{"b", "a"}})
	}
	for verb, pairs := range map[string][]string{
		"ListTagKeys": {"PageSize", "1"}, "ListTagValues": {"PageSize", "1", "Key", "env"},
		"ListSupportResourceTypes": {"MaxResult", "7"}, "ListAssociatedResourceRules": {"MaxResult", "1"},
	} {
		whole, _ := extras(t, cloud, verb, append(pairs, "PageSize", "100", "MaxResult", "100")...)
		require.NotEmpty(t, whole.String(), verb)
		assert.Empty(t, whole.NextToken)
		var all []string
		token := ""
		for range 100 {
			got, status := extras(t, cloud, verb, append(pairs, "NextToken", token)...)
			require.Equal(t, "200 ", status, verb)
			all = append(all, got.String())
			if token = got.NextToken; token == "" {
				break
			}
		}
		assert.Greater(t, len(all), 1, verb)
		assert.Equal(t, whole.String(), strings.Join(all, " "), verb)
	}
	rules, _ := extras(t, cloud, "ListAssociatedResourceRules")
	assert.Equal(t, "rule:TagResource:Ecs-Instance:Ecs-Disk[a b]Enable rule:TagResource:Ecs-Instance:Ecs-Eni[a b]Enable", rules.String())
}

func TestSupport(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.ListOnly("oss", "bucket")
	can := func(pairs ...string) string {
		got, status := extras(t, cloud, "ListSupportResourceTypes", append(pairs, "MaxResult", "1000")...)
		require.Equal(t, "200 ", status)
		return got.String()
	}
	assert.Equal(t, "acs:oss:*:*:bucket/${ResourceId}", can("ProductCode", "oss"))
	assert.Empty(t, can("ProductCode", "oss", "SupportCode", "TAG_CONSOLE_SUPPORT"))
	assert.NotContains(t, can("SupportCode", "TAG_CONSOLE_SUPPORT"), "managedinstance")
	assert.Contains(t, can(), "managedinstance")
	assert.Contains(t, can("ProductCode", "ecs", "ResourceTye", "instance", "ShowItems", "true"), "TAG_API_SUPPORT=true TAG_BILL_SUPPORT=false TAG_CONSOLE_SUPPORT=true")
	bucket := params("ResourceARN.1", "arn:acs:oss:*:*:bucket/b-1", "TagKey.1", "env")
	assert.Equal(t, "400 InvalidParameter.ResourceType", send(t, cloud, call{service: tag, params: bucket}).status())
	assert.Equal(t, "200 ", send(t, cloud, call{service: tag, verb: "ListTagResources", params: bucket}).status())
}

func TestDescribeRegions(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	got, status := extras(t, cloud, "DescribeRegions", "RegionId", "-")
	require.Equal(t, "200 ", status)
	require.Len(t, got.Regions.Region, 34)
	text := got.String()
	for _, want := range []string{
		"cn-hangzhou=tag.cn-hangzhou.aliyuncs.com", "us-west-1=tag.us-east-1.aliyuncs.com", "cn-shanghai-finance-1=tag.aliyuncs.com",
		"cn-hangzhou-finance=tag.cn-hangzhou.aliyuncs.com", "cn-beijing=tag.cn-beijing.aliyuncs.com",
	} {
		assert.Contains(t, text, want)
	}
	cloud.Put(untagtest.Resource{Product: "oss", Region: "xx-new-1", Type: "bucket", ID: "b"})
	got, _ = extras(t, cloud, "DescribeRegions")
	assert.Contains(t, got.String(), "xx-new-1=tag.xx-new-1.aliyuncs.com")
}

func TestUnusedValuesStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := listed()
		cloud.Choose(untagtest.Choices{UnusedValuesStay: time.Hour})
		values := func() string {
			got, _ := extras(t, cloud, "ListTagValues", "Key", "team")
			return got.String()
		}
		for _, arn := range []string{"arn:acs:ecs:*:*:instance/i-1", "arn:acs:vpcipam:*:*:ipam/ipam-1", "arn:acs:resourcesharing:*:*:resourceshare/rs-1", "arn:acs:oss:*:*:bucket/b-1"} {
			require.Empty(t, send(t, cloud, call{service: tag, params: params("ResourceARN.1", arn, "TagKey.1", "team")}).failed())
		}
		assert.Equal(t, "x", values())
		keys, _ := extras(t, cloud, "ListTagKeys", "TagFilter.Key", "team")
		assert.Equal(t, "team=custom", keys.String())
		rows, _ := send(t, cloud, call{service: tag, verb: "ListTagResources", params: params("Tags", `{"team":"x"}`)}).rows(t)
		assert.Empty(t, rows)
		time.Sleep(time.Hour)
		assert.Empty(t, values())
		keys, _ = extras(t, cloud, "ListTagKeys", "TagFilter.Key", "team")
		assert.Empty(t, keys.String())
	})
}
