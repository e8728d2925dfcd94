package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// The codes of the operations' own documents are compared with Classify in the services' packages.
func TestClassify(t *testing.T) {
	t.Parallel()
	own := Service{Rules: []Rule{{Verdict{untag.ErrInvalidParameter, ScopeResource}, []string{"InvalidParameter.ResourceType"}}}}
	for _, test := range []struct {
		status  int
		code    string
		message string
		kind    error
		scope   Scope
	}{
		// The gateway's, for every service.
		{400, untag.CodeThrottling, "", untag.ErrThrottled, ScopeWait},
		{400, untag.CodeThrottlingUser, "", untag.ErrThrottled, ScopeWait},
		{400, untag.CodeThrottlingAPI, "", untag.ErrThrottled, ScopeWait},
		{403, "Throttling.Resource.New", "", untag.ErrThrottled, ScopeWait},
		{503, untag.CodeThrottlingUser, "", untag.ErrThrottled, ScopeWait},
		{400, untag.CodeRejectedThrottling, "", untag.ErrThrottled, ScopeWait},
		{503, untag.CodeServiceUnavailable, "", untag.ErrUnavailable, ScopeRetry},
		{400, "ServiceUnavailable.Overloaded", "", untag.ErrUnavailable, ScopeRetry},
		{500, untag.CodeInternalError, "", untag.ErrUnavailable, ScopeRetry},
		{400, untag.CodeInternalError, "", untag.ErrUnavailable, ScopeRetry},
		{400, untag.CodeSignatureDoesNotMatch, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeIncompleteSignature, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeSignatureNonceUsed, "", untag.ErrUnauthenticated, ScopeRequest},
		{404, untag.CodeInvalidAccessKeyID, "", untag.ErrUnauthenticated, ScopeRequest},
		{403, untag.CodeInactiveAccessKeyID, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeMissingSecurityToken, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeMalformedSecurityToken, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeMismatchedSecurityToken, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, untag.CodeExpiredSecurityToken, "", untag.ErrUnauthenticated, ScopeRequest},
		{400, "InvalidParameter", `The specified parameter "SecurityToken.Expired" is not valid.`, untag.ErrUnauthenticated, ScopeRequest},
		{400, "InvalidParameter", `The specified parameter "Other" is not valid.`, untag.ErrInvalidParameter, ScopeUnclear},
		{400, "InvalidParameter.Other", `"SecurityToken.Expired"`, untag.ErrInvalidParameter, ScopeUnclear},
		{400, untag.CodeInvalidTimeStampExpired, "", untag.ErrClockSkew, ScopeRequest},
		{400, untag.CodeInvalidTimeStampFormat, "", untag.ErrClockSkew, ScopeRequest},
		{400, untag.CodeIllegalTimestamp, "", untag.ErrClockSkew, ScopeRequest},
		{403, untag.CodeForbiddenRAM, "", untag.ErrPermissionDenied, ScopeUnclear},
		{400, untag.CodeForbiddenRAM, "", untag.ErrPermissionDenied, ScopeUnclear},
		{404, "Forbidden", "", untag.ErrPermissionDenied, ScopeUnclear},
		{400, untag.CodeInvalidProtocolNeedSSL, "", untag.ErrInvalidParameter, ScopeRequest},
		{404, untag.CodeInvalidAPINotFound, "", untag.ErrInvalidParameter, ScopeRequest},
		{404, untag.CodeInvalidActionNotFound, "", untag.ErrInvalidParameter, ScopeRequest},
		{404, untag.CodeInvalidProductNotFound, "", untag.ErrInvalidParameter, ScopeRequest},
		{404, untag.CodeUnsupportedEndpoint, "", untag.ErrInvalidParameter, ScopeRegion},

		// Known elsewhere.
		{404, "InvalidRegionId", "", untag.ErrInvalidParameter, ScopeRegion},
		{403, "IncorrectInstanceStatus", "", untag.ErrInvalidParameter, ScopeResource},
		{400, "InvalidTag; Illegal parameter serialization format. Flat format is required.", "", untag.ErrInvalidParameter, ScopeRequest},
		{403, "Param.Conflict", "", untag.ErrInvalidParameter, ScopeRequest},
		{400, "InvalidParameter.ResourceType", "", untag.ErrInvalidParameter, ScopeRequest},
		{400, "InvalidParameter.ServiceCode", "", untag.ErrInvalidParameter, ScopeUnclear},
		{400, "NoPermissionKey.Other", "", untag.ErrPermissionDenied, ScopeTags},
		{400, "PermissionDenied.Other", "", untag.ErrPermissionDenied, ScopeRequest},
		{400, "QuotaExceed.Other", "", untag.ErrQuotaExceeded, ScopeResource},

		// Unknown, by their last part.
		{400, "InvalidDisk.NotFound", "", untag.ErrNotFound, ScopeUnclear},
		{400, "Disk.NotExists", "", untag.ErrNotFound, ScopeUnclear},
		{400, "Disk.NotAuthorized", "", untag.ErrPermissionDenied, ScopeUnclear},
		{400, "Disk.Forbidden", "", untag.ErrPermissionDenied, ScopeUnclear},
		{400, "Disk.QuotaExceeded", "", untag.ErrQuotaExceeded, ScopeUnclear},
		{403, "Disk.LimitExceeded", "", untag.ErrQuotaExceeded, ScopeUnclear},
		{403, "InvalidDisk", "", untag.ErrInvalidParameter, ScopeUnclear},
		{404, "IllegalDisk.Other", "", untag.ErrInvalidParameter, ScopeUnclear},
		{403, "Disk.Malformed", "", untag.ErrInvalidParameter, ScopeUnclear},

		// Unknown, by the status.
		{400, "Odd", "", untag.ErrInvalidParameter, ScopeUnclear},
		{401, "Odd", "", untag.ErrUnauthenticated, ScopeUnclear},
		{403, "Odd", "", untag.ErrPermissionDenied, ScopeUnclear},
		{404, "Odd", "", untag.ErrNotFound, ScopeUnclear},
		{407, "", "", untag.ErrUnauthenticated, ScopeUnclear},
		{408, "Odd", "", untag.ErrUnavailable, ScopeRetry},
		{414, "", "", untag.ErrInvalidParameter, ScopeUnclear},
		{429, "Odd", "", untag.ErrThrottled, ScopeWait},
		{429, "", "", untag.ErrThrottled, ScopeWait},
		{500, "Odd", "", untag.ErrUnavailable, ScopeRetry},
		{502, "", "", untag.ErrUnavailable, ScopeRetry},
		{200, "", "", untag.ErrUnavailable, ScopeRetry},
		{302, "", "", untag.ErrUnavailable, ScopeRetry},
		{503, "Forbidden.RAM", "", untag.ErrPermissionDenied, ScopeUnclear},
	} {
		t.Run(fmt.Sprintf("%d %s", test.status, test.code), func(t *testing.T) {
			t.Parallel()
			got := new(Service).Classify(test.status, test.code, test.message)
			assert.Equal(t, test.kind, got.Kind)
			assert.Equal(t, test.scope.String(), got.Scope.String())
		})
	}
	assert.Equal(t, Verdict{untag.ErrInvalidParameter, ScopeResource}, own.Classify(403, "InvalidParameter.ResourceType", ""), "a service's own rule comes first")
}

func TestScopeString(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "unclear resource tags request region wait retry",
		fmt.Sprint(ScopeUnclear, " ", ScopeResource, " ", ScopeTags, " ", ScopeRequest, " ", ScopeRegion, " ", ScopeWait, " ", ScopeRetry))
}

func TestScopeOf(t *testing.T) {
	t.Parallel()
	answer := func(code string, kind error) error {
		return &untag.APIError{Service: untag.ServiceECS, StatusCode: 400, Code: code, Kind: kind}
	}
	for _, test := range []struct {
		name string
		err  error
		want Scope
	}{
		{"an answer", answer("InvalidResourceId.NotFound", untag.ErrNotFound), ScopeResource},
		{"an answer, wrapped", fmt.Errorf("x: %w", answer("Forbidden.RAM", untag.ErrPermissionDenied)), ScopeUnclear},
		{"a broken answer of any status", answer("", untag.ErrUnavailable), ScopeRetry},
		{"an answer behind a CallError", &untag.CallError{Kind: untag.ErrUnavailable, Err: answer("SignatureDoesNotMatch", untag.ErrUnauthenticated)}, ScopeRequest},
		{"no credentials", &untag.CallError{Kind: untag.ErrUnauthenticated}, ScopeRequest},
		{"no host", &untag.CallError{Kind: untag.ErrInvalidParameter}, ScopeRegion},
		{"throttled", &untag.CallError{Kind: untag.ErrThrottled}, ScopeWait},
		{"an outage", &untag.CallError{Kind: untag.ErrUnavailable}, ScopeRetry},
		{"a context", &untag.CallError{Err: context.Canceled}, ScopeRetry},
		{"anything else", errors.New("x"), ScopeRetry},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want.String(), new(Service).ScopeOf(test.err).String())
		})
	}
}

func TestLooked(t *testing.T) {
	t.Parallel()
	for _, scope := range []Scope{ScopeUnclear, ScopeTags, ScopeRequest, ScopeRegion, ScopeWait, ScopeRetry} {
		assert.False(t, scope.Looked(), scope.String())
	}
	assert.True(t, ScopeResource.Looked())
}

// testdata/error-bodies.json holds bodies that users posted, each with its source.
func TestPostedErrorBodies(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/error-bodies.json")
	require.NoError(t, err)
	var bodies []struct {
		Source string `json:"source_url"`
		Status int    `json:"http_status"`
		Body   string
		Want   struct {
			Code, Kind string
			RequestID  string `json:"request_id"`
		}
	}
	require.NoError(t, json.Unmarshal(data, &bodies))
	kinds := map[string]error{
		"InvalidParameter": untag.ErrInvalidParameter, "Unauthenticated": untag.ErrUnauthenticated, "PermissionDenied": untag.ErrPermissionDenied,
	}
	for _, body := range bodies {
		t.Run(body.Source, func(t *testing.T) {
			t.Parallel()
			got, _, err := decodeBody(body.Body)
			require.NoError(t, err)
			assert.Equal(t, body.Want.Code, got.Code)
			assert.Equal(t, body.Want.RequestID, got.RequestID)
			assert.NotEmpty(t, got.Message)
			if body.Status == 0 {
				body.Status = 400
			}
			assert.Equal(t, kinds[body.Want.Kind], new(Service).Classify(body.Status, got.Code, got.Message).Kind)
		})
	}
}
