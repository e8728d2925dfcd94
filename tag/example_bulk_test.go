package tag_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// A run takes any number of resources, of any regions. The order of outcomes is that of the input.
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

// The input may be of any length. Here it is the lines of a file, which are read as the run goes on.
func ExampleUntagManyRequest() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := bufio.NewScanner(strings.NewReader("arn:acs:oss:*:*:bucket/logs\narn:acs:oss:*:*:bucket/images\n"))
	for arn, err := range client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: func(yield func(string) bool) {
			for lines.Scan() && yield(lines.Text()) {
			}
		},
		TagKeys:     []string{"env", "owner"},
		Concurrency: 2,
	}) {
		fmt.Println(arn, err)
	}
	fmt.Println(lines.Err())
	// Output:
	// arn:acs:oss:*:*:bucket/logs <nil>
	// arn:acs:oss:*:*:bucket/images <nil>
	// <nil>
}

// A program that is asked to stop closes Drain. What was not sent then says so, and a last pair says why the run ended.
func ExampleClient_UntagMany_drain() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	drain := make(chan struct{})
	input := func(yield func(string) bool) {
		if yield("arn:acs:oss:*:*:bucket/logs") {
			close(drain) // as a signal handler would
			yield("arn:acs:oss:*:*:bucket/images")
		}
	}
	for arn, err := range client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: input, TagKeys: []string{"env"}, Drain: drain,
	}) {
		fmt.Printf("%q not attempted: %t\n", arn, errors.Is(err, untag.ErrNotAttempted))
	}
	// Output:
	// "arn:acs:oss:*:*:bucket/logs" not attempted: true
	// "arn:acs:oss:*:*:bucket/images" not attempted: true
	// "" not attempted: true
}

// Unordered yields each outcome as soon as it is known.
func ExampleClient_UntagMany_unordered() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for arn, err := range client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: slices.Values([]string{"arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone", "arn:acs:oss:*:*:bucket/images"}),
		TagKeys:      []string{"env"}, Unordered: true,
	}) {
		fmt.Println(arn, "done:", err == nil)
	}
	// Unordered output:
	// arn:acs:oss:*:*:bucket/logs done: true
	// arn:acs:oss:*:*:bucket/gone done: false
	// arn:acs:oss:*:*:bucket/images done: true
}
