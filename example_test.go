package untag_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
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

// Whatever prints a Config leaves out the credentials. String, GoString, Format and LogValue say the same.
func ExampleConfig_String() {
	config := untag.Config{Region: "cn-hangzhou", Credentials: untag.StaticCredentials("key-id", "key-secret", "")}
	fmt.Println(config.String())
	fmt.Println(fmt.Sprintf("%+v", config) == config.String(), fmt.Sprintf("%#v", config) == config.GoString())
	fmt.Println(slog.AnyValue(config).Resolve().String() == config.LogValue().String())
	// Output:
	// untag.Config{Region:"cn-hangzhou" Credentials:*static.Provider Endpoint:"" Network:public Signature:V3 Timeout:0s Retry:{MaxAttempts:0 BaseDelay:0s MaxDelay:0s MaxThrottle:0s} Rate:0 Validation:documented UserAgent:""}
	// true true
	// true
}

// A program may print its settings as JSON, for a diagnosis: encoding/json calls MarshalJSON. Durations are in nanoseconds.
func ExampleConfig_MarshalJSON() {
	text, err := json.MarshalIndent(untag.Config{Region: "cn-hangzhou", Timeout: time.Second}, "", "  ")
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "Region": "cn-hangzhou",
	//   "Credentials": "default chain",
	//   "Endpoint": "",
	//   "Network": "public",
	//   "Signature": "V3",
	//   "Timeout": 1000000000,
	//   "Retry": {
	//     "MaxAttempts": 0,
	//     "BaseDelay": 0,
	//     "MaxDelay": 0,
	//     "MaxThrottle": 0
	//   },
	//   "Rate": 0,
	//   "Validation": "documented",
	//   "UserAgent": ""
	// } <nil>
}

// A log of attempts: at info level those after which the call is repeated, at debug level the others.
func ExampleConfig_logger() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Calls: 1, Code: untag.CodeServiceUnavailable})
	config := cloud.Config()
	config.Retry.BaseDelay = time.Millisecond
	config.Logger = slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // leaves out what differs from run to run
			switch a.Key {
			case slog.TimeKey, "duration", "wait", "error":
				return slog.Attr{}
			}
			return a
		},
	}))
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
	// level=INFO msg="call repeated" service=tag action=UntagResources region=cn-hangzhou attempt=1 status=503 request_id=00000000-0000-5000-8000-000000000001 code=ServiceUnavailable
	// <nil>
}

// The provider prints masked.
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

// From inside a VPC network, calls go to other hosts. VPC IPAM has none there.
func ExampleNetwork() {
	cloud := untagtest.NewCloud()
	config := cloud.Config()
	for _, network := range []untag.Network{untag.NetworkPublic, untag.NetworkVPC} {
		config.Network = network
		client, err := ecs.New(config)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-gone"}, TagKeys: []string{"env"},
		})
		if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
			fmt.Println(network.String(), apiErr.HostID)
		}
	}
	_, err := vpc.New(config)
	fmt.Println(err)
	// Output:
	// public ecs-cn-hangzhou.aliyuncs.com
	// vpc ecs-vpc.cn-hangzhou.aliyuncs.com
	// invalid Config: Network "vpc" is not for vpcipam, which has no endpoint inside a VPC network; use NetworkPublic or set Endpoint
}

// SignatureV1 is for older gateways. It sends everything in a form body, so that no key and no signature gets into a URL.
func ExampleSignatureVersion() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	for _, version := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
		config.Signature = version
		client, err := tag.New(config)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
			ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
		})
		fmt.Println(version.String(), err)
	}
	for _, call := range cloud.Calls() {
		fmt.Println("came with", call.SignatureVersion, "in a form:", call.Form)
	}
	// Output:
	// V3 <nil>
	// V1 <nil>
	// came with V3 in a form: false
	// came with V1 in a form: true
}

// A tag key with a reserved prefix breaks a documented rule. Below ValidateDocumented it is left to the service to refuse it.
func ExampleValidation() {
	cloud := untagtest.NewCloud()
	config := cloud.Config()
	for _, level := range []untag.Validation{untag.ValidateDocumented, untag.ValidateCertain, untag.ValidateNone} {
		config.Validation = level
		client, err := ecs.New(config)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = client.UntagResources(context.Background(), ecs.UntagResourcesRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, TagKeys: []string{"acs:team"},
		})
		fmt.Printf("%s: %d calls; never sent: %t\n", level.String(), cloud.CallCount(), errors.Is(err, untag.ErrInvalidRequest))
	}
	// Output:
	// documented: 0 calls; never sent: true
	// certain: 1 calls; never sent: false
	// none: 2 calls; never sent: false
}

// A program that would rather fail early than wait.
func ExampleRetry() {
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Code: untag.CodeServiceUnavailable})
	config := cloud.Config()
	config.Retry = untag.Retry{MaxAttempts: 2, BaseDelay: time.Millisecond}
	client, err := tag.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	fmt.Println(cloud.CallCount(), "requests;", errors.Is(err, untag.ErrUnavailable))
	// Output: 2 requests; true
}

// Throttled answers are no attempts as long as MaxThrottle allows. If it is negative they are.
func ExampleRetry_throttling() {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	for _, most := range []time.Duration{time.Minute, -1} {
		cloud.ClearFaults()
		cloud.Inject(untagtest.Fault{Calls: 3, Code: untag.CodeThrottlingUser, RetryAfter: time.Millisecond})
		config.Retry = untag.Retry{MaxAttempts: 2, MaxThrottle: most}
		client, err := tag.New(config)
		if err != nil {
			fmt.Println(err)
			return
		}
		before := cloud.CallCount()
		_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
			ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
		})
		fmt.Println(cloud.CallCount()-before, "requests; throttled:", errors.Is(err, untag.ErrThrottled))
	}
	// Output:
	// 4 requests; throttled: false
	// 2 requests; throttled: true
}
