package tag_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// Some resources of a call failed; the others are done.
func ExampleClient_UntagResources_partialFailure() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:cn-hangzhou:*:bucket/logs", "arn:acs:oss:cn-hangzhou:*:bucket/gone"},
		TagKeys:      []string{"env"},
	})
	if partial, ok := errors.AsType[*tag.PartialError](err); ok {
		fmt.Printf("%d of %d failed:\n", len(partial.Failed), partial.Total)
		for _, failed := range partial.Failed {
			fmt.Println(failed.ResourceARN, failed.Code, errors.Is(failed, untag.ErrNotFound))
		}
	}
	// Output:
	// 1 of 2 failed:
	// arn:acs:oss:cn-hangzhou:*:bucket/gone InvalidResourceId.NotFound true
}

// Error names the first resource that failed; Failed has all.
func ExamplePartialError_Error() {
	err := &tag.PartialError{
		Region: "cn-hangzhou", RequestID: "R-1", Total: 50, Failed: []tag.ResourceError{
			{ResourceARN: "arn:acs:oss:*:*:bucket/gone", Code: tag.CodeInvalidResourceIDNotFound, Message: "not found", Kind: untag.ErrNotFound},
			{ResourceARN: "arn:acs:oss:*:*:bucket/ana", Code: tag.CodeNoPermissionOperator, Message: "not yours", Kind: untag.ErrPermissionDenied},
		},
	}
	fmt.Println(err.Error())
	// Output: tag UntagResources in cn-hangzhou: 2 of 50 resources failed (request ID R-1), the first: arn:acs:oss:*:*:bucket/gone: InvalidResourceId.NotFound: not found
}

// errors.Is finds ErrPartialFailure by way of Unwrap. By way of Is it finds a kind that all failures share: here, nothing
// is left to do, since what failed does not exist.
func ExamplePartialError_Is() {
	err := error(&tag.PartialError{Total: 50, Failed: []tag.ResourceError{{Kind: untag.ErrNotFound}, {Kind: untag.ErrNotFound}}})
	fmt.Println(errors.Is(err, untag.ErrPartialFailure), errors.Is(err, untag.ErrNotFound), errors.Is(err, untag.ErrThrottled))
	// Output: true true false
}

// The response beside a *PartialError is complete, too.
func ExampleUntagResourcesResponse() {
	client, err := tag.New(account().Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	var response tag.UntagResourcesResponse
	response, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs", "arn:acs:oss:*:*:bucket/gone"}, TagKeys: []string{"env"},
	})
	fmt.Println(errors.Is(err, untag.ErrPartialFailure))
	fmt.Println(response.RequestID, len(response.Failed))
	// Output:
	// true
	// 00000000-0000-5000-8000-000000000001 1
}

// errors.Is finds the kind by way of Unwrap, errors.As by way of As the type that errors of whole calls have, and that of the
// vendor's SDKs.
func ExampleResourceError() {
	failed := tag.ResourceError{
		ResourceARN: "arn:acs:oss:cn-hangzhou:*:bucket/gone", Code: tag.CodeInvalidResourceIDNotFound,
		Message: "The specified ResourceIds are not found in our records.", RequestID: "R-1", Kind: untag.ErrNotFound,
	}
	fmt.Println(failed.Error())
	fmt.Println(errors.Is(failed, untag.ErrNotFound))
	if apiErr, ok := errors.AsType[*untag.APIError](failed); ok {
		fmt.Println(apiErr.Service, apiErr.Region, apiErr.Code)
	}
	var sdkErr *tea.SDKError
	fmt.Println(errors.As(failed, &sdkErr), tea.StringValue(sdkErr.Code))
	// Output:
	// arn:acs:oss:cn-hangzhou:*:bucket/gone: InvalidResourceId.NotFound: The specified ResourceIds are not found in our records. (request ID R-1)
	// true
	// tag cn-hangzhou InvalidResourceId.NotFound
	// true InvalidResourceId.NotFound
}

// A Code is a plain string, so the constants compare with the code of any error.
func ExampleCode() {
	cloud := account()
	cloud.Inject(untagtest.Fault{Code: tag.CodeNoPermissionSystemTag})
	client, err := tag.New(cloud.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.UntagResources(context.Background(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"acs:team"},
	})
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		switch apiErr.Code {
		case tag.CodeNoPermissionSystemTag:
			fmt.Println("a tag of the service's own")
		case tag.CodeNoPermissionKeyOperator, tag.CodeNoPermissionKeyCategory:
			fmt.Println("not for you")
		default:
			fmt.Println(apiErr.Code)
		}
	}
	// Output: a tag of the service's own
}
