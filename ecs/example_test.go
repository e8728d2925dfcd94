package ecs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/untagtest"
)

// account is an account in memory with two instances. A program that calls the real service uses
// untag.Config{Region: "cn-hangzhou"}, which takes credentials from the default chain.
func account() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"i-web", "i-db"} {
		cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id, Tags: map[string]string{"env": "test", "owner": "ana"}})
	}
	return cloud
}

func ExampleNew() {
	client, err := ecs.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = ecs.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

func ExampleClient_UntagResources() {
	cloud := account()
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  []string{"i-web", "i-db"},
		TagKeys:      []string{"env"},
	})
	fmt.Println(response.RequestID, err)
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-web"))
	// Output:
	// 00000000-0000-5000-8000-000000000001 <nil>
	// map[owner:ana] true
}

// All removes every tag. One resource that does not exist fails the whole call.
func ExampleClient_UntagResources_all() {
	cloud := account()
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ids := range [][]string{{"i-web", "i-gone"}, {"i-web"}} {
		_, err = client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceTypeInstance,
			ResourceIDs:  ids, All: true,
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Println(apiErr.Code == ecs.CodeInvalidResourceIDNotFound, errors.Is(err, untag.ErrNotFound))
		}
		fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-web"))
	}
	// Output:
	// true true
	// map[env:test owner:ana] true
	// map[] true
}

// A run finds out which resource fails a call; its neighbours succeed.
func ExampleClient_UntagMany() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	results := client.UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  slices.Values([]string{"i-web", "i-gone", "i-db"}),
		TagKeys:      []string{"env"},
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
	// i-web done
	// i-gone failed: true
	// i-db done
}

func ExampleUntagResourcesRequest_Validate() {
	err := ecs.UntagResourcesRequest{Region: "cn-hangzhou", ResourceIDs: []string{"i-1"}, TagKeys: []string{"env", "acs:rm"}}.Validate()
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem)
		}
	}
	// Output:
	// ResourceType is missing; the package has constants for the documented types
	// TagKeys[1] "acs:rm" starts with the reserved prefix acs: (by the document; Config.Validation: untag.ValidateCertain sends it anyway)
}
