package untag_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
)

// hostile breaks lines and turns the direction of text.
const hostile = "a\nb\r\nc\u2028d\u2029e\u202Ef\u2066g\x1b[31m\x00\xFF"

func assertLine(t *testing.T, text string) {
	t.Helper()
	assert.Equal(t, redact.Line(text), text)
}

func throttled() *untag.APIError {
	return &untag.APIError{
		Service: untag.ServiceECS, Action: "UntagResources", Region: "cn-hangzhou", StatusCode: 400,
		Code: untag.CodeThrottlingUser, Message: "Request was denied due to user flow control.", RequestID: "R-1", HostID: "ecs.aliyuncs.com",
		Recommend: "https://api.aliyun.com/troubleshoot", RetryAfter: time.Second, Attempts: 3, Kind: untag.ErrThrottled,
	}
}

func TestAPIErrorText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  untag.APIError
		want string
	}{
		{
			"all", *throttled(),
			"ecs UntagResources in cn-hangzhou: Throttling.User: Request was denied due to user flow control. (HTTP 400, request ID R-1, 3 attempts)",
		},
		{"one attempt", untag.APIError{Service: "tag", Code: "c", Attempts: 1}, "tag: c (HTTP 0, 1 attempt)"},
		{"no code", untag.APIError{Region: "cn-hangzhou", StatusCode: 502, Message: "an HTML page"}, "in cn-hangzhou: an HTML page (HTTP 502)"},
		{"no code and no message", untag.APIError{Action: "UntagResources", StatusCode: 502}, "UntagResources: not an answer of the service (HTTP 502)"},
		{"zero", untag.APIError{}, "not an answer of the service (HTTP 0)"},
		{"string to sign", untag.APIError{Code: "c", Message: "server string to sign is:POST"}, "c: server string to sign [removed] (HTTP 0)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.err.Error())
			for _, verb := range []string{"%v", "%+v", "%s"} {
				assert.Equal(t, test.want, fmt.Sprintf(verb, &test.err))
			}
		})
	}
	t.Run("one line", func(t *testing.T) {
		t.Parallel()
		assertLine(t, (&untag.APIError{
			Service: hostile, Action: hostile, Region: hostile, Code: hostile, Message: hostile, RequestID: hostile,
		}).Error())
	})
}

func TestAPIErrorIs(t *testing.T) {
	t.Parallel()
	kinds := []error{
		untag.ErrInvalidRequest, untag.ErrInvalidParameter, untag.ErrUnauthenticated, untag.ErrPermissionDenied, untag.ErrNotFound, untag.ErrQuotaExceeded,
		untag.ErrThrottled, untag.ErrUnavailable, untag.ErrClockSkew, untag.ErrPartialFailure, untag.ErrOutcomeUnknown, untag.ErrNotAttempted,
	}
	for _, kind := range kinds {
		err := fmt.Errorf("wrapped: %w", &untag.APIError{Kind: kind})
		for _, other := range kinds {
			assert.Equal(t, kind.Error() == other.Error(), errors.Is(err, other), "%v is %v", kind, other)
		}
	}
	require.NotErrorIs(t, &untag.APIError{}, untag.ErrThrottled)
}

func TestAPIErrorAsSDKError(t *testing.T) {
	t.Parallel()
	apiErr := throttled()
	apiErr.AccessDenied = &untag.AccessDeniedDetail{
		PolicyType: "AccountLevelIdentityBasedPolicy", NoPermissionType: "ImplicitDeny", AuthAction: "ecs:UntagResources",
		AuthPrincipalType: "SubUser", AuthPrincipalOwnerID: "1", AuthPrincipalDisplayName: "2", EncodedDiagnosticMessage: "AQ==",
	}
	for name, err := range map[string]error{
		"itself":         apiErr,
		"wrapped":        fmt.Errorf("wrapped: %w", apiErr),
		"in a CallError": &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown, Err: apiErr},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sdkErr *tea.SDKError
			require.ErrorAs(t, err, &sdkErr)
			assert.Equal(t, "Throttling.User", tea.StringValue(sdkErr.Code))
			assert.Equal(t, 400, tea.IntValue(sdkErr.StatusCode))
			assert.Equal(t, "code: 400, Request was denied due to user flow control. request id: R-1", tea.StringValue(sdkErr.Message))
			assert.JSONEq(t, `{
				"statusCode": 400, "Code": "Throttling.User", "Message": "Request was denied due to user flow control.", "RequestId": "R-1",
				"HostId": "ecs.aliyuncs.com", "Recommend": "https://api.aliyun.com/troubleshoot",
				"AccessDeniedDetail": {
					"PolicyType": "AccountLevelIdentityBasedPolicy", "NoPermissionType": "ImplicitDeny", "AuthAction": "ecs:UntagResources",
					"AuthPrincipalType": "SubUser", "AuthPrincipalOwnerId": "1", "AuthPrincipalDisplayName": "2", "EncodedDiagnosticMessage": "AQ=="
				}}`, tea.StringValue(sdkErr.Data))
			assert.Equal(t, "SubUser", sdkErr.AccessDeniedDetail["AuthPrincipalType"])
			assert.Len(t, sdkErr.AccessDeniedDetail, 7)
			assert.Contains(t, sdkErr.Error(), "Code: Throttling.User")
		})
	}
	t.Run("without details", func(t *testing.T) {
		t.Parallel()
		var sdkErr *tea.SDKError
		require.ErrorAs(t, &untag.APIError{StatusCode: 502}, &sdkErr)
		assert.Empty(t, tea.StringValue(sdkErr.Code))
		assert.Nil(t, sdkErr.AccessDeniedDetail)
		assert.JSONEq(t, `{"statusCode":502,"Code":"","Message":"","RequestId":""}`, tea.StringValue(sdkErr.Data))
	})
	t.Run("every value is fresh", func(t *testing.T) {
		t.Parallel()
		var first, second *tea.SDKError
		require.ErrorAs(t, apiErr, &first)
		require.ErrorAs(t, apiErr, &second)
		assert.NotSame(t, first, second)
	})
	t.Run("nothing else", func(t *testing.T) {
		t.Parallel()
		var other *untag.ValidationError
		assert.NotErrorAs(t, apiErr, &other)
		assert.False(t, apiErr.As(nil))
	})
}

func TestErrorsForManyGoroutines(t *testing.T) {
	t.Parallel()
	apiErr := throttled()
	callErr := &untag.CallError{Service: untag.ServiceTag, Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown, Err: apiErr}
	invalid := &untag.ValidationError{Request: "r", Problems: []untag.Problem{{Field: "f", Value: "v", Reason: "r"}}}
	var shared *tea.SDKError
	require.ErrorAs(t, apiErr, &shared)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, _, _, _ = apiErr.Error(), callErr.Error(), invalid.Error(), shared.Error()
			if own, ok := errors.AsType[*tea.SDKError](callErr); ok {
				_ = own.Error()
			}
			_ = errors.Is(callErr, untag.ErrThrottled)
		})
	}
	group.Wait()
}
