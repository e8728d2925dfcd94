package resourcesharing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/untagtest"
)

// account is an account in memory with two resource shares. A program that calls the real service uses
// untag.Config{Region: "cn-hangzhou"}, which takes credentials from the default chain.
func account() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"rs-1", "rs-2"} {
		cloud.Put(untagtest.Resource{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: id, Tags: map[string]string{"env": "test", "owner": "ana"}})
	}
	return cloud
}

func ExampleNew() {
	client, err := resourcesharing.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = resourcesharing.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

func ExampleClient_UntagResources() {
	cloud := account()
	client, err := resourcesharing.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.UntagResources(context.Background(), resourcesharing.UntagResourcesRequest{
		ResourceIDs: []string{"rs-1", "rs-2"},
		TagKeys:     []string{"env"},
	})
	fmt.Println(response.RequestID, err)
	fmt.Println(cloud.Tags("resourcesharing", "cn-hangzhou", "ResourceShare", "rs-1"))
	// Output:
	// 00000000-0000-5000-8000-000000000001 <nil>
	// map[owner:ana] true
}

// All removes every tag. One resource that does not exist fails the whole call.
func ExampleClient_UntagResources_all() {
	cloud := account()
	client, err := resourcesharing.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ids := range [][]string{{"rs-1", "rs-gone"}, {"rs-1"}} {
		_, err = client.UntagResources(context.Background(), resourcesharing.UntagResourcesRequest{
			ResourceIDs: ids, All: true,
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Println(apiErr.Code == resourcesharing.CodeInvalidResourceIDNotFound, errors.Is(err, untag.ErrNotFound))
		}
		fmt.Println(cloud.Tags("resourcesharing", "cn-hangzhou", "ResourceShare", "rs-1"))
	}
	// Output:
	// true true
	// map[env:test owner:ana] true
	// map[] true
}

// A run finds out which resource fails a call; its neighbours succeed.
func ExampleClient_UntagMany() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	results := client.UntagMany(context.Background(), resourcesharing.UntagManyRequest{
		ResourceIDs: slices.Values([]string{"rs-1", "rs-gone", "rs-2"}),
		TagKeys:     []string{"env"},
	})
	for id, err := range results {
		switch {
		case err == nil:
			fmt.Println(id, "done")
		case id == "":
			fmt.Println("the run ended early:", err)
		default:
			fmt.Println(id, "failed:", errors.Is(err, untag.ErrNotFound))
		}
	}
	// Output:
	// rs-1 done
	// rs-gone failed: true
	// rs-2 done
}

func ExampleUntagResourcesRequest_Validate() {
	err := resourcesharing.UntagResourcesRequest{ResourceIDs: []string{"rs-1"}, TagKeys: []string{"env"}, All: true}.Validate()
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem)
		}
	}
	// Output:
	// Region is missing; set it in the request or in the Config, such as cn-hangzhou
	// All "true" stands beside TagKeys; it is not clear whether all tags or only those keys are to go, so set one of the two
}
