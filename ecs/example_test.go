package ecs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

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

// Nothing is sent yet. What is wrong with the Config shows at once.
func ExampleNew() {
	client, err := ecs.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = ecs.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

// Goroutines may share a Client, and should: it keeps the pace for all of them. CloseIdleConnections is for the end of a
// program that goes on without it.
func ExampleClient() {
	cloud := account()
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	var calls sync.WaitGroup
	for _, id := range []string{"i-web", "i-db"} {
		calls.Go(func() {
			_, err := client.UntagResources(context.Background(), ecs.UntagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{id}, TagKeys: []string{"env"}})
			if err != nil {
				fmt.Println(err)
			}
		})
	}
	calls.Wait()
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-web"))
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-db"))
	// Output:
	// map[owner:ana] true
	// map[owner:ana] true
}

// A Client prints with the settings that it has, defaults filled in, and without the credentials. Format makes that so for
// every verb.
func ExampleClient_String() {
	client, err := ecs.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.String())
	fmt.Println(fmt.Sprintf("%+v", client) == client.String())
	// Output:
	// ecs client (untag.Config{Region:"cn-hangzhou" Credentials:default chain Endpoint:"" Network:public Signature:V3 Timeout:30s Retry:{MaxAttempts:5 BaseDelay:200ms MaxDelay:20s MaxThrottle:1m0s} Rate:0 Validation:documented UserAgent:""})
	// true
}

// The UntagResourcesResponse has the request ID, which the service's support asks for.
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

// A user interface can check a request before there is a client.
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

// A Code is a plain string, so the constants compare with the code of any error.
func ExampleCode() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  []string{"i-gone"}, TagKeys: []string{"env"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		switch apiErr.Code {
		case ecs.CodeInvalidResourceIDNotFound:
			fmt.Println("gone already")
		case ecs.CodeInvalidTagKeyMalformed:
			fmt.Println("no key for this service")
		default:
			fmt.Println(apiErr.Code)
		}
	}
	// Output: gone already
}

// A ResourceType may come from elsewhere, such as a command line. One without a constant is sent as it is, and left to the
// service.
func ExampleResourceType() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"instance", "spaceship"} {
		_, err := client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceType(name),
			ResourceIDs:  []string{"i-web"}, TagKeys: []string{"env"},
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Println(name, apiErr.Code)
		} else {
			fmt.Println(name, err)
		}
	}
	// Output:
	// instance <nil>
	// spaceship InvalidResourceType.NotFound
}
