package untagtest_test

import "testing"

func TestUntagECS(t *testing.T) {
	t.Parallel()
	testUntag(t, ecs, []untagRow{
		{"good", good[ecs], 200, ""},
		{"most", list(with(good[ecs], "ResourceId.50", "i-1", "ResourceId.2", "i-1"), "TagKey", "k%d", 20), 200, ""},
		{"no region", with(good[ecs], "RegionId", "-"), 404, "MissingParameter.RegionId"},
		{"unknown region", with(good[ecs], "RegionId", "cn-nowhere"), 404, "InvalidRegionId.NotFound"},
		{"no type", with(good[ecs], "ResourceType", "-"), 404, "MissingParameter.ResourceType"},
		{"unknown type", with(good[ecs], "ResourceType", "spaceship"), 404, "InvalidResourceType.NotFound"},
		{"type in capitals", with(good[ecs], "ResourceType", "Instance"), 404, "InvalidResourceType.NotFound"},
		{"no resources", with(good[ecs], "ResourceId.1", "-"), 400, "MissingParameter"},
		{"51 resources", list(good[ecs], "ResourceId", "i-%d", 51), 400, "NumberExceed.ResourceIds"},
		{"neither keys nor All", with(good[ecs], "TagKey.1", "-"), 404, "MissingParameter.Tags"},
		{"All false", with(good[ecs], "TagKey.1", "-", "All", "false"), 404, "MissingParameter.Tags"},
		{"All false with keys", with(good[ecs], "All", "False"), 200, ""},
		{"All", with(good[ecs], "TagKey.1", "-", "All", "true"), 200, ""},
		{"All with keys", with(good[ecs], "All", "true"), 403, "Param.Conflict"},
		{"All that is none", with(good[ecs], "All", "1"), 400, "InvalidParameter"},
		{"21 keys", list(good[ecs], "TagKey", "k%d", 21), 400, "NumberExceed.Tags"},
		{"duplicate key", with(good[ecs], "TagKey.2", "env"), 400, "Duplicate.TagKey"},
		{"empty key", with(good[ecs], "TagKey.1", ""), 200, ""},
		{"128 characters", with(good[ecs], "TagKey.1", long(128)), 200, ""},
		{"129 characters", with(good[ecs], "TagKey.1", long(129)), 400, "InvalidTagKey.Malformed"},
		{"aliyun key", with(good[ecs], "TagKey.1", "aliyun-x"), 400, "InvalidTagKey.Malformed"},
		{"acs: key", with(good[ecs], "TagKey.1", "acs:x"), 400, "InvalidTagKey.Malformed"},
		{"http:// key", with(good[ecs], "TagKey.1", "xhttp://"), 400, "InvalidTagKey.Malformed"},
		{"https:// key", with(good[ecs], "TagKey.1", "xhttps://"), 400, "InvalidTagKey.Malformed"},
		{"dead resource", with(good[ecs], "ResourceId.2", "i-dead"), 404, "InvalidResourceId.NotFound"},
		{"empty ID", with(good[ecs], "ResourceId.2", ""), 404, "InvalidResourceId.NotFound"},
		{"number with a zero", with(good[ecs], "ResourceId.01", "x"), 400, "InvalidParameter"},
		{"number too long", with(good[ecs], "ResourceId.12345678", "x"), 400, "InvalidParameter"},
		{"number that is none", with(good[ecs], "TagKey.1a", "x"), 400, flat},
	})
}
