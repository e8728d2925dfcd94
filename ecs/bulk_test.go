package ecs_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/untagtest"
)

const hangzhou = "cn-hangzhou"

// instances puts n instances with the tags k1, k2 and keep into the account, but for the dead ones, and returns all IDs.
func instances(cloud *untagtest.Cloud, n int, dead func(int) bool) []string {
	ids := make([]string, n)
	living := make([]untagtest.Resource, 0, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-%06d", i)
		if !dead(i) {
			living = append(living, untagtest.Resource{
				Product: "ecs", Region: hangzhou, Type: "instance", ID: ids[i], Tags: map[string]string{"k1": "a", "k2": "b", "keep": "c"},
			})
		}
	}
	cloud.Put(living...)
	return ids
}

func none(int) bool { return false }

// requireState checks each outcome of a run against the account.
func requireState(t *testing.T, cloud *untagtest.Cloud, outcomes map[string]error, keys ...string) {
	t.Helper()
	for id, err := range outcomes {
		tags, exists := cloud.Tags("ecs", hangzhou, "instance", id)
		present := 0
		for _, key := range keys {
			if _, ok := tags[key]; ok {
				present++
			}
		}
		switch {
		case err == nil:
			require.True(t, exists, "%s is called done", id)
			require.Zero(t, present, "%s is called done", id)
		case errors.Is(err, untag.ErrOutcomeUnknown):
		case exists:
			require.Equal(t, len(keys), present, "%s is called untouched: %v", id, err)
		}
		if exists {
			require.Equal(t, "c", tags["keep"], "%s lost a tag that nobody named", id)
		}
	}
}

func TestUntagManyIsolatesDeadInstances(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Inject(untagtest.Fault{Latency: 100 * time.Millisecond})
		random := rand.New(rand.NewPCG(1, 1))
		dead := map[int]bool{}
		for range 60 {
			dead[random.IntN(6000)] = true
		}
		ids := instances(cloud, 6000, func(i int) bool { return dead[i] })
		client, err := ecs.New(cloud.Config())
		require.NoError(t, err)
		outcomes := map[string]error{}
		i := 0
		for id, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(ids), TagKeys: []string{"k1", "k2"},
		}) {
			require.Equal(t, ids[i], id, "the order of the input")
			outcomes[id] = err
			if dead[i] {
				apiErr, ok := errors.AsType[*untag.APIError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, ecs.CodeInvalidResourceIDNotFound, apiErr.Code)
				require.NotEmpty(t, apiErr.RequestID)
			} else {
				require.NoError(t, err)
			}
			i++
		}
		require.Equal(t, 6000, i)
		requireState(t, cloud, outcomes, "k1", "k2")
		t.Logf("1 %% dead: %.2f × a clean run", float64(cloud.CallCount())/120)
		assert.Less(t, cloud.CallCount(), 120*6)
	})
}

// Pacing: 2,000 batches, 64 calls in flight, 100 ms of latency.
func TestUntagManyKeepsToQuotas(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		rate               float64
		limit              func(*untagtest.Cloud)
		ideal              time.Duration
		throttled, slowest float64
	}{
		"10 a second, burst 10, known":   {9.5, quota(10, 10), 199 * time.Second, 0.02, 1.15},
		"10 a second, burst 10, unknown": {0, quota(10, 10), 199 * time.Second, 0.15, 1.5},
		"2 a second, unknown":            {0, quota(2, 2), 999 * time.Second, 0.15, 1.5},
		"500 a second, unknown":          {0, quota(500, 500), 3125 * time.Millisecond, 0.15, 1.5},
		"300 in 60 s, unknown":           {0, func(c *untagtest.Cloud) { c.SetWindow(untagtest.ECS, 300, time.Minute) }, 360 * time.Second, 0.15, 1.3},
		"300 in 60 s, known":             {4.75, func(c *untagtest.Cloud) { c.SetWindow(untagtest.ECS, 300, time.Minute) }, 360 * time.Second, 0.15, 1.3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := untagtest.NewCloud()
				cloud.AllowAnyResource()
				row.limit(cloud)
				cloud.Inject(untagtest.Fault{Latency: 100 * time.Millisecond})
				throttled := 0
				config := cloud.Config()
				config.Rate = row.rate
				lock := make(chan struct{}, 1)
				config.OnAttempt = func(_ context.Context, a untag.Attempt) {
					lock <- struct{}{}
					if errors.Is(a.Err, untag.ErrThrottled) {
						throttled++
					}
					<-lock
				}
				client, err := ecs.New(config)
				require.NoError(t, err)
				begin, done := time.Now(), 0
				for id, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{
					ResourceType: ecs.ResourceTypeInstance, ResourceIDs: many(100_000), TagKeys: []string{"k1"}, Concurrency: 64,
				}) {
					require.NoError(t, err, id)
					done++
				}
				require.Equal(t, 100_000, done, "none lost")
				took := time.Since(begin)
				share := float64(throttled) / 2000
				t.Logf("throttled %.1f %%, %.2f × the ideal time", 100*share, took.Seconds()/row.ideal.Seconds())
				assert.LessOrEqual(t, share, row.throttled)
				assert.LessOrEqual(t, took.Seconds(), row.slowest*row.ideal.Seconds())
			})
		})
	}
}

func quota(perSecond float64, burst int) func(*untagtest.Cloud) {
	return func(c *untagtest.Cloud) { c.SetQuota(untagtest.ECS, perSecond, burst) }
}

func many(n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf("i-%07d", i)) {
				return
			}
		}
	}
}

func TestUntagManyOutlastsAStorm(t *testing.T) {
	t.Parallel()
	for _, hint := range []time.Duration{0, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			cloud := untagtest.NewCloud()
			cloud.AllowAnyResource()
			cloud.Inject(untagtest.Fault{Latency: 100 * time.Millisecond})
			time.AfterFunc(time.Second, func() {
				cloud.Inject(untagtest.Fault{Code: untag.CodeThrottlingUser, RetryAfter: hint})
			})
			time.AfterFunc(61*time.Second, cloud.ClearFaults)
			config := cloud.Config()
			config.Retry = untag.Retry{MaxAttempts: 1, MaxThrottle: -1} // a bulk run waits all the same
			client, err := ecs.New(config)
			require.NoError(t, err)
			done := 0
			for id, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{
				ResourceType: ecs.ResourceTypeInstance, ResourceIDs: many(50_000), TagKeys: []string{"k1"},
			}) {
				require.NoError(t, err, id)
				done++
			}
			require.Equal(t, 50_000, done)
		})
	}
}

func TestUntagManyTellsTheTruthUnderFaults(t *testing.T) {
	t.Parallel()
	for _, end := range []time.Duration{time.Hour, 700 * time.Millisecond, 1200 * time.Millisecond} {
		t.Run(end.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := untagtest.NewCloud()
				cloud.Inject(
					untagtest.Fault{Latency: 40 * time.Millisecond},
					untagtest.Fault{Share: 0.1, Reset: true},
					untagtest.Fault{Share: 0.1, Reset: true, After: true},
					untagtest.Fault{Share: 0.1, Code: "ServiceUnavailable", Status: 503},
					untagtest.Fault{Share: 0.1, Truncate: true},
					untagtest.Fault{Share: 0.05, HTML: true},
				)
				ids := instances(cloud, 5000, func(i int) bool { return i%331 < 3 }) // dead ones side by side
				config := cloud.Config()
				config.Retry = untag.Retry{MaxAttempts: 2, BaseDelay: time.Millisecond}
				client, err := ecs.New(config)
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), end)
				defer cancel()
				outcomes, unknown := map[string]error{}, 0
				var last error
				for id, err := range client.UntagMany(ctx, ecs.UntagManyRequest{
					ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(ids), TagKeys: []string{"k1"},
					Concurrency: 8, // so that it takes longer than 1.2 s
				}) {
					if id == "" {
						last = err
						continue
					}
					outcomes[id] = err
					if errors.Is(err, untag.ErrOutcomeUnknown) {
						unknown++
					}
				}
				requireState(t, cloud, outcomes, "k1")
				if end == time.Hour {
					require.NoError(t, last)
					require.Len(t, outcomes, 5000)
				} else {
					require.ErrorIs(t, last, context.DeadlineExceeded)
				}
				require.Positive(t, unknown, "the faults struck")
			})
		})
	}
}

func TestUntagManyRefusesAMistake(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	client, err := ecs.New(cloud.Config())
	require.NoError(t, err)
	valid := ecs.UntagManyRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: many(10), TagKeys: []string{"k1"}}
	for name, change := range map[string]func(*ecs.UntagManyRequest){
		"no input":             func(r *ecs.UntagManyRequest) { r.ResourceIDs = nil },
		"no type":              func(r *ecs.UntagManyRequest) { r.ResourceType = "" },
		"no keys":              func(r *ecs.UntagManyRequest) { r.TagKeys = nil },
		"all and keys":         func(r *ecs.UntagManyRequest) { r.All = true },
		"a region":             func(r *ecs.UntagManyRequest) { r.Region = "x.example.com/" },
		"a reserved key":       func(r *ecs.UntagManyRequest) { r.TagKeys = []string{"acs:x"} },
		"a negative number":    func(r *ecs.UntagManyRequest) { r.Concurrency = -1 },
		"a repeated key afar":  func(r *ecs.UntagManyRequest) { r.TagKeys = append(manyKeys(30), "key3") },
		"a key of 129 letters": func(r *ecs.UntagManyRequest) { r.TagKeys = []string{string(make([]byte, 129))} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := valid
			change(&req)
			n := 0
			for id, err := range client.UntagMany(t.Context(), req) {
				n++
				assert.Empty(t, id)
				assert.ErrorIs(t, err, untag.ErrInvalidRequest)
				assert.ErrorContains(t, err, "UntagManyRequest")
			}
			assert.Equal(t, 1, n)
		})
	}
	require.Zero(t, cloud.CallCount())
}

func manyKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprint("key", i)
	}
	return keys
}

func TestUntagManyRemovesAll(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	ids := instances(cloud, 120, none)
	client, err := ecs.New(cloud.Config())
	require.NoError(t, err)
	for id, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(ids), All: true, Unordered: true,
	}) {
		require.NoError(t, err, id)
		tags, _ := cloud.Tags("ecs", hangzhou, "instance", id)
		require.Empty(t, tags)
	}
	require.Equal(t, 3, cloud.CallCount())
}

// The last pair comes, and so does the end, when a run is cancelled or drained in the middle of throttling.
func TestUntagManyEndsDuringThrottling(t *testing.T) {
	t.Parallel()
	for _, drained := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			cloud := untagtest.NewCloud()
			cloud.AllowAnyResource()
			cloud.Inject(untagtest.Fault{Code: untag.CodeThrottlingUser})
			client, err := ecs.New(cloud.Config())
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
			defer cancel()
			drain := make(chan struct{})
			time.AfterFunc(5*time.Second, func() {
				if drained {
					close(drain)
				} else {
					cancel()
				}
			})
			begin, calls := time.Now(), 0
			var last string
			var lastErr error
			for id, err := range client.UntagMany(ctx, ecs.UntagManyRequest{
				ResourceType: ecs.ResourceTypeInstance, ResourceIDs: many(1000), TagKeys: []string{"k1"}, Drain: drain,
			}) {
				require.Error(t, err)
				if id != "" {
					require.False(t, errors.Is(err, untag.ErrOutcomeUnknown), "a throttled request had no effect")
				}
				last, lastErr = id, err
				calls = cloud.CallCount()
			}
			require.Empty(t, last)
			require.Error(t, lastErr)
			require.Less(t, time.Since(begin), 6*time.Second)
			time.Sleep(time.Hour)
			require.Equal(t, calls, cloud.CallCount(), "nothing is sent after the end")
		})
	}
}
