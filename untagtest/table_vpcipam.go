package untagtest

import (
	"strings"
	"unicode"

	"github.com/untag-go/untag"
)

// VPCIPAM is VpcIpam 2023-02-28.
const VPCIPAM Service = untag.ServiceVPCIPAM

const ipamRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7" +
	" cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-heyuan cn-hongkong" +
	" cn-huhehaote cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr" +
	" cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 me-east-1 us-east-1 us-west-1 "

// The codes of the VPC IPAM document on UntagResources. Those of its two siblings are documented nowhere and taken to be
// of the same family. That document does not say what All beside keys means: here it removes all tags. The document
// names its resources acs:vpc:…:ipam/… in its table of permissions, so ARNs may do so too.
func init() {
	register(&table{
		name: VPCIPAM, product: "VpcIpam", version: "2023-02-28", noRegion: noRegion,
		hosts: []hosts{{"vpcipam", ipamRegions}},
		types: " IPAM IPAMSCOPE IPAMPOOL IPAMRESOURCEDISCOVERY ", // the last by the vendor's own tools
		alias: "vpc",
		actions: byID{
			key: ipamKey, maxKey: ipamMaxKey,
			value:  func(s string) bool { return plainText(s) && !hasURL(s) },
			untags: bounds{20, 20, ipamNoTags, ipamManyTags},
			tags:   bounds{20, 20, ipamNoTags, ipamManyTags},
			lists:  bounds{50, 20, ipamNoTags, ipamManyTags},
			page:   10, maxPage: 50, flat: true,
			noType:    refusal{400, "MissingParameter.ResourceType", "The input parameter ResourceType that is mandatory for processing this request is not supplied."},
			badType:   refusal{400, "IllegalParam.ResourceType", "The input parameter ResourceType is invalid."},
			noIDs:     refusal{400, "MissingParameter.ResourceIds", "The input parameter ResourceIds that is mandatory for processing this request is not supplied."},
			manyIDs:   refusal{400, "IllegalParamSize.ResourceIds", "The number of Param ResourceIds exceeded the limit."},
			duplicate: refusal{400, "DuplicatedParam.TagKey", "The input parameter TagKey is duplicated."},
			badKey:    refusal{400, "IllegalParam.TagKey", "The input parameter TagKey is invalid."},
			badValue:  refusal{400, "IllegalParam.TagValue", "The input parameter TagValue is invalid."},
			loneValue: refusal{400, "IllegalParam.TagValue", "The input parameter TagValue is invalid."},
			badPage:   refusal{400, "IllegalParam.MaxResults", "The input parameter MaxResults is invalid."},
			badToken:  refusal{400, "IllegalParam.NextToken", "The input parameter NextToken is invalid."},
			tagLimit:  refusal{400, "QuotaExceed.Tags", "The number of tags on the resource exceeds the limit."},
			dead:      func(kind string) *refusal { return ipamDead[kind] },
		}.actions(),
	})
}

const ipamMaxKey = 64

var (
	ipamNoTags   = refusal{400, "MissingParameter.Tags", "The input parameter Tags that is mandatory for processing this request is not supplied."}
	ipamManyTags = refusal{400, "IllegalParamSize.Tags", "The number of Parameter Tags exceeded the limit."}
	ipamDead     = map[string]*refusal{
		"IPAM":                  {400, "ResourceNotFound.Ipam", "The specified resource of ipam is not found."},
		"IPAMSCOPE":             {400, "ResourceNotFound.IpamScope", "The specified resource of IPAM scope is not found."},
		"IPAMPOOL":              {404, "ResourceNotFound.IpamPool", "The dependent IPAM pool is not found."},
		"IPAMRESOURCEDISCOVERY": {400, "ResourceNotFound.IpamResourceDiscovery", "The specified resource of IPAM resource discovery is not found."},
	}
)

// ipamKey: empty, or up to 64 letters, digits, ".", "_" and "-", of which the first is a letter. The Chinese page lets it be
// a Chinese character as well, so Chinese characters are letters here. The characters rule out acs: and http:// too.
func ipamKey(key string) bool {
	if !within(key, ipamMaxKey) || strings.HasPrefix(key, "aliyun") {
		return false
	}
	for i, r := range key {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || unicode.Is(unicode.Han, r)
		if !letter && (i == 0 || !strings.ContainsRune("0123456789._-", r)) {
			return false
		}
	}
	return true
}
