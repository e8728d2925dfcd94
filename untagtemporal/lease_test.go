package untagtemporal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/untag-go/untag"
)

// newTestLease returns a lease of 30 s whose heartbeats the test answers.
func newTestLease(beat func(ctx context.Context) error) *lease {
	l := newLease(30 * time.Second)
	l.state = func() (any, error) { return nil, nil }
	l.beat = func(ctx context.Context, _ any) error { return beat(ctx) }
	l.lost = func(error) {}
	return l
}

// TestLeaseHolds: from the first heartbeat that was answered, for its length from when that was sent.
func TestLeaseHolds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newTestLease(func(context.Context) error {
			time.Sleep(4 * time.Second)
			return nil
		})
		assert.False(t, l.valid(), "before the first heartbeat")
		require.NoError(t, l.renew(t.Context()))
		assert.True(t, l.valid())
		time.Sleep(26*time.Second - 1)
		assert.True(t, l.valid())
		time.Sleep(time.Nanosecond)
		assert.False(t, l.valid(), "30 s after the heartbeat was sent, not after its answer came")
	})
}

// TestLeaseRenews: what each answer to a heartbeat means, of a lease that held until then, and of one that did not.
func TestLeaseRenews(t *testing.T) {
	for name, row := range map[string]struct {
		answer  error
		held    bool
		err     error
		valid   bool
		drained bool
	}{
		"taken":                           {nil, true, nil, true, false},
		"taken at first":                  {nil, false, nil, true, false},
		"canceled":                        {temporal.NewCanceledError(), true, nil, true, true},
		"paused":                          {activity.ErrActivityPaused, true, nil, true, true},
		"reset":                           {activity.ErrActivityReset, true, nil, true, true},
		"given to another":                {serviceerror.NewNotFound("gone"), true, errLeaseTaken, false, false},
		"given to another from the first": {serviceerror.NewNotFound("gone"), false, errLeaseTaken, false, false},
		"no answer":                       {errors.New("no route"), true, nil, true, false},
		"no answer at first":              {errors.New("no route"), false, errLeasePassed, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				answer := row.answer
				l := newTestLease(func(context.Context) error { return answer })
				if row.held {
					answer = nil
					require.NoError(t, l.renew(t.Context()))
					answer = row.answer
				}
				assert.Equal(t, row.err, l.renew(t.Context()))
				assert.Equal(t, row.valid, l.valid())
				assert.Equal(t, row.drained, l.drained())
			})
		})
	}
}

// TestLeaseThatCannotTell: a state that cannot be told ends the slice, and no heartbeat goes without it.
func TestLeaseThatCannotTell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		broken := errors.New("broken")
		l := newTestLease(func(context.Context) error { panic("a heartbeat") })
		l.state = func() (any, error) { return nil, broken }
		assert.Equal(t, broken, l.renew(t.Context()))
	})
}

// TestLeaseKeeps: three heartbeats in its length, one more when it is nudged, and the end of the slice when it is lost.
func TestLeaseKeeps(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		l := newTestLease(func(ctx context.Context) error {
			at = append(at, time.Since(began))
			if len(at) > 4 { // the server does not answer any more
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
		var cause error
		l.lost = func(err error) { cause = err }
		require.NoError(t, l.renew(t.Context()))
		time.AfterFunc(15*time.Second, l.soon)
		l.keep(t.Context(), nil)
		s := time.Second
		assert.Equal(t, []time.Duration{0, 10 * s, 15 * s, 20 * s, 30 * s, 40 * s}, at)
		assert.Equal(t, errLeasePassed, cause)
		assert.Equal(t, 50*s, time.Since(began), "a lease after the last heartbeat that was answered")
	})
}

// TestLeaseNudgesAtOnce: whoever asks for a heartbeat does not wait for it.
func TestLeaseNudgesAtOnce(t *testing.T) {
	t.Parallel()
	l := newTestLease(func(context.Context) error { return nil })
	l.soon()
	l.soon()
}

// TestLeaseOfAWorkerThatStops: the slice ends gently, and has its lease meanwhile.
func TestLeaseOfAWorkerThatStops(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := newTestLease(func(context.Context) error { return nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stopping := make(chan struct{})
		time.AfterFunc(5*time.Second, func() { close(stopping) })
		time.AfterFunc(59*time.Second, func() {
			assert.True(t, l.drained())
			assert.True(t, l.valid())
			l.end() // twice is once
		})
		require.NoError(t, l.renew(ctx))
		l.keep(ctx, stopping)
	})
}

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// TestTransport: no attempt begins without a lease that holds.
func TestTransport(t *testing.T) {
	bubble(t, func(t *testing.T) {
		sent := 0
		under := transport{answers(func(*http.Request) (*http.Response, error) {
			sent++
			return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
		})}
		l := newTestLease(func(context.Context) error { return nil })
		send := func(ctx context.Context) (closed bool, err error) {
			body := &closing{Reader: strings.NewReader("a")}
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost", body)
			require.NoError(t, err)
			answer, err := under.RoundTrip(request)
			if err == nil {
				_ = answer.Body.Close()
			}
			return body.closed, err
		}
		closed, err := send(withLease(t.Context(), l))
		assert.Equal(t, errLeasePassed, err)
		assert.True(t, closed, "as every RoundTripper must")
		closed, err = send(t.Context())
		assert.Equal(t, errWithoutLease, err)
		assert.True(t, closed)
		assert.Zero(t, sent)

		require.NoError(t, l.renew(t.Context()))
		_, err = send(withLease(t.Context(), l))
		require.NoError(t, err)
		assert.Equal(t, 1, sent)
		time.Sleep(30 * time.Second)
		_, err = send(withLease(t.Context(), l))
		assert.Equal(t, errLeasePassed, err)
		assert.Equal(t, 1, sent)
	})
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

// TestHookThatLosesTheLease: a context of the hook's own has no lease, so its calls are not made, and the error says why.
func TestHookThatLosesTheLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(t, 10, func(g *rig, _ []Resource) {
			config := g.Config
			g.Config = func(ctx context.Context, lane Lane) (untag.Config, error) {
				c, err := config(ctx, lane)
				c.OnCall = func(context.Context, untag.Call) (context.Context, func(error)) { return context.Background(), nil }
				return c, err
			}
		})
		_, err := g.attempt(t)
		require.ErrorContains(t, err, errWithoutLease.Error())
		assert.Zero(t, g.account.CallCount())
	})
}
