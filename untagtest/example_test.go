package untagtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/untag-go/untag"
	untagecs "github.com/untag-go/untag/ecs"
	untagtag "github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// program stands for a program under test: it removes the tag "env" from instances.
func program(config untag.Config, ids ...string) error {
	client, err := untagecs.New(config)
	if err != nil {
		return err
	}
	_, err = client.UntagResources(context.Background(), untagecs.UntagResourcesRequest{
		ResourceType: untagecs.ResourceTypeInstance, ResourceIDs: ids, TagKeys: []string{"env"},
	})
	return err
}

// codeOf is the service's code in an error.
func codeOf(err error) string {
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		return apiErr.Code
	}
	return fmt.Sprint(err)
}

// A test puts resources into a Cloud, runs the program on its Config, and looks at what has become of them. Here untagecs is
// package ecs of the SDK.
func ExampleCloud() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{
		Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1",
		Tags: map[string]string{"env": "test", "team": "a"},
	})
	client, err := untagecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), untagecs.UntagResourcesRequest{
		ResourceType: untagecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, TagKeys: []string{"env"},
	})
	fmt.Println(err)
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1"))
	fmt.Println(cloud.CallCount(), cloud.Calls()[0].Verdict)
	// Output:
	// <nil>
	// map[team:a] true
	// 1 OK
}

// A new account has a key and no resources.
func ExampleNewCloud() {
	cloud := untagtest.NewCloud()
	fmt.Println(codeOf(program(cloud.Config(), "i-1")))
	// Output: InvalidResourceId.NotFound
}

// The Config may be changed like any other, to test with the settings of the program.
func ExampleCloud_Config() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.Region = "cn-beijing"
	config.Signature = untag.SignatureV1
	fmt.Println(program(config, "i-1"))
	fmt.Println(cloud.Calls()[0].Region, cloud.Calls()[0].SignatureVersion)

	config.Region = "cn-nowhere" // its host does not exist
	fmt.Println(errors.Is(program(config, "i-1"), untag.ErrInvalidParameter))
	// Output:
	// <nil>
	// cn-beijing V1
	// true
}

// Over a socket, for programs that take an endpoint, in whatever language: ServeHTTP makes a Cloud a handler.
func ExampleCloud_ServeHTTP() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.AllowKey("my-key-id", "my-secret", "")
	server := httptest.NewServer(cloud)
	defer server.Close()

	fmt.Println(program(untag.Config{
		Region: "cn-hangzhou", Endpoint: server.URL,
		Credentials: untag.StaticCredentials("my-key-id", "my-secret", ""),
		HTTPClient:  server.Client(),
	}, "i-1"))
	// Output: <nil>
}

// For load tests: no resource needs to be put, and none takes memory.
func ExampleCloud_AllowAnyResource() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	fmt.Println(program(cloud.Config(), "i-1", "i-2", "i-3"))
	fmt.Println(cloud)
	// Output:
	// <nil>
	// untagtest.Cloud{resources: 0, keys: 1, faults: 0, calls: 1}
}

// What is put again takes the place of what was there.
func ExampleCloud_Put() {
	cloud := untagtest.NewCloud()
	cloud.Put(
		untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}},
		untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs"},
	)
	cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"team": "a"}})
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1"))
	fmt.Println(cloud.Tags("oss", "cn-beijing", "bucket", "logs"))
	// Output:
	// map[team:a] true
	// map[] true
}

// A resource is released while a program is at work.
func ExampleCloud_Remove() {
	cloud := untagtest.NewCloud()
	instance := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}}
	cloud.Put(instance)
	fmt.Println(program(cloud.Config(), "i-1"))
	cloud.Remove(instance)
	fmt.Println(codeOf(program(cloud.Config(), "i-1")))
	// Output:
	// <nil>
	// InvalidResourceId.NotFound
}

// The second result tells a resource without tags from one that is not there.
func ExampleCloud_Tags() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "test"}})
	fmt.Println(program(cloud.Config(), "i-1"))
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1"))
	_, exists := cloud.Tags("ecs", "cn-hangzhou", "instance", "i-2")
	fmt.Println(exists)
	// Output:
	// <nil>
	// map[] true
	// false
}

// One resource refuses. In ECS that fails the whole call, in Tag the resource alone.
func ExampleCloud_Deny() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Deny("IncorrectInstanceStatus", 403, untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-2"})
	fmt.Println(codeOf(program(cloud.Config(), "i-1", "i-2")))

	client, err := untagtag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), untagtag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i-1", "arn:acs:ecs:*:*:instance/i-2"}, TagKeys: []string{"env"},
	})
	if partial, ok := errors.AsType[*untagtag.PartialError](err); ok {
		fmt.Println(len(partial.Failed), partial.Failed[0].ResourceARN, partial.Failed[0].Code)
	}
	// Output:
	// IncorrectInstanceStatus
	// 1 arn:acs:ecs:*:*:instance/i-2 IncorrectInstanceStatus
}

// What refused at first lets a second run pass.
func ExampleCloud_Allow() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	instance := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1"}
	cloud.Deny("NoPermission.Tag", 0, instance)
	fmt.Println(codeOf(program(cloud.Config(), "i-1")))
	cloud.Allow(instance)
	fmt.Println(program(cloud.Config(), "i-1"))
	// Output:
	// NoPermission.Tag
	// <nil>
}

// An ARN may name the account by its number.
func ExampleCloud_AccountID() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	client, err := untagtag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, account := range []string{cloud.AccountID(), "1111111111111111"} {
		arn := untagtag.ARN{Product: "oss", Region: "cn-hangzhou", Account: account, ResourceType: "bucket", ResourceID: "logs"}
		_, err := client.UntagResources(context.Background(), untagtag.UntagResourcesRequest{ResourceARNs: []string{arn.String()}, TagKeys: []string{"env"}})
		fmt.Println(codeOf(err))
	}
	// Output:
	// <nil>
	// InvalidResourceARN.Account
}

// Format writes the same for every verb, so that a failed assertion shows no key.
func ExampleCloud_String() {
	cloud := untagtest.NewCloud()
	cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1"})
	fmt.Println(cloud.String())
	fmt.Println(fmt.Sprintf("%+v", cloud) == cloud.String())
	// Output:
	// untagtest.Cloud{resources: 1, keys: 1, faults: 0, calls: 0}
	// true
}

// Product and Type are compared without regard to case, and Region has a default. String is the ARN, too.
func ExampleResource() {
	pool := untagtest.Resource{Product: "vpcipam", Type: "IPAMPOOL", ID: "pool-1", Tags: map[string]string{"env": "test"}}
	cloud := untagtest.NewCloud()
	cloud.Put(pool)
	fmt.Println(cloud.Tags("VpcIpam", "cn-hangzhou", "ipampool", "pool-1"))
	fmt.Println(pool.String())
	// Output:
	// map[env:test] true
	// arn:acs:vpcipam:cn-hangzhou:1234567890123456:ipampool/pool-1
}

// The resources of a test are the input of the program.
func ExampleResource_ARN() {
	cloud := untagtest.NewCloud()
	bucket := untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs", Tags: map[string]string{"env": "test"}}
	cloud.Put(bucket)
	client, err := untagtag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), untagtag.UntagResourcesRequest{
		Region: bucket.Region, ResourceARNs: []string{bucket.ARN()}, TagKeys: []string{"env"},
	})
	fmt.Println(err)
	fmt.Println(cloud.Tags("oss", "cn-beijing", "bucket", "logs"))
	// Output:
	// <nil>
	// map[] true
}
