package rpc_test

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// TestDrainEndsEveryState drains a patient call after 10 s, whatever it does then. Nothing has happened as long as no
// answer was lost; else there is the time of one more attempt to find out.
func TestDrainEndsEveryState(t *testing.T) {
	t.Parallel()
	const timeout = 30 * time.Second
	never := make(chan struct{})
	blocks := provider(func() (*credentials.CredentialModel, error) { <-never; return nil, nil }) //nolint:nilnil // never comes to it
	t.Cleanup(func() { close(never) })
	for _, test := range []struct {
		name       string
		service    []step
		change     func(*untag.Config)
		ends       time.Duration
		notStarted bool
		unknown    bool
		done       bool
	}{
		{name: "waits out throttling", service: []step{throttled(time.Hour)}, ends: 10 * time.Second, notStarted: true},
		{name: "short pauses", service: []step{throttled(time.Second)}, ends: 10 * time.Second, notStarted: true},
		{name: "a connection that is refused", service: []step{slow(time.Second, fail(errRefused))}, change: func(c *untag.Config) {
			c.Retry = untag.Retry{BaseDelay: time.Hour, MaxDelay: time.Hour}
		}, ends: 10 * time.Second, notStarted: true},
		{name: "throttled after a lost answer", service: []step{fail(errReset), throttled(time.Second)}, ends: 40 * time.Second, unknown: true},
		{name: "paused after a lost answer", service: []step{fail(errReset), throttled(time.Hour)}, ends: 40 * time.Second, unknown: true},
		{name: "busy after a lost answer", service: []step{fail(errReset), refuse(400, "SystemBusy", "X-Acs-Retry-After: 60000")}, ends: 40 * time.Second, unknown: true},
		{name: "in flight", service: []step{slow(20*time.Second, ok)}, ends: 20 * time.Second, done: true},
		{name: "in flight without an answer", service: []step{silent}, ends: 40 * time.Second, unknown: true},
		{name: "in flight for the second time", service: []step{slow(8*time.Second, fail(errReset)), silent}, ends: 40 * time.Second, unknown: true},
		{name: "lost, and told in time", service: []step{slow(15*time.Second, fail(errReset)), slow(20*time.Second, ok)}, ends: 35 * time.Second, done: true},
		{name: "without a time-out", service: []step{fail(errReset), throttled(time.Second)}, change: func(c *untag.Config) { c.Timeout = -1 }, ends: 40 * time.Second, unknown: true},
		{name: "a provider that blocks", service: []step{ok}, change: func(c *untag.Config) { c.Credentials = blocks }, ends: 10 * time.Second, notStarted: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run := synctest.Test
			if test.name == "a provider that blocks" {
				run = func(t *testing.T, f func(*testing.T)) { t.Helper(); f(t) } // its goroutine would keep the bubble
			}
			run(t, func(t *testing.T) {
				drain := 10 * time.Second
				if test.name == "a provider that blocks" {
					drain, test.ends = 10*time.Millisecond, 0
				}
				start, stop := context.WithCancel(context.WithoutCancel(t.Context()))
				time.AfterFunc(drain, stop)
				call := request()
				call.Patient, call.Start = true, start
				client := newClient(t, play(test.service...), func(c *untag.Config) {
					c.Retry.BaseDelay, c.Retry.MaxDelay = time.Millisecond, time.Millisecond
					if test.change != nil {
						test.change(c)
					}
				})
				began := time.Now()
				reply, err := client.Do(t.Context(), call)
				if test.ends > 0 {
					assert.InDelta(t, test.ends.Seconds(), time.Since(began).Seconds(), 0.1)
					assert.LessOrEqual(t, time.Since(began), drain+timeout)
				}
				if test.done {
					require.NoError(t, err)
					return
				}
				require.Error(t, err)
				assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
				assert.Equal(t, test.unknown, reply.Lost)
				if test.notStarted {
					require.ErrorIs(t, err, rpc.ErrNotStarted)
				} else {
					require.NotErrorIs(t, err, rpc.ErrNotStarted)
				}
			})
		})
	}
}

// slot counts what is held.
type slot struct{ held int }

func (s *slot) Acquire(context.Context) error { s.held++; return nil }
func (s *slot) TryAcquire() bool              { s.held++; return true }
func (s *slot) Line() any                     { return s }
func (s *slot) Release()                      { s.held-- }

// TestBrokenOff ends the goroutine of a call, or panics, at every place where a caller's code runs. The slot is given
// back, and the hook learns of it.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	breaks := map[string]func(){"panic": func() { panic("a mistake") }, "Goexit": runtime.Goexit}
	for how, broken := range breaks {
		for _, test := range []struct {
			name    string
			service step
			change  func(*untag.Config)
			call    func(*rpc.Call)
			unknown bool
		}{
			{name: "transport", service: func(*http.Request) (*http.Response, error) { broken(); return nil, nil }, unknown: true}, //nolint:nilnil // never comes to it
			{name: "body", service: func(r *http.Request) (*http.Response, error) {
				response, err := ok(r)
				response.Body, response.ContentLength = brokenBody(broken), -1
				return response, err
			}, unknown: true},
			{name: "OnAttempt", service: ok, change: func(c *untag.Config) { c.OnAttempt = func(context.Context, untag.Attempt) { broken() } }, unknown: true},
			{name: "Prepare", service: ok, call: func(c *rpc.Call) {
				c.Prepare = func(_ context.Context, c rpc.Call, _ bool) (rpc.Call, error) { broken(); return c, nil }
			}},
			{name: "Verdict", service: ok, call: func(c *rpc.Call) { c.Verdict = func(rpc.Call, rpc.Reply) error { broken(); return nil } }, unknown: true},
		} {
			t.Run(test.name+", "+how, func(t *testing.T) {
				t.Parallel()
				seen := new(observed)
				client := newClient(t, play(test.service), seen.config, func(c *untag.Config) {
					if test.change != nil {
						test.change(c)
					}
				})
				call, held := request(), new(slot)
				call.Slot = held
				if test.call != nil {
					test.call(&call)
				}
				var calling sync.WaitGroup
				calling.Go(func() {
					defer func() { _ = recover() }()
					_, err := client.Do(t.Context(), call)
					assert.Fail(t, "Do returned", "%v", err)
				})
				calling.Wait()
				assert.Zero(t, held.held)
				require.Len(t, seen.ends, 1)
				require.ErrorContains(t, seen.ends[0], "did not return")
				assert.Equal(t, test.unknown, isUnknown(seen.ends[0]), "%v", seen.ends[0])
				assert.Equal(t, !test.unknown, isNotAttempted(seen.ends[0]), "%v", seen.ends[0])
			})
		}
	}
}

// brokenBody never gets to its end.
type brokenBody func()

func (b brokenBody) Read([]byte) (int, error) { b(); return 0, nil }
func (brokenBody) Close() error               { return nil }

// TestProviderBrokenOff: what a provider does ends no goroutine but its own.
func TestProviderBrokenOff(t *testing.T) {
	t.Parallel()
	for how, broken := range map[string]func(){"panic": func() { panic("a mistake") }, "Goexit": runtime.Goexit} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			source := provider(func() (*credentials.CredentialModel, error) { broken(); return nil, nil }) //nolint:nilnil // never comes to it
			_, err := newClient(t, play(ok), func(c *untag.Config) { c.Credentials = source }).Do(t.Context(), request())
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
			assert.True(t, isNotAttempted(err))
		})
	}
}
