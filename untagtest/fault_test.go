package untagtest_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
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
