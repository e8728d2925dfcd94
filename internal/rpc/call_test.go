package rpc_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// TestCallEndsInPanic: a program may recover from the panic of a transport of its own, and its spans must not stay open.
func TestCallEndsInPanic(t *testing.T) {
	t.Parallel()
	o := new(observed)
	client := newClient(t, play(func(*http.Request) (*http.Response, error) { panic("a mistake") }), o.config)
	assert.PanicsWithValue(t, "a mistake", func() { _, _ = client.Do(t.Context(), request()) })
	require.Len(t, o.ends, 1)
	require.ErrorIs(t, o.ends[0], untag.ErrOutcomeUnknown)
	assert.EqualError(t, o.ends[0], "ecs UntagResources in cn-hangzhou: the call did not return (a panic, or runtime.Goexit) (1 attempt); outcome unknown: a request was sent and no verdict came")
}

func TestOnCallMayEndNothingAndCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(ok)
		client := newClient(t, service, func(c *untag.Config) {
			c.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) { return ctx, nil }
		})
		_, err := client.Do(t.Context(), request())
		require.NoError(t, err)
		client = newClient(t, service, func(c *untag.Config) {
			c.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return ctx, nil
			}
		})
		_, err = client.Do(t.Context(), request())
		require.ErrorIs(t, err, context.Canceled)
		assert.True(t, isNotAttempted(err))
		assert.Len(t, service.messages(), 1)
	})
}

// TestNil panics with a text that says what is nil.
func TestNil(t *testing.T) {
	t.Parallel()
	var none *rpc.Client
	const nilClient = "untag: a Client that is nil, or was not made by New"
	assert.PanicsWithValue(t, nilClient, func() { _, _ = none.Do(t.Context(), request()) })
	assert.PanicsWithValue(t, nilClient, func() { none.Region("") })
	assert.PanicsWithValue(t, "untag: the context of a call is nil; use context.Background", func() {
		_, _ = newClient(t, play(ok)).Do(nil, request()) //nolint:staticcheck // on purpose
	})
}

// TestPrepare is asked before every attempt, when the call's turn has come, and may change what is sent.
func TestPrepare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(refuse(400, "Throttling"), fail(errReset), ok)
		call := request()
		var lost []bool
		call.Prepare = func(_ context.Context, c rpc.Call, was bool) (rpc.Call, error) {
			lost = append(lost, was)
			c.Query = new(signature.Query)
			c.Query.Add("N", strconv.Itoa(len(lost)))
			return c, nil
		}
		_, err := newClient(t, service).Do(t.Context(), call)
		require.NoError(t, err)
		assert.Equal(t, []bool{false, false, true}, lost)
		for i, sent := range service.messages() {
			assert.Equal(t, strconv.Itoa(i+1), sent.parameter("N"))
		}
	})
}

// TestPrepareEndsTheCall: what is known of its effect stays as it was.
func TestPrepareEndsTheCall(t *testing.T) {
	t.Parallel()
	errNothingLeft := errors.New("nothing is left to do")
	for _, test := range []struct {
		name         string
		service      []step
		unknown      bool
		notAttempted bool
	}{
		{"before anything was sent", []step{ok}, false, true},
		{"after throttling", []step{refuse(400, "Throttling")}, false, false},
		{"after a lost answer", []step{fail(errReset)}, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(test.service...)
				call := request()
				call.Prepare = func(_ context.Context, c rpc.Call, _ bool) (rpc.Call, error) {
					if test.notAttempted || len(service.messages()) > 0 {
						return c, errNothingLeft
					}
					return c, nil
				}
				reply, err := newClient(t, service).Do(t.Context(), call)
				require.ErrorIs(t, err, errNothingLeft)
				assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
				assert.Equal(t, test.notAttempted, isNotAttempted(err), "%v", err)
				assert.Equal(t, test.unknown, reply.Lost)
			})
		})
	}
}

// TestPrepareIsDrained ends a step that waits for the run's drain.
func TestPrepareIsDrained(t *testing.T) {
	t.Parallel()
	start, stop := context.WithCancel(t.Context())
	call := request()
	call.Start = start
	call.Prepare = func(ctx context.Context, c rpc.Call, _ bool) (rpc.Call, error) {
		stop()
		<-ctx.Done()
		return c, ctx.Err()
	}
	_, err := newClient(t, play(ok)).Do(t.Context(), call)
	require.ErrorIs(t, err, rpc.ErrNotStarted)
	assert.True(t, isNotAttempted(err))
}
