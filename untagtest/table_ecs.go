package untagtest

import "github.com/untag-go/untag"

// ECS is Ecs 2014-05-26.
const ECS Service = untag.ServiceECS

const (
	ecsRegions = " ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6" +
		" ap-southeast-7 ap-southeast-8 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou" +
		" cn-hangzhou-finance cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 cn-qingdao cn-shanghai" +
		" cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-wulanchabu-gic-1 cn-zhangjiakou" +
		" cn-zhengzhou-jva cn-zhongwei eu-central-1 eu-west-1 eu-west-2 me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1" +
		" us-west-1 "
	ecsInnerRegions = " ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6" +
		" ap-southeast-7 ap-southeast-8 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan" +
		" cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 cn-qingdao cn-shanghai cn-shanghai-finance-1" +
		" cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou cn-zhengzhou-jva cn-zhongwei eu-central-1" +
		" eu-west-1 me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1 us-west-1 "
)

// The codes of ECS: one table for its three operations. It has none for a call without resources: that is the general
// MissingParameter.
func init() {
	register(&table{
		name: ECS, product: "Ecs", version: "2014-05-26",
		noRegion: refusal{404, "MissingParameter.RegionId", "The parameter - RegionId should not be null"},
		hosts:    []hosts{{"ecs", ecsRegions}, {"ecs-vpc", ecsInnerRegions}},
		irregular: map[string][]string{
			"ecs": nil, "ecs-cn-hangzhou": {"cn-hangzhou", "cn-shanghai-finance-1", "cn-shenzhen-finance-1"},
		},
		moved: " ecs.cn-hangzhou ecs.cn-hangzhou-finance ecs.cn-north-2-gov-1 ecs.cn-shanghai-finance-1 ecs.cn-shenzhen-finance-1 ",
		// Ten types of the document at hand, seven of later editions, and those that the vendor's own tools untag.
		types: " instance disk snapshot image securitygroup volume eni ddh ddhcluster keypair launchtemplate reservedinstance" +
			" snapshotpolicy elasticityassurance ELASTICITYASSURANCE capacityreservation command invocation imagecomponent snapshotgroup ",
		lists: " activation managedinstance ",
		open:  true,
		actions: byID{
			key: ecsKey, maxKey: maxTextLength,
			value:   func(s string) bool { return plainText(s) && !hasURL(s) },
			untags:  bounds{50, 20, ecsNoTags, ecsManyTags},
			tags:    bounds{50, 20, ecsNoTags, ecsManyTags},
			lists:   bounds{50, 20, ecsNoTags, ecsManyTags},
			invited: "TagFilter.", // and this account is not, by choice
			page:    1000, unfiltered: func(c Choices) bool { return c.ListWithoutFilter }, refuseDead: func(c Choices) bool { return c.RefuseDeadIDs },
			noType:    refusal{404, "MissingParameter.ResourceType", "The parameter - ResourceType should not be null"},
			badType:   refusal{404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records."},
			noIDs:     refusal{400, "MissingParameter", `The input parameter "ResourceId" that is mandatory for processing this request is not supplied.`},
			manyIDs:   refusal{400, "NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50"},
			duplicate: refusal{400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key."},
			badKey:    refusal{400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid."},
			badValue:  refusal{400, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid."},
			loneValue: refusal{400, "InvalidParameter.TagValue", "The Tag.n.Value is given without a Tag.n.Key."},
			badToken:  refusal{400, "InvalidParameter", `The specified parameter "NextToken" is not valid.`}, // by choice: its table has none
			tagLimit:  refusal{403, "QuotaExceed.Tags", "The number of tags on the resource exceeds the limit."},
			conflict:  &refusal{403, "Param.Conflict", "The parameters All and TagKey.N conflict."},
			dead:      func(string) *refusal { return &dead },
		}.actions(),
	})
}

var (
	ecsNoTags   = refusal{404, "MissingParameter.Tags", "The parameter - Tags should not be null"}
	ecsManyTags = refusal{400, "NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20"}
)

// ecsKey: "It can be an empty string, has up to 128 characters, does not start with aliyun or acs:, and does not contain
// http:// or https://." That is a key to remove; one to write is not empty either.
func ecsKey(key string) bool { return within(key, maxTextLength) && !reserved(key) && !hasURL(key) }
