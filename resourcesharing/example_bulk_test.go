package resourcesharing_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/resourcesharing"
)

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

// The input may be of any length. Here it is the lines of a file, which are read as the run goes on.
func ExampleUntagManyRequest() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := bufio.NewScanner(strings.NewReader("rs-1\nrs-2\n"))
	for id, err := range client.UntagMany(context.Background(), resourcesharing.UntagManyRequest{
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
	// rs-1 <nil>
	// rs-2 <nil>
	// <nil>
}

// A program that is asked to stop closes Drain. What was not sent then says so, and a last pair says why the run ended.
func ExampleClient_UntagMany_drain() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	drain := make(chan struct{})
	input := func(yield func(string) bool) {
		if yield("rs-1") {
			close(drain) // as a signal handler would
			yield("rs-2")
		}
	}
	for id, err := range client.UntagMany(context.Background(), resourcesharing.UntagManyRequest{
		ResourceIDs: input, TagKeys: []string{"env"}, Drain: drain,
	}) {
		fmt.Printf("%q not attempted: %t\n", id, errors.Is(err, untag.ErrNotAttempted))
	}
	// Output:
	// "rs-1" not attempted: true
	// "rs-2" not attempted: true
	// "" not attempted: true
}

// Unordered yields each outcome as soon as it is known.
func ExampleClient_UntagMany_unordered() {
	client, err := resourcesharing.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, err := range client.UntagMany(context.Background(), resourcesharing.UntagManyRequest{
		ResourceIDs: slices.Values([]string{"rs-1", "rs-gone", "rs-2"}),
		TagKeys:     []string{"env"}, Unordered: true,
	}) {
		fmt.Println(id, "done:", err == nil)
	}
	// Unordered output:
	// rs-1 done: true
	// rs-gone done: false
	// rs-2 done: true
}
