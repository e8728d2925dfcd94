package untagtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUntagResourceSharing(t *testing.T) {
	t.Parallel()
	testUntag(t, rs, []untagRow{
		{"good", good[rs], 200, ""},
		{"no region", with(good[rs], "RegionId", "-"), 400, "MissingRegionId"},
		{"no type", with(good[rs], "ResourceType", "-"), 400, "MissingParameter.ResourceType"},
		{"unknown type", with(good[rs], "ResourceType", "resourceshare"), 400, "InvalidParameter.ResourceType"},
		{"no resources", with(good[rs], "ResourceId.1", "-"), 400, "MissingParameter.ResourceIds"},
		{"21 resources", list(good[rs], "ResourceId", "rs-%d", 21), 400, "NumberExceed.ResourceIds"},
		{"neither keys nor All", with(good[rs], "TagKey.1", "-"), 400, "MissingParameter.TagKeysOrDeleteAll"},
		{"All", with(good[rs], "TagKey.1", "-", "All", "TRUE"), 200, ""},
		{"21 keys", list(good[rs], "TagKey", "k%d", 21), 400, "NumberExceed.TagKeys"},
		{"duplicate key", with(good[rs], "TagKey.2", "env"), 400, "Duplicate.TagKey"},
		{"129 characters", with(good[rs], "TagKey.1", long(129)), 400, "InvalidParameter.TagKey"},
		{"dead resource", with(good[rs], "ResourceId.2", "rs-dead"), 400, "InvalidResourceId.NotFound"},
		{"array malformed", with(good[rs], "ResourceId.", "rs-dead"), 400, "InvalidParameter"},
	})
}

func TestResourceSharingNeedsTLS(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	answer := send(t, cloud, call{service: rs, params: good[rs], base: "http://" + hosts[rs]})
	assert.Equal(t, "InvalidProtocol.NeedSsl", answer.Code)
	assert.Empty(t, send(t, cloud, call{service: vpc, params: good[vpc], base: "http://" + hosts[vpc]}).Code)
}
