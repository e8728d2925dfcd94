package untag_test

import (
	"context"
	"fmt"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// OnCall stands around a call with all its attempts, as the span of a trace does.
func ExampleCall() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) {
		fmt.Println("begin:", call.Service, call.Action, call.Region, call.Resources)
		return ctx, func(err error) { fmt.Println("end:", err) } // a tracer returns the context of its span
	}
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	fmt.Println(err)
	// Output:
	// begin: tag UntagResources cn-hangzhou 1
	// end: <nil>
	// <nil>
}

// OnAttempt counts requests, repetitions and their codes, for metrics.
func ExampleAttempt() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeInternalError})
	config := cloud.Config()
	config.Retry.BaseDelay = time.Millisecond
	config.OnAttempt = func(_ context.Context, attempt untag.Attempt) {
		fmt.Printf("attempt %d: HTTP %d %q, failed: %t\n", attempt.Number, attempt.StatusCode, attempt.Code, attempt.Err != nil)
	}
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	fmt.Println(err)
	// Output:
	// attempt 1: HTTP 500 "InternalError", failed: true
	// attempt 2: HTTP 200 "", failed: false
	// <nil>
}
