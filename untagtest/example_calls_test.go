package untagtest_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// How many requests does a program make?
func ExampleCloud_CallCount() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	for range 3 {
		fmt.Println(program(cloud.Config(), "i-1"))
	}
	fmt.Println(cloud.CallCount())
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// 3
}

// What became of each request, repetitions included?
func ExampleCloud_Calls() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: "ServiceUnavailable"}, untagtest.Fault{Calls: 1, HTML: true})
	config := cloud.Config()
	config.Retry.BaseDelay = time.Millisecond
	fmt.Println(program(config, "i-1"))
	for _, call := range cloud.Calls() {
		fmt.Println(call.Status, call.Verdict)
	}
	// Output:
	// <nil>
	// 503 ServiceUnavailable
	// 502 HTML
	// 200 OK
}

// A test that makes millions of calls keeps few of them, and counts all.
func ExampleCloud_KeepCalls() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.KeepCalls(1)
	for _, id := range []string{"i-1", "i-2"} {
		fmt.Println(program(cloud.Config(), id))
	}
	fmt.Println(cloud.CallCount(), len(cloud.Calls()), cloud.Calls()[0].Parameters.Get("ResourceId.1"))
	// Output:
	// <nil>
	// <nil>
	// 2 1 i-2
}

// What did the program send? A Call has its parameters. String has the rest in one line.
func ExampleCall() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	fmt.Println(program(cloud.Config(), "i-1", "i-2"))
	call := cloud.Calls()[0]
	fmt.Println(call.Method, call.Parameters.Get("ResourceType"), call.Parameters.Get("ResourceId.2"), call.Parameters.Get("TagKey.1"))
	fmt.Println(call.String())
	// Output:
	// <nil>
	// POST instance i-2 env
	// ecs UntagResources in "cn-hangzhou" (V3, 5 parameters): OK, HTTP 200, request ID "00000000-0000-5000-8000-000000000001"
}

// Calls are counted by Service. Faults and quotas can be limited to one, too.
func ExampleService() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Code: "ServiceUnavailable"}) // it does not concern ECS
	fmt.Println(program(cloud.Config(), "i-1"))
	calls := make(map[untagtest.Service]int)
	for _, call := range cloud.Calls() {
		calls[call.Service]++
	}
	fmt.Println(calls[untagtest.ECS], calls[untagtest.Tag])
	// Output:
	// <nil>
	// 1 0
}

// A quota of one call in 1,000 s, and two at once after a pause. The third is refused.
func ExampleCloud_SetQuota() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.SetQuota(untagtest.ECS, 0.001, 2)
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	for range 3 {
		fmt.Println(errors.Is(program(config, "i-1"), untag.ErrThrottled))
	}
	// Output:
	// false
	// false
	// true
}

// Two calls a minute. The answer to the third says how long to wait.
func ExampleCloud_SetWindow() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.SetWindow(untagtest.ECS, 2, time.Minute)
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	for range 3 {
		if apiErr, ok := errors.AsType[*untag.APIError](program(config, "i-1")); ok {
			fmt.Println(apiErr.Code, apiErr.RetryAfter > 0, apiErr.RetryAfter <= time.Minute)
		} else {
			fmt.Println("done")
		}
	}
	// Output:
	// done
	// done
	// Throttling.User true true
}
