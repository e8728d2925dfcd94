package untagtest_test

import "testing"

func TestUntagVPCIPAM(t *testing.T) {
	t.Parallel()
	testUntag(t, vpc, []untagRow{
		{"good", good[vpc], 200, ""},
		{"no region", with(good[vpc], "RegionId", ""), 400, "MissingRegionId"},
		{"no type", with(good[vpc], "ResourceType", "-"), 400, "MissingParameter.ResourceType"},
		{"unknown type", with(good[vpc], "ResourceType", "ipam"), 400, "IllegalParam.ResourceType"},
		{"no resources", with(good[vpc], "ResourceId.1", "-"), 400, "MissingParameter.ResourceIds"},
		{"21 resources", list(good[vpc], "ResourceId", "ipam-%d", 21), 400, "IllegalParamSize.ResourceIds"},
		{"neither keys nor All", with(good[vpc], "TagKey.1", "-"), 400, "MissingParameter.Tags"},
		{"All with keys", with(good[vpc], "All", "true"), 200, ""},
		{"21 keys", list(good[vpc], "TagKey", "k%d", 21), 400, "IllegalParamSize.Tags"},
		{"duplicate key", with(good[vpc], "TagKey.2", "env"), 400, "DuplicatedParam.TagKey"},
		{"empty key", with(good[vpc], "TagKey.1", ""), 200, ""},
		{"64 characters", with(good[vpc], "TagKey.1", long(64)), 200, ""},
		{"65 characters", with(good[vpc], "TagKey.1", long(65)), 400, "IllegalParam.TagKey"},
		{"all characters", with(good[vpc], "TagKey.1", "aZ09._-键"), 200, ""},
		{"first a digit", with(good[vpc], "TagKey.1", "1a"), 400, "IllegalParam.TagKey"},
		{"a space", with(good[vpc], "TagKey.1", "a b"), 400, "IllegalParam.TagKey"},
		{"aliyun key", with(good[vpc], "TagKey.1", "aliyun.x"), 400, "IllegalParam.TagKey"},
		{"acs: key", with(good[vpc], "TagKey.1", "acs:x"), 400, "IllegalParam.TagKey"},
		{"dead IPAM", with(good[vpc], "ResourceId.2", "ipam-dead"), 400, "ResourceNotFound.Ipam"},
		{"dead scope", with(good[vpc], "ResourceType", "IPAMSCOPE"), 400, "ResourceNotFound.IpamScope"},
		{"dead pool", with(good[vpc], "ResourceType", "IPAMPOOL"), 404, "ResourceNotFound.IpamPool"},
	})
}
