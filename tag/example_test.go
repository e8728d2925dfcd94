package tag_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// account is an account in memory with two buckets. A program that calls the real service uses
// untag.Config{Region: "cn-hangzhou"}, which takes credentials from the default chain.
func account() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"logs", "images"} {
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: id, Tags: map[string]string{"env": "test", "owner": "ana"}})
	}
	return cloud
}

// Nothing is sent yet. What is wrong with the Config shows at once.
func ExampleNew() {
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = tag.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

// Goroutines may share a Client, and should: it keeps the pace for all of them. CloseIdleConnections is for the end of a
// program that goes on without it.
func ExampleClient() {
	cloud := account()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.CloseIdleConnections()
	var calls sync.WaitGroup
	for _, arn := range []string{"arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/images"} {
		calls.Go(func() {
			_, err := client.UntagResources(context.Background(), tag.UntagResourcesRequest{ResourceARNs: []string{arn}, TagKeys: []string{"env"}})
			if err != nil {
				fmt.Println(err)
			}
		})
	}
	calls.Wait()
	fmt.Println(cloud.Tags("oss", "cn-hangzhou", "bucket", "logs"))
	fmt.Println(cloud.Tags("oss", "cn-hangzhou", "bucket", "images"))
	// Output:
	// map[owner:ana] true
	// map[owner:ana] true
}

// A Client prints with the settings that it has, defaults filled in, and without the credentials. Format makes that so for
// every verb.
func ExampleClient_String() {
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.String())
	fmt.Println(fmt.Sprintf("%+v", client) == client.String())
	// Output:
	// tag client (untag.Config{Region:"cn-hangzhou" Credentials:default chain Endpoint:"" Network:public Signature:V3 Timeout:30s Retry:{MaxAttempts:5 BaseDelay:200ms MaxDelay:20s MaxThrottle:1m0s} Rate:0 Validation:documented UserAgent:""})
	// true
}

// The UntagResourcesResponse has the request ID, which the service's support asks for.
func ExampleClient_UntagResources() {
	cloud := account()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs"},
		TagKeys:      []string{"env"},
	})
	fmt.Println(response.RequestID, err)
	fmt.Println(cloud.Tags("oss", "cn-hangzhou", "bucket", "logs"))
	// Output:
	// 00000000-0000-5000-8000-000000000001 <nil>
	// map[owner:ana] true
}

// An ARN is put together from its parts. "*" is the account of the credentials.
func ExampleARN_String() {
	arn := tag.ARN{Product: "ecs", Region: "cn-hangzhou", Account: "*", ResourceType: "instance", ResourceID: "i-1"}
	fmt.Println(arn.String())
	// Output: arn:acs:ecs:cn-hangzhou:*:instance/i-1
}
