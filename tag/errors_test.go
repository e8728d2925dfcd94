package tag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// hostile breaks lines and turns the direction of text.
const hostile = "a\nb\r\nc\u2028d\u2029e\u202Ef\x1b[31m\x00\xFF"

const partly = `{"RequestId":"R-1","FailedResources":{"FailedResource":[
	{"ResourceARN":"arn:acs:ecs:cn-hangzhou:123456789:instance/i-1","Result":{"Code":"InvalidResourceId.NotFound","Message":"The specified ResourceIds are not found in our records."}},
	{"ResourceARN":"arn:acs:ecs:*:*:instance/i-2","Result":{"Code":"NoPermission.Operator","Message":"not\nyours"}}]}}`

func TestPartialFailure(t *testing.T) {
	t.Parallel()
	client, err := tag.New((&servicetest.Recorder{Answer: partly}).Config())
	require.NoError(t, err)
	response, err := client.UntagResources(t.Context(), arns(servicetest.Numbered(instances, 3)...))
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	require.NotErrorIs(t, err, untag.ErrNotFound, "not all failed so")
	require.NotErrorIs(t, err, untag.ErrPermissionDenied)
	var partial *tag.PartialError
	require.ErrorAs(t, err, &partial)
	want := []tag.ResourceError{
		{
			ResourceARN: "arn:acs:ecs:cn-hangzhou:123456789:instance/i-1", Code: tag.CodeInvalidResourceIDNotFound,
			Message: "The specified ResourceIds are not found in our records.", RequestID: "R-1", Kind: untag.ErrNotFound,
		},
		{
			ResourceARN: "arn:acs:ecs:*:*:instance/i-2", Code: tag.CodeNoPermissionOperator,
			Message: "not yours", RequestID: "R-1", Kind: untag.ErrPermissionDenied,
		},
	}
	assert.Equal(t, &tag.PartialError{Region: "cn-hangzhou", RequestID: "R-1", Total: 3, Failed: want}, partial)
	assert.Equal(t, tag.UntagResourcesResponse{RequestID: "R-1", Failed: want}, response)
	assert.Equal(t, "tag UntagResources in cn-hangzhou: 2 of 3 resources failed (request ID R-1), the first: "+
		"arn:acs:ecs:cn-hangzhou:123456789:instance/i-1: InvalidResourceId.NotFound: The specified ResourceIds are not found in our records.", err.Error())
}

// An item that was throttled was not looked at. If the answer of an earlier attempt was lost, its tags may be gone.
func TestThrottledItemAfterLostAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		item  string
		want  error
		calls int
	}{
		{untag.CodeThrottlingUser, untag.ErrOutcomeUnknown, 4},
		{untag.CodeForbiddenRAM, untag.ErrOutcomeUnknown, 2},
		{tag.CodeNoPermissionOperator, untag.ErrPermissionDenied, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			cloud := untagtest.NewCloud()
			names := buckets(cloud, 2, hangzhouOnly, alive)
			config := cloud.Config()
			config.Retry = untag.Retry{MaxAttempts: 4, MaxThrottle: -1}
			client, err := tag.New(config)
			require.NoError(t, err)
			cloud.Inject(untagtest.Fault{Calls: 1, Reset: true, After: true})
			cloud.Inject(untagtest.Fault{Item: test.item})
			_, err = client.UntagResources(t.Context(), arns(names...))
			partial, ok := errors.AsType[*tag.PartialError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, test.calls, cloud.CallCount())
			for _, failed := range partial.Failed {
				assert.Equal(t, test.item, failed.Code)
				require.ErrorIs(t, failed, test.want)
				require.NotErrorIs(t, failed, untag.ErrThrottled)
			}
		})
	}
}

func TestPartialErrorIsKindOfAll(t *testing.T) {
	t.Parallel()
	item := func(kind error) tag.ResourceError { return tag.ResourceError{Kind: kind} }
	for _, test := range []struct {
		name     string
		failed   []tag.ResourceError
		is, isnt []error
	}{
		{"none", nil, []error{untag.ErrPartialFailure}, []error{untag.ErrNotFound, untag.ErrThrottled}},
		{"one", []tag.ResourceError{item(untag.ErrNotFound)}, []error{untag.ErrPartialFailure, untag.ErrNotFound}, []error{untag.ErrThrottled}},
		{"alike", []tag.ResourceError{item(untag.ErrThrottled), item(untag.ErrThrottled)}, []error{untag.ErrThrottled}, []error{untag.ErrNotFound}},
		{"different", []tag.ResourceError{item(untag.ErrThrottled), item(untag.ErrNotFound)}, []error{untag.ErrPartialFailure}, []error{untag.ErrThrottled, untag.ErrNotFound}},
		{"no kind", []tag.ResourceError{item(nil)}, []error{untag.ErrPartialFailure}, []error{untag.ErrThrottled}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", &tag.PartialError{Failed: test.failed})
			for _, kind := range test.is {
				require.ErrorIs(t, err, kind)
			}
			for _, kind := range test.isnt {
				require.NotErrorIs(t, err, kind)
			}
		})
	}
}

func TestResourceErrorAs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, arn, region string }{
		{"a region", instances + "1", "cn-hangzhou"},
		{"any region", "arn:acs:ecs:*:*:instance/i-1", ""},
		{"no ARN", "x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			failed := tag.ResourceError{ResourceARN: test.arn, Code: "InvalidResourceId.NotFound", Message: "not found", RequestID: "R-1", Kind: untag.ErrNotFound}
			err := fmt.Errorf("wrapped: %w", failed)
			require.ErrorIs(t, err, untag.ErrNotFound)
			require.NotErrorIs(t, err, untag.ErrPartialFailure)

			var apiErr *untag.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, &untag.APIError{
				Service: untag.ServiceTag, Action: "UntagResources", Region: test.region, StatusCode: 200,
				Code: "InvalidResourceId.NotFound", Message: "not found", RequestID: "R-1", Kind: untag.ErrNotFound,
			}, apiErr)

			var sdkErr *tea.SDKError
			require.ErrorAs(t, err, &sdkErr)
			assert.Equal(t, "InvalidResourceId.NotFound", tea.StringValue(sdkErr.Code))
			assert.Equal(t, 200, tea.IntValue(sdkErr.StatusCode))
			assert.Equal(t, "code: 200, not found request id: R-1", tea.StringValue(sdkErr.Message))
			assert.JSONEq(t, `{"statusCode":200,"Code":"InvalidResourceId.NotFound","Message":"not found","RequestId":"R-1"}`, tea.StringValue(sdkErr.Data))

			var own tag.ResourceError
			require.ErrorAs(t, err, &own)
			assert.Equal(t, failed, own)

			var validation *untag.ValidationError
			assert.NotErrorAs(t, err, &validation)
		})
	}
}

func TestErrorsAreOneLine(t *testing.T) {
	t.Parallel()
	failed := tag.ResourceError{ResourceARN: hostile, Code: hostile, Message: hostile + "string to sign is SECRET", RequestID: hostile, Kind: untag.ErrNotFound}
	partial := &tag.PartialError{Region: hostile, RequestID: hostile, Total: 2, Failed: []tag.ResourceError{failed}}
	for _, err := range []error{failed, partial, &tag.PartialError{}, tag.ResourceError{}} {
		for _, verb := range []string{"%v", "%+v", "%s"} {
			text := fmt.Sprintf(verb, err)
			assert.Equal(t, redact.Line(text), text)
			assert.NotContains(t, text, "SECRET")
		}
		assert.NotPanics(t, func() { _ = fmt.Sprintf("%#v %q %d", err, err, err) })
		_, jsonErr := json.Marshal(err)
		require.NoError(t, jsonErr)
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "err", err)
		assert.Equal(t, 1, bytes.Count(log.Bytes(), []byte("\n")))
	}
}

func TestErrorsForManyGoroutines(t *testing.T) {
	t.Parallel()
	failed := tag.ResourceError{ResourceARN: instances + "1", Code: "c", Message: "m", RequestID: "r", Kind: untag.ErrNotFound}
	partial := &tag.PartialError{Region: "cn-hangzhou", RequestID: "r", Total: 2, Failed: []tag.ResourceError{failed}}
	var shared *tea.SDKError
	require.ErrorAs(t, failed, &shared)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, _, _ = failed.Error(), partial.Error(), shared.Error()
			if own, ok := errors.AsType[*tea.SDKError](failed); ok {
				_ = own.Error()
			}
			_ = errors.Is(partial, untag.ErrNotFound)
		})
	}
	group.Wait()
}

func ExamplePartialError() {
	// The error of Client.UntagResources when some resources failed.
	var err error = &tag.PartialError{
		Region: "cn-hangzhou", RequestID: "43D12436-B10F-4469-8136-FD1C5D2B2083", Total: 50,
		Failed: []tag.ResourceError{{
			ResourceARN: "arn:acs:ecs:cn-hangzhou:123456789:instance/i-1",
			Code:        tag.CodeInvalidResourceIDNotFound,
			Message:     "The specified ResourceIds are not found in our records.",
			RequestID:   "43D12436-B10F-4469-8136-FD1C5D2B2083",
			Kind:        untag.ErrNotFound,
		}},
	}

	var partial *tag.PartialError
	if errors.As(err, &partial) {
		fmt.Println(len(partial.Failed), "of", partial.Total, "failed")
		for _, failed := range partial.Failed {
			if errors.Is(failed, untag.ErrNotFound) {
				fmt.Println("gone:", failed.ResourceARN)
			}
		}
	}
	// Output:
	// 1 of 50 failed
	// gone: arn:acs:ecs:cn-hangzhou:123456789:instance/i-1
}
