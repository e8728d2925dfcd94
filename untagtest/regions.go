package untagtest

import (
	"net"
	"strings"
)

// The regions with an endpoint, by the documents and metadata of August 2026. Each word is a region.
const (
	tagRegions = " ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6" +
		" ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-heyuan" +
		" cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1" +
		" cn-wulanchabu cn-zhangjiakou cn-zhengzhou-jva eu-central-1 eu-west-1 me-central-1 me-east-1 us-east-1 us-west-1 "
	tagInnerRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-beijing" +
		" cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-nanjing cn-qingdao" +
		" cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1" +
		" me-central-1 me-east-1 us-east-1 us-west-1 "
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
	ipamRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7" +
		" cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-heyuan cn-hongkong" +
		" cn-huhehaote cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr" +
		" cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 me-east-1 us-east-1 us-west-1 "
	shareRegions = " ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 cn-beijing" +
		" cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-qingdao cn-shanghai cn-shenzhen" +
		" cn-wuhan-lr cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 us-east-1 us-west-1 "
)

const domain = ".aliyuncs.com"

// endpoint is what a host name says: the service and the regions it serves.
type endpoint struct {
	service Service
	regions []string // nil: any
}

// irregular are the hosts that the rule does not give.
var irregular = map[string]endpoint{
	"tag.us-east-1":   {Tag, []string{"us-east-1", "us-west-1"}},
	"tag.cn-hangzhou": {Tag, []string{"cn-hangzhou", "cn-hangzhou-finance"}},
	"tag":             {Tag, nil},
	"ecs":             {ECS, nil},
	"ecs-cn-hangzhou": {ECS, []string{"cn-hangzhou", "cn-shanghai-finance-1", "cn-shenzhen-finance-1"}},
}

// elsewhere are the hosts that the rule gives though their region is served under another name.
var elsewhere = map[string]bool{
	"tag.us-west-1": true, "tag.cn-hangzhou-finance": true, "tag.cn-shanghai-finance-1": true,
	"ecs.cn-hangzhou": true, "ecs.cn-hangzhou-finance": true, "ecs.cn-north-2-gov-1": true,
	"ecs.cn-shanghai-finance-1": true, "ecs.cn-shenzhen-finance-1": true,
}

// networks are the first labels of the hosts that follow the rule.
var networks = map[string]struct {
	service Service
	regions string
}{
	"tag":                 {Tag, tagRegions},
	"tag-vpc":             {Tag, tagInnerRegions},
	"ecs":                 {ECS, ecsRegions},
	"ecs-vpc":             {ECS, ecsInnerRegions},
	"vpcipam":             {VPCIPAM, ipamRegions},
	"resourcesharing":     {ResourceSharing, shareRegions},
	"resourcesharing-vpc": {ResourceSharing, shareRegions},
}

// resolve finds the endpoint of a host name, as DNS would.
func (s *store) resolve(host string) (endpoint, bool) {
	name, ok := strings.CutSuffix(strings.ToLower(hostname(host)), domain)
	if !ok {
		return endpoint{}, false
	}
	if e, ok := irregular[name]; ok {
		return e, true
	}
	label, region, _ := strings.Cut(name, ".")
	network, ok := networks[label]
	if !ok || elsewhere[name] || !isWord(network.regions, region) && !s.hasRegion(region) {
		return endpoint{}, false
	}
	return endpoint{network.service, []string{region}}, true
}

// knowsRegion tells whether the region exists for any service.
func (s *store) knowsRegion(region string) bool {
	for _, regions := range []string{ecsRegions, tagRegions, ipamRegions, shareRegions} {
		if isWord(regions, region) {
			return true
		}
	}
	return s.hasRegion(region)
}

// isWord tells whether word is one of the words, which have a space on both sides.
func isWord(words, word string) bool {
	return word != "" && !strings.Contains(word, " ") && strings.Contains(words, " "+word+" ")
}

// hostname is the host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
