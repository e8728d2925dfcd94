package untag_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// One Config serves all four services.
func ExampleConfig() {
	config := untag.Config{
		Region:  "cn-hangzhou",
		Timeout: 10 * time.Second,
		Retry:   untag.Retry{MaxAttempts: 3},
	}
	tags, err := tag.New(config)
	fmt.Println(tags != nil, err)
	instances, err := ecs.New(config)
	fmt.Println(instances != nil, err)
	// Output:
	// true <nil>
	// true <nil>
}

// A Config prints without its credentials.
func ExampleStaticCredentials() {
	config := untag.Config{Credentials: untag.StaticCredentials("key-id", "key-secret", "")}
	fmt.Println(config.Credentials)
	// Output: untag.StaticCredentials(***)
}

// A company's own certificate authority.
func ExampleNewTransport() {
	transport := untag.NewTransport()
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	config := untag.Config{HTTPClient: &http.Client{Transport: transport}}
	_, err := tag.New(config)
	fmt.Println(err)
	// Output: <nil>
}

// untagLogs makes one call to an account in memory that is told what to answer.
func untagLogs(config untag.Config) error {
	client, err := tag.New(config)
	if err != nil {
		return err
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	return err
}

func ExampleAPIError() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM})
	err := untagLogs(cloud.Config())
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		fmt.Println(apiErr.Code, apiErr.StatusCode, apiErr.RequestID)
	}
	fmt.Println(errors.Is(err, untag.ErrPermissionDenied))
	// Output:
	// Forbidden.RAM 403 00000000-0000-5000-8000-000000000001
	// true
}

// Code that was written for the vendor's SDKs finds their error type.
func ExampleAPIError_As() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM})
	var sdkErr *tea.SDKError
	fmt.Println(errors.As(untagLogs(cloud.Config()), &sdkErr))
	fmt.Println(tea.StringValue(sdkErr.Code))
	// Output:
	// true
	// Forbidden.RAM
}

// A connection that broke after the request was sent leaves the outcome open. The call may be repeated.
func ExampleCallError() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Reset: true, After: true})
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	err := untagLogs(config)
	_, ok := errors.AsType[net.Error](err)
	fmt.Println(errors.Is(err, untag.ErrOutcomeUnknown), errors.Is(err, untag.ErrUnavailable), ok)
	// Output: true true true
}

func ExampleValidationError() {
	_, err := tag.New(untag.Config{Region: "cn_hangzhou", Endpoint: "http://example.com"})
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem.Field)
		}
	}
	// Output:
	// Region
	// Endpoint
}

// Keys past the limit of a call go in groups. The error of a resource that failed on the way says which keys are gone.
func ExampleKeysRemovedError() {
	err := error(&untag.KeysRemovedError{Keys: []string{"env", "owner"}, Err: untag.ErrThrottled})
	fmt.Println(err)
	fmt.Println(errors.Is(err, untag.ErrThrottled))
	// Output:
	// throttled; already removed: "env", "owner"
	// true
}

// Hooks for metrics and traces.
func ExampleConfig_hooks() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeInternalError})
	config := cloud.Config()
	config.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) {
		fmt.Println("begin", call.Service, call.Action, call.Resources)
		return ctx, func(err error) { fmt.Println("end", err) }
	}
	config.OnAttempt = func(_ context.Context, attempt untag.Attempt) {
		fmt.Printf("attempt %d: HTTP %d %q\n", attempt.Number, attempt.StatusCode, attempt.Code)
	}
	_ = untagLogs(config)
	// Output:
	// begin tag UntagResources 1
	// attempt 1: HTTP 500 "InternalError"
	// attempt 2: HTTP 200 ""
	// end <nil>
}
