package rpc_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

func throttled(hint time.Duration) step {
	if hint == 0 {
		return refuse(http.StatusBadRequest, "Throttling.User")
	}
	return refuse(http.StatusBadRequest, "Throttling.User", "X-Acs-Retry-After: "+strconv.FormatInt(hint.Milliseconds(), 10))
}

func repeat(n int, s step) []step {
	all := make([]step, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// TestMaxThrottle makes one call whose every answer is throttled.
func TestMaxThrottle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		retry       untag.Retry
		hint        time.Duration
		least, most time.Duration // the call takes
		attempts    int           // 0: more than MaxAttempts
	}{
		{"the default", untag.Retry{}, 0, 30 * time.Second, time.Minute, 0},
		{"the default, with hints", untag.Retry{}, 2 * time.Second, 50 * time.Second, time.Minute, 0},
		{"5 s", untag.Retry{MaxThrottle: 5 * time.Second, MaxDelay: time.Second}, 0, 3 * time.Second, 5 * time.Second, 0},
		{"5 s, with hints", untag.Retry{MaxThrottle: 5 * time.Second}, 500 * time.Millisecond, 3 * time.Second, 5 * time.Second, 0},
		{"a pause that is too long", untag.Retry{MaxThrottle: 5 * time.Second}, 6 * time.Second, 0, 0, 1},
		{"negative", untag.Retry{MaxThrottle: -1}, 0, 0, 4 * time.Second, 5},
		{"negative, with hints", untag.Retry{MaxThrottle: -1}, 2 * time.Second, 8 * time.Second, 9 * time.Second, 5},
		{"negative, with long hints", untag.Retry{MaxThrottle: -1}, 30 * time.Second, 2 * time.Minute, 125 * time.Second, 5},
		{"negative, with the longest hints", untag.Retry{MaxThrottle: -1}, time.Hour, 4 * time.Minute, 245 * time.Second, 5},
		{"one attempt", untag.Retry{MaxAttempts: 1}, 0, 0, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(throttled(test.hint))
				start := time.Now()
				_, err := newClient(t, service, func(c *untag.Config) { c.Retry = test.retry }).Do(t.Context(), request())
				took := time.Since(start)
				apiErr, ok := errors.AsType[*untag.APIError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, untag.ErrThrottled, apiErr.Kind)
				assert.Equal(t, test.hint, apiErr.RetryAfter)
				assert.Equal(t, len(service.messages()), apiErr.Attempts)
				assert.False(t, isUnknown(err) || isNotAttempted(err), "throttled calls had no effect")
				if test.attempts > 0 {
					assert.Len(t, service.messages(), test.attempts)
				} else {
					assert.Greater(t, len(service.messages()), 5)
				}
				assert.GreaterOrEqual(t, took, test.least)
				assert.LessOrEqual(t, took, test.most)
			})
		})
	}
}

func TestThrottledAnswersAreNoAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Two attempts, ten throttled answers before each.
		steps := append(repeat(10, throttled(time.Second)), refuse(503, "ServiceUnavailable"))
		steps = append(append(steps, repeat(10, throttled(time.Second))...), ok)
		service := play(steps...)
		_, err := newClient(t, service, func(c *untag.Config) { c.Retry.MaxAttempts = 2 }).Do(t.Context(), request())
		require.NoError(t, err)
		assert.Len(t, service.messages(), 22)
	})
}

func TestPauseIsObeyed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		header string
		want   time.Duration
	}{
		{"milliseconds", "X-Acs-Retry-After: 30000", 30 * time.Second},
		{"older, of the operation", "X-Ratelimit-User-Api: Remaining:0,TimeLeft:3000", 3 * time.Second},
		{"older, of the user", "X-Ratelimit-User: TimeLeft:4000", 4 * time.Second},
		{"58 s", "X-Acs-Retry-After: 58000", 58 * time.Second},
		{"60 s", "X-Acs-Retry-After: 60000", 60 * time.Second},
		{"a day is 60 s", "X-Acs-Retry-After: 86400000", 60 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(refuse(400, "Throttling.Api", test.header), ok)
				_, err := newClient(t, service, func(c *untag.Config) { c.Retry.MaxThrottle = 5 * time.Minute }).Do(t.Context(), request())
				require.NoError(t, err)
				wait := waits(service.messages())[0]
				assert.GreaterOrEqual(t, wait, test.want)
				assert.LessOrEqual(t, wait, test.want+time.Second, "a pause has up to a second of jitter")
			})
		})
	}
}

// TestPauseHoldsTheClient throttles one call, and counts when the others of its client start.
func TestPauseHoldsTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(throttled(10*time.Second), ok)
		client := newClient(t, service, func(c *untag.Config) { c.Rate = -1 })
		var calls sync.WaitGroup
		start := time.Now()
		calls.Go(func() {
			_, err := client.Do(t.Context(), request())
			assert.NoError(t, err)
		})
		time.Sleep(time.Second)
		for range 5 {
			calls.Go(func() {
				_, err := client.Do(t.Context(), request())
				assert.NoError(t, err)
			})
		}
		impatient := newClient(t, service) // the pause is the client's own
		_, err := impatient.Do(t.Context(), request())
		require.NoError(t, err)
		assert.Equal(t, time.Second, time.Since(start))
		calls.Wait()
		for _, m := range service.messages()[2:] {
			assert.GreaterOrEqual(t, m.at.Sub(start), 10*time.Second)
		}
	})
}

// TestImpatientCallFailsAtOnce comes to a client that another call's answer has paused for longer than it may wait.
func TestImpatientCallFailsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(throttled(30*time.Second), ok)
		client := newClient(t, service, func(c *untag.Config) { c.Retry.MaxThrottle = 5 * time.Second })
		_, err := client.Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrThrottled)
		_, err = client.Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrThrottled)
		assert.True(t, isNotAttempted(err), "%v", err)
		assert.Len(t, service.messages(), 1)
		time.Sleep(32 * time.Second)
		_, err = client.Do(t.Context(), request())
		require.NoError(t, err)
	})
}

func TestPatientCallWaitsForEver(t *testing.T) {
	t.Parallel()
	for _, retry := range []untag.Retry{{}, {MaxAttempts: 1}, {MaxAttempts: 1, MaxThrottle: -1}, {MaxThrottle: time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			service := play(append(repeat(100, throttled(20*time.Second)), ok)...)
			client := newClient(t, service, func(c *untag.Config) { c.Retry = retry })
			call := request()
			call.Patient = true
			start := time.Now()
			_, err := client.Do(t.Context(), call)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, time.Since(start), 100*20*time.Second)

			service = play(throttled(0))
			client = newClient(t, service, func(c *untag.Config) { c.Retry = retry })
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
			defer cancel()
			_, err = client.Do(ctx, call)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, err, untag.ErrThrottled)
			assert.False(t, isUnknown(err))
			assert.Greater(t, len(service.messages()), 100)
		})
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(ok)
		client := newClient(t, service, func(c *untag.Config) { c.Rate = 2 })
		start := time.Now()
		var calls sync.WaitGroup
		for range 10 {
			calls.Go(func() {
				_, err := client.Do(t.Context(), request())
				assert.NoError(t, err)
			})
		}
		calls.Wait()
		assert.InDelta(t, 4.5, time.Since(start).Seconds(), 0.1)
		for _, wait := range waits(service.messages()) {
			assert.InDelta(t, 0.5, wait.Seconds(), 0.01, "burst 1")
		}
		start = time.Now()
		other := request()
		other.Region = "cn-beijing"
		for range 2 { // a region has a pace of its own
			_, err := client.Do(t.Context(), other)
			require.NoError(t, err)
		}
		assert.Equal(t, 500*time.Millisecond, time.Since(start))
	})
}

func TestRateOfQuota(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		quota float64
		rate  float64
		want  float64 // seconds of 20 calls
	}{
		{"none published", 0, 0, 0},
		{"95 % of the published", 20, 0, 1},
		{"configured", 20, 5, 3.8},
		{"configured, none published", 0, 5, 3.8},
		{"off", 20, -1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config := settings(play(ok))
				config.Rate = test.rate
				op := operation
				op.Quota = test.quota
				client, err := rpc.New(config, anyService)
				require.NoError(t, err)
				start := time.Now()
				for range 20 {
					call := request()
					call.Operation = &op
					_, err := client.Do(t.Context(), call)
					require.NoError(t, err)
				}
				assert.InDelta(t, test.want, time.Since(start).Seconds(), 0.02)
			})
		})
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(refuse(503, "ServiceUnavailable", "X-Acs-Retry-After: 5000"), ok)
		client := newClient(t, service)
		start, stop := context.WithCancel(t.Context())
		call := request()
		call.Start = start
		var calls sync.WaitGroup
		calls.Go(func() {
			_, err := client.Do(t.Context(), call)
			assert.NoError(t, err, "a call that began goes on")
		})
		time.Sleep(time.Second)
		stop()
		_, err := client.Do(t.Context(), call)
		require.ErrorIs(t, err, rpc.ErrNotStarted)
		calls.Wait()
		assert.Len(t, service.messages(), 2)
	})
}
