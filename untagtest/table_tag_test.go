package untagtest_test

import "testing"

func TestUntagTag(t *testing.T) {
	t.Parallel()
	testUntag(t, tag, []untagRow{
		{"good", good[tag], 200, ""},
		{"most", list(list(good[tag], "ResourceARN", "arn:acs:oss:*:*:bucket/b%d", 50), "TagKey", "k%d", 10), 200, ""},
		{"no region", with(good[tag], "RegionId", "-"), 400, "MissingRegionId"},
		{"unknown region", with(good[tag], "RegionId", "cn-nowhere"), 404, "InvalidRegionId.NotFound"},
		{"two regions", with(good[tag], "RegionId", "cn-hangzhou cn-heyuan"), 404, "InvalidRegionId.NotFound"},
		{"region of another endpoint", with(good[tag], "RegionId", "cn-beijing"), 400, "InvalidOperation.NotSupportedEndpoint"},
		{"no resources", with(good[tag], "ResourceARN.1", "-"), 403, "MissingParameter.ResourceIds"},
		{"51 resources", list(good[tag], "ResourceARN", "arn:acs:oss:*:*:bucket/b%d", 51), 403, "NumberExceed.ResourceIds"},
		{"no keys", with(good[tag], "TagKey.1", "-"), 404, "MissingParameter.TagKey"},
		{"11 keys", list(good[tag], "TagKey", "k%d", 11), 403, "NumberExceed.Tags"},
		{"duplicate key", with(good[tag], "TagKey.2", "env"), 403, "Duplicate.TagKey"},
		{"128 characters", with(good[tag], "TagKey.1", long(128)), 200, ""},
		{"129 characters", with(good[tag], "TagKey.1", long(129)), 400, "InvalidParameter.TagKey"},
		{"key not UTF-8", with(good[tag], "TagKey.1", "\xff"), 400, "InvalidParameter.TagKey"},
		{"key with a line end", with(good[tag], "TagKey.1", "a\nb"), 400, "InvalidParameter.TagKey"},
		{"system key", with(good[tag], "TagKey.1", "acs:rm"), 403, "NoPermission.SystemTag"},
		{"empty key", with(good[tag], "TagKey.1", ""), 200, ""},
		{"All does not exist", with(good[tag], "TagKey.1", "-", "All", "true"), 404, "MissingParameter.TagKey"},
		{"no ARN", arn("i-1"), 400, "InvalidResourceARN.FormatError"},
		{"five parts", arn("arn:acs:ecs:cn-hangzhou:instance/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"no type", arn("arn:acs:ecs:cn-hangzhou:*:/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"no ID", arn("arn:acs:ecs:cn-hangzhou:*:instance/"), 400, "InvalidResourceARN.FormatError"},
		{"aws", arn("arn:aws:ecs:cn-hangzhou:*:instance/i-1"), 400, "InvalidResourceARN.FormatError"},
		{"empty ARN", arn(""), 400, "InvalidResourceARN.FormatError"},
		{"ARN of another region", arn("arn:acs:ecs:cn-beijing:*:instance/i-1"), 400, "InvalidResourceARN.Region"},
		{"ARN of another account", arn("arn:acs:ecs:*:42:instance/i-1"), 400, "InvalidResourceARN.Account"},
		{"ARN of this account", arn(instance.ARN()), 200, ""},
		{"ARN without region and account", arn("arn:acs:ecs:::instance/i-1"), 200, ""},
		{"no product", arn("arn:acs::*:*:instance/i-1"), 403, "Missing.ServiceCode"},
		{"product that is none", arn("arn:acs:E C S:*:*:instance/i-1"), 400, "InvalidParameter.ServiceCode"},
		{"type that is none", arn("arn:acs:ecs:*:*:spaceship/i-1"), 400, "InvalidParameter.ResourceType"},
		{"IPAM type that is none", arn("arn:acs:vpcipam:*:*:vpc/i-1"), 400, "InvalidParameter.ResourceType"},
		{"share type that is none", arn("arn:acs:resourcesharing:*:*:vpc/i-1"), 400, "InvalidParameter.ResourceType"},
		{"number zero", with(good[tag], "ResourceARN.0", "x"), 400, "InvalidParameter"},
		{"JSON keys", with(good[tag], "TagKey", `["a"]`), 400, flat},
	})
}
