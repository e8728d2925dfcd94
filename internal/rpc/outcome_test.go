package rpc_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/untagtest"
)

// connects reports to the request's trace what net/http's transport would.
func connects(then step) step {
	return func(r *http.Request) (*http.Response, error) {
		trace := httptrace.ContextClientTrace(r.Context())
		trace.GetConn(r.Host)
		return then(r)
	}
}

func connected(then step) step {
	return connects(func(r *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
		return then(r)
	})
}

// TestOutcome says what is known of a call's effect, however it ends. Each row's ctx ends after 10 s, or is canceled then.
func TestOutcome(t *testing.T) {
	t.Parallel()
	const unknown, notAttempted, refused = "unknown", "not attempted", "refused"
	fast := untag.Retry{BaseDelay: time.Millisecond, MaxThrottle: time.Hour}
	unavailable := refuse(503, "ServiceUnavailable")
	for _, test := range []struct {
		name     string
		outcome  string
		is       error // nil: the context's error alone
		attempts int
		service  []step
		retry    untag.Retry
	}{
		{"silent", unknown, nil, 1, []step{silent}, fast},
		{"silent, once connected", unknown, nil, 1, []step{connected(silent)}, fast},
		{"while connecting", notAttempted, nil, 1, []step{connects(silent)}, fast},
		{"while connecting, after a refused connection", notAttempted, nil, 2, []step{fail(errRefused), connects(silent)}, fast},
		{"while connecting, after a reset", unknown, nil, 2, []step{fail(errReset), connects(silent)}, fast},
		{"while connecting, after a throttled answer", refused, nil, 2, []step{throttled(0), connects(silent)}, fast},
		{"between attempts, after a 503", unknown, nil, 1, []step{refuse(503, "ServiceUnavailable", "X-Acs-Retry-After: 30000")}, fast},
		{"between attempts, after a throttled answer", refused, untag.ErrThrottled, 1, []step{throttled(30 * time.Second)}, fast},
		{"between attempts, throttled after a 503", unknown, untag.ErrThrottled, 2, []step{unavailable, throttled(30 * time.Second)}, fast},
		{"between attempts, after a refused connection", notAttempted, nil, 1, []step{func(*http.Request) (*http.Response, error) {
			time.Sleep(9 * time.Second)
			return nil, errRefused
		}}, untag.Retry{BaseDelay: 1e6 * time.Hour, MaxDelay: 1e6 * time.Hour}},
		{"in a later attempt", unknown, nil, 2, []step{throttled(0), silent}, fast},
		{"the body is slow", unknown, nil, 1, []step{func(r *http.Request) (*http.Response, error) {
			response, err := answer(200, success)(r)
			response.Body, response.ContentLength = slowBody{r.Context()}, -1
			return response, err
		}}, fast},
	} {
		for _, deadline := range []bool{false, true} {
			name := test.name + ", canceled"
			if deadline {
				name = test.name + ", deadline"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					cause := errors.New("the owner's reason")
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					want := context.Canceled
					if deadline {
						want = context.DeadlineExceeded
						var stop context.CancelFunc
						ctx, stop = context.WithTimeout(t.Context(), 10*time.Second)
						defer stop()
					} else {
						time.AfterFunc(10*time.Second, func() { cancel(cause) })
					}
					seen := new(observed)
					start := time.Now()
					_, err := newClient(t, play(test.service...), seen.config, func(c *untag.Config) { c.Retry = test.retry }).Do(ctx, request())
					assert.Equal(t, 10*time.Second, time.Since(start), "the call must end with its context")
					require.ErrorIs(t, err, want)
					if !deadline {
						require.ErrorIs(t, err, cause)
					}
					assert.Equal(t, test.outcome == unknown, isUnknown(err), "%v", err)
					assert.Equal(t, test.outcome == notAttempted, isNotAttempted(err), "%v", err)
					if test.is != nil {
						require.ErrorIs(t, err, test.is)
					}
					callErr, ok := errors.AsType[*untag.CallError](err)
					require.True(t, ok)
					assert.Equal(t, test.attempts, callErr.Attempts)
					assert.Len(t, seen.attempts, test.attempts)
				})
			})
		}
	}
}

type slowBody struct{ ctx context.Context }

func (b slowBody) Read([]byte) (int, error) { <-b.ctx.Done(); return 0, b.ctx.Err() }
func (slowBody) Close() error               { return nil }

func TestEndedBeforeTheCall(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, source := range map[string]untag.CredentialProvider{"static": settings(nil).Credentials, "other": provider(func() (*credentials.CredentialModel, error) { return model(keyID, keySecret, ""), nil })} {
		service := play(ok)
		_, err := newClient(t, service, func(c *untag.Config) { c.Credentials = source }).Do(ctx, request())
		require.ErrorIs(t, err, context.Canceled, name)
		assert.True(t, isNotAttempted(err) && !isUnknown(err), "%s: %v", name, err)
		assert.Empty(t, service.messages())
	}
}

// TestEndedBeforeSending cancels a call that waits for its turn.
func TestEndedBeforeSending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		service := play(ok)
		client := newClient(t, service, func(c *untag.Config) { c.Rate = 1 })
		_, err := client.Do(ctx, request())
		require.NoError(t, err)
		time.AfterFunc(time.Second/2, cancel)
		_, err = client.Do(ctx, request()) // waits for the rate
		require.ErrorIs(t, err, context.Canceled)
		assert.True(t, isNotAttempted(err))
		assert.Len(t, service.messages(), 1)
	})
}

func TestTimeoutOfOneAttempt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		timeout time.Duration
		took    time.Duration
	}{{"the default", 0, 30 * time.Second}, {"set", 2 * time.Second, 2 * time.Second}, {"none", -1, 0}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				seen := new(observed)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				_, err := newClient(t, play(silent), seen.config, func(c *untag.Config) { c.Timeout = test.timeout }).Do(ctx, request())
				assert.True(t, isUnknown(err))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				if test.took == 0 {
					require.Len(t, seen.attempts, 1)
					assert.Equal(t, time.Hour, seen.attempts[0].Duration)
					return
				}
				require.ErrorIs(t, err, untag.ErrUnavailable)
				var netErr net.Error
				require.ErrorAs(t, err, &netErr)
				assert.True(t, netErr.Timeout())
				require.NoError(t, ctx.Err())
				require.Len(t, seen.attempts, 5)
				for _, attempt := range seen.attempts {
					assert.Equal(t, test.took, attempt.Duration)
				}
			})
		})
	}
}

func TestTimeoutWhileReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(func(r *http.Request) (*http.Response, error) {
			response, err := answer(400, "")(r)
			response.Body, response.ContentLength = slowBody{r.Context()}, -1
			return response, err
		}, ok)
		_, err := newClient(t, service).Do(t.Context(), request())
		require.NoError(t, err, "an answer that did not come is repeated, whatever its status")
		assert.Len(t, service.messages(), 2)
	})
}

// TestUnknownThenRefused follows an attempt without a verdict by other answers.
func TestUnknownThenRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		then    step
		unknown bool
		kind    error
	}{
		{"a verdict on the resource", refuse(404, "InvalidResourceId.NotFound"), false, untag.ErrNotFound},
		{"a verdict on the request", refuse(400, "InvalidTagKey.Malformed"), true, untag.ErrInvalidParameter},
		{"a verdict on the region", refuse(400, "InvalidRegionId.NotFound"), true, untag.ErrInvalidParameter},
		{"no permission", refuse(403, "Forbidden.RAM"), true, untag.ErrPermissionDenied},
		{"a firewall's page", answer(403, "<html>blocked</html>"), true, untag.ErrPermissionDenied},
		{"no code", answer(400, `{"RequestId":"R"}`), true, untag.ErrInvalidParameter},
		{"a code that nobody knows", refuse(400, "Odd"), true, untag.ErrInvalidParameter},
		{"a used nonce", refuse(400, "SignatureNonceUsed"), true, untag.ErrUnauthenticated},
		{"a wrong signature", refuse(400, "SignatureDoesNotMatch"), true, untag.ErrUnauthenticated},
		{"a dead key", refuse(404, "InvalidAccessKeyId.NotFound"), true, untag.ErrUnauthenticated},
		{"an expired token", refuse(400, "InvalidSecurityToken.Expired"), true, untag.ErrUnauthenticated},
		{"a wrong clock", refuse(400, "InvalidTimeStamp.Expired"), true, untag.ErrClockSkew},
		{"throttling", throttled(time.Hour), true, untag.ErrThrottled},
		{"an outage", refuse(503, "ServiceUnavailable"), true, untag.ErrUnavailable},
		{"a host that is gone", fail(errNoHost), true, untag.ErrInvalidParameter},
		{"a redirect", answer(302, ""), true, untag.ErrUnavailable},
	} {
		for name, first := range map[string]step{"reset": fail(errReset), "time-out": silent, "503": refuse(503, "ServiceUnavailable"), "a used nonce": refuse(400, "SignatureNonceUsed")} {
			t.Run(name+", then "+test.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					call := request()
					call.Resources = 1
					_, err := newClient(t, play(first, test.then)).Do(t.Context(), call)
					require.ErrorIs(t, err, test.kind)
					assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
					assert.False(t, isNotAttempted(err), "%v", err)
				})
			})
		}
	}
}

// A refusal that names no culprit was given with a look at one of the resources, nobody knows which.
func TestUnknownThenRefusedForOneOfSeveral(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reply, err := newClient(t, play(fail(errReset), refuse(404, "InvalidResourceId.NotFound"))).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrNotFound)
		assert.True(t, isUnknown(err))
		assert.True(t, reply.Lost)
	})
}

// TestReadsHaveNoOutcome loses the answers of an operation that changes nothing.
func TestReadsHaveNoOutcome(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		service []step
		kind    error
	}{
		"reset":                {[]step{fail(errReset)}, untag.ErrUnavailable},
		"time-out":             {[]step{silent}, untag.ErrUnavailable},
		"an outage":            {[]step{refuse(503, "ServiceUnavailable")}, untag.ErrUnavailable},
		"half an answer":       {[]step{answer(200, success[:9])}, untag.ErrUnavailable},
		"reset, then a policy": {[]step{fail(errReset), refuse(403, "Forbidden.RAM")}, untag.ErrPermissionDenied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				call := request()
				call.Operation = &rpc.Operation{Action: "ListTagResources", Reads: true}
				seen := new(observed)
				_, err := newClient(t, play(test.service...), seen.config).Do(t.Context(), call)
				require.ErrorIs(t, err, test.kind)
				assert.False(t, isUnknown(err), "%v", err)
				assert.False(t, isNotAttempted(err), "%v", err)
				assert.Contains(t, err.Error(), "ecs ListTagResources in cn-hangzhou: ")
				for _, attempt := range seen.attempts {
					assert.False(t, isUnknown(attempt.Err), "%v", attempt.Err)
					assert.Equal(t, "ListTagResources", attempt.Action)
				}
			})
		})
	}
}

// TestVendorsErrorInUnknown finds the vendor's error type through ErrOutcomeUnknown.
func TestVendorsErrorInUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, play(refuse(503, "ServiceUnavailable"))).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrOutcomeUnknown)
		var sdkErr *tea.SDKError
		require.ErrorAs(t, err, &sdkErr)
		assert.Equal(t, "ServiceUnavailable", tea.StringValue(sdkErr.Code))
	})
}

// TestEffectIsNeverDenied breaks calls before and after they took effect: what has taken effect is never called not attempted
// or refused.
func TestEffectIsNeverDenied(t *testing.T) {
	t.Parallel()
	for _, fault := range []untagtest.Fault{
		{Reset: true},
		{Reset: true, After: true},
		{Truncate: true},
		{Latency: time.Hour},
		{HTML: true},
		{Status: 503},
		{Code: "ServiceUnavailable"},
		{Code: "InternalError"},
	} {
		for _, mode := range []string{"one attempt", "canceled", "repeated"} {
			synctest.Test(t, func(t *testing.T) {
				cloud := untagtest.NewCloud()
				cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"~*'()": ""}},
					untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i 2/ü", Tags: map[string]string{"~*'()": ""}})
				fault.Calls = 1
				cloud.Inject(fault)
				config := cloud.Config()
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				switch mode {
				case "one attempt":
					config.Retry.MaxAttempts = 1
				case "canceled":
					config.Timeout = -1
					config.Retry.MaxAttempts = 1
				}
				_, err := newClient(t, config.HTTPClient.Transport, func(c *untag.Config) {
					c.Credentials, c.Retry, c.Timeout = config.Credentials, config.Retry, config.Timeout
				}).
					Do(ctx, request())
				if mode == "repeated" {
					require.NoError(t, err, "%+v", fault)
					return
				}
				assert.True(t, isUnknown(err), "%+v: %v", fault, err)
			})
		}
	}
}
