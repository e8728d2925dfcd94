package untag_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// Errors are told apart by their kind, with errors.Is, which finds it by way of the Unwrap of every error type.
func Example_kinds() {
	for _, err := range []error{
		&untag.ValidationError{Request: "UntagResourcesRequest"},
		&untag.APIError{Code: untag.CodeForbiddenRAM, Kind: untag.ErrPermissionDenied},
		&untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown},
		&untag.KeysRemovedError{Keys: []string{"env"}, Err: context.Canceled},
		&untag.TagsWrittenError{Keys: []string{"env"}, Err: context.Canceled},
		&untag.ListError{Pages: 3, Items: 2950, Err: untag.ErrUnavailable},
	} {
		switch {
		case errors.Is(err, untag.ErrInvalidRequest):
			fmt.Println("nothing was sent; mend the request")
		case errors.Is(err, untag.ErrOutcomeUnknown): // before ErrUnavailable: an error can be both
			fmt.Println("the tags may or may not be gone; repeat the call")
		case errors.Is(err, untag.ErrUnavailable):
			fmt.Println("an outage; repeat the call later")
		case errors.Is(err, untag.ErrPermissionDenied):
			fmt.Println("ask for the permission")
		default:
			fmt.Println("something else:", err)
		}
	}
	// Output:
	// nothing was sent; mend the request
	// ask for the permission
	// the tags may or may not be gone; repeat the call
	// something else: context canceled; already removed: "env"
	// something else: context canceled; already written: "env"
	// an outage; repeat the call later
}

// A listing that could not go on says how far it came, and with which token it may go on there.
func ExampleListError() {
	cloud := untagtest.NewCloud()
	for _, id := range []string{"a", "b", "c"} {
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: id, Tags: map[string]string{"env": "test"}})
	}
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for resource, err := range client.ListTagResourcesAll(context.Background(), tag.ListTagResourcesRequest{
		Tags: []untag.Tag{{Key: "env", Value: "test"}}, PageSize: 2,
	}) {
		if listErr, ok := errors.AsType[*untag.ListError](err); ok {
			fmt.Println(listErr.Pages, listErr.Items, listErr.NextToken != "", errors.Is(err, untag.ErrPermissionDenied))
			break
		}
		fmt.Println(resource.ResourceARN)
		cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM}) // for the second page
	}
	// Output:
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/a
	// arn:acs:oss:cn-hangzhou:1234567890123456:bucket/b
	// 1 2 true true
}

func ExampleListError_Error() {
	err := &untag.ListError{Service: untag.ServiceTag, Action: "ListTagResources", Region: "cn-hangzhou", Pages: 3, Items: 2950, Err: untag.ErrThrottled}
	fmt.Println(err.Error())
	// Output: tag ListTagResources in cn-hangzhou: the listing ended early, after 3 pages with 2950 elements: throttled
}

func ExampleTagsWrittenError() {
	err := error(&untag.TagsWrittenError{Keys: []string{"env", "owner"}, Err: untag.ErrQuotaExceeded})
	if written, ok := errors.AsType[*untag.TagsWrittenError](err); ok {
		fmt.Println(written.Keys, errors.Is(err, untag.ErrQuotaExceeded))
	}
	// Output: [env owner] true
}

func ExampleTagsWrittenError_Error() {
	err := &untag.TagsWrittenError{Keys: []string{"env", "owner"}, Err: untag.ErrQuotaExceeded}
	fmt.Println(err.Error())
	// Output: quota exceeded; already written: "env", "owner"
}

func ExampleAPIError() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM})
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		fmt.Println(apiErr.Code, apiErr.StatusCode, apiErr.RequestID)
	}
	fmt.Println(errors.Is(err, untag.ErrPermissionDenied))
	// Output:
	// Forbidden.RAM 403 00000000-0000-5000-8000-000000000001
	// true
}

// The text has all that the service's support asks for, in one line.
func ExampleAPIError_Error() {
	err := &untag.APIError{
		Service: untag.ServiceTag, Action: "UntagResources", Region: "cn-hangzhou",
		StatusCode: 400, Code: untag.CodeThrottlingUser, Message: "Request was denied due to user flow control.",
		RequestID: "43D12436-B10F-4469-8136-FD1C5D2B2083", Attempts: 3, Kind: untag.ErrThrottled,
	}
	fmt.Println(err.Error())
	// Output: tag UntagResources in cn-hangzhou: Throttling.User: Request was denied due to user flow control. (HTTP 400, request ID 43D12436-B10F-4469-8136-FD1C5D2B2083, 3 attempts)
}

// Code that was written for the vendor's SDKs finds their error type: errors.As calls As.
func ExampleAPIError_As() {
	err := error(&untag.APIError{StatusCode: 403, Code: untag.CodeForbiddenRAM, Kind: untag.ErrPermissionDenied})
	var sdkErr *tea.SDKError
	fmt.Println(errors.As(err, &sdkErr))
	fmt.Println(tea.StringValue(sdkErr.Code), tea.IntValue(sdkErr.StatusCode))
	// Output:
	// true
	// Forbidden.RAM 403
}

// Some refusals say which action is missing, and to whom.
func ExampleAccessDeniedDetail() {
	err := error(&untag.APIError{Code: untag.CodeForbiddenRAM, Kind: untag.ErrPermissionDenied, AccessDenied: &untag.AccessDeniedDetail{
		AuthAction: "ecs:UntagResources", AuthPrincipalDisplayName: "ana", NoPermissionType: "ImplicitDeny",
	}})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok && apiErr.AccessDenied != nil {
		fmt.Println(apiErr.AccessDenied.AuthPrincipalDisplayName, "lacks", apiErr.AccessDenied.AuthAction)
	}
	// Output: ana lacks ecs:UntagResources
}

// A connection that broke after the request was sent leaves the outcome open. The call may be repeated.
func ExampleCallError() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Reset: true, After: true})
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	if callErr, ok := errors.AsType[*untag.CallError](err); ok {
		fmt.Println("attempts:", callErr.Attempts)
	}
	_, broken := errors.AsType[net.Error](err) // the cause is inside
	fmt.Println(errors.Is(err, untag.ErrOutcomeUnknown), errors.Is(err, untag.ErrUnavailable), broken)
	// Output:
	// attempts: 1
	// true true true
}

// The text ends with what is known of the effect. Format writes it for every verb.
func ExampleCallError_Error() {
	err := &untag.CallError{
		Service: untag.ServiceECS, Action: "UntagResources", Region: "cn-hangzhou", Attempts: 2,
		Outcome: untag.ErrOutcomeUnknown, Err: context.DeadlineExceeded,
	}
	fmt.Println(err.Error())
	fmt.Println(fmt.Sprintf("%+v", err) == err.Error())
	// Output:
	// ecs UntagResources in cn-hangzhou: context deadline exceeded (2 attempts); outcome unknown: a request was sent and no verdict came
	// true
}

// Keys past the limit of a call go in groups. The error of a resource that failed on the way says which keys are gone.
func ExampleKeysRemovedError() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	var keys []string
	for i := range tag.MaxTagKeys {
		keys = append(keys, "key-"+strconv.Itoa(i))
	}
	for _, err := range client.UntagMany(context.Background(), tag.UntagManyRequest{
		ResourceARNs: slices.Values([]string{"arn:acs:oss:*:*:bucket/logs"}),
		TagKeys:      append(keys, "acs:system"), // in the second group, which the service refuses
	}) {
		if removed, ok := errors.AsType[*untag.KeysRemovedError](err); ok {
			fmt.Println("gone:", strings.Join(removed.Keys, " "))
			fmt.Println("then:", errors.Is(removed.Err, untag.ErrPermissionDenied))
		}
	}
	// Output:
	// gone: key-0 key-1 key-2 key-3 key-4 key-5 key-6 key-7 key-8 key-9
	// then: true
}

// Error says both: what failed, and which keys are gone.
func ExampleKeysRemovedError_Error() {
	err := &untag.KeysRemovedError{Keys: []string{"env", "owner"}, Err: untag.ErrThrottled}
	fmt.Println(err.Error())
	// Output: throttled; already removed: "env", "owner"
}

// All problems are found at once.
func ExampleValidationError() {
	_, err := tag.New(untag.Config{Region: "cn_hangzhou", Endpoint: "http://example.com"})
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		fmt.Println(invalid.Request)
		for _, problem := range invalid.Problems {
			fmt.Println("-", problem.Field)
		}
	}
	// Output:
	// Config
	// - Region
	// - Endpoint
}

func ExampleValidationError_Error() {
	err := ecs.UntagResourcesRequest{Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeDisk}.Validate()
	fmt.Println(err.Error())
	// Output: invalid UntagResourcesRequest: ResourceIDs is empty; name at least one resource; TagKeys is empty; name the keys to remove, or set All to remove every tag
}

// A form can show each Problem beside its field. String has all of it in one line.
func ExampleProblem() {
	err := ecs.UntagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeDisk, ResourceIDs: []string{"d-1", ""}, TagKeys: []string{"env", "env"},
	}.Validate()
	if invalid, ok := errors.AsType[*untag.ValidationError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Printf("%s = %q: %s\n", problem.Field, problem.Value, problem.Reason)
		}
		fmt.Println(invalid.Problems[1].String())
	}
	// Output:
	// ResourceIDs[1] = "": is empty
	// TagKeys[1] = "env": repeats TagKeys[0]; name each key once
	// TagKeys[1] "env" repeats TagKeys[0]; name each key once
}

// A company's proxy may refuse to connect. That is not the service's answer, and nothing was sent.
func ExampleProxyError() {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	transport := untag.NewTransport()
	transport.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	client, err := tag.New(untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials("key-id", "key-secret", ""), HTTPClient: &http.Client{Transport: transport},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	if refused, ok := errors.AsType[*untag.ProxyError](err); ok {
		fmt.Println(refused.StatusCode, "for", refused.Target)
	}
	fmt.Println(errors.Is(err, untag.ErrNotAttempted))
	// Output:
	// 407 for tag.cn-hangzhou.aliyuncs.com:443
	// true
}

func ExampleProxyError_Error() {
	fmt.Println(&untag.ProxyError{Proxy: "proxy.example.com:3128", Target: "tag.cn-hangzhou.aliyuncs.com:443", StatusCode: 403})
	// Output: the proxy proxy.example.com:3128 refused to connect to tag.cn-hangzhou.aliyuncs.com:443: 403 Forbidden
}
