package rpc_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

var quiet = log.New(io.Discard, "", 0)

// TestAnswersOverASocket serves answers of every kind. A row without a kind is a success.
func TestAnswersOverASocket(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		status  int
		header  string
		body    string
		kind    error
		code    string
		id      string
		unknown bool
	}{
		{"success", 200, "", success, nil, "", "R-success", false},
		{"a lower-case name", 200, "", `{"requestId":"R-1"}`, nil, "", "R-1", false},
		{"a request ID that is a number", 200, "", `{"RequestId":1234567890123456789}`, nil, "", "1234567890123456789", false},
		{"a byte order mark", 200, "", "\xEF\xBB\xBF " + success, nil, "", "R-success", false},
		{"the request ID in the header", 200, "R-header", `{}`, nil, "", "R-header", false},
		{"both", 200, "R-header", success, nil, "", "R-success", false},
		{"XML", 200, "", `<?xml version="1.0"?><UntagResourcesResponse><RequestId>R-xml</RequestId></UntagResourcesResponse>`, nil, "", "R-xml", false},
		{"no failure", 200, "", `{"RequestId":"R-1","FailedResources":{"FailedResource":[]}}`, nil, "", "R-1", false},

		{"an error in XML", 404, "", `<Error><RequestId>R-xml</RequestId><HostId>h</HostId><Code>InvalidResourceId.NotFound</Code><Message>m</Message></Error>`, untag.ErrNotFound, "InvalidResourceId.NotFound", "R-xml", false},
		{"an error in JSON", 403, "", `{"RequestId":1,"Code":"Forbidden.RAM","Message":"m"}`, untag.ErrPermissionDenied, "Forbidden.RAM", "1", false},
		{"an error without a request ID", 403, "", `{"Code":"Forbidden.RAM"}`, untag.ErrPermissionDenied, "Forbidden.RAM", "", false},
		{"an error whose request ID is in the header", 403, "R-header", `{"Code":"Forbidden.RAM"}`, untag.ErrPermissionDenied, "Forbidden.RAM", "R-header", false},
		{"an error in a 200", 200, "", `{"RequestId":"R-1","Code":"Forbidden.RAM"}`, untag.ErrPermissionDenied, "Forbidden.RAM", "R-1", false},
		{"throttled in a 200", 200, "", `{"RequestId":"R-1","Code":"Throttling.User"}`, untag.ErrThrottled, "Throttling.User", "R-1", false},

		{"empty", 200, "R-header", "", untag.ErrUnavailable, "", "R-header", true},
		{"null", 200, "R-header", "null", untag.ErrUnavailable, "", "R-header", true},
		{"an array", 200, "R-header", "[]", untag.ErrUnavailable, "", "R-header", true},
		{"a number", 200, "R-header", "1", untag.ErrUnavailable, "", "R-header", true},
		{"HTML", 200, "R-header", "<!DOCTYPE html><html><body>RequestId: 1</body></html>", untag.ErrUnavailable, "", "R-header", true},
		{"XHTML", 200, "R-header", `<html><RequestId>R-1</RequestId></html>`, untag.ErrUnavailable, "", "R-header", true},
		{"no request ID", 200, "", `{"Ok":true}`, untag.ErrUnavailable, "", "", true},
		{"half", 200, "", success[:10], untag.ErrUnavailable, "", "", true},
		{"two answers", 200, "", success + success, untag.ErrUnavailable, "", "", true},
		{"HTML 403", 403, "", "<html>nginx</html>", untag.ErrPermissionDenied, "", "", false},
		{"HTML 414", 414, "", "<html>Request-URI Too Large</html>", untag.ErrInvalidParameter, "", "", false},
		{"HTML 502", 502, "", "<html>Bad Gateway</html>", untag.ErrUnavailable, "", "", true},
		{"deeply nested", 200, "R-header", strings.Repeat(`{"a":`, 50_000), untag.ErrUnavailable, "", "R-header", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.header != "" {
					w.Header().Set("x-acs-request-id", test.header)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			}, func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
			answer, err := client.Do(t.Context(), request())
			if test.kind == nil {
				require.NoError(t, err)
				assert.Equal(t, test.id, answer.RequestID)
				return
			}
			require.ErrorIs(t, err, test.kind)
			assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
			apiErr, ok := errors.AsType[*untag.APIError](err)
			require.True(t, ok)
			assert.Equal(t, test.status, apiErr.StatusCode)
			assert.Equal(t, test.code, apiErr.Code)
			assert.Equal(t, test.id, apiErr.RequestID)
			assert.NotContains(t, err.Error(), "<", "pages are not quoted")
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestCompressedAnswers(t *testing.T) {
	t.Parallel()
	bomb := bytes.Repeat(zipped(t, make([]byte, 8<<20)), 13) // members of one stream
	require.Less(t, len(bomb), 1<<20, "a bomb is small")
	padded := append([]byte(`{"RequestId":"R-1","a":"`), bytes.Repeat([]byte("a"), 1<<20)...)
	for _, test := range []struct {
		name string
		data []byte
		ok   bool
		says string
	}{
		{"good", zipped(t, []byte(success)), true, ""},
		{"a bomb", bomb, false, "longer than 1 MiB"},
		{"just too long", zipped(t, append(padded, `"}`...)), false, "longer than 1 MiB"},
		{"just short enough", zipped(t, append(bytes.Clone(padded[:1<<20-2]), `"}`...)), true, ""},
		{"cut off", zipped(t, []byte(success))[:20], false, "broke off"},
		{"no gzip", []byte(success), false, "broke off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(test.data)
			}, func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
			start := time.Now()
			_, err := client.Do(t.Context(), request())
			assert.Less(t, time.Since(start), 5*time.Second)
			if test.ok {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.says)
			assert.True(t, isUnknown(err), "%v", err)
		})
	}
}

// TestEndlessAnswer stops reading after 1 MiB, be the length announced or not.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		length string
		status int
	}{{"announced", "104857600", 200}, {"not announced", "", 200}, {"a refusal", "", 400}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sent atomic.Int64
			client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.length != "" {
					w.Header().Set("Content-Length", test.length)
				}
				w.WriteHeader(test.status)
				for range 1600 {
					n, err := w.Write(bytes.Repeat([]byte(" "), 64<<10))
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			}, func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
			_, err := client.Do(t.Context(), request())
			require.ErrorContains(t, err, "longer than 1 MiB")
			require.ErrorIs(t, err, untag.ErrUnavailable)
			assert.True(t, isUnknown(err))
			assert.Less(t, sent.Load(), int64(50<<20), "what is in the socket's buffers comes on top")
		})
	}
}

func TestSlowBodyEndsWithContext(t *testing.T) {
	t.Parallel()
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, success[:5])
		w.(http.Flusher).Flush() //nolint:forcetypeassert // net/http's
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Do(ctx, request())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.True(t, isUnknown(err))
}
