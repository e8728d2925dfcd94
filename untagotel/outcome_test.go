package untagotel_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// failed is a resource that an answer names.
func failed(id, code string, kind error) tag.ResourceError {
	return tag.ResourceError{ResourceARN: id, Code: code, Kind: kind}
}

func partial(total int, failed ...tag.ResourceError) error {
	return &tag.PartialError{Region: "cn-hangzhou", Total: total, Failed: failed}
}

// timeoutError is a time-out that is none of context's, as TLS has one.
type timeoutError struct{ error }

func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// TestOutcomes gives errors of every shape to the end of a call.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	api := func(kind error) error { return &untag.APIError{Code: "A.Code", Kind: kind} }
	ended := func(kind, outcome, err error) error { return &untag.CallError{Kind: kind, Outcome: outcome, Err: err} }
	const missing, denied, limited, outage = "InvalidResourceId.NotFound", "NoPermission.Operator", "Throttling.User", "InternalError"
	for _, test := range []struct {
		name      string
		resources int
		err       error
		outcome   string // of the call
		reason    string
		counts    map[string]int64
		codes     []string
	}{
		{"success", 3, nil, "done", "", map[string]int64{"done": 3}, nil},

		{"invalid parameter", 2, api(untag.ErrInvalidParameter), "refused", "invalid_parameter", map[string]int64{"refused invalid_parameter": 2}, nil},
		{"unauthenticated", 2, api(untag.ErrUnauthenticated), "refused", "unauthenticated", map[string]int64{"refused unauthenticated": 2}, nil},
		{"permission denied", 2, api(untag.ErrPermissionDenied), "refused", "permission_denied", map[string]int64{"refused permission_denied": 2}, nil},
		{"not found", 2, api(untag.ErrNotFound), "refused", "not_found", map[string]int64{"refused not_found": 2}, nil},
		{"quota exceeded", 2, api(untag.ErrQuotaExceeded), "refused", "quota_exceeded", map[string]int64{"refused quota_exceeded": 2}, nil},
		{"throttled", 2, api(untag.ErrThrottled), "refused", "throttled", map[string]int64{"refused throttled": 2}, nil},
		{"clock skew", 2, api(untag.ErrClockSkew), "refused", "clock_skew", map[string]int64{"refused clock_skew": 2}, nil},
		{"no kind", 2, api(nil), "refused", "_OTHER", map[string]int64{"refused _OTHER": 2}, nil},

		{"lost", 2, ended(untag.ErrUnavailable, untag.ErrOutcomeUnknown, net.ErrClosed), "unknown", "unavailable", map[string]int64{"unknown unavailable": 2}, nil},
		{"never sent", 2, ended(untag.ErrUnavailable, untag.ErrNotAttempted, net.ErrClosed), "not_attempted", "unavailable", map[string]int64{"not_attempted unavailable": 2}, nil},
		{"not started", 2, ended(nil, untag.ErrNotAttempted, errors.New("drained")), "not_attempted", "not_attempted", map[string]int64{"not_attempted not_attempted": 2}, nil},
		{"refused, then not started", 2, ended(nil, nil, errors.New("drained")), "refused", "_OTHER", map[string]int64{"refused _OTHER": 2}, nil},
		{"an outage", 2, ended(nil, untag.ErrOutcomeUnknown, api(untag.ErrUnavailable)), "unknown", "unavailable", map[string]int64{"unknown unavailable": 2}, nil},
		{"refused, then no connection", 2, ended(untag.ErrUnavailable, nil, net.ErrClosed), "refused", "unavailable", map[string]int64{"refused unavailable": 2}, nil},
		{"no credentials", 2, ended(untag.ErrUnauthenticated, untag.ErrNotAttempted, context.Canceled), "not_attempted", "unauthenticated", map[string]int64{"not_attempted unauthenticated": 2}, nil},
		{"cancelled", 2, ended(nil, untag.ErrOutcomeUnknown, context.Canceled), "unknown", "canceled", map[string]int64{"unknown canceled": 2}, nil},
		{"cancelled, an outage before", 2, ended(untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.Canceled), "unknown", "canceled", map[string]int64{"unknown canceled": 2}, nil},
		{"deadline", 2, ended(nil, untag.ErrNotAttempted, context.DeadlineExceeded), "not_attempted", "timeout", map[string]int64{"not_attempted timeout": 2}, nil},
		{"deadline of an attempt", 2, ended(untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.DeadlineExceeded), "unknown", "timeout", map[string]int64{"unknown timeout": 2}, nil},
		{"another time-out", 2, ended(untag.ErrUnavailable, untag.ErrNotAttempted, timeoutError{net.ErrClosed}), "not_attempted", "timeout", map[string]int64{"not_attempted timeout": 2}, nil},
		{"deadline, throttled before", 2, ended(untag.ErrThrottled, nil, context.DeadlineExceeded), "refused", "throttled", map[string]int64{"refused throttled": 2}, nil},
		{"unknown before all else", 2, ended(untag.ErrNotAttempted, untag.ErrOutcomeUnknown, nil), "unknown", "not_attempted", map[string]int64{"unknown not_attempted": 2}, nil},
		{"invalid", 2, &untag.ValidationError{}, "invalid", "invalid_request", map[string]int64{"invalid invalid_request": 2}, nil},
		{"none of the SDK's", 2, errors.New("x"), "unknown", "_OTHER", map[string]int64{"unknown _OTHER": 2}, nil},
		{"wrapped", 2, fmt.Errorf("x: %w", api(untag.ErrNotFound)), "refused", "not_found", map[string]int64{"refused not_found": 2}, nil},

		{
			"some failed", 5, partial(5, failed("a", missing, untag.ErrNotFound), failed("b", denied, untag.ErrPermissionDenied)),
			"partial", "partial_failure",
			map[string]int64{"done": 3, "refused not_found": 1, "refused permission_denied": 1},
			[]string{missing, denied},
		},
		{
			"all failed alike", 2, partial(2, failed("a", missing, untag.ErrNotFound), failed("b", missing, untag.ErrNotFound)),
			"refused", "not_found",
			map[string]int64{"refused not_found": 2},
			[]string{missing},
		},
		{
			"all failed, in two ways", 2, partial(2, failed("a", missing, untag.ErrNotFound), failed("b", denied, untag.ErrPermissionDenied)),
			"refused", "partial_failure",
			map[string]int64{"refused not_found": 1, "refused permission_denied": 1},
			[]string{missing, denied},
		},
		{
			"an item throttled, an item broken", 3, partial(3, failed("a", limited, untag.ErrThrottled), failed("b", outage, untag.ErrUnavailable)),
			"partial", "partial_failure",
			map[string]int64{"done": 1, "refused throttled": 1, "unknown unavailable": 1},
			[]string{outage, limited},
		},
		{
			"one named twice", 3, partial(3, failed("a", missing, untag.ErrNotFound), failed("a", denied, untag.ErrPermissionDenied)),
			"partial", "partial_failure",
			map[string]int64{"done": 2, "refused not_found": 1},
			[]string{missing},
		},
		{
			"more named than sent", 1, partial(1, failed("a", missing, untag.ErrNotFound), failed("b", missing, untag.ErrNotFound)),
			"refused", "not_found",
			map[string]int64{"refused not_found": 1},
			[]string{missing},
		},
		{
			"odd codes", 4, partial(4, failed("a", "see http://x/?q", nil), failed("b", strings.Repeat("x", 65), nil), failed("c", "", nil)),
			"partial", "partial_failure",
			map[string]int64{"done": 1, "refused _OTHER": 3},
			[]string{"_OTHER"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCollector(t)
			config := c.telemetry().Instrument(untag.Config{})
			_, done := config.OnCall(t.Context(), untag.Call{Service: "tag", Action: "UntagResources", Region: "cn-hangzhou", Resources: test.resources})
			done(test.err)

			assert.Equal(t, test.counts, c.outcomes("untag.call.resources"))
			sum := int64(0)
			for _, n := range test.counts {
				sum += n
			}
			assert.EqualValues(t, test.resources, sum, "each resource is counted once")

			got := attributesOf(c.call().Attributes())
			assert.Equal(t, test.outcome, got["untag.outcome"])
			duration := c.metrics()["rpc.client.call.duration"][0].attributes
			if test.err == nil {
				assert.NotContains(t, got, "error.type")
				assert.NotContains(t, got, "untag.resource.failed_count")
				assert.NotContains(t, duration, "error.type")
				return
			}
			assert.Equal(t, test.reason, got["error.type"])
			assert.Equal(t, test.reason, duration["error.type"], "the same on spans and metrics")
			assert.EqualValues(t, int64(test.resources)-test.counts["done"], got["untag.resource.failed_count"])
			if test.codes == nil {
				assert.NotContains(t, got, "untag.resource.failed_codes")
			} else {
				assert.Equal(t, test.codes, got["untag.resource.failed_codes"])
			}
		})
	}
}

// TestFailedCodesAreFew bounds what a span lists.
func TestFailedCodesAreFew(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	var all []tag.ResourceError
	for i := range 50 {
		all = append(all, failed(strconv.Itoa(i), fmt.Sprintf("Code%02d", i), untag.ErrInvalidParameter))
	}
	_, done := c.telemetry().Instrument(untag.Config{}).OnCall(t.Context(), untag.Call{Resources: 50})
	done(partial(50, all...))
	got := attributesOf(c.call().Attributes())
	assert.Len(t, got["untag.resource.failed_codes"], 10)
	assert.EqualValues(t, 50, got["untag.resource.failed_count"])
}

// TestOddAnswers: whoever answers in the place of the service, what it calls a code and a request ID is not exported
// unless it looks like one.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{"a b", "https://x/", "env=test", "i-1,i-2", strings.Repeat("x", 65), "i-bp1j6qtvdm8w0z1o0", "ünusual", "line\nbreak"} {
		c := newCollector(t)
		config := c.telemetry().Instrument(untag.Config{})
		ctx, done := config.OnCall(t.Context(), untag.Call{Resources: 1})
		err := &untag.APIError{Code: odd, RequestID: odd, Kind: untag.ErrThrottled}
		config.OnAttempt(ctx, untag.Attempt{Number: 1, StatusCode: 400, Code: odd, RequestID: odd, Err: err})
		done(err)
		for _, span := range append(c.calls(), c.attempts()...) {
			got := attributesOf(span.Attributes())
			assert.Equal(t, "_OTHER", got["rpc.response.status_code"])
			assert.NotContains(t, got, "alibaba_cloud.request_id")
		}
		for _, name := range []string{"rpc.client.call.duration", "untag.attempt.duration", "untag.throttles"} {
			assert.Equal(t, "_OTHER", c.metrics()[name][0].attributes["rpc.response.status_code"], name)
		}
	}
}
