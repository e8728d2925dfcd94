package rpc_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// dated answers with the Date of a clock that is off by skew.
func dated(skew time.Duration, status int, body string, headers ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		return answer(status, body, append(headers, "Date: "+time.Now().Add(skew).UTC().Format(http.TimeFormat))...)(r)
	}
}

const expiredDate = `{"RequestId":"R-400","Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp or date value is expired."}`

// signedSkew is how far the date of a request was from the local clock.
func signedSkew(t *testing.T, m message) time.Duration {
	t.Helper()
	date, err := time.Parse("2006-01-02T15:04:05Z", m.header.Get("X-Acs-Date"))
	require.NoError(t, err)
	return date.Sub(m.at).Round(time.Second)
}

func TestClockIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	const off = 20 * time.Minute
	for _, test := range []struct {
		name    string
		skew    time.Duration // of the service
		code    string
		headers []string
		status  int
		want    []time.Duration // the dates' offsets
	}{
		{"ahead", off, "InvalidTimeStamp.Expired", nil, 400, []time.Duration{0, off}},
		{"behind", -off, "IllegalTimestamp", nil, 400, []time.Duration{0, -off}},
		{"years", -3 * 365 * 24 * time.Hour, "IllegalTimestamp", nil, 400, []time.Duration{0, -3 * 365 * 24 * time.Hour}},
		{"five minutes", 5 * time.Minute, "InvalidTimeStamp.Expired", nil, 400, []time.Duration{0, 5 * time.Minute}},
		{"less than four minutes", 4*time.Minute - 2*time.Second, "InvalidTimeStamp.Expired", nil, 400, []time.Duration{0}},
		{"from a cache", off, "InvalidTimeStamp.Expired", []string{"Age: 0"}, 400, []time.Duration{0}},
		{"another code", off, "SignatureDoesNotMatch", nil, 400, []time.Duration{0}},
		{"another code that is retried", off, "SignatureNonceUsed", nil, 400, []time.Duration{0, 0, 0, 0, 0}},
		{"an outage", off, "ServiceUnavailable", nil, 503, []time.Duration{0, 0, 0, 0, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(dated(test.skew, test.status, `{"RequestId":"R","Code":"`+test.code+`"}`, test.headers...))
				_, err := newClient(t, service).Do(t.Context(), request())
				require.Error(t, err)
				require.Len(t, service.messages(), len(test.want), "%v", err)
				for i, m := range service.messages() {
					assert.InDelta(t, test.want[i].Seconds(), signedSkew(t, m).Seconds(), 1)
				}
			})
		})
	}
}

func TestClockStaysCorrected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.AllowAnyResource()
		cloud.Inject(untagtest.Fault{ClockOffset: 20 * time.Minute})
		service := play(cloud.Config().HTTPClient.Transport.RoundTrip)
		client := newClient(t, service, func(c *untag.Config) { c.Credentials = cloud.Config().Credentials })
		for range 3 {
			_, err := client.Do(t.Context(), request())
			require.NoError(t, err)
			time.Sleep(time.Hour)
		}
		assert.Len(t, service.messages(), 4, "one refusal in all")

		cloud.ClearFaults() // the service's clock was mended, or ours: the correction is wrong now
		for range 3 {
			_, err := client.Do(t.Context(), request())
			require.NoError(t, err)
		}
		assert.Len(t, service.messages(), 8, "one refusal more")
		last := service.messages()
		assert.Zero(t, signedSkew(t, last[len(last)-1]))
	})
}

func TestClockCorrectionIsDropped(t *testing.T) {
	t.Parallel()
	for name, agreed := range map[string]step{
		"by a success":    dated(0, 200, success),
		"by a refusal":    dated(0, 404, `{"RequestId":"R","Code":"InvalidResourceId.NotFound"}`),
		"three minutes":   dated(3*time.Minute, 200, success),
		"and not by this": dated(20*time.Minute, 200, success),
		"nor by a cache":  dated(0, 200, success, "Age: 3"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(dated(20*time.Minute, 400, expiredDate), agreed)
				client := newClient(t, service)
				_, _ = client.Do(t.Context(), request())
				_, _ = client.Do(t.Context(), request())
				want := time.Duration(0)
				if name == "and not by this" || name == "nor by a cache" {
					want = 20 * time.Minute
				}
				require.Len(t, service.messages(), 3)
				assert.InDelta(t, want.Seconds(), signedSkew(t, service.messages()[2]).Seconds(), 1)
			})
		})
	}
}

// TestClockIsCorrectedForAllCallsInFlight starts many calls with a wrong clock: the answer to the first corrects it,
// and the others were signed before that too.
func TestClockIsCorrectedForAllCallsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.AllowAnyResource()
		cloud.Inject(untagtest.Fault{ClockOffset: -20 * time.Minute}, untagtest.Fault{Latency: 100 * time.Millisecond})
		client := newClient(t, cloud.Config().HTTPClient.Transport, func(c *untag.Config) { c.Credentials = cloud.Config().Credentials })
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() {
				_, err := client.Do(t.Context(), request())
				assert.NoError(t, err)
			})
		}
		calls.Wait()
		assert.Equal(t, 100, cloud.CallCount())
	})
}

func TestClockIsCorrectedOnceForACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(dated(20*time.Minute, 400, expiredDate), dated(-20*time.Minute, 400, expiredDate), ok)
		_, err := newClient(t, service).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrClockSkew)
		assert.False(t, isUnknown(err))
		assert.Len(t, service.messages(), 2)
	})
}

func TestClockIsOnlyCorrectedWithinMaxAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(dated(20*time.Minute, 400, expiredDate), ok)
		client := newClient(t, service, func(c *untag.Config) { c.Retry.MaxAttempts = 1 })
		_, err := client.Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrClockSkew)
		_, err = client.Do(t.Context(), request()) // but what was learned is kept
		require.NoError(t, err)
		assert.InDelta(t, 1200, signedSkew(t, service.messages()[1]).Seconds(), 1)
	})
}
