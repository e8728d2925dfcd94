package tag_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// reply answers one request: an HTTP status, or the codes of the resources that fail, by name.
type reply struct {
	lost   bool
	status int
	code   string
	failed map[string]string
}

// replies is the service: one reply after another, the last one again and again.
type replies struct {
	mu      sync.Mutex
	replies []reply
	sent    [][]string // the resources of each request
	calls   int        // that the hooks saw
}

func (r *replies) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.replies[min(len(r.sent), len(r.replies)-1)]
	var names []string
	query := request.URL.Query()
	for i := 1; query.Has("ResourceARN." + string(rune('0'+i))); i++ {
		names = append(names, strings.TrimPrefix(query.Get("ResourceARN."+string(rune('0'+i))), prefix))
	}
	r.sent = append(r.sent, names)
	if next.lost {
		return nil, io.ErrUnexpectedEOF
	}
	body := map[string]any{"RequestId": "R"}
	if next.code != "" {
		body["Code"] = next.code
	}
	var items []any
	for _, name := range names {
		if code := next.failed[name]; code != "" {
			items = append(items, map[string]any{"ResourceARN": prefix + name, "Result": map[string]string{"Code": code, "Message": "why"}})
		}
	}
	body["FailedResources"] = map[string]any{"FailedResource": items}
	data, _ := json.Marshal(body)
	status := max(next.status, http.StatusOK)
	if next.status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(data))), Request: request}, nil
}

const prefix = "arn:acs:ecs:cn-hangzhou:1:instance/"

// TestRefusedForTheMoment names one of two resources as failed, twice, for a reason that passes.
func TestRefusedForTheMoment(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"SystemBusy", "IdempotenceProcessing", "OperationFailed.ResourceGroupStatusCheckFail", "ONS_SYSTEM_FLOW_CONTROL",
		"ConcurrentCallNotSupported", "InternalError", "Throttling.User", "Request.Throttling",
	} {
		for _, writes := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				service := &replies{replies: []reply{{failed: map[string]string{"a": code}}, {failed: map[string]string{"a": code}}, {}}}
				response, err := call(t, service, untag.Retry{}, writes, "a", "b")
				require.NoError(t, err, code)
				assert.Equal(t, tag.UntagResourcesResponse{RequestID: "R"}, response)
				assert.Equal(t, [][]string{{"a", "b"}, {"a"}, {"a"}}, service.sent, "what is done is not sent again")
				assert.Equal(t, 1, service.calls, "it is one call")
			})
		}
	}
}

func call(t *testing.T, service *replies, retry untag.Retry, writes bool, names ...string) (tag.UntagResourcesResponse, error) {
	t.Helper()
	client, err := tag.New(untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials("id-of-nobody", "secret-of-nobody", ""), Retry: retry,
		HTTPClient: &http.Client{Transport: service},
		OnCall: func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			service.calls++
			return ctx, nil
		},
	})
	require.NoError(t, err)
	arns := make([]string, len(names))
	for i, name := range names {
		arns[i] = prefix + name
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if writes {
		response, err := client.TagResources(ctx, tag.TagResourcesRequest{ResourceARNs: arns, Tags: []untag.Tag{{Key: "k", Value: "v"}}})
		return tag.UntagResourcesResponse(response), err
	}
	return client.UntagResources(ctx, tag.UntagResourcesRequest{ResourceARNs: arns, TagKeys: []string{"k"}})
}

// TestLeftResources says what is known of each resource when the repetition of some does not end well.
func TestLeftResources(t *testing.T) {
	t.Parallel()
	busy := reply{failed: map[string]string{"a": "SystemBusy", "b": "InvalidResourceId.NotFound"}}
	type outcomes map[string]untag.Outcome
	for _, test := range []struct {
		name    string
		replies []reply
		retry   untag.Retry
		want    outcomes // of those that failed
		sent    int
	}{
		{"done then", []reply{busy, {}}, untag.Retry{}, outcomes{"b": untag.OutcomeRefused}, 2},
		{"refused for its own sake then", []reply{busy, {failed: map[string]string{"a": "NoPermission.Operator"}}}, untag.Retry{}, outcomes{"a": untag.OutcomeRefused, "b": untag.OutcomeRefused}, 2},
		{"busy for ever", []reply{busy}, untag.Retry{}, outcomes{"a": untag.OutcomeUnknown, "b": untag.OutcomeRefused}, 5},
		{"exactly one attempt", []reply{busy}, untag.Retry{MaxAttempts: 1}, outcomes{"a": untag.OutcomeUnknown, "b": untag.OutcomeRefused}, 1},
		{"the repetition is lost", []reply{busy, {lost: true}}, untag.Retry{}, outcomes{"a": untag.OutcomeUnknown, "b": untag.OutcomeRefused}, 5},
		{"the repetition is forbidden", []reply{busy, {status: 403, code: "Forbidden.RAM"}}, untag.Retry{}, outcomes{"a": untag.OutcomeUnknown, "b": untag.OutcomeRefused}, 2},
		{"lost, then busy, then forbidden", []reply{{lost: true}, busy, {status: 403, code: "Forbidden.RAM"}}, untag.Retry{}, outcomes{"a": untag.OutcomeUnknown, "b": untag.OutcomeRefused}, 3},
		{"throttled, and no throttling is waited out", []reply{{failed: map[string]string{"a": "Throttling.User"}}}, untag.Retry{MaxThrottle: -1}, outcomes{"a": untag.OutcomeRefused}, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &replies{replies: test.replies}
				response, err := call(t, service, test.retry, false, "a", "b", "c")
				partial, ok := errors.AsType[*tag.PartialError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, 3, partial.Total)
				assert.Equal(t, partial.Failed, response.Failed)
				got := outcomes{}
				for _, failed := range partial.Failed {
					got[strings.TrimPrefix(failed.ResourceARN, prefix)] = untag.OutcomeOf(failed)
				}
				assert.Equal(t, test.want, got)
				assert.Len(t, service.sent, test.sent)
			})
		})
	}
}

// TestThrottledForTooLong repeats a throttled resource for as long as a throttled call.
func TestThrottledForTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &replies{replies: []reply{{failed: map[string]string{"a": "Throttling.User"}}}}
		start := time.Now()
		_, err := call(t, service, untag.Retry{MaxThrottle: 20 * time.Second}, false, "a", "b")
		require.ErrorIs(t, err, untag.ErrThrottled)
		assert.LessOrEqual(t, time.Since(start), 20*time.Second)
		assert.Greater(t, len(service.sent), 5, "throttled answers are no attempts")
	})
}
