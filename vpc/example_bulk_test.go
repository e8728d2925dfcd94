package vpc_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/vpc"
)

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

// The input may be of any length. Here it is the lines of a file, which are read as the run goes on.
func ExampleUntagManyRequest() {
	client, err := vpc.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := bufio.NewScanner(strings.NewReader("ipam-1\nipam-2\n"))
	for id, err := range client.UntagMany(context.Background(), vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM,
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
	// ipam-1 <nil>
	// ipam-2 <nil>
	// <nil>
}

// A program that is asked to stop closes Drain. What was not sent then says so, and a last pair says why the run ended.
func ExampleClient_UntagMany_drain() {
	client, err := vpc.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	drain := make(chan struct{})
	input := func(yield func(string) bool) {
		if yield("ipam-1") {
			close(drain) // as a signal handler would
			yield("ipam-2")
		}
	}
	for id, err := range client.UntagMany(context.Background(), vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM,
		ResourceIDs:  input, TagKeys: []string{"env"}, Drain: drain,
	}) {
		fmt.Printf("%q not attempted: %t\n", id, errors.Is(err, untag.ErrNotAttempted))
	}
	// Output:
	// "ipam-1" not attempted: true
	// "ipam-2" not attempted: true
	// "" not attempted: true
}

// Unordered yields each outcome as soon as it is known.
func ExampleClient_UntagMany_unordered() {
	client, err := vpc.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, err := range client.UntagMany(context.Background(), vpc.UntagManyRequest{
		ResourceType: vpc.ResourceTypeIPAM,
		ResourceIDs:  slices.Values([]string{"ipam-1", "ipam-gone", "ipam-2"}),
		TagKeys:      []string{"env"}, Unordered: true,
	}) {
		fmt.Println(id, "done:", err == nil)
	}
	// Unordered output:
	// ipam-1 done: true
	// ipam-gone done: false
	// ipam-2 done: true
}
