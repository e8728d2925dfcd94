package rpc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

type contextKey struct{}

// observed is what the hooks and the log saw of calls.
type observed struct {
	mu       sync.Mutex
	calls    []untag.Call
	ends     []error
	attempts []untag.Attempt
	spans    []any // what OnCall put into the context, as OnAttempt found it
	log      bytes.Buffer
}

func (o *observed) config(c *untag.Config) {
	c.Logger = slog.New(slog.NewJSONHandler(&o.log, &slog.HandlerOptions{Level: slog.LevelDebug - 10}))
	c.OnCall = func(ctx context.Context, call untag.Call) (context.Context, func(error)) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.calls = append(o.calls, call)
		return context.WithValue(ctx, contextKey{}, len(o.calls)), func(err error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.ends = append(o.ends, err)
		}
	}
	c.OnAttempt = func(ctx context.Context, a untag.Attempt) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.attempts = append(o.attempts, a)
		o.spans = append(o.spans, ctx.Value(contextKey{}))
	}
}

// records are the log's, each without its time.
func (o *observed) records(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(o.log.String()) {
		var record map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &record))
		delete(record, "time")
		all = append(all, record)
	}
	return all
}

func TestHooks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := play(
			slow(time.Second, refuse(503, "ServiceUnavailable", "X-Acs-Retry-After: 20000")),
			slow(2*time.Second, fail(errReset)),
			fail(errRefused),
			throttled(10*time.Second),
			refuse(404, "InvalidResourceId.NotFound"),
			slow(3*time.Second, ok),
		)
		seen := new(observed)
		client := newClient(t, service, seen.config)
		start := time.Now()
		_, refusal := client.Do(t.Context(), request())
		require.ErrorIs(t, refusal, untag.ErrNotFound)
		_, err := client.Do(t.Context(), request())
		require.NoError(t, err)

		assert.Equal(t, slices.Repeat([]untag.Call{{Service: "ecs", Action: "UntagResources", Region: "cn-hangzhou", Resources: 2}}, 2), seen.calls)
		require.Len(t, seen.ends, 2)
		assert.Same(t, refusal, seen.ends[0], "the very error that the caller gets")
		require.NoError(t, seen.ends[1])
		assert.Equal(t, []any{1, 1, 1, 1, 1, 2}, seen.spans, "the context of OnCall")

		require.Len(t, seen.attempts, 6)
		for i, want := range []untag.Attempt{
			{Number: 1, Duration: time.Second, Wait: 20 * time.Second, StatusCode: 503, Code: "ServiceUnavailable", RequestID: "R-503"},
			{Number: 2, Duration: 2 * time.Second},
			{Number: 3},
			{Number: 4, StatusCode: 400, Code: "Throttling.User", RequestID: "R-400"},
			{Number: 5, StatusCode: 404, Code: "InvalidResourceId.NotFound", RequestID: "R-404"},
			{Number: 1, Duration: 3 * time.Second, StatusCode: 200, RequestID: "R-success"},
		} {
			got := seen.attempts[i]
			want.Service, want.Action, want.Region = "ecs", "UntagResources", "cn-hangzhou"
			want.Err, want.Start = got.Err, got.Start
			switch i {
			case 0:
				assert.Equal(t, start, got.Start)
			case 1, 2:
				assert.Positive(t, got.Wait)
				assert.LessOrEqual(t, got.Wait, 800*time.Millisecond)
				want.Wait = got.Wait
			case 3:
				assert.GreaterOrEqual(t, got.Wait, 10*time.Second)
				assert.LessOrEqual(t, got.Wait, 11*time.Second)
				want.Wait = got.Wait
			}
			assert.Equal(t, want, got)
			if i > 0 && i < 5 {
				before := seen.attempts[i-1]
				assert.GreaterOrEqual(t, got.Start, before.Start.Add(before.Duration+before.Wait), "Wait is the least pause")
			}
		}
		require.ErrorIs(t, seen.attempts[0].Err, untag.ErrUnavailable)
		require.ErrorIs(t, seen.attempts[1].Err, untag.ErrOutcomeUnknown)
		require.ErrorIs(t, seen.attempts[1].Err, errReset)
		require.ErrorIs(t, seen.attempts[2].Err, untag.ErrNotAttempted)
		require.ErrorIs(t, seen.attempts[3].Err, untag.ErrThrottled)
		require.ErrorIs(t, seen.attempts[4].Err, untag.ErrNotFound)
		require.NoError(t, seen.attempts[5].Err)
		for i, attempt := range seen.attempts[:5] {
			if apiErr, ok := errors.AsType[*untag.APIError](attempt.Err); ok {
				assert.Equal(t, i+1, apiErr.Attempts)
			}
		}

		records := seen.records(t)
		require.Len(t, records, 6)
		for i, record := range records {
			level, message := "INFO", "call repeated"
			keys := []string{"level", "msg", "service", "action", "region", "attempt", "duration", "status", "request_id"}
			if i >= 4 {
				level, message = "DEBUG", "call attempt"
			} else {
				keys = append(keys, "wait")
			}
			if seen.attempts[i].Code != "" {
				keys = append(keys, "code")
			}
			if i < 5 {
				keys = append(keys, "error")
			}
			assert.Equal(t, level, record["level"])
			assert.Equal(t, message, record["msg"])
			got := make([]string, 0, len(record))
			for key := range record {
				got = append(got, key)
			}
			assert.ElementsMatch(t, keys, got)
			assert.EqualValues(t, seen.attempts[i].Number, record["attempt"])
			assert.EqualValues(t, seen.attempts[i].StatusCode, record["status"])
		}
	})
}

// TestEveryRepetitionIsLogged has pauses of next to nothing.
func TestEveryRepetitionIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seen := new(observed)
		client := newClient(t, play(refuse(503, "ServiceUnavailable")), seen.config, func(c *untag.Config) {
			c.Retry = untag.Retry{MaxAttempts: 64, BaseDelay: 1, MaxDelay: 1}
		})
		_, err := client.Do(t.Context(), request())
		require.Error(t, err)
		for i, record := range seen.records(t) {
			level := "INFO"
			if i == 63 {
				level = "DEBUG"
			}
			assert.Equal(t, level, record["level"], "attempt %d", i+1)
		}
	})
}

func TestLogLevels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		level slog.Level
		want  int
	}{{slog.LevelDebug, 3}, {slog.LevelInfo, 2}, {slog.LevelWarn, 0}} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			client := newClient(t, play(fail(errReset), refuse(500, "InternalError"), ok), func(c *untag.Config) {
				c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: test.level}))
			})
			_, err := client.Do(t.Context(), request())
			require.NoError(t, err)
			assert.Equal(t, test.want, strings.Count(log.String(), "\n"), test.level)
		})
	}
}

// TestHookSeesItsOwnError keeps the errors of a call's attempts: no later attempt changes them.
func TestHookSeesItsOwnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seen := new(observed)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := newClient(t, play(refuse(503, "ServiceUnavailable", "X-Acs-Retry-After: 3000")), seen.config).Do(ctx, request())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		for i, attempt := range seen.attempts {
			apiErr, ok := errors.AsType[*untag.APIError](attempt.Err)
			require.True(t, ok)
			assert.Equal(t, i+1, apiErr.Attempts)
		}
	})
}
