package untagtest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

type fault = untagtest.Fault

// verdicts are those of all calls so far.
func verdicts(cloud *untagtest.Cloud) []string {
	var all []string
	for _, c := range cloud.Calls() {
		all = append(all, c.Verdict)
	}
	return all
}

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		fault   fault
		status  int
		code    string
		message string
		retry   string
		verdict string
	}{
		{"code", fault{Code: "Forbidden.RAM", Status: 403, Message: "no"}, 403, "Forbidden.RAM", "no", "", "Forbidden.RAM"},
		{"code alone", fault{Code: "IncorrectInstanceStatus"}, 400, "IncorrectInstanceStatus", "asked for", "", "IncorrectInstanceStatus"},
		{"throttling", fault{Code: "Throttling.Api"}, 400, "Throttling.Api", "flow control", "", "Throttling.Api"},
		{"unavailable", fault{Code: "ServiceUnavailable"}, 503, "ServiceUnavailable", "temporary", "", "ServiceUnavailable"},
		{"internal", fault{Code: "InternalError"}, 500, "InternalError", "unknown error", "", "InternalError"},
		{"not found", fault{Code: "InvalidResourceId.NotFound"}, 404, "InvalidResourceId.NotFound", "not found", "", "InvalidResourceId.NotFound"},
		{"other not found", fault{Code: "ResourceNotFound.NotFound"}, 404, "ResourceNotFound.NotFound", "asked for", "", "ResourceNotFound.NotFound"},
		{"no permission", fault{Code: "NoPermission"}, 403, "NoPermission", "asked for", "", "NoPermission"},
		{"retry", fault{Code: "Throttling", RetryAfter: 1500 * time.Microsecond}, 400, "Throttling", "flow control", "2", "Throttling"},
		{"retry alone", fault{RetryAfter: 2 * time.Second}, 400, "Throttling.User", "flow control", "2000", "Throttling.User"},
		{"HTML", fault{HTML: true}, 502, "", "", "", untagtest.VerdictHTML},
		{"HTML with status", fault{HTML: true, Status: 504}, 504, "", "", "", untagtest.VerdictHTML},
		{"status", fault{Status: 429}, 429, "", "", "", untagtest.VerdictBare},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			row.fault.Calls = 1
			cloud.Inject(row.fault)
			c := call{service: ecs, params: good[ecs]}
			answer := send(t, cloud, c)
			assert.Equal(t, row.status, answer.Status)
			assert.Equal(t, row.code, answer.Code)
			assert.Contains(t, answer.Message, row.message)
			assert.Equal(t, row.retry, answer.Header.Get("x-acs-retry-after"))
			assert.Len(t, tagsOf(t, cloud, instance), 2, "nothing is changed")
			assert.Equal(t, 200, send(t, cloud, c).Status, "the fault is used up")
			assert.Len(t, tagsOf(t, cloud, instance), 1)
			assert.Equal(t, []string{row.verdict, "OK"}, verdicts(cloud))
		})
	}
}

// over runs a test in memory and over a socket.
func over(t *testing.T, test func(t *testing.T, cloud *untagtest.Cloud, client *http.Client, base string)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		cloud := stocked()
		test(t, cloud, cloud.Config().HTTPClient, "")
	})
	t.Run("socket", func(t *testing.T) {
		t.Parallel()
		cloud := stocked()
		server := httptest.NewServer(cloud)
		t.Cleanup(server.Close)
		test(t, cloud, server.Client(), server.URL)
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	over(t, func(t *testing.T, cloud *untagtest.Cloud, client *http.Client, base string) {
		cloud.Inject(fault{Reset: true, Calls: 1}, fault{Reset: true, After: true, Calls: 1})
		for i, left := range []int{2, 1} {
			// A GET without a body could be repeated by net/http, a POST is not.
			response, err := client.Do(call{service: ecs, params: good[ecs], base: base}.request(t))
			if err == nil {
				response.Body.Close()
			}
			require.ErrorIs(t, err, syscall.ECONNRESET)
			var operation *net.OpError
			require.ErrorAs(t, err, &operation)
			assert.Equal(t, "read", operation.Op)
			assert.Len(t, tagsOf(t, cloud, instance), left, i)
		}
		assert.Empty(t, do(t, client, call{service: ecs, params: good[ecs], base: base}.request(t)).Code)
		assert.Equal(t, []string{"Reset", "ResetAfterEffect", "OK"}, verdicts(cloud))
		assert.Equal(t, 0, cloud.Calls()[1].Status)
	})
}

func TestResetWithoutAConnectionToTakeOver(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Reset: true})
	assert.PanicsWithError(t, http.ErrAbortHandler.Error(), func() {
		cloud.ServeHTTP(httptest.NewRecorder(), call{service: ecs, params: good[ecs]}.request(t))
	})
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	over(t, func(t *testing.T, cloud *untagtest.Cloud, client *http.Client, base string) {
		cloud.Inject(fault{Truncate: true, Calls: 1})
		response, err := client.Do(call{service: ecs, params: good[ecs], base: base}.request(t))
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, `{"RequestId":"00000000-000`, string(text))
		assert.Len(t, tagsOf(t, cloud, instance), 1)
		assert.Equal(t, []string{"Truncated"}, verdicts(cloud))
	})
}

func TestFaultsMatch(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(
		fault{Service: tag, Code: "T"},
		fault{Region: "cn-beijing", Code: "B", Calls: 1},
		fault{Service: ecs, Region: "cn-hangzhou", Code: "E1", Calls: 1},
		fault{Service: ecs, Region: "cn-hangzhou", Code: "E2", Calls: 2},
	)
	var codes []string
	for range 4 {
		codes = append(codes, send(t, cloud, call{service: ecs, params: good[ecs]}).Code)
	}
	assert.Equal(t, []string{"E1", "E2", "E2", ""}, codes)
	for range 2 {
		assert.Equal(t, "T", send(t, cloud, call{service: tag, params: good[tag]}).Code)
	}
	assert.Empty(t, send(t, cloud, call{service: rs, params: good[rs]}).Code)
	beijing := call{service: vpc, params: with(good[vpc], "RegionId", "cn-beijing"), base: "https://vpcipam.cn-beijing.aliyuncs.com"}
	assert.Equal(t, "B", send(t, cloud, beijing).Code)
	cloud.ClearFaults()
	assert.Empty(t, send(t, cloud, call{service: tag, params: good[tag]}).Code)
}

func TestRefusedCallsUseUpNoAnswer(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Code: "X", Calls: 1})
	assert.Equal(t, "SignatureDoesNotMatch", send(t, cloud, call{service: ecs, params: good[ecs], secret: "other"}).Code)
	assert.Equal(t, "MissingParameter.RegionId", send(t, cloud, call{service: ecs}).Code)
	assert.Equal(t, "X", send(t, cloud, call{service: ecs, params: good[ecs]}).Code)
}

func TestShare(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) []string {
		cloud := newCloud()
		cloud.AllowAnyResource()
		cloud.Seed(seed)
		cloud.Inject(fault{Share: 0.25, Code: "X"})
		for range 400 {
			send(t, cloud, call{service: ecs, params: good[ecs]})
		}
		return verdicts(cloud)
	}
	first := run(7)
	assert.Equal(t, first, run(7))
	assert.NotEqual(t, first, run(8))
	assert.InDelta(t, 100, strings.Count(strings.Join(first, ""), "X"), 40)
}

func TestItems(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.AllowAnyResource()
	cloud.Inject(fault{Item: "Throttling.User", Calls: 3}, fault{Item: "NoPermission.Operator", Message: "no", Calls: 1})
	params := list(good[tag], "ResourceARN", "arn:acs:oss:*:*:bucket/b%d", 10)
	answer := send(t, cloud, call{service: tag, params: params})
	want := map[string]string{params["ResourceARN.4"]: "NoPermission.Operator"}
	for _, n := range []string{"1", "2", "3"} {
		want[params["ResourceARN."+n]] = "Throttling.User"
	}
	assert.Equal(t, want, answer.failed())
	assert.Empty(t, send(t, cloud, call{service: tag, params: params}).failed())
}

func TestItemsAreNotUntagged(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Item: "Throttling"})
	send(t, cloud, call{service: tag, params: good[tag]})
	assert.Len(t, tagsOf(t, cloud, instance), 2)
	assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs]}).Code, "only Tag has items")
}

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

func TestInjectRefusesNonsense(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]fault{
		"unknown service":    {Service: "s3", Code: "X"},
		"Calls below 0":      {Calls: -1, Code: "X"},
		"Share outside 0":    {Share: 1.1, Code: "X"},
		"both Calls and":     {Share: 0.1, Calls: 1, Code: "X"},
		"no effect":          {Calls: 1},
		"several answers":    {Code: "X", Reset: true},
		"and an answer":      {ClockOffset: time.Hour, HTML: true},
		"Item and Latency":   {Item: "X", Latency: time.Second},
		"only Tag":           {Item: "X", Service: ecs},
		"negative time":      {Latency: -1},
		"After without":      {After: true, Code: "X"},
		"Message without":    {Message: "X", HTML: true},
		"Status that is non": {Status: 42},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			defer func() { assert.Contains(t, recover(), want) }()
			untagtest.NewCloud().Inject(f)
		})
	}
}
