package vpc_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// account is an account in memory with two IPAMs. A program that calls the real service uses
// untag.Config{Region: "cn-hangzhou"}, which takes credentials from the default chain.
func account() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"ipam-1", "ipam-2"} {
		cloud.Put(untagtest.Resource{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: id, Tags: map[string]string{"env": "test", "owner": "ana"}})
	}
	return cloud
}

func ExampleNew() {
	client, err := vpc.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = vpc.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

func ExampleClient_UntagResources() {
	cloud := account()
	client, err := vpc.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.UntagResources(context.Background(), vpc.UntagResourcesRequest{
		ResourceType: vpc.ResourceTypeIPAM,
		ResourceIDs:  []string{"ipam-1", "ipam-2"},
		TagKeys:      []string{"env"},
	})
	fmt.Println(response.RequestID, err)
	fmt.Println(cloud.Tags("vpcipam", "cn-hangzhou", "IPAM", "ipam-1"))
	// Output:
	// 00000000-0000-5000-8000-000000000001 <nil>
	// map[owner:ana] true
}

// All removes every tag. One resource that does not exist fails the whole call.
func ExampleClient_UntagResources_all() {
	cloud := account()
	client, err := vpc.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ids := range [][]string{{"ipam-1", "ipam-gone"}, {"ipam-1"}} {
		_, err = client.UntagResources(context.Background(), vpc.UntagResourcesRequest{
			ResourceType: vpc.ResourceTypeIPAM,
			ResourceIDs:  ids, All: true,
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Println(apiErr.Code == vpc.CodeResourceNotFoundIPAM, errors.Is(err, untag.ErrNotFound))
		}
		fmt.Println(cloud.Tags("vpcipam", "cn-hangzhou", "IPAM", "ipam-1"))
	}
	// Output:
	// true true
	// map[env:test owner:ana] true
	// map[] true
}

// A run finds out which resource fails a call; its neighbours succeed.
func ExampleClient_UntagMany() {
	client, err := vpc.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	results := client.UntagMany(context.Background(), vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM,
		ResourceIDs:  slices.Values([]string{"ipam-1", "ipam-gone", "ipam-2"}),
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
	// ipam-1 done
	// ipam-gone failed: true
	// ipam-2 done
}

func ExampleUntagResourcesRequest_Validate() {
	err := vpc.UntagResourcesRequest{Region: "cn-hangzhou", ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-1"}, TagKeys: []string{"1st"}}.Validate()
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem)
		}
	}
	// Output:
	// TagKeys[0] "1st" does not start with a letter (by the document; Config.Validation: untag.ValidateCertain sends it anyway)
}
