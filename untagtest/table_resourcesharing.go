package untagtest

import (
	"strings"

	"github.com/untag-go/untag"
)

// ResourceSharing is ResourceSharing 2020-01-10. It is HTTPS only.
const ResourceSharing Service = untag.ServiceResourceSharing

const (
	shareType    = "ResourceShare"
	shareRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-beijing" +
		" cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-qingdao cn-shanghai cn-shenzhen" +
		" cn-wuhan-lr cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 us-east-1 us-west-1 "
)

// The codes of the three documents of Resource Sharing. They do not say what All beside keys means: here it removes all
// tags. TagResources has no code for too many tags, a bad key or a bad value: those of the other two are taken.
func init() {
	register(&table{
		name: ResourceSharing, product: "ResourceSharing", version: "2020-01-10", noRegion: noRegion, tls: true,
		hosts: []hosts{{"resourcesharing", shareRegions}, {"resourcesharing-vpc", shareRegions}},
		types: " " + shareType + " ",
		actions: byID{
			key: plainText, maxKey: maxTextLength,
			writes: func(key string) bool { return !reserved(key) && !hasURL(key) },
			value:  func(s string) bool { return plainText(s) && !strings.HasPrefix(s, "acs:") && !hasURL(s) },
			empty:  func(c Choices) bool { return !c.ResourceSharingRefusesEmptyValues },
			untags: bounds{
				20, 20,
				refusal{400, "MissingParameter.TagKeysOrDeleteAll", "You must specify TagKeys or DeleteAll."},
				refusal{400, "NumberExceed.TagKeys", "The maximum number of TagKeys is exceeded."},
			},
			tags: bounds{
				20, 20,
				refusal{400, "MissingParameter.Tags", "You must specify Tags."},
				refusal{400, "NumberExceed.Tags", "The maximum number of Tags is exceeded."},
			},
			lists: bounds{
				20, 20,
				refusal{400, "MissingParameter.ResourceIdOrTag", "You must specify ResourceId or Tag."},
				refusal{400, "NumberExceed.Tags", "The maximum number of Tags is exceeded."},
			},
			page: 50, refuseDead: func(c Choices) bool { return c.RefuseDeadIDs },
			noType:    refusal{400, "MissingParameter.ResourceType", "You must specify ResourceType."},
			badType:   refusal{400, "InvalidParameter.ResourceType", "The ResourceType parameter is invalid."},
			noIDs:     refusal{400, "MissingParameter.ResourceIds", "You must specify ResourceIds."},
			manyIDs:   refusal{400, "NumberExceed.ResourceIds", "The maximum number of ResourceIds is exceeded."},
			duplicate: refusal{400, "Duplicate.TagKey", "The TagKey contains duplicate keys."},
			badKey:    refusal{400, "InvalidParameter.TagKey", "The TagKey parameter is invalid."},
			badValue:  refusal{400, "InvalidParameter.TagValue", "The TagValue parameter is invalid."},
			loneValue: refusal{400, "MissingParameter.TagKey", "You must specify TagKey."},
			badToken:  refusal{400, "InvalidParameter.NextToken", "The NextToken parameter is invalid."},
			tagLimit:  refusal{400, "QuotaExceed.TagsPerResource", "The maximum number of tags for each resource is exceeded."},
			dead:      func(string) *refusal { return &shareDead },
		}.actions(),
	})
}

var shareDead = refusal{400, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records."}
