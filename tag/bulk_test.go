package tag_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// buckets puts n resources, spread over the regions, with the tags k1 and keep into the account, but for the dead ones.
// It returns all ARNs.
func buckets(cloud *untagtest.Cloud, n int, region func(int) string, dead func(int) bool) []string {
	arns := make([]string, n)
	living := make([]untagtest.Resource, 0, n)
	for i := range arns {
		r := untagtest.Resource{Product: "oss", Region: region(i), Type: "bucket", ID: fmt.Sprintf("b-%06d", i), Tags: map[string]string{"k1": "a", "keep": "b"}}
		arns[i] = tag.ARN{Product: "oss", Region: region(i), Account: "*", ResourceType: "bucket", ResourceID: r.ID}.String()
		if !dead(i) {
			living = append(living, r)
		}
	}
	cloud.Put(living...)
	return arns
}

func alive(int) bool { return false }

func hangzhouOnly(int) string { return "cn-hangzhou" }

func requireState(t *testing.T, cloud *untagtest.Cloud, outcomes map[string]error) {
	t.Helper()
	for name, err := range outcomes {
		arn, parseErr := tag.ParseARN(name)
		if parseErr != nil {
			require.ErrorIs(t, err, untag.ErrInvalidRequest)
			continue
		}
		tags, exists := cloud.Tags(arn.Product, arn.Region, arn.ResourceType, arn.ResourceID)
		_, present := tags["k1"]
		switch {
		case err == nil:
			require.True(t, exists && !present, "%s is called done", name)
		case errors.Is(err, untag.ErrOutcomeUnknown):
		case exists:
			require.True(t, present, "%s is called untouched: %v", name, err)
		}
		if exists {
			require.Equal(t, "b", tags["keep"])
		}
	}
}

func TestUntagManyGroupsByRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Inject(untagtest.Fault{Latency: 100 * time.Millisecond})
		regions := []string{"cn-hangzhou", "cn-beijing", "us-west-1", "eu-central-1", "ap-southeast-1"}
		random := rand.New(rand.NewPCG(7, 7))
		at := make([]string, 5000)
		for i := range at {
			at[i] = regions[random.IntN(len(regions))]
		}
		arns := buckets(cloud, 5000, func(i int) string { return at[i] }, func(i int) bool { return i%997 == 5 })
		arns[77] = "arn:acs:oss:nonsense"
		arns[78] = "arn:acs:oss:evil.example.com/:*:bucket/b"
		arns[79] = strings.Replace(arns[79], ":"+at[79]+":", "::", 1) // no region: that of the request
		client, err := tag.New(cloud.Config())
		require.NoError(t, err)
		outcomes, i := map[string]error{}, 0
		for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{Region: at[79], ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
			require.Equal(t, arns[i], arn)
			if i != 79 {
				outcomes[arn] = err
			}
			switch {
			case i == 77 || i == 78:
				require.ErrorIs(t, err, untag.ErrInvalidRequest)
				require.ErrorContains(t, err, fmt.Sprintf("ResourceARNs[%d]", i))
			case i%997 == 5:
				resourceErr, ok := errors.AsType[tag.ResourceError](err)
				require.True(t, ok)
				require.Equal(t, tag.CodeInvalidResourceIDNotFound, resourceErr.Code)
				require.NotEmpty(t, resourceErr.RequestID)
			default:
				require.NoError(t, err, arn)
			}
			i++
		}
		require.Equal(t, 5000, i)
		requireState(t, cloud, outcomes)
		require.LessOrEqual(t, cloud.CallCount(), 105)
		for _, call := range cloud.Calls() {
			for name, values := range call.Parameters {
				if strings.HasPrefix(name, "ResourceARN.") && !strings.Contains(values[0], ":"+call.Region+":") {
					require.Contains(t, values[0], "::", "an ARN of another region")
				}
			}
		}
	})
}

// A region whose quota is used up holds up nobody else while the window has room, and no slot is held by its waiting calls.
func TestUntagManyPausedRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Inject(
			untagtest.Fault{Latency: 100 * time.Millisecond},
			untagtest.Fault{Region: "cn-beijing", Calls: 8, Code: untag.CodeThrottlingUser, RetryAfter: 30 * time.Second},
		)
		arns := buckets(cloud, 12_000, func(i int) string { return []string{"cn-beijing", "cn-hangzhou"}[i%2] }, alive)
		var lock sync.Mutex
		var hangzhouDone time.Time
		config := cloud.Config()
		config.OnAttempt = func(_ context.Context, a untag.Attempt) {
			lock.Lock()
			defer lock.Unlock()
			if a.Region == "cn-hangzhou" && a.Err == nil {
				hangzhouDone = time.Now()
			}
		}
		client, err := tag.New(config)
		require.NoError(t, err)
		begin := time.Now()
		outcomes := map[string]error{}
		for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
			require.NoError(t, err)
			outcomes[arn] = err
		}
		requireState(t, cloud, outcomes)
		require.Greater(t, time.Since(begin), 30*time.Second, "the pause was obeyed")
		lock.Lock()
		defer lock.Unlock()
		// 120 calls of 100 ms, 8 at a time, take 1.5 s.
		require.Less(t, hangzhouDone.Sub(begin), 3*time.Second, "the other region was done long before")
	})
}

func TestUntagManyRegionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	arns := buckets(cloud, 300, hangzhouOnly, alive)
	for i := 1; i < 300; i += 3 {
		arns[i] = fmt.Sprintf("arn:acs:oss:cn-atlantis:*:bucket/b-%d", i)
	}
	client, err := tag.New(cloud.Config())
	require.NoError(t, err)
	outcomes := map[string]error{}
	for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
		require.NotEmpty(t, arn, "the run goes on to its end")
		assert.Equal(t, strings.Contains(arn, "atlantis"), err != nil, "%s: %v", arn, err)
		outcomes[arn] = err
	}
	requireState(t, cloud, outcomes)
}

func TestUntagManyThrottledItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Inject(untagtest.Fault{Latency: 100 * time.Millisecond}, untagtest.Fault{Share: 0.3, Item: "Throttling.User"})
		arns := buckets(cloud, 2000, hangzhouOnly, alive)
		client, err := tag.New(cloud.Config())
		require.NoError(t, err)
		outcomes := map[string]error{}
		for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
			require.NoError(t, err)
			outcomes[arn] = err
		}
		require.Len(t, outcomes, 2000)
		requireState(t, cloud, outcomes)
	})
}

func TestUntagManyDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.SetQuota(untagtest.Tag, 5, 1) // calls wait for the limiter when the run is drained
		cloud.Inject(untagtest.Fault{Latency: 300 * time.Millisecond})
		arns := buckets(cloud, 10_000, hangzhouOnly, alive)
		config := cloud.Config()
		config.Rate = 4
		client, err := tag.New(config)
		require.NoError(t, err)
		drain := make(chan struct{})
		time.AfterFunc(5*time.Second, func() { close(drain) })
		begin := time.Now()
		outcomes := map[string]error{}
		var last error
		for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}, Drain: drain}) {
			if arn == "" {
				last = err
				continue
			}
			if err != nil {
				require.ErrorIs(t, err, untag.ErrNotAttempted)
			}
			outcomes[arn] = err
		}
		require.Error(t, last)
		require.Less(t, time.Since(begin), 6*time.Second, "calls that wait for the limiter are not waited for")
		requireState(t, cloud, outcomes)
	})
}

func TestUntagManyWholeCallRefusal(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	arns := buckets(cloud, 200, hangzhouOnly, alive)
	for _, i := range []int{3, 4, 120} { // an account that is not ours fails the whole call, unnamed
		arns[i] = strings.Replace(arns[i], ":*:", ":999:", 1)
	}
	client, err := tag.New(cloud.Config())
	require.NoError(t, err)
	outcomes := map[string]error{}
	for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
		outcomes[arn] = err
		if strings.Contains(arn, ":999:") {
			apiErr, ok := errors.AsType[*untag.APIError](err)
			require.True(t, ok)
			require.Equal(t, tag.CodeInvalidResourceARNAccount, apiErr.Code)
		} else {
			require.NoError(t, err)
		}
	}
	requireState(t, cloud, outcomes)
}

// The answer names the region and the account of a resource where the request had "*".
func TestUntagManyAnswerSpellsOut(t *testing.T) {
	t.Parallel()
	config := untag.Config{
		Region:      "cn-hangzhou",
		Credentials: untag.StaticCredentials("id", "secret", ""),
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			recorder := httptest.NewRecorder()
			_, _ = recorder.WriteString(`{"RequestId":"R","FailedResources":{"FailedResource":[{"ResourceARN":"arn:acs:oss:cn-hangzhou:1234:bucket/b","Result":{"Code":"InvalidResourceId.NotFound","Message":"m"}}]}}`)
			return recorder.Result(), nil
		})},
	}
	client, err := tag.New(config)
	require.NoError(t, err)
	arns := []string{"arn:acs:oss:*:*:bucket/a", "arn:acs:oss:*:*:bucket/b", "arn:acs:oss:*:*:bucket/c"}
	for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k"}}) {
		assert.Equal(t, arn == arns[1], err != nil, arn)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What one region answers, whatever it is, touches no other: half of the ARNs are in a region that refuses.
func TestUntagManyRegionsAreBulkheads(t *testing.T) {
	t.Parallel()
	for _, fault := range []untagtest.Fault{
		{Code: "InvalidParameter.RegionId", Status: 400},
		{Code: "Forbidden.RAM", Status: 403},
		{Code: "InvalidRegionId", Status: 404},
		{Code: untag.CodeInvalidActionNotFound, Status: 404},
		{Code: untag.CodeThrottlingUser, Status: 400, RetryAfter: time.Minute},
		{ClockOffset: time.Hour},
		{HTML: true},
		{Latency: time.Hour},
	} {
		t.Run(fmt.Sprintf("%+v", fault), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := untagtest.NewCloud()
				fault.Region = "cn-beijing"
				cloud.Inject(untagtest.Fault{Latency: 50 * time.Millisecond}, fault)
				arns := buckets(cloud, 1000, func(i int) string { return []string{"cn-beijing", "cn-hangzhou"}[i%2] }, alive)
				client, err := tag.New(cloud.Config())
				require.NoError(t, err)
				drain := make(chan struct{})
				time.AfterFunc(30*time.Second, func() { close(drain) })
				begin, done := time.Now(), 0
				for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{
					ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}, Unordered: true, Drain: drain,
				}) {
					if strings.Contains(arn, ":cn-hangzhou:") {
						require.NoError(t, err, arn)
						require.Less(t, time.Since(begin), 5*time.Second)
						done++
					}
				}
				require.Equal(t, 500, done)
			})
		})
	}
}

// One resource in several spellings: an answer that names one of them as failed, or spells it a third way, speaks of all.
func TestUntagManySpellings(t *testing.T) {
	t.Parallel()
	const account = "1234567890123456"
	for name, spelling := range map[string]string{"as sent": "", "a third way": "arn:acs:ecs:cn-hangzhou::instance/i-1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls++
				var failed string
				for _, values := range r.URL.Query() {
					if arn := values[0]; strings.HasSuffix(arn, ":instance/i-1") {
						if spelling != "" {
							arn = spelling
						}
						failed = fmt.Sprintf(`{"ResourceARN":%q,"Result":{"Code":"InvalidResourceId.NotFound","Message":"m"}}`, arn)
					}
				}
				fmt.Fprintf(w, `{"RequestId":"R","FailedResources":{"FailedResource":[%s]}}`, failed)
			}))
			defer server.Close()
			client, err := tag.New(untag.Config{
				Region: "cn-hangzhou", Endpoint: server.URL, Credentials: untag.StaticCredentials("id", "secret", ""),
			})
			require.NoError(t, err)
			var arns []string
			for i := range 10 {
				for _, middle := range []string{"cn-hangzhou:*", "cn-hangzhou:" + account, "*:*"} {
					arns = append(arns, fmt.Sprintf("arn:acs:ecs:%s:instance/i-%d", middle, i))
				}
			}
			for arn, err := range client.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{"k1"}}) {
				if strings.HasSuffix(arn, "/i-1") {
					require.ErrorIs(t, err, untag.ErrNotFound, arn)
				} else {
					require.NoError(t, err, arn)
				}
			}
			require.LessOrEqual(t, calls, 6)
		})
	}
}
