package tag_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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

func ExampleNew() {
	client, err := tag.New(untag.Config{Region: "cn-hangzhou"})
	fmt.Println(client != nil, err)

	_, err = tag.New(untag.Config{Region: "cn_hangzhou"})
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))
	// Output:
	// true <nil>
	// true
}

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

// Some resources of a call failed; the others are done.
func ExampleClient_UntagResources_partialFailure() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs", "arn:acs:oss:cn-hangzhou:*:bucket/gone"},
		TagKeys:      []string{"env"},
	})
	if partial, ok := errors.AsType[*tag.PartialError](err); ok {
		fmt.Printf("%d of %d failed:\n", len(partial.Failed), partial.Total)
		for _, failed := range partial.Failed {
			fmt.Println(failed.ResourceARN, failed.Code, errors.Is(failed, untag.ErrNotFound))
		}
	}
	// Output:
	// 1 of 2 failed:
	// arn:acs:oss:cn-hangzhou:*:bucket/gone InvalidResourceId.NotFound true
}

// The service's own facts about a failed resource are in the form that errors of whole calls have, too.
func ExampleResourceError() {
	failed := tag.ResourceError{
		ResourceARN: "arn:acs:oss:cn-hangzhou:*:bucket/gone", Code: tag.CodeInvalidResourceIDNotFound,
		Message: "The specified ResourceIds are not found in our records.", RequestID: "R-1", Kind: untag.ErrNotFound,
	}
	fmt.Println(failed)
	if apiErr, ok := errors.AsType[*untag.APIError](failed); ok {
		fmt.Println(apiErr.Service, apiErr.Region, apiErr.Code)
	}
	// Output:
	// arn:acs:oss:cn-hangzhou:*:bucket/gone: InvalidResourceId.NotFound: The specified ResourceIds are not found in our records. (request ID R-1)
	// tag cn-hangzhou InvalidResourceId.NotFound
}

func ExampleClient_UntagMany() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	results := client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: strings.SplitSeq("arn:acs:oss:*:*:bucket/logs arn:acs:oss:*:*:bucket/gone arn:acs:oss:*:*:bucket/images", " "),
		TagKeys:      []string{"env"},
	})
	for arn, err := range results {
		switch {
		case err == nil:
			fmt.Println(arn, "done")
		case arn == "":
			fmt.Println("the run ended early:", err)
		default:
			fmt.Println(arn, "failed:", errors.Is(err, untag.ErrNotFound))
		}
	}
	// Output:
	// arn:acs:oss:*:*:bucket/logs done
	// arn:acs:oss:*:*:bucket/gone failed: true
	// arn:acs:oss:*:*:bucket/images done
}

// A mistake that concerns every resource ends the run before anything is sent.
func ExampleClient_UntagMany_endsEarly() {
	cloud := account()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for arn, err := range client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: slices.Values([]string{"arn:acs:oss:*:*:bucket/logs"}),
	}) {
		fmt.Printf("%q %v\n", arn, errors.Is(err, untag.ErrInvalidRequest))
	}
	fmt.Println(cloud.CallCount(), "calls")
	// Output:
	// "" true
	// 0 calls
}

func ExampleARN_String() {
	fmt.Println(tag.ARN{Product: "ecs", Region: "cn-hangzhou", Account: "*", ResourceType: "instance", ResourceID: "i-1"})
	// Output: arn:acs:ecs:cn-hangzhou:*:instance/i-1
}
