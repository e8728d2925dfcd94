package tag_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// One page at a time, as a user interface shows them. A ListTagResourcesResponse has the resources of the page, each a
// TaggedResource, and the token of the next page.
func ExampleClient_ListTagResources() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	request := tag.ListTagResourcesRequest{Tags: []untag.Tag{{Key: "env", Value: "test"}}, PageSize: 1}
	for range 2 {
		page, err := client.ListTagResources(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, resource := range page.Resources {
			fmt.Println(resource.ResourceARN, resource.Tags[0].Key, resource.Tags[0].Value)
		}
		request.NextToken = page.NextToken
	}
	// Output:
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/logs env test
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/images env test
}

// All pages in one loop. Here all buckets are listed, whatever their tags are.
func ExampleClient_ListTagResourcesAll() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for resource, err := range client.ListTagResourcesAll(context.Background(), tag.ListTagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/*"},
	}) {
		if err != nil {
			fmt.Println(err) // the list is not complete
			break
		}
		fmt.Println(resource.ResourceARN)
		for _, tag := range resource.Tags {
			fmt.Printf("  %s=%s\n", tag.Key, tag.Value)
		}
	}
	// Output:
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/logs
	//   env=test
	//   owner=ana
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/images
	//   env=test
	//   owner=ana
}

func ExampleListTagResourcesRequest_Validate() {
	err := tag.ListTagResourcesRequest{Region: "cn-hangzhou"}.Validate()
	fmt.Println(err)
	// Output:
	// invalid ListTagResourcesRequest: ResourceARNs is empty, and so is Tags; name resources, tags that they have, or a type, such as arn:acs:ecs:*:*:instance/*
}

// The TagResourcesResponse has the request ID, and the resources that failed. The others have the tags.
func ExampleClient_TagResources() {
	cloud := account()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.TagResources(context.Background(), tag.TagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone"},
		Tags:         []untag.Tag{{Key: "owner", Value: "bo"}, {Key: "team", Value: "data"}},
	})
	fmt.Println(errors.Is(err, untag.ErrPartialFailure))
	for _, failed := range response.Failed {
		fmt.Println(failed.ResourceARN, failed.Code)
	}
	fmt.Println(cloud.Tags("oss", "cn-hangzhou", "bucket", "logs"))
	// Output:
	// true
	// arn:acs:oss:*:*:bucket/gone InvalidResourceId.NotFound
	// map[env:test owner:bo team:data] true
}

func ExampleTagResourcesRequest_Validate() {
	err := tag.TagResourcesRequest{
		Region: "cn-hangzhou", ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"},
		Tags: []untag.Tag{{Key: "env", Value: "a"}, {Key: "env", Value: "b"}, {Key: "acs:x", Value: "c"}},
	}.Validate()
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem)
		}
	}
	// Output:
	// Tags[2].Key "acs:x" starts with the reserved prefix acs: (by the document; Config.Validation: untag.ValidateCertain sends it anyway)
	// Tags[1].Key "env" repeats Tags[0].Key; name each key once
}

// UntagMany and TagMany call each ARN's own region.
func ExampleClient_RegionOf() {
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, arn := range []string{"arn:acs:ecs:cn-beijing:1234567890123456:instance/i-1", "arn:acs:oss:*:*:bucket/logs", "i-1"} {
		region, err := client.RegionOf(arn)
		fmt.Printf("%q %v\n", region, err)
	}
	// Output:
	// "cn-beijing" <nil>
	// "cn-hangzhou" <nil>
	// "" invalid ARN: "i-1" does not start with arn:acs:
}

// Each resource has tags of its own. Those of one region with equal tags share calls.
func ExampleClient_TagMany() {
	cloud := account()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for arn, err := range client.TagMany(context.Background(), tag.TagManyRequest{
		Resources: func(yield func(string, []untag.Tag) bool) {
			_ = yield("arn:acs:oss:*:*:bucket/logs", []untag.Tag{{Key: "owner", Value: "bo"}}) &&
				yield("arn:acs:oss:*:*:bucket/images", []untag.Tag{{Key: "owner", Value: "cy"}, {Key: "acs:x", Value: "y"}})
		},
	}) {
		fmt.Println(arn, err == nil, errors.Is(err, untag.ErrInvalidRequest))
	}
	fmt.Println(cloud.Tags("oss", "cn-hangzhou", "bucket", "logs"))
	// Output:
	// arn:acs:oss:*:*:bucket/logs true false
	// arn:acs:oss:*:*:bucket/images false true
	// map[env:test owner:bo] true
}
