package vpc_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// The package in one go; the examples of package ecs, which is alike, show each name by itself. Goroutines may share a
// Client. A ResourceType without a
// constant is sent as it is. A Code compares with the code of any error. A ListTagResourcesResponse is a page of values
// of the type TaggedResource; TagResourcesResponse and UntagResourcesResponse have the request ID. Validate of each request
// checks it without a client. String, which Format writes for every verb, prints no secret.
func Example() {
	cloud := untagtest.NewCloud() // a program that calls the real service uses untag.Config{Region: "cn-hangzhou"}
	for _, id := range []string{"ipam-1", "ipam-2"} {
		cloud.Put(untagtest.Resource{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: id, Tags: map[string]string{"env": "test"}})
	}
	client, err := vpc.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	ctx := context.Background()
	two := []string{"ipam-1", "ipam-2"}

	_, err = client.TagResources(ctx, vpc.TagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: two, Tags: []untag.Tag{{Key: "owner", Value: "ana"}},
	})
	fmt.Println("tagged:", err)
	for id, err := range client.TagMany(ctx, vpc.TagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM, Resources: maps.All(map[string][]untag.Tag{"ipam-2": {{Key: "owner", Value: "bo"}}}),
	}) {
		fmt.Println("tagged:", id, err)
	}

	selected := vpc.ListTagResourcesRequest{ResourceType: vpc.ResourceTypeIPAM, Tags: []untag.TagFilter{{Key: "owner", AnyValue: true}}}
	page, err := client.ListTagResources(ctx, selected)
	fmt.Println("listed:", len(page.Resources), err)
	for resource, err := range client.ListTagResourcesAll(ctx, selected) {
		fmt.Println(resource.ResourceType, resource.ResourceID, resource.Tags, err)
	}

	_, err = client.UntagResources(ctx, vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-1", "ipam-gone"}, TagKeys: []string{"env"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		fmt.Println("untagged:", apiErr.Code == vpc.CodeResourceNotFoundIPAM)
	}
	for id, err := range client.UntagMany(ctx, vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: slices.Values(append(two, "ipam-gone")), TagKeys: []string{"env"},
	}) {
		fmt.Println("untagged:", id, errors.Is(err, untag.ErrNotFound))
	}
	// Output:
	// tagged: <nil>
	// tagged: ipam-2 <nil>
	// listed: 2 <nil>
	// IPAM ipam-1 [{env test false} {owner ana false}] <nil>
	// IPAM ipam-2 [{env test false} {owner bo false}] <nil>
	// untagged: true
	// untagged: ipam-1 false
	// untagged: ipam-2 false
	// untagged: ipam-gone true
}
