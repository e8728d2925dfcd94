package untagotel_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// callTest is a call, and what is exported of it.
type callTest struct {
	name      string
	faults    []untagtest.Fault
	configure func(*untag.Config)
	context   func(context.Context) (context.Context, context.CancelFunc)
	untag     func(context.Context, *testing.T, untag.Config, ...string) error // nil: untagTag
	resources []string
	call      attributes   // of the call's span, beyond those of every one
	attempts  []attributes // of each attempt's span, likewise
	outcomes  map[string]int64
	throttles int64
}

// The request IDs of an account's first answers.
const (
	firstID  = "00000000-0000-5000-8000-000000000001"
	secondID = "00000000-0000-5000-8000-000000000002"
)

// callTests are the ways in which a call can end.
var callTests = []callTest{
	{
		name: "success", resources: []string{"i-1", "i-2"},
		call:     attributes{"untag.outcome": "done", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID},
		attempts: []attributes{{"http.response.status_code": int64(200), "alibaba_cloud.request_id": firstID}},
		outcomes: map[string]int64{"done": 2},
	},
	{
		name: "success after an outage", resources: []string{"i-1"},
		faults: []untagtest.Fault{{Calls: 1, Code: untag.CodeServiceUnavailable, RetryAfter: 2 * time.Second}},
		call:   attributes{"untag.outcome": "done", "untag.attempt.count": int64(2), "alibaba_cloud.request_id": secondID},
		attempts: []attributes{
			{
				"http.response.status_code": int64(503), "alibaba_cloud.request_id": firstID, "untag.attempt.wait": 2.0,
				"error.type": "unavailable", "rpc.response.status_code": "ServiceUnavailable",
			},
			{"http.response.status_code": int64(200), "alibaba_cloud.request_id": secondID, "http.request.resend_count": int64(1)},
		},
		outcomes: map[string]int64{"done": 1},
	},
	{
		name: "success after throttling", resources: []string{"i-1"},
		faults: []untagtest.Fault{{Calls: 1, Code: untag.CodeThrottlingUser}},
		call:   attributes{"untag.outcome": "done", "untag.attempt.count": int64(2), "alibaba_cloud.request_id": secondID},
		attempts: []attributes{
			{
				"http.response.status_code": int64(400), "alibaba_cloud.request_id": firstID, "untag.attempt.wait": anyWait,
				"error.type": "throttled", "rpc.response.status_code": "Throttling.User",
			},
			{"http.response.status_code": int64(200), "alibaba_cloud.request_id": secondID, "http.request.resend_count": int64(1)},
		},
		outcomes: map[string]int64{"done": 1}, throttles: 1,
	},
	{
		name: "throttled for good", resources: []string{"i-1", "i-2"},
		faults:    []untagtest.Fault{{Code: untag.CodeThrottlingAPI}},
		configure: func(c *untag.Config) { c.Retry.MaxAttempts = 1 },
		call: attributes{
			"untag.outcome": "refused", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID,
			"error.type": "throttled", "rpc.response.status_code": "Throttling.Api", "untag.resource.failed_count": int64(2),
		},
		attempts: []attributes{{
			"http.response.status_code": int64(400), "alibaba_cloud.request_id": firstID,
			"error.type": "throttled", "rpc.response.status_code": "Throttling.Api",
		}},
		outcomes: map[string]int64{"refused throttled": 2}, throttles: 1,
	},
	{
		name: "refusal", resources: []string{"i-1", "i-2"}, untag: untagECS,
		faults: []untagtest.Fault{{Code: untag.CodeForbiddenRAM}},
		call: attributes{
			"untag.outcome": "refused", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID,
			"error.type": "permission_denied", "rpc.response.status_code": "Forbidden.RAM", "untag.resource.failed_count": int64(2),
		},
		attempts: []attributes{{
			"http.response.status_code": int64(403), "alibaba_cloud.request_id": firstID,
			"error.type": "permission_denied", "rpc.response.status_code": "Forbidden.RAM",
		}},
		outcomes: map[string]int64{"refused permission_denied": 2},
	},
	{
		name: "partial failure", resources: []string{"i-1", "i-8", "i-9", "i-2"},
		call: attributes{
			"untag.outcome": "partial", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID,
			"error.type": "partial_failure", "untag.resource.failed_count": int64(2),
			"untag.resource.failed_codes": []string{"InvalidResourceId.NotFound"},
		},
		attempts: []attributes{{"http.response.status_code": int64(200), "alibaba_cloud.request_id": firstID}},
		outcomes: map[string]int64{"done": 2, "refused not_found": 2},
	},
	{
		name: "cancelled in flight", resources: []string{"i-1"},
		faults:  []untagtest.Fault{{Latency: time.Minute}},
		context: cancelAfter(3 * time.Second),
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(1),
			"error.type": "canceled", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{"error.type": "canceled"}},
		outcomes: map[string]int64{"unknown canceled": 1},
	},
	{
		name: "cancelled before it was sent", resources: []string{"i-1"},
		context: cancelAfter(0),
		call: attributes{
			"untag.outcome": "not_attempted", "untag.attempt.count": int64(0),
			"error.type": "canceled", "untag.resource.failed_count": int64(1),
		},
		outcomes: map[string]int64{"not_attempted canceled": 1},
	},
	{
		name: "cancelled while it waits out throttling", resources: []string{"i-1"},
		faults:  []untagtest.Fault{{Code: untag.CodeThrottlingUser, RetryAfter: 30 * time.Second}},
		context: cancelAfter(3 * time.Second),
		call: attributes{
			"untag.outcome": "refused", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID,
			"error.type": "canceled", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{
			"http.response.status_code": int64(400), "alibaba_cloud.request_id": firstID, "untag.attempt.wait": anyWait,
			"error.type": "throttled", "rpc.response.status_code": "Throttling.User",
		}},
		outcomes: map[string]int64{"refused canceled": 1}, throttles: 1,
	},
	{
		name: "deadline while it waits out throttling", resources: []string{"i-1"},
		faults:  []untagtest.Fault{{Code: untag.CodeThrottlingUser, RetryAfter: 30 * time.Second}},
		context: deadlineAfter(3 * time.Second),
		call: attributes{
			"untag.outcome": "refused", "untag.attempt.count": int64(1), "alibaba_cloud.request_id": firstID,
			"error.type": "throttled", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{
			"http.response.status_code": int64(400), "alibaba_cloud.request_id": firstID, "untag.attempt.wait": anyWait,
			"error.type": "throttled", "rpc.response.status_code": "Throttling.User",
		}},
		outcomes: map[string]int64{"refused throttled": 1}, throttles: 1,
	},
	{
		name: "deadline in flight", resources: []string{"i-1"},
		faults:  []untagtest.Fault{{Latency: time.Minute}},
		context: deadlineAfter(3 * time.Second),
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(1),
			"error.type": "timeout", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{"error.type": "timeout"}},
		outcomes: map[string]int64{"unknown timeout": 1},
	},
	{
		name: "an attempt takes too long", resources: []string{"i-1"},
		faults:    []untagtest.Fault{{Latency: time.Minute}},
		configure: func(c *untag.Config) { c.Timeout, c.Retry.MaxAttempts = time.Second, 1 },
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(1),
			"error.type": "timeout", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{"error.type": "timeout"}},
		outcomes: map[string]int64{"unknown timeout": 1},
	},
	{
		name: "lost answer", resources: []string{"i-1", "i-2"},
		faults:    []untagtest.Fault{{Reset: true, After: true}},
		configure: func(c *untag.Config) { c.Retry.MaxAttempts = 1 },
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(1),
			"error.type": "unavailable", "untag.resource.failed_count": int64(2),
		},
		attempts: []attributes{{"error.type": "unavailable"}},
		outcomes: map[string]int64{"unknown unavailable": 2},
	},
	{
		name: "throttled after a lost answer", resources: []string{"i-1"},
		faults:    []untagtest.Fault{{Calls: 1, Reset: true, After: true}, {Code: untag.CodeThrottlingUser}},
		configure: func(c *untag.Config) { c.Retry.MaxAttempts, c.Retry.MaxThrottle = 2, -1 },
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(2), "alibaba_cloud.request_id": secondID, // the lost answer had the first
			"error.type": "throttled", "rpc.response.status_code": "Throttling.User", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{
			{"error.type": "unavailable", "untag.attempt.wait": anyWait},
			{
				"http.response.status_code": int64(400), "alibaba_cloud.request_id": secondID, "http.request.resend_count": int64(1),
				"error.type": "throttled", "rpc.response.status_code": "Throttling.User",
			},
		},
		outcomes: map[string]int64{"unknown throttled": 1}, throttles: 1,
	},
	{
		name: "not an answer of the service", resources: []string{"i-1"},
		faults:    []untagtest.Fault{{HTML: true}},
		configure: func(c *untag.Config) { c.Retry.MaxAttempts = 1 },
		call: attributes{
			"untag.outcome": "unknown", "untag.attempt.count": int64(1),
			"error.type": "unavailable", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{"http.response.status_code": int64(502), "error.type": "unavailable"}},
		outcomes: map[string]int64{"unknown unavailable": 1},
	},
	{
		name: "no credentials", resources: []string{"i-1"},
		configure: func(c *untag.Config) { c.Credentials = brokenProvider{} },
		call: attributes{
			"untag.outcome": "not_attempted", "untag.attempt.count": int64(0),
			"error.type": "unauthenticated", "untag.resource.failed_count": int64(1),
		},
		outcomes: map[string]int64{"not_attempted unauthenticated": 1},
	},
	{
		name: "a region without the service", resources: []string{"i-1"}, untag: untagECS,
		configure: func(c *untag.Config) { c.Endpoint = "nowhere.example.com" },
		call: attributes{
			"untag.outcome": "not_attempted", "untag.attempt.count": int64(1),
			"error.type": "invalid_parameter", "untag.resource.failed_count": int64(1),
		},
		attempts: []attributes{{"error.type": "invalid_parameter"}},
		outcomes: map[string]int64{"not_attempted invalid_parameter": 1},
	},
}

// brokenProvider has no credentials.
type brokenProvider struct{}

func (brokenProvider) GetCredential() (*credentials.CredentialModel, error) {
	return nil, errors.New("no credentials here")
}

func deadlineAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, d) }
}

func cancelAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		if d == 0 {
			cancel()
			return ctx, cancel
		}
		timer := time.AfterFunc(d, cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}
}

// anyWait stands for a pause that is drawn at random.
const anyWait = "any"
