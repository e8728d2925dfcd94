package rpc_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestWhatIsRetried counts the attempts of every documented answer, with room for three. Throttled answers count here.
func TestWhatIsRetried(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		service  step
		attempts int
		kind     error
		unknown  bool
	}{
		{"Throttling", refuse(400, "Throttling"), 3, untag.ErrThrottled, false},
		{"Throttling.User", refuse(400, "Throttling.User"), 3, untag.ErrThrottled, false},
		{"Throttling.Api", refuse(400, "Throttling.Api"), 3, untag.ErrThrottled, false},
		{"Throttling.Something", refuse(503, "Throttling.Something"), 3, untag.ErrThrottled, false},
		{"Rejected.Throttling", refuse(400, "Rejected.Throttling"), 3, untag.ErrThrottled, false},
		{"a throttling gateway's page", answer(429, "<html>slow down</html>"), 3, untag.ErrThrottled, false},
		{"ServiceUnavailable", refuse(503, "ServiceUnavailable"), 3, untag.ErrUnavailable, true},
		{"ServiceUnavailable.Backend", refuse(500, "ServiceUnavailable.Backend"), 3, untag.ErrUnavailable, true},
		{"InternalError", refuse(500, "InternalError"), 3, untag.ErrUnavailable, true},
		{"an unknown code of a 500", refuse(500, "Oops"), 3, untag.ErrUnavailable, true},
		{"a page of a 502", answer(502, "<html>Bad Gateway</html>"), 3, untag.ErrUnavailable, true},
		{"an empty 504", answer(504, ""), 3, untag.ErrUnavailable, true},
		{"a gateway's time-out", answer(408, ""), 3, untag.ErrUnavailable, true},
		{"a 200 page", answer(200, "<html>Welcome to the hotel</html>"), 3, untag.ErrUnavailable, true},
		{"an empty 200", answer(200, ""), 3, untag.ErrUnavailable, true},
		{"a 204", answer(204, ""), 3, untag.ErrUnavailable, true},
		{"a null 200", answer(200, "null"), 3, untag.ErrUnavailable, true},
		{"an array 200", answer(200, "["+success+"]"), 3, untag.ErrUnavailable, true},
		{"a text 200", answer(200, `"R-1"`), 3, untag.ErrUnavailable, true},
		{"an empty object", answer(200, "{}"), 3, untag.ErrUnavailable, true},
		{"no request ID", answer(200, `{"FailedResources":{}}`), 3, untag.ErrUnavailable, true},
		{"a null request ID", answer(200, `{"RequestId":null}`), 3, untag.ErrUnavailable, true},
		{"JSON that ends early", answer(200, `{"RequestId":"R-1"`), 3, untag.ErrUnavailable, true},
		{"JSON with a tail", answer(200, success+"}"), 3, untag.ErrUnavailable, true},
		{"a connection that ends early", cutOff(200, success), 3, untag.ErrUnavailable, true},
		{"a refusal that ends early", cutOff(400, `{"Code":"InvalidResourceId.NotFound"`), 3, untag.ErrUnavailable, true},
		{"a refusal cut off in its text", answer(403, `{"Code":"Forbidden.RAM","Message":"Th`), 3, untag.ErrUnavailable, true},
		{"failures nobody understands", answer(200, `{"RequestId":"R","FailedResources":7}`), 3, untag.ErrUnavailable, true},
		{"a used nonce", refuse(400, "SignatureNonceUsed"), 3, untag.ErrUnauthenticated, true},
		{"a reset", fail(errReset), 3, untag.ErrUnavailable, true},
		{"an end", fail(io.ErrUnexpectedEOF), 3, untag.ErrUnavailable, true},
		{"no response and no error", func(*http.Request) (*http.Response, error) { return nil, nil }, 3, untag.ErrUnavailable, true}, //nolint:nilnil // on purpose
		{"a response without a body", func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: http.StatusOK}, nil }, 3, untag.ErrUnavailable, true},
		{"connection refused", fail(errRefused), 3, untag.ErrUnavailable, false},
		{"a name server out of order", fail(errNoDNS), 3, untag.ErrUnavailable, false},

		{"no such host", fail(errNoHost), 1, untag.ErrInvalidParameter, false},
		{"an unknown authority", fail(fmt.Errorf("handshake: %w", x509.UnknownAuthorityError{})), 1, untag.ErrUnavailable, false},
		{"a certificate of another host", fail(x509.HostnameError{Certificate: new(x509.Certificate), Host: "h"}), 1, untag.ErrUnavailable, false},
		{"an expired certificate", fail(&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}), 1, untag.ErrUnavailable, false},
		{"an invalid certificate", fail(x509.CertificateInvalidError{Reason: x509.Expired}), 1, untag.ErrUnavailable, false},
		{"no TLS", fail(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), 1, untag.ErrUnavailable, false},
		{"a TLS alert", fail(tls.AlertError(40)), 1, untag.ErrUnavailable, false},
		{"an old TLS", fail(errors.New("tls: server selected unsupported protocol version 301")), 1, untag.ErrUnavailable, false},
		{"a redirect", answer(302, "", "Location: https://elsewhere.example/"), 1, untag.ErrUnavailable, true},
		{"a redirect that keeps the method", answer(308, "", "Location: https://elsewhere.example/"), 1, untag.ErrUnavailable, true},
		{"a redirect without an address", answer(301, ""), 1, untag.ErrUnavailable, true},
		{"not modified", answer(304, ""), 1, untag.ErrUnavailable, true},
		{"a wrong clock that is right", refuse(400, "InvalidTimeStamp.Expired"), 1, untag.ErrClockSkew, false},
		{"a token that stays the same", refuse(400, "InvalidSecurityToken.Expired"), 1, untag.ErrUnauthenticated, false},
		{"another token", refuse(400, "InvalidSecurityToken.MismatchWithAccessKey"), 1, untag.ErrUnauthenticated, false},
		{"no token", refuse(400, "MissingSecurityToken"), 1, untag.ErrUnauthenticated, false},
		{"a wrong signature", refuse(400, "SignatureDoesNotMatch"), 1, untag.ErrUnauthenticated, false},
		{"half a signature", refuse(400, "IncompleteSignature"), 1, untag.ErrUnauthenticated, false},
		{"an unknown key", refuse(404, "InvalidAccessKeyId.NotFound"), 1, untag.ErrUnauthenticated, false},
		{"an unknown resource", refuse(404, "InvalidResourceId.NotFound"), 1, untag.ErrNotFound, false},
		{"a resource that cannot", refuse(400, "InvalidResourceId.NotSupported"), 1, untag.ErrInvalidParameter, false},
		{"a missing parameter with 404", refuse(404, "MissingParameter.RegionId"), 1, untag.ErrInvalidParameter, false},
		{"a wrong parameter with 403", refuse(403, "InvalidTagKey.Malformed"), 1, untag.ErrInvalidParameter, false},
		{"a code with a semicolon", refuse(400, "InvalidTag; Illegal parameter serialization format. Flat format is required."), 1, untag.ErrInvalidParameter, false},
		{"forbidden", refuse(403, "Forbidden.RAM"), 1, untag.ErrPermissionDenied, false},
		{"no permission", refuse(403, "NoPermission.Operator"), 1, untag.ErrPermissionDenied, false},
		{"a quota", refuse(400, "QuotaExceed.TagKey"), 1, untag.ErrQuotaExceeded, false},
		{"an unknown region", refuse(404, "InvalidRegionId.NotFound"), 1, untag.ErrInvalidParameter, false},
		{"an unknown code", refuse(400, "Who.Knows"), 1, untag.ErrInvalidParameter, false},
		{"a conflict with somebody else", refuse(409, "Who.Knows"), 3, untag.ErrUnavailable, true},
		{"a conflict without a code", answer(409, "<html>conflict</html>"), 3, untag.ErrUnavailable, true},
		{"a conflict within the request", refuse(403, "Param.Conflict"), 1, untag.ErrInvalidParameter, false},
		{"a wrong parameter with 409", refuse(409, "InvalidParameter.MatchType"), 1, untag.ErrInvalidParameter, false},
		{"busy", refuse(400, "SystemBusy"), 3, untag.ErrUnavailable, true},
		{"still processing", refuse(400, "IdempotenceProcessing"), 3, untag.ErrUnavailable, true},
		{"flow control", refuse(400, "ONS_SYSTEM_FLOW_CONTROL"), 3, untag.ErrThrottled, false},
		{"throttled by any status", refuse(429, "Forbidden.RAM"), 3, untag.ErrThrottled, false},
		{"throttled by the header alone", refuse(400, "InvalidParameter", "X-Acs-Retry-After: 5"), 3, untag.ErrThrottled, false},
		{"a forbidden call with the header", refuse(403, "Forbidden.RAM", "X-Acs-Retry-After: 5"), 3, untag.ErrThrottled, false},
		{"a page with the header", answer(403, "<html>slow down</html>", "X-Acs-Retry-After: 5"), 3, untag.ErrThrottled, false},
		{"a header that asks for nothing", refuse(403, "Forbidden.RAM", "X-Acs-Retry-After: 0"), 1, untag.ErrPermissionDenied, false},
		{"an outage with the header", refuse(503, "ServiceUnavailable", "X-Acs-Retry-After: 5"), 3, untag.ErrUnavailable, true},
		{"no money", refuse(403, "Account.Arrearage"), 1, untag.ErrPermissionDenied, false},
		{"a closed account", refuse(400, "InvalidAccountStatus.NotEnoughBalance"), 1, untag.ErrPermissionDenied, false},
		{"a timestamp that is missing", refuse(400, "IllegalTimestamp"), 1, untag.ErrInvalidParameter, false},
		{"a 202", answer(202, success), 3, untag.ErrUnavailable, true},
		{"a 206", answer(206, success), 3, untag.ErrUnavailable, true},
		{"a page of a 403", answer(403, "<html>blocked</html>"), 1, untag.ErrPermissionDenied, false},
		{"a page of a 404", answer(404, "<html>lost</html>"), 1, untag.ErrInvalidParameter, false},
		{"a page of a 414", answer(414, "<html>too long</html>"), 1, untag.ErrInvalidParameter, false},
		{"a proxy that wants a password", answer(407, ""), 1, untag.ErrUnauthenticated, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(test.service)
				client := newClient(t, service, func(c *untag.Config) { c.Retry = untag.Retry{MaxAttempts: 3, MaxThrottle: -1} })
				_, err := client.Do(t.Context(), request())
				require.ErrorIs(t, err, test.kind)
				assert.Len(t, service.messages(), test.attempts)
				assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
				if callErr, ok := errors.AsType[*untag.CallError](err); ok {
					assert.Equal(t, test.attempts, callErr.Attempts)
				}
				if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
					assert.Equal(t, test.attempts, apiErr.Attempts)
					assert.False(t, isNotAttempted(err))
				}
			})
		})
	}
}

func TestNotAttempted(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"connection refused": errRefused, "no such host": errNoHost, "name server": errNoDNS,
		"certificate": x509.UnknownAuthorityError{}, "no TLS": tls.RecordHeaderError{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := newClient(t, play(fail(failure))).Do(t.Context(), request())
				assert.True(t, isNotAttempted(err), "%v", err)
				assert.False(t, isUnknown(err), "%v", err)
				require.ErrorIs(t, err, failure)
			})
		})
	}
}

func TestMaxAttempts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ set, unavailable, throttled int }{{0, 5, 5}, {1, 1, 1}, {-1, 1, 1}, {math.MinInt, 1, 1}, {3, 3, 3}, {7, 7, 7}} {
		t.Run(strconv.Itoa(test.set), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for _, code := range []string{"ServiceUnavailable", "Throttling.User"} {
					service := play(refuse(503, code))
					_, err := newClient(t, service, func(c *untag.Config) {
						c.Retry = untag.Retry{MaxAttempts: test.set, MaxThrottle: -1}
					}).Do(t.Context(), request())
					require.Error(t, err)
					assert.Len(t, service.messages(), test.unavailable, code)
				}
				// One attempt is one, though throttled answers would be none within MaxThrottle.
				service := play(refuse(400, "Throttling"))
				_, err := newClient(t, service, func(c *untag.Config) { c.Retry.MaxAttempts = test.set }).Do(t.Context(), request())
				require.ErrorIs(t, err, untag.ErrThrottled)
				assert.Equal(t, test.unavailable == 1, len(service.messages()) == 1)
			})
		})
	}
}

func TestSuccessAfterFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(fail(errReset), refuse(503, "ServiceUnavailable"), answer(200, "<html>"), refuse(400, "SignatureNonceUsed"), ok)
		answer, err := newClient(t, service).Do(t.Context(), request())
		require.NoError(t, err)
		assert.Equal(t, "R-success", answer.RequestID)
		assert.Len(t, service.messages(), 5)
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		retry untag.Retry
		most  []time.Duration // of the nth pause
	}{
		{"the defaults", untag.Retry{MaxAttempts: 10}, []time.Duration{
			200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond, 1600 * time.Millisecond, 3200 * time.Millisecond,
			6400 * time.Millisecond, 12800 * time.Millisecond, 20 * time.Second, 20 * time.Second,
		}},
		{"set", untag.Retry{MaxAttempts: 5, BaseDelay: time.Second, MaxDelay: 3 * time.Second}, []time.Duration{
			time.Second, 2 * time.Second, 3 * time.Second, 3 * time.Second,
		}},
		{"a base above the most", untag.Retry{MaxAttempts: 3, BaseDelay: time.Hour, MaxDelay: time.Second}, []time.Duration{time.Second, time.Second}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const rounds = 60
				low, high := slices.Clone(test.most), make([]time.Duration, len(test.most))
				for range rounds {
					service := play(refuse(503, "ServiceUnavailable"))
					_, err := newClient(t, service, func(c *untag.Config) { c.Retry = test.retry }).Do(t.Context(), request())
					require.ErrorIs(t, err, untag.ErrUnavailable)
					drawn := waits(service.messages())
					require.Len(t, drawn, len(test.most))
					for i, wait := range drawn {
						assert.LessOrEqual(t, wait, test.most[i], "pause %d", i+1)
						low[i], high[i] = min(low[i], wait), max(high[i], wait)
					}
				}
				for i, most := range test.most { // full jitter: chances of a failure are 0.75^60 each
					assert.Less(t, low[i], most/4, "pause %d", i+1)
					assert.Greater(t, high[i], most*3/4, "pause %d", i+1)
				}
			})
		})
	}
}

func TestHugeDelaysDoNotOverflow(t *testing.T) {
	t.Parallel()
	for _, retry := range []untag.Retry{
		{MaxAttempts: 3, BaseDelay: math.MaxInt64, MaxDelay: math.MaxInt64},
		{MaxAttempts: 80, BaseDelay: 1, MaxDelay: math.MaxInt64},
		{MaxAttempts: 80, BaseDelay: math.MaxInt64/2 + 1, MaxDelay: 1},
		{MaxAttempts: math.MaxInt, BaseDelay: time.Hour, MaxDelay: 1000 * time.Hour, MaxThrottle: math.MaxInt64},
	} {
		client := newClient(t, play(ok), func(c *untag.Config) { c.Retry = retry })
		for n := 1; n < 200; n++ {
			wait := client.Backoff(n)
			require.GreaterOrEqual(t, wait, time.Duration(0))
			require.LessOrEqual(t, wait, retry.MaxDelay)
		}
	}
}

// TestServiceNamesThePause has the hints of 503 answers, which hold this call alone.
func TestServiceNamesThePause(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		header      string
		least, most time.Duration
	}{
		{"milliseconds", "X-Acs-Retry-After: 7500", 7500 * time.Millisecond, 7500 * time.Millisecond},
		{"older, which tells of the quota alone", "X-Ratelimit-User-Api: Remaining:0,TimeLeft:3000", 0, 200 * time.Millisecond},
		{"standard", "Retry-After: 9", 9 * time.Second, 9 * time.Second},
		{"capped", "X-Acs-Retry-After: 86400000", time.Minute, time.Minute},
		{"capped, standard", "Retry-After: 4294967295", time.Minute, time.Minute},
		{"shorter than the pause would be", "X-Acs-Retry-After: 1", time.Millisecond, 200 * time.Millisecond},
		{"nonsense", "X-Acs-Retry-After: -7", 0, 200 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(refuse(http.StatusServiceUnavailable, "ServiceUnavailable", test.header), ok)
				_, err := newClient(t, service).Do(t.Context(), request())
				require.NoError(t, err)
				wait := waits(service.messages())[0]
				assert.GreaterOrEqual(t, wait, test.least)
				assert.LessOrEqual(t, wait, test.most)
			})
		})
	}
}
