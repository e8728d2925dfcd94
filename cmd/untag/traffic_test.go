package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestTraffic(t *testing.T) {
	t.Parallel()
	var traffic traffic
	outage := &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrNotAttempted, Err: errors.New("no route")}
	for _, a := range []untag.Attempt{
		{Number: 1, Err: outage, Wait: time.Second},
		{Number: 2, Err: untag.ErrThrottled, Wait: time.Second},
	} {
		traffic.onAttempt(t.Context(), a)
	}
	assert.Equal(t, flow{calls: 1, attempts: 2, throttled: 1, repeated: 1}, traffic.flow())
	require.ErrorIs(t, traffic.hopeless(), outage)
	traffic.onAttempt(t.Context(), untag.Attempt{Number: 3, Err: &untag.APIError{Code: "InvalidResourceId.NotFound", Kind: untag.ErrNotFound}})
	require.NoError(t, traffic.hopeless(), "a refusal is an answer")
	require.ErrorIs(t, traffic.failure(false), outage, "the first one stays")
	assert.Equal(t, 1, traffic.flow().calls)
}

func TestGiveUp(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		attempt untag.Attempt
		want    time.Duration // 0: never
	}{
		"dead":      {untag.Attempt{Number: 1, Err: untag.ErrUnavailable, Wait: time.Second}, giveUpAfter},
		"throttled": {untag.Attempt{Number: 1, Err: untag.ErrThrottled, Wait: time.Second}, throttledPatience * giveUpAfter},
		"passed":    {untag.Attempt{Number: 1}, 0},
		"refused":   {untag.Attempt{Number: 1, Err: &untag.APIError{Kind: untag.ErrNotFound}}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var traffic traffic
				traffic.onAttempt(t.Context(), test.attempt)
				ctx, stop := watch(t.Context(), nil, &traffic, giveUpAfter, func(error) {})
				select {
				case <-stop.drain:
					assert.Equal(t, test.want, time.Since(began))
					require.ErrorContains(t, stop.problem(errNotReached), "Nothing has passed for "+test.want.String())
				case <-time.After(time.Hour):
					assert.Zero(t, test.want)
				}
				stop.close()
				require.Error(t, ctx.Err())
			})
		})
	}
}
