package ecs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
)

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

// The input may be of any length. Here it is the lines of a file, which are read as the run goes on.
func ExampleUntagManyRequest() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := bufio.NewScanner(strings.NewReader("i-web\ni-db\n"))
	for id, err := range client.UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs: func(yield func(string) bool) {
			for lines.Scan() && yield(lines.Text()) {
			}
		},
		TagKeys:     []string{"env", "owner"},
		Concurrency: 2,
	}) {
		fmt.Println(id, err)
	}
	fmt.Println(lines.Err())
	// Output:
	// i-web <nil>
	// i-db <nil>
	// <nil>
}

// A program that is asked to stop closes Drain. What was not sent then says so, and a last pair says why the run ended.
func ExampleClient_UntagMany_drain() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	drain := make(chan struct{})
	input := func(yield func(string) bool) {
		if yield("i-web") {
			close(drain) // as a signal handler would
			yield("i-db")
		}
	}
	for id, err := range client.UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  input, TagKeys: []string{"env"}, Drain: drain,
	}) {
		fmt.Printf("%q not attempted: %t\n", id, errors.Is(err, untag.ErrNotAttempted))
	}
	// Output:
	// "i-web" not attempted: true
	// "i-db" not attempted: true
	// "" not attempted: true
}

// Unordered yields each outcome as soon as it is known.
func ExampleClient_UntagMany_unordered() {
	client, err := ecs.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, err := range client.UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		ResourceIDs:  slices.Values([]string{"i-web", "i-gone", "i-db"}),
		TagKeys:      []string{"env"}, Unordered: true,
	}) {
		fmt.Println(id, "done:", err == nil)
	}
	// Unordered output:
	// i-web done: true
	// i-gone done: false
	// i-db done: true
}

// Each resource has tags of its own. Those with equal tags share calls.
func ExampleClient_TagMany() {
	cloud := account()
	client, err := ecs.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, err := range client.TagMany(context.Background(), ecs.TagManyRequest{
		ResourceType: ecs.ResourceTypeInstance,
		Resources: func(yield func(string, []untag.Tag) bool) {
			_ = yield("i-web", []untag.Tag{{Key: "owner", Value: "bo"}}) && yield("i-db", []untag.Tag{{Key: "owner", Value: "cy"}, {Key: "tier", Value: "data"}})
		},
	}) {
		fmt.Println(id, err)
	}
	fmt.Println(cloud.Tags("ecs", "cn-hangzhou", "instance", "i-db"))
	// Output:
	// i-web <nil>
	// i-db <nil>
	// map[env:test owner:cy tier:data] true
}
