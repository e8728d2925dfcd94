package resourcesharing_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

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

// Nothing is sent yet. What is wrong with the Config shows at once.
func ExampleNew() {
	client, err := resourcesharing.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = resourcesharing.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

// Goroutines may share a Client, and should: it keeps the pace for all of them. CloseIdleConnections is for the end of a
// program that goes on without it.
func ExampleClient() {
	cloud := account()
	client, err := resourcesharing.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	var calls sync.WaitGroup
	for _, id := range []string{"rs-1", "rs-2"} {
		calls.Go(func() {
			_, err := client.UntagResources(context.Background(), resourcesharing.UntagResourcesRequest{ResourceIDs: []string{id}, TagKeys: []string{"env"}})
			if err != nil {
				fmt.Println(err)
			}
		})
	}
	calls.Wait()
	fmt.Println(cloud.Tags("resourcesharing", "cn-hangzhou", "ResourceShare", "rs-1"))
	fmt.Println(cloud.Tags("resourcesharing", "cn-hangzhou", "ResourceShare", "rs-2"))
	// Output:
	// map[owner:ana] true
	// map[owner:ana] true
}

// A Client prints with the settings that it has, defaults filled in, and without the credentials. Format makes that so for
// every verb.
func ExampleClient_String() {
	client, err := resourcesharing.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.String())
	fmt.Println(fmt.Sprintf("%+v", client) == client.String())
	// Output:
	// resourcesharing client (untag.Config{Region:"cn-hangzhou" Credentials:default chain Endpoint:"" Network:public Signature:V3 Timeout:30s Retry:{MaxAttempts:5 BaseDelay:200ms MaxDelay:20s MaxThrottle:1m0s} Rate:0 Validation:documented UserAgent:""})
	// true
}

// The UntagResourcesResponse has the request ID, which the service's support asks for.
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

// A user interface can check a request before there is a client.
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

// A Code is a plain string, so the constants compare with the code of any error.
func ExampleCode() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), resourcesharing.UntagResourcesRequest{
		ResourceIDs: []string{"rs-gone"}, TagKeys: []string{"env"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		switch apiErr.Code {
		case resourcesharing.CodeInvalidResourceIDNotFound:
			fmt.Println("gone already")
		case resourcesharing.CodeInvalidParameterTagKey:
			fmt.Println("no key for this service")
		default:
			fmt.Println(apiErr.Code)
		}
	}
	// Output: gone already
}

// The empty ResourceType means resource shares. Another one is sent as it is, and left to the service.
func ExampleResourceType() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"", "ResourceShare", "spaceship"} {
		_, err := client.UntagResources(context.Background(), resourcesharing.UntagResourcesRequest{
			ResourceType: resourcesharing.ResourceType(name),
			ResourceIDs:  []string{"rs-1"}, TagKeys: []string{"env"},
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Printf("%q %s\n", name, apiErr.Code)
		} else {
			fmt.Printf("%q %v\n", name, err)
		}
	}
	// Output:
	// "" <nil>
	// "ResourceShare" <nil>
	// "spaceship" InvalidParameter.ResourceType
}
