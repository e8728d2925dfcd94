package resourcesharing_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/untagtest"
)

// The package in one go; the examples of package ecs, which is alike, show each name by itself. Goroutines may share a
// Client. A ResourceType without a
// constant is sent as it is. A Code compares with the code of any error. A ListTagResourcesResponse is a page of values
// of the type TaggedResource; TagResourcesResponse and UntagResourcesResponse have the request ID. Validate of each request
// checks it without a client. String, which Format writes for every verb, prints no secret.
func Example() {
	cloud := untagtest.NewCloud() // a program that calls the real service uses untag.Config{Region: "cn-hangzhou"}
	for _, id := range []string{"rs-1", "rs-2"} {
		cloud.Put(untagtest.Resource{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: id, Tags: map[string]string{"env": "test"}})
	}
	client, err := resourcesharing.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	ctx := context.Background()
	two := []string{"rs-1", "rs-2"}

	_, err = client.TagResources(ctx, resourcesharing.TagResourcesRequest{
		ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: two, Tags: []untag.Tag{{Key: "owner", Value: "ana"}},
	})
	fmt.Println("tagged:", err)
	for id, err := range client.TagMany(ctx, resourcesharing.TagManyRequest{
		ResourceType: resourcesharing.ResourceTypeResourceShare, Resources: maps.All(map[string][]untag.Tag{"rs-2": {{Key: "owner", Value: "bo"}}}),
	}) {
		fmt.Println("tagged:", id, err)
	}

	selected := resourcesharing.ListTagResourcesRequest{ResourceType: resourcesharing.ResourceTypeResourceShare, Tags: []untag.TagFilter{{Key: "owner", AnyValue: true}}}
	page, err := client.ListTagResources(ctx, selected)
	fmt.Println("listed:", len(page.Resources), err)
	for resource, err := range client.ListTagResourcesAll(ctx, selected) {
		fmt.Println(resource.ResourceType, resource.ResourceID, resource.Tags, err)
	}

	_, err = client.UntagResources(ctx, resourcesharing.UntagResourcesRequest{
		ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: []string{"rs-1", "rs-gone"}, TagKeys: []string{"env"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		fmt.Println("untagged:", apiErr.Code == resourcesharing.CodeInvalidResourceIDNotFound)
	}
	for id, err := range client.UntagMany(ctx, resourcesharing.UntagManyRequest{
		ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: slices.Values(append(two, "rs-gone")), TagKeys: []string{"env"},
	}) {
		fmt.Println("untagged:", id, errors.Is(err, untag.ErrNotFound))
	}
	// Output:
	// tagged: <nil>
	// tagged: rs-2 <nil>
	// listed: 2 <nil>
	// ResourceShare rs-1 [{env test false} {owner ana false}] <nil>
	// ResourceShare rs-2 [{env test false} {owner bo false}] <nil>
	// untagged: true
	// untagged: rs-1 false
	// untagged: rs-2 false
	// untagged: rs-gone true
}
