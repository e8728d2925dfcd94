package untag_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestCallErrorText(t *testing.T) {
	t.Parallel()
	head := untag.CallError{Service: untag.ServiceTag, Action: "UntagResources", Region: "cn-hangzhou"}
	with := func(change func(*untag.CallError)) *untag.CallError {
		err := head
		change(&err)
		return &err
	}
	for _, test := range []struct {
		name string
		err  *untag.CallError
		want string
	}{
		{
			"no attempt",
			with(func(e *untag.CallError) { e.Outcome, e.Err = untag.ErrNotAttempted, context.Canceled }),
			"tag UntagResources in cn-hangzhou: context canceled; not attempted",
		},
		{
			"no attempt got through",
			with(func(e *untag.CallError) {
				e.Attempts, e.Outcome, e.Err = 2, untag.ErrNotAttempted, errors.New("connection refused")
			}),
			"tag UntagResources in cn-hangzhou: connection refused (2 attempts); nothing was sent",
		},
		{
			"outcome unknown",
			with(func(e *untag.CallError) {
				e.Attempts, e.Kind, e.Outcome, e.Err = 5, untag.ErrUnavailable, untag.ErrOutcomeUnknown, errors.New("connection reset\nby peer")
			}),
			"tag UntagResources in cn-hangzhou: connection reset by peer (5 attempts); outcome unknown: a request was sent and no verdict came",
		},
		{
			"refused every time",
			with(func(e *untag.CallError) { e.Attempts, e.Kind, e.Err = 1, untag.ErrThrottled, context.DeadlineExceeded }),
			"tag UntagResources in cn-hangzhou: context deadline exceeded (1 attempt)",
		},
		{"a kind alone", with(func(e *untag.CallError) { e.Kind = untag.ErrUnavailable }), "tag UntagResources in cn-hangzhou: service unavailable"},
		{"no more than the call", with(func(*untag.CallError) {}), "tag UntagResources in cn-hangzhou: no verdict"},
		{"zero", new(untag.CallError), "no verdict"},
		{
			"an answer names the call itself",
			with(func(e *untag.CallError) { e.Attempts, e.Outcome, e.Err = 3, untag.ErrOutcomeUnknown, throttled() }),
			throttled().Error() + "; outcome unknown: a request was sent and no verdict came",
		},
		{
			"an answer inside the cause",
			with(func(e *untag.CallError) { e.Err = fmt.Errorf("waiting: %w", &untag.APIError{Code: "c"}) }),
			"tag UntagResources in cn-hangzhou: waiting: c (HTTP 0)",
		},
		{
			"a string to sign in the cause",
			with(func(e *untag.CallError) { e.Err = errors.New("server string to sign is x") }),
			"tag UntagResources in cn-hangzhou: server string to sign [removed]",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, test.err.Error())
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
				assert.Equal(t, test.want, fmt.Sprintf(verb, test.err))
			}
		})
	}
	t.Run("one line", func(t *testing.T) {
		t.Parallel()
		assertLine(t, (&untag.CallError{Service: hostile, Action: hostile, Region: hostile, Err: errors.New(hostile)}).Error())
		assertLine(t, (&untag.CallError{Kind: errors.New(hostile)}).Error())
	})
}

func TestCallErrorIsKindOutcomeAndCause(t *testing.T) {
	t.Parallel()
	cause := &net.OpError{Op: "read", Err: context.DeadlineExceeded}
	err := fmt.Errorf("wrapped: %w", &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown, Err: cause})
	require.ErrorIs(t, err, untag.ErrUnavailable)
	require.ErrorIs(t, err, untag.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, untag.ErrNotAttempted)
	var netErr net.Error
	require.ErrorAs(t, err, &netErr)
	assert.True(t, netErr.Timeout())

	assert.Empty(t, new(untag.CallError).Unwrap())
	require.NotErrorIs(t, new(untag.CallError), untag.ErrUnavailable)
}

func TestKeysRemovedError(t *testing.T) {
	t.Parallel()
	err := &untag.KeysRemovedError{Keys: []string{"team", "环境", "a\nb"}, Err: throttled()}
	assert.Equal(t, throttled().Error()+`; already removed: "team", "环境", "a\nb"`, err.Error())
	require.ErrorIs(t, err, untag.ErrThrottled)
	var apiErr *untag.APIError
	require.ErrorAs(t, err, &apiErr)

	assert.Equal(t, `already removed: "k"`, (&untag.KeysRemovedError{Keys: []string{"k"}}).Error())
	assertLine(t, (&untag.KeysRemovedError{Keys: []string{hostile}, Err: errors.New(hostile)}).Error())
}
