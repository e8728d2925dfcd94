package endpoint

import "errors"

// errNoVPCHost says that a product has no endpoints inside VPC networks.
var errNoVPCHost = errors.New("the service has no endpoint inside a VPC network: use the public network or set an endpoint")

// errNoRegion says that a product has endpoints by region alone inside VPC networks.
var errNoRegion = errors.New("is empty, and inside a VPC network the endpoint depends on it")

// central are the public hosts of the products that have one for all regions. Inside a VPC network they have one for each.
var central = map[string]string{"sts": "sts.aliyuncs.com"}

// publicOnly are the products for which the lists have no host inside VPC networks.
var publicOnly = map[string]bool{"vpcipam": true}

// exceptions are the regions whose public host does not follow the rule, as the vendor's endpoint lists had them in August 2026.
var exceptions = map[[2]string]string{
	{"tag", "us-west-1"}:             "tag.us-east-1.aliyuncs.com",
	{"tag", "cn-hangzhou-finance"}:   "tag.cn-hangzhou.aliyuncs.com",
	{"tag", "cn-shanghai-finance-1"}: "tag.aliyuncs.com",
	{"ecs", "cn-hangzhou"}:           "ecs-cn-hangzhou.aliyuncs.com",
	{"ecs", "cn-hangzhou-finance"}:   "ecs.aliyuncs.com",
	{"ecs", "cn-north-2-gov-1"}:      "ecs.aliyuncs.com",
	{"ecs", "cn-shanghai-finance-1"}: "ecs-cn-hangzhou.aliyuncs.com",
	{"ecs", "cn-shenzhen-finance-1"}: "ecs-cn-hangzhou.aliyuncs.com",
}

// Host returns the host of a product (tag, ecs, vpcipam, resourcesharing, sts) in a region, on the public network or inside
// a VPC. A region that is well formed but unknown follows the rule: whether it exists is for the DNS to say. The region of a
// central product may be empty on the public network. The product is the SDK's own constant and is not checked.
func Host(product, region string, vpc bool) (string, error) {
	if host, ok := central[product]; ok && region == "" {
		if vpc {
			return "", errNoRegion
		}
		return host, nil
	}
	if err := CheckRegion(region); err != nil {
		return "", err
	}
	if vpc {
		if !HasVPC(product) {
			return "", errNoVPCHost
		}
		return product + "-vpc." + region + ".aliyuncs.com", nil
	}
	if host, ok := central[product]; ok {
		return host, nil
	}
	if host, ok := exceptions[[2]string{product, region}]; ok {
		return host, nil
	}
	return product + "." + region + ".aliyuncs.com", nil
}

// IsCentral reports whether a product has one public host for all regions.
func IsCentral(product string) bool { return central[product] != "" }

// HasVPC reports whether a product has endpoints inside VPC networks.
func HasVPC(product string) bool { return !publicOnly[product] }
