package interop_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// Code that reads the vendor's error type finds in our errors what it finds in the vendor's.
func TestOurErrorsAreTheVendors(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		fault untagtest.Fault
	}{
		{"refused", untagtest.Fault{Code: "Forbidden.RAM", Status: http.StatusForbidden, Message: "no"}},
		{"gone", untagtest.Fault{Code: "InvalidResourceId.NotFound", Status: http.StatusNotFound}},
		{"throttled", untagtest.Fault{RetryAfter: time.Second}},
		{"broken", untagtest.Fault{Code: "InternalError", Status: http.StatusInternalServerError}},
	}
	for _, o := range operations {
		for _, row := range rows {
			t.Run(string(o.service)+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				cloud, host := newCloud(t, o)
				cloud.Inject(row.fault)
				r := o.request([]string{"env"}, o.resource.ID)
				_, theirs := openapiDo(openapiConfig(host, permanent), false, r)
				config := untag.Config{
					Region: region, Credentials: untag.StaticCredentials(permanent.id, permanent.secret, ""), Endpoint: "http://" + host,
					Retry: untag.Retry{MaxAttempts: 1, MaxThrottle: -1},
				}
				want, got := readSDKError(t, theirs), readSDKError(t, ours(t.Context(), config, r))
				assert.Equal(t, want, got)
			})
		}
	}
}

// sdkError is what callers read from a *tea.SDKError.
type sdkError struct {
	code, message string
	status        int
	data          map[string]any
}

// readSDKError leaves out the request ID, which differs from call to call.
func readSDKError(t *testing.T, err error) sdkError {
	t.Helper()
	var own *tea.SDKError
	require.True(t, errors.As(err, &own), "%v", err)
	data := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(tea.StringValue(own.Data)), &data))
	id, _ := data["RequestId"].(string)
	require.NotEmpty(t, id)
	delete(data, "statusCode") // ours have it, as those of the core's older versions do
	for name, value := range data {
		if text, ok := value.(string); ok {
			data[name] = strings.ReplaceAll(text, id, "ID")
		}
	}
	return sdkError{tea.StringValue(own.Code), strings.ReplaceAll(tea.StringValue(own.Message), id, "ID"), tea.IntValue(own.StatusCode), data}
}
