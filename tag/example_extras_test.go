package tag_test

import (
	"context"
	"fmt"

	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// Each TagKey of a ListTagKeysResponse is a key that some resource of the region has.
func ExampleClient_ListTagKeys() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.ListTagKeys(context.Background(), tag.ListTagKeysRequest{Key: "e", Prefix: true})
	fmt.Println(response.Keys, err)
	for key, err := range client.ListTagKeysAll(context.Background(), tag.ListTagKeysRequest{}) {
		fmt.Println(key.Key, err)
	}
	fmt.Println(tag.ListTagKeysRequest{Region: "cn-hangzhou", PageSize: 5000}.Validate())
	// Output:
	// [{env  false}] <nil>
	// env <nil>
	// owner <nil>
	// invalid ListTagKeysRequest: PageSize "5000" is not between 1 and 1000; 0 is 1000
}

// ListTagResources takes pairs of key and value. To find every carrier of a key, ask for its values first, each a text of
// a ListTagValuesResponse.
func ExampleClient_ListTagValues() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.ListTagValues(context.Background(), tag.ListTagValuesRequest{Key: "env"})
	fmt.Println(response.Values, err)
	for value, err := range client.ListTagValuesAll(context.Background(), tag.ListTagValuesRequest{Key: "owner"}) {
		fmt.Println(value, err)
	}
	fmt.Println(tag.ListTagValuesRequest{Region: "cn-hangzhou"}.Validate())
	// Output:
	// [test] <nil>
	// ana <nil>
	// invalid ListTagValuesRequest: Key is missing; ListTagKeys knows the keys that there are
}

// A SupportedResourceType of a ListSupportResourceTypesResponse makes a Pattern that lists all resources of the type. Its
// Items, each a SupportItem, say what else there is for the type.
func ExampleClient_ListSupportResourceTypes() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	request := tag.ListSupportResourceTypesRequest{Product: "oss", Support: tag.SupportConsole, ShowItems: true}
	if err := (tag.ListSupportResourceTypesRequest{Region: "cn-hangzhou"}).Validate(); err != nil {
		fmt.Println(err)
	}
	response, err := client.ListSupportResourceTypes(context.Background(), request)
	fmt.Println(len(response.ResourceTypes), err)
	for resourceType, err := range client.ListSupportResourceTypesAll(context.Background(), request) {
		fmt.Println(resourceType.Product, resourceType.ResourceType, resourceType.ARNTemplate, resourceType.Pattern(), err)
	}
	// Output:
	// 1 <nil>
	// oss bucket acs:oss:*:*:bucket/${ResourceId} arn:acs:oss:*:*:bucket/* <nil>
}

// Each Region of a DescribeRegionsResponse is to be listed by itself.
func ExampleClient_DescribeRegions() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	request := tag.DescribeRegionsRequest{Region: "cn-hangzhou", AcceptLanguage: "en-US"}
	fmt.Println(request.Validate())
	response, err := client.DescribeRegions(context.Background(), request)
	fmt.Println(len(response.Regions) > 20, err)
	for region, err := range client.DescribeRegionsAll(context.Background(), request) {
		if region.RegionID == "cn-hangzhou" {
			fmt.Println(region.RegionID, region.Endpoint, err)
		}
	}
	// Output:
	// <nil>
	// true <nil>
	// cn-hangzhou tag.cn-hangzhou.aliyuncs.com <nil>
}

// An AssociatedResourceRule of a ListAssociatedResourceRulesResponse says which tags other resources take over, so that
// a change to one changes others, too.
func ExampleClient_ListAssociatedResourceRules() {
	cloud := account()
	instance := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1"}
	disk := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "disk", ID: "d-1"}
	cloud.Put(instance, disk)
	cloud.Inherit(untagtest.Inheritance{Parent: instance, Children: []untagtest.Resource{disk}, Keys: []string{"env"}})
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	request := tag.ListAssociatedResourceRulesRequest{Region: "cn-hangzhou", Status: tag.RuleEnabled}
	fmt.Println(request.Validate())
	response, err := client.ListAssociatedResourceRules(context.Background(), request)
	fmt.Println(len(response.Rules), err)
	for rule, err := range client.ListAssociatedResourceRulesAll(context.Background(), request) {
		fmt.Println(rule.SettingName, rule.TagKeys, err)
	}
	// Output:
	// <nil>
	// 1 <nil>
	// rule:TagResource:Ecs-Instance:Ecs-Disk [env] <nil>
}
