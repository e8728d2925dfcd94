package untagtest

import "github.com/untag-go/untag"

// Tag is Tag 2018-08-28, which knows the resources of all products by their ARNs.
const Tag Service = untag.ServiceTag

// The limits of the Tag document.
const (
	tagMaxResources = 50
	tagMaxTags      = 10
	tagPage         = 50
	tagMaxPage      = 1000
	tagMaxRules     = 100
)

const (
	tagRegions = " ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6" +
		" ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-heyuan" +
		" cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1" +
		" cn-wulanchabu cn-zhangjiakou cn-zhengzhou-jva eu-central-1 eu-west-1 me-central-1 me-east-1 us-east-1 us-west-1 "
	tagInnerRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-beijing" +
		" cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-nanjing cn-qingdao" +
		" cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1" +
		" me-central-1 me-east-1 us-east-1 us-west-1 "
)

func init() {
	register(&table{
		name: Tag, product: "Tag", version: "2018-08-28", noRegion: noRegion,
		hosts: []hosts{{"tag", tagRegions}, {"tag-vpc", tagInnerRegions}},
		irregular: map[string][]string{
			"tag": nil, "tag.us-east-1": {"us-east-1", "us-west-1"}, "tag.cn-hangzhou": {"cn-hangzhou", "cn-hangzhou-finance"},
		},
		moved: " tag.us-west-1 tag.cn-hangzhou-finance tag.cn-shanghai-finance-1 ",
		actions: map[string]operation{
			"UntagResources":              {run: (*Cloud).untagARNs},
			"TagResources":                {run: (*Cloud).tagARNs},
			"ListTagResources":            {run: (*Cloud).listARNs},
			"ListTagKeys":                 {run: (*Cloud).listTagKeys},
			"ListTagValues":               {run: (*Cloud).listTagValues},
			"ListSupportResourceTypes":    {run: (*Cloud).listSupportResourceTypes, anywhere: true},
			"DescribeRegions":             {run: (*Cloud).describeRegions, anywhere: true},
			"ListAssociatedResourceRules": {run: (*Cloud).listAssociatedResourceRules},
		},
	})
}
