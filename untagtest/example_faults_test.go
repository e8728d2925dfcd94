package untagtest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/untag-go/untag"
	untagtag "github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// One fault after another strikes, each for as many calls as it says.
func ExampleCloud_Inject() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(
		untagtest.Fault{Calls: 2, Code: "ServiceUnavailable"},
		untagtest.Fault{Calls: 1, Reset: true},
		untagtest.Fault{Calls: 1, Truncate: true},
	)
	config := cloud.Config()
	config.Retry.BaseDelay = time.Millisecond
	fmt.Println(program(config, "i-1")) // the SDK repeats the call
	for _, call := range cloud.Calls() {
		fmt.Println(call.Verdict)
	}
	// Output:
	// <nil>
	// ServiceUnavailable
	// ServiceUnavailable
	// Reset
	// Truncated
	// OK
}

// The outage is over.
func ExampleCloud_ClearFaults() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Code: "ServiceUnavailable"}) // for every call
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	fmt.Println(codeOf(program(config, "i-1")))
	cloud.ClearFaults()
	fmt.Println(program(config, "i-1"))
	// Output:
	// ServiceUnavailable
	// <nil>
}

// The same seed, the same luck: a test that failed can be run again.
func ExampleCloud_Seed() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Share: 0.5, Status: 503})
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	var runs [2][20]bool
	for i := range runs {
		cloud.Seed(42)
		for n := range runs[i] {
			runs[i][n] = program(config, "i-1") == nil
		}
	}
	fmt.Println(runs[0] == runs[1])
	// Output: true
}

// Each fault is one thing that goes wrong. What does the program make of it?
func ExampleFault() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	for _, fault := range []untagtest.Fault{
		{Code: "Forbidden.RAM", Message: "You are not authorized."},
		{Code: "InternalError", Status: 500},
		{RetryAfter: time.Second}, // Throttling.User
		{Status: 504},             // a status without a body
		{HTML: true},
		{Reset: true},
		{Reset: true, After: true},
		{Truncate: true},
	} {
		fault.Calls = 1
		cloud.Inject(fault)
		err := program(config, "i-1")
		calls := cloud.Calls()
		fmt.Printf("%-16s unavailable: %t, unknown: %t\n", calls[len(calls)-1].Verdict,
			errors.Is(err, untag.ErrUnavailable), errors.Is(err, untag.ErrOutcomeUnknown))
	}
	// Output:
	// Forbidden.RAM    unavailable: false, unknown: false
	// InternalError    unavailable: true, unknown: true
	// Throttling.User  unavailable: false, unknown: false
	// Bare             unavailable: true, unknown: true
	// HTML             unavailable: true, unknown: true
	// Reset            unavailable: true, unknown: true
	// ResetAfterEffect unavailable: true, unknown: true
	// Truncated        unavailable: true, unknown: true
}

// A slow service: half of the latency passes before the call is carried out, half after.
func ExampleFault_latency() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Latency: 20 * time.Millisecond})
	start := time.Now()
	fmt.Println(program(cloud.Config(), "i-1"))
	fmt.Println(time.Since(start) >= 20*time.Millisecond)
	// Output:
	// <nil>
	// true
}

// The service's clock is half an hour ahead. The SDK takes the time from the answer and repeats the call once.
func ExampleFault_clockOffset() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{ClockOffset: 30 * time.Minute})
	fmt.Println(program(cloud.Config(), "i-1"))
	for _, call := range cloud.Calls() {
		fmt.Println(call.Verdict)
	}
	// Output:
	// <nil>
	// InvalidTimeStamp.Expired
	// OK
}

// In an answer of Tag, one resource fails by itself.
func ExampleFault_item() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Item: "NoPermission.Operator"})
	client, err := untagtag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), untagtag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/a", "arn:acs:oss:*:*:bucket/b"}, TagKeys: []string{"env"},
	})
	if partial, ok := errors.AsType[*untagtag.PartialError](err); ok {
		fmt.Println(len(partial.Failed), "of", partial.Total, partial.Failed[0].Code)
	}
	// Output: 1 of 2 NoPermission.Operator
}
