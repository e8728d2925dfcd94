package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/exampletest"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func TestOutput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), "", &out))
	exampletest.Output(t, out.String())
}

// buckets is n ARNs of buckets that exist and have the tag env.
func buckets(cloud *untagtest.Cloud, n int) []string {
	arns := make([]string, n)
	for i := range arns {
		bucket := untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: fmt.Sprintf("b-%d", i), Tags: map[string]string{"env": "test"}}
		cloud.Put(bucket)
		arns[i] = bucket.ARN()
	}
	return arns
}

func newService(t *testing.T, config untag.Config) (s *service, stop func()) {
	t.Helper()
	client, err := tag.New(config)
	require.NoError(t, err)
	drain := make(chan struct{})
	return &service{client, drain}, func() { close(drain) }
}

func body(t *testing.T, arns []string, keys ...string) string {
	t.Helper()
	text, err := json.Marshal(map[string][]string{"arns": arns, "keys": keys})
	require.NoError(t, err)
	return string(text)
}

func post(ctx context.Context, s *service, query, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodPost, "/untag"+query, strings.NewReader(body)))
	return answer
}

// outcomes returns how many ARNs have which outcome. Each ARN must be there, in its place.
func outcomes(t *testing.T, answer *httptest.ResponseRecorder, arns []string) map[string]int {
	t.Helper()
	assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
	var all []struct{ ARN, Outcome, Error string }
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &all), answer.Body)
	require.Len(t, all, len(arns))
	counts := map[string]int{}
	for i, o := range all {
		assert.Equal(t, arns[i], o.ARN)
		assert.Equal(t, o.Outcome == "done", o.Error == "", o)
		counts[o.Outcome]++
	}
	return counts
}

// tagged counts the buckets that have the tag env.
func tagged(cloud *untagtest.Cloud, n int) (count int) {
	for i := range n {
		if tags, _ := cloud.Tags("oss", "cn-hangzhou", "bucket", fmt.Sprintf("b-%d", i)); tags["env"] != "" {
			count++
		}
	}
	return count
}

func TestAllAreDone(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	arns := buckets(cloud, 120)
	s, _ := newService(t, cloud.Config())
	answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
	assert.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, map[string]int{"done": 120}, outcomes(t, answer, arns))
	assert.Zero(t, tagged(cloud, 120))
}

func TestSomeAreNotDone(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	arns := buckets(cloud, 60)
	arns[7], arns[30] = "arn:acs:oss:*:*:bucket/gone", "bucket/b-30"
	s, _ := newService(t, cloud.Config())
	answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
	assert.Equal(t, http.StatusMultiStatus, answer.Code)
	assert.Equal(t, map[string]int{"done": 58, "refused": 1, "notAttempted": 1}, outcomes(t, answer, arns))
	assert.Contains(t, answer.Body.String(), `"error":"arn:acs:oss:*:*:bucket/gone: InvalidResourceId.NotFound: `)
	assert.Equal(t, 2, tagged(cloud, 60), "the two that were not named")
}

func TestNothingWithoutConfirmation(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "?confirm", "?confirm=", "?confirm=false", "?confirm=1", "?confirmed=true"} {
		cloud := untagtest.NewCloud()
		arns := buckets(cloud, 1)
		s, _ := newService(t, cloud.Config())
		answer := post(t.Context(), s, query, body(t, arns, "env"))
		assert.Equal(t, http.StatusPreconditionRequired, answer.Code, query)
		assert.Contains(t, answer.Body.String(), "nothing was removed")
		assert.Zero(t, cloud.CallCount())
	}
}

func TestNonsense(t *testing.T) {
	t.Parallel()
	many := make([]string, 1001)
	for i := range many {
		many[i] = "arn:acs:oss:*:*:bucket/b"
	}
	for _, test := range []struct {
		name, body string
		code       int
	}{
		{"nothing", "", http.StatusBadRequest},
		{"no JSON", "arns=a&keys=k", http.StatusBadRequest},
		{"null", "null", http.StatusBadRequest},
		{"a list", `["a"]`, http.StatusBadRequest},
		{"half", `{"arns": ["arn:acs:oss:*:*:bucket/b"`, http.StatusBadRequest},
		{"two values", body(t, many[:1], "env") + body(t, many[:1], "env"), http.StatusBadRequest},
		{"ARNs of another type", `{"arns": "all", "keys": ["env"]}`, http.StatusBadRequest},
		{"no ARNs", body(t, nil, "env"), http.StatusBadRequest},
		{"an empty ARN", body(t, []string{many[0], ""}, "env"), http.StatusBadRequest},
		{"too many ARNs", body(t, many, "env"), http.StatusBadRequest},
		{"too long", body(t, many[:1], strings.Repeat("k", 1<<20)), http.StatusRequestEntityTooLarge},
		{"no keys", body(t, many[:1]), http.StatusBadRequest},
		{"one key twice", body(t, many[:1], "env", "env"), http.StatusBadRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := untagtest.NewCloud()
			s, _ := newService(t, cloud.Config())
			answer := post(t.Context(), s, "?confirm=true", test.body)
			assert.Equal(t, test.code, answer.Code)
			assert.NotEmpty(t, answer.Body.String())
			assert.Zero(t, cloud.CallCount())
		})
	}
}

func TestThrottlingIsWaitedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		arns := buckets(cloud, 1000)
		cloud.SetQuota(untagtest.Tag, 0.5, 1) // 20 calls
		s, _ := newService(t, cloud.Config())
		begin := time.Now()
		answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
		assert.Equal(t, http.StatusOK, answer.Code)
		assert.Equal(t, map[string]int{"done": 1000}, outcomes(t, answer, arns))
		assert.GreaterOrEqual(t, time.Since(begin), 38*time.Second)
		assert.Zero(t, tagged(cloud, 1000))
	})
}

func TestClientGoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		arns := buckets(cloud, 1000)
		cloud.Inject(untagtest.Fault{Latency: 10 * time.Second})
		s, _ := newService(t, cloud.Config())
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(13*time.Second, cancel)
		begin := time.Now()
		answer := post(ctx, s, "?confirm=true", body(t, arns, "env"))
		assert.Equal(t, 13*time.Second, time.Since(begin), "it goes with the client")
		assert.NotEqual(t, http.StatusOK, answer.Code)
		calls := cloud.CallCount() // a first one, and then as many at a time as the run found right
		require.Greater(t, calls, 1)
		require.Less(t, calls, 20)
		assert.Equal(t, map[string]int{"done": 50, "unknown": 50 * (calls - 1), "notAttempted": 1000 - 50*calls}, outcomes(t, answer, arns))
	})
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		arns := buckets(cloud, 1000)
		cloud.Inject(untagtest.Fault{Latency: 10 * time.Second})
		s, stop := newService(t, cloud.Config())
		time.AfterFunc(13*time.Second, stop)
		begin := time.Now()
		answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
		assert.Equal(t, 20*time.Second, time.Since(begin), "what is in flight is finished")
		assert.Equal(t, http.StatusServiceUnavailable, answer.Code)
		calls := cloud.CallCount() // a first one, and then as many at a time as the run found right
		require.Greater(t, calls, 1)
		require.Less(t, calls, 20)
		assert.Equal(t, map[string]int{"done": 50 * calls, "notAttempted": 1000 - 50*calls}, outcomes(t, answer, arns))
		assert.Equal(t, 1000-50*calls, tagged(cloud, 1000))

		answer = post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
		assert.Equal(t, http.StatusServiceUnavailable, answer.Code, "a request that came later")
		assert.Equal(t, map[string]int{"notAttempted": 1000}, outcomes(t, answer, arns))
		assert.Equal(t, calls, cloud.CallCount())
	})
}

func TestWrongCredentialsOfTheService(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]untag.CredentialProvider{
		"unknown": untag.StaticCredentials("an-access-key-id", "its-secret-key", ""), "denied": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := untagtest.NewCloud()
			arns := buckets(cloud, 3)
			config := cloud.Config()
			want := http.StatusBadGateway
			if credentials != nil {
				config.Credentials = credentials
			} else { // ends the region, not the run
				cloud.Inject(untagtest.Fault{Code: untag.CodeForbiddenRAM})
				want = http.StatusMultiStatus
			}
			s, _ := newService(t, config)
			answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
			assert.Equal(t, want, answer.Code)
			assert.Equal(t, map[string]int{"refused": 3}, outcomes(t, answer, arns))
			assert.Equal(t, 3, tagged(cloud, 3))
		})
	}
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	arns := buckets(cloud, 3)
	cloud.Inject(untagtest.Fault{Reset: true, After: true})
	config := cloud.Config()
	config.Retry.MaxAttempts = 1
	s, _ := newService(t, config)
	answer := post(t.Context(), s, "?confirm=true", body(t, arns, "env"))
	assert.Equal(t, http.StatusMultiStatus, answer.Code)
	assert.Equal(t, map[string]int{"unknown": 3}, outcomes(t, answer, arns))
}
