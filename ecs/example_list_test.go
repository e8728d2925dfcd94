package ecs_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
)

// A ListTagResourcesResponse has the resources of one page, each a TaggedResource, and the token of the next page.
func ExampleClient_ListTagResources() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := client.ListTagResources(context.Background(), ecs.ListTagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-web"},
	})
	for _, resource := range page.Resources {
		fmt.Println(resource.ResourceType, resource.ResourceID, resource.Tags)
	}
	fmt.Printf("%q %v\n", page.NextToken, err)
	// Output:
	// instance i-web [{env test false} {owner ana false}]
	// "" <nil>
}

// All pages in one loop. A filter without a value finds every resource that has the key.
func ExampleClient_ListTagResourcesAll() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for resource, err := range client.ListTagResourcesAll(context.Background(), ecs.ListTagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, Tags: []untag.TagFilter{{Key: "env", AnyValue: true}},
	}) {
		if err != nil {
			fmt.Println(err) // the list is not complete
			break
		}
		fmt.Println(resource.ResourceID, resource.Tags)
	}
	// Output:
	// i-web [{env test false} {owner ana false}]
	// i-db [{env test false} {owner ana false}]
}

func ExampleListTagResourcesRequest_Validate() {
	err := ecs.ListTagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeInstance, Tags: []untag.TagFilter{{Value: "test"}},
	}.Validate()
	fmt.Println(err)
	// Output: invalid ListTagResourcesRequest: Tags[0].Key is missing; a filter needs a key
}

// The TagResourcesResponse has the request ID. A key that a resource has gets the new value.
func ExampleClient_TagResources() {
	cloud := account()
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.TagResources(context.Background(), ecs.TagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-web"},
		Tags: []untag.Tag{{Key: "owner", Value: "bo"}, {Key: "empty"}},
	})
	fmt.Println(response.RequestID, err)
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-web"))
	// Output:
	// 00000000-0000-5000-8000-000000000001 <nil>
	// map[empty: env:test owner:bo] true
}

func ExampleTagResourcesRequest_Validate() {
	err := ecs.TagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-web"}, Tags: []untag.Tag{{Value: "test"}},
	}.Validate()
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	fmt.Println(err)
	// Output:
	// true
	// invalid TagResourcesRequest: Tags[0].Key is empty (by the document; Config.Validation: untag.ValidateCertain sends it anyway)
}
