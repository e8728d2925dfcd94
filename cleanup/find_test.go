package cleanup_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// find runs Find and returns what it yields, by the names of the resources.
func find(t testing.TB, j *cleanup.Job) map[string]cleanup.Found {
	t.Helper()
	all := make(map[string]cleanup.Found)
	for found, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
		require.NoError(t, err)
		require.NotContains(t, all, found.Resource.String(), "each once")
		all[found.Resource.String()] = found
	}
	return all
}

func saved(t testing.TB, j *cleanup.Job) map[string]cleanup.Found {
	t.Helper()
	all := make(map[string]cleanup.Found)
	for found, err := range j.Found() {
		require.NoError(t, err)
		require.NotContains(t, all, found.Resource.String(), "each once")
		all[found.Resource.String()] = found
	}
	return all
}

func TestFind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, keys("team"))
		found := find(t, j)
		require.Len(t, found, 103)
		require.Equal(t, found, saved(t, j))
		require.Equal(t, cleanup.Found{
			Resource: cleanup.Resource{
				Service: "ecs", Account: cloud.AccountID(), Region: "cn-beijing", Type: "instance", ID: id(1),
				ARN: "arn:acs:ecs:cn-beijing:" + cloud.AccountID() + ":instance/" + id(1),
			},
			Tags: []untag.Tag{{Key: "team", Value: "b"}},
		}, found["cn-beijing ecs/instance/"+id(1)])
		require.Equal(t, []untag.Tag{{Key: "team"}}, found["cn-beijing ecs/instance/"+id(3)].Tags, "an empty value, which ECS shows")
		require.Equal(t, []untag.Tag{{Key: "team"}}, found["cn-hangzhou vpcipam/IPAM/ipam-1"].Tags)
		require.Contains(t, found, "cn-shanghai resourcesharing/ResourceShare/rs-1")
		require.NotContains(t, found, "cn-beijing oss/bucket/other", "keys are case-sensitive")

		require.Empty(t, find(t, j), "nothing is new")
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-qingdao", Type: "bucket", ID: "new", Tags: map[string]string{"team": "n"}})
		cloud.Edit(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs"}, func(tags map[string]string) { tags["team"] = "changed" })
		again := find(t, j)
		require.Len(t, again, 2)
		require.Equal(t, "changed", again["cn-beijing oss/bucket/logs"].Tags[0].Value)
		require.Len(t, saved(t, j), 104)
	})
}

func TestFindPairs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, cleanup.Spec{
			Tags: []untag.Tag{{Key: "team", Value: "a"}, {Key: "team", Value: ""}, {Key: "name", Value: id(1)}}, Regions: []string{"cn-hangzhou", "cn-beijing"},
		})
		found := find(t, j)
		require.Len(t, found, 25+25+1+1)
		for _, call := range cloud.Calls() {
			require.NotEqual(t, "ListTagValues", call.Action)
			require.NotEqual(t, "DescribeRegions", call.Action)
		}
		require.Equal(t, []untag.Tag{{Key: "name", Value: id(1)}}, found["cn-beijing ecs/instance/"+id(1)].Tags)
	})
}

// TestFindGoesOn breaks Find off at every call in turn and goes on with the folder.
func TestFindGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(60)
		cloud.Choose(untagtest.Choices{PageSize: 7})
		_, whole := create(t, cloud, keys("team"))
		want := find(t, whole)
		for _, stop := range []int64{1, 5, 20, 60, 100, 150} {
			dir, j := create(t, cloud, keys("team"))
			ctx, cancel := context.WithCancel(t.Context())
			var calls atomic.Int64
			config := cloud.Config()
			config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
				if calls.Add(1) == stop {
					cancel()
				}
				return ctx, nil
			}
			require.NoError(t, j.Close())
			j, err := cleanup.Open(dir, config)
			require.NoError(t, err)
			yielded := make(map[string]bool)
			var last error
			for found, err := range j.Find(ctx, cleanup.FindOptions{Concurrency: 1}) {
				if last = err; err == nil {
					yielded[found.Resource.String()] = true
				}
			}
			require.ErrorIs(t, last, untag.ErrRunEnded)
			require.ErrorIs(t, last, context.Canceled)
			require.NoError(t, j.Close())
			j, err = cleanup.Open(dir, cloud.Config())
			require.NoError(t, err)
			for name := range find(t, j) {
				yielded[name] = true
			}
			require.Equal(t, want, saved(t, j))
			require.Len(t, yielded, len(want))
			require.NoError(t, j.Close())
		}
	})
}

func TestFindDrains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(60)
		_, j := create(t, cloud, keys("team"))
		drain := make(chan struct{})
		close(drain)
		before := cloud.CallCount()
		var last error
		for _, err := range j.Find(t.Context(), cleanup.FindOptions{Drain: drain}) {
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		require.LessOrEqual(t, cloud.CallCount()-before, 2, "the caller's identity, and the regions")
		require.Len(t, find(t, j), 63)
	})
}

func incomplete(t *testing.T, j *cleanup.Job) *cleanup.IncompleteError {
	t.Helper()
	var last error
	for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
		last = err
	}
	require.ErrorIs(t, last, untag.ErrRunEnded)
	require.ErrorIs(t, last, cleanup.ErrIncomplete)
	failed, ok := errors.AsType[*cleanup.IncompleteError](last)
	require.True(t, ok)
	return failed
}
