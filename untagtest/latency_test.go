package untagtest_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestClockOffset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.Inject(fault{ClockOffset: 20 * time.Minute})
		answer := send(t, cloud, call{service: ecs, params: good[ecs]})
		assert.Equal(t, "InvalidTimeStamp.Expired", answer.Code)
		date, err := http.ParseTime(answer.Header.Get("Date"))
		require.NoError(t, err)
		assert.Equal(t, 20*time.Minute, time.Until(date))
		answer = send(t, cloud, call{service: ecs, params: good[ecs], date: date.UTC().Format(time.RFC3339)})
		assert.Empty(t, answer.Code)
		cloud.ClearFaults()
		cloud.Inject(fault{ClockOffset: -20 * time.Minute})
		assert.Equal(t, "IllegalTimestamp", send(t, cloud, call{service: ecs, params: good[ecs]}).Code)
	})
}

func TestLatency(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		faults  []fault
		timeout time.Duration // of the caller
		took    time.Duration
		left    int // tags
		verdict string
	}{
		{"none", nil, time.Minute, 0, 1, "OK"},
		{"alone", []fault{{Latency: 5 * time.Second}}, time.Minute, 5 * time.Second, 1, "OK"},
		{"the first strikes", []fault{{Latency: 5 * time.Second}, {Latency: time.Hour}}, time.Minute, 5 * time.Second, 1, "OK"},
		{"with a code", []fault{{Latency: 3 * time.Second, Code: "X"}}, time.Minute, 3 * time.Second, 2, "X"},
		{"beside a code", []fault{{Code: "X"}, {Latency: 3 * time.Second}}, time.Minute, 3 * time.Second, 2, "X"},
		{"both add up", []fault{{Latency: 3 * time.Second, HTML: true}, {Latency: 4 * time.Second}}, time.Minute, 7 * time.Second, 2, "HTML"},
		{"ended before the effect", []fault{{Latency: 10 * time.Second}}, 4 * time.Second, 4 * time.Second, 2, "Canceled"},
		{"ended after the effect", []fault{{Latency: 10 * time.Second}}, 6 * time.Second, 6 * time.Second, 1, "CanceledAfterEffect"},
		{"ended before the fault", []fault{{Latency: 10 * time.Second, Truncate: true}}, 4 * time.Second, 4 * time.Second, 2, "Canceled"},
		{"ended after an error", []fault{{Latency: 10 * time.Second, Code: "X"}}, 6 * time.Second, 6 * time.Second, 2, "Canceled"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := stocked()
				cloud.Inject(row.faults...)
				ctx, cancel := context.WithTimeout(t.Context(), row.timeout)
				defer cancel()
				start := time.Now()
				r := call{service: ecs, params: good[ecs], nonce: "n"}.request(t).WithContext(ctx)
				response, err := cloud.Config().HTTPClient.Do(r)
				if err == nil {
					response.Body.Close()
				}
				assert.Equal(t, row.took, time.Since(start))
				assert.Equal(t, strings.HasPrefix(row.verdict, "Canceled"), errors.Is(err, context.DeadlineExceeded))
				assert.Len(t, tagsOf(t, cloud, instance), row.left)
				assert.Equal(t, []string{row.verdict}, verdicts(cloud))
				if row.name == "ended before the effect" {
					cloud.ClearFaults()
					assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs], nonce: "n"}).Code, "not even the nonce is used")
				}
			})
		})
	}
}

func TestCallerThatLeavesASocket(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Latency: time.Hour})
	server := httptest.NewServer(cloud)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		response, err := server.Client().Do(call{service: ecs, params: good[ecs], base: server.URL}.request(t).WithContext(ctx))
		if err == nil {
			response.Body.Close()
		}
		failed <- err
	}()
	for cloud.CallCount() == 0 {
		runtime.Gosched()
	}
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	server.Close() // waits for the handler
	assert.Equal(t, []string{untagtest.VerdictCanceled}, verdicts(cloud))
	assert.Len(t, tagsOf(t, cloud, instance), 2)
}

func TestClientTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.Inject(fault{Latency: time.Hour, ClockOffset: time.Second})
		client := *cloud.Config().HTTPClient
		client.Timeout = 5 * time.Second
		response, err := client.Do(call{service: ecs, params: good[ecs]}.request(t))
		if err == nil {
			response.Body.Close()
		}
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		assert.True(t, timeout.Timeout())
	})
}
