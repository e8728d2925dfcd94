package cleanup_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// remove runs Remove to its end, and returns the states by resource and key.
func remove(t testing.TB, j *cleanup.Job) map[string]cleanup.State {
	t.Helper()
	all := make(map[string]cleanup.State)
	for result, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
		require.NotErrorIs(t, err, untag.ErrRunEnded)
		for _, key := range result.Keys {
			name := result.Resource.String() + " " + key
			require.NotContains(t, all, name, "each once")
			all[name] = result.State
		}
		failed := result.State == cleanup.Refused || result.State == cleanup.Unknown || result.State == cleanup.NotAttempted
		require.Equal(t, failed, err != nil, "%v: %v", result, err)
	}
	return all
}

func count(states map[string]cleanup.State) map[cleanup.State]int {
	counts := make(map[cleanup.State]int)
	for _, state := range states {
		counts[state]++
	}
	return counts
}

// results are the last words of the folder, by resource and key.
func results(t testing.TB, j *cleanup.Job) map[string]cleanup.State {
	t.Helper()
	all := make(map[string]cleanup.State)
	for result, err := range j.Results() {
		require.NoError(t, err)
		for _, key := range result.Keys {
			all[result.Resource.String()+" "+key] = result.State
		}
	}
	return all
}

func TestRemove(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		dir, j := create(t, cloud, keys("team", "name"))
		find(t, j)
		states := remove(t, j)
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 803}, count(states))
		require.Equal(t, states, results(t, j))
		for i := range 400 {
			tags, ok := cloud.Tags("ecs", []string{"cn-hangzhou", "cn-beijing"}[i%2], "instance", id(i))
			require.True(t, ok)
			require.Empty(t, tags)
		}
		tags, _ := cloud.Tags("oss", "cn-beijing", "bucket", "logs")
		require.Equal(t, map[string]string{"keep": "1"}, tags)

		require.Empty(t, remove(t, j), "nothing is left to do")
		require.NoError(t, j.Close())
		j, err := cleanup.Open(dir, cloud.Config())
		require.NoError(t, err)
		require.Equal(t, states, results(t, j))
		for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
			require.ErrorIs(t, err, cleanup.ErrOrder)
			require.ErrorIs(t, err, untag.ErrRunEnded)
		}
		require.NoError(t, j.Close())
	})
}

func TestRemoveOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(20)
		_, j := create(t, cloud, keys("team"))
		refused := func(o cleanup.RemoveOptions, want error) {
			t.Helper()
			n := 0
			for _, err := range j.Remove(t.Context(), o) {
				n++
				require.ErrorIs(t, err, want)
				require.ErrorIs(t, err, untag.ErrRunEnded)
			}
			require.Equal(t, 1, n)
		}
		refused(cleanup.RemoveOptions{}, cleanup.ErrOrder)
		refused(cleanup.RemoveOptions{Incomplete: true}, cleanup.ErrOrder)
		cloud.Inject(untagtest.Fault{Service: untagtest.ECS, Region: "cn-beijing", Action: "ListTagResources", Code: "Forbidden.RAM", Status: 403})
		_ = incomplete(t, j)
		refused(cleanup.RemoveOptions{}, cleanup.ErrOrder)
		refused(cleanup.RemoveOptions{Concurrency: -1}, untag.ErrInvalidRequest)
		n := 0
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{Incomplete: true}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 23-5, n)
	})
}

// TestRemoveReads sees what others changed since Find: what is gone is not said to be ours, and what is saved is the value
// that was there last.
func TestRemoveReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, keys("team", "name"))
		find(t, j)
		at := func(i int) untagtest.Resource {
			return untagtest.Resource{Product: "ecs", Region: []string{"cn-hangzhou", "cn-beijing"}[i%2], Type: "instance", ID: id(i)}
		}
		cloud.Edit(at(0), func(tags map[string]string) { delete(tags, "team") })
		cloud.Edit(at(1), func(tags map[string]string) { tags["team"] = "new" })
		cloud.Edit(at(2), func(tags map[string]string) { clear(tags) })
		cloud.Remove(at(5))
		states := remove(t, j)
		require.Equal(t, cleanup.AlreadyGone, states["cn-hangzhou ecs/instance/"+id(0)+" team"])
		require.Equal(t, cleanup.Removed, states["cn-hangzhou ecs/instance/"+id(0)+" name"])
		require.Equal(t, cleanup.AlreadyGone, states["cn-hangzhou ecs/instance/"+id(2)+" team"])
		require.Equal(t, cleanup.AlreadyGone, states["cn-beijing ecs/instance/"+id(5)+" team"])
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 203 - 5, cleanup.AlreadyGone: 5}, count(states))
		for result, err := range j.Results() {
			require.NoError(t, err)
			if result.Resource.ID == id(1) {
				require.Contains(t, result.Tags, untag.Tag{Key: "team", Value: "new"}, "as last read")
			}
		}
		require.Equal(t, states, results(t, j))
	})
}

// TestRemoveChanged leaves alone what has another value than the pairs.
func TestRemoveChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, cleanup.Spec{Tags: []untag.Tag{{Key: "team", Value: "a"}, {Key: "team", Value: "b"}}})
		find(t, j)
		one := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id(0)}
		two := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id(4)}
		cloud.Edit(one, func(tags map[string]string) { tags["team"] = "z" })
		cloud.Edit(two, func(tags map[string]string) { tags["team"] = "b" })
		n := 0
		for result, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
			require.NoError(t, err)
			switch result.Resource.ID {
			case id(0):
				require.Equal(t, cleanup.Changed, result.State)
				require.Equal(t, []untag.Tag{{Key: "team", Value: "z"}}, result.Tags)
			default:
				require.Equal(t, cleanup.Removed, result.State)
			}
			n++
		}
		require.Equal(t, 52, n)
		tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", id(0))
		require.Equal(t, "z", tags["team"])
		tags, _ = cloud.Tags("ecs", "cn-hangzhou", "instance", id(4))
		require.NotContains(t, tags, "team", "another one of the pairs")
	})
}

// TestRemoveFaults removes all the same.
func TestRemoveFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]untagtest.Fault{
		"throttled":      {Action: "UntagResources", Share: 0.3, Code: "Throttling.User", Status: 400},
		"lost after":     {Action: "UntagResources", Share: 0.2, Reset: true, After: true},
		"lost before":    {Action: "UntagResources", Share: 0.2, Reset: true},
		"items":          {Service: untagtest.Tag, Share: 0.05, Item: "Throttling.User"},
		"slow":           {Action: "UntagResources", Share: 0.2, Latency: 8 * time.Second},
		"reads lost":     {Action: "ListTagResources", Share: 0.1, Reset: true},
		"cut off":        {Action: "UntagResources", Share: 0.2, Truncate: true},
		"html":           {Action: "UntagResources", Share: 0.1, HTML: true},
		"reads throttle": {Action: "ListTagResources", Share: 0.2, Code: "Throttling.User", Status: 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := account(600)
				cloud.Seed(1)
				_, j := create(t, cloud, keys("team"))
				find(t, j)
				cloud.Inject(fault)
				for range 5 {
					remove(t, j)
				}
				cloud.ClearFaults()
				counts := count(results(t, j))
				require.Equal(t, 603, counts[cleanup.Removed]+counts[cleanup.Unknown], "%v", counts)
				require.Zero(t, counts[cleanup.AlreadyGone], "it was ours")
				tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", id(0))
				require.NotContains(t, tags, "team")
			})
		})
	}
}

// TestRemoveDead has resources that the service refuses, among others that it does not.
func TestRemoveDead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(200)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		var denied []untagtest.Resource
		for i := 0; i < 200; i += 20 {
			denied = append(denied, untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id(i)})
		}
		cloud.Deny("Forbidden.RAM", 403, denied...)
		states := remove(t, j)
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 193, cleanup.Refused: 10}, count(states))
		cloud.Allow(denied...)
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 10}, count(remove(t, j)))
	})
}

// TestIntentFirst looks at the folder at every removing call: the value of each key that the call is about to remove is in
// an intent, and was read at most 5 seconds before.
func TestIntentFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(300)
		cloud.Seed(3)
		dir, j := create(t, cloud, keys("team"))
		find(t, j)
		cloud.Inject(
			untagtest.Fault{Action: "UntagResources", Share: 0.2, Code: "Throttling.User", Status: 400},
			untagtest.Fault{Action: "UntagResources", Share: 0.2, Reset: true},
			untagtest.Fault{Action: "UntagResources", Share: 0.2, HTML: true, Status: 503},
		)
		var mu sync.Mutex
		calls := 0
		read := make(map[string]time.Time) // when a resource was read last
		cloud.Before(func(call untagtest.Call) {
			mu.Lock()
			defer mu.Unlock()
			switch call.Action {
			case "ListTagResources":
				for _, values := range call.Parameters {
					read[call.Region+" "+values[0]] = time.Now()
				}
			case "UntagResources":
				calls++
				intents := intentPairs(t, dir, call.Region)
				for name, values := range call.Parameters {
					if !strings.HasPrefix(name, "ResourceARN.") && !strings.HasPrefix(name, "ResourceId.") {
						continue
					}
					if age := time.Since(read[call.Region+" "+values[0]]); age > 5*time.Second {
						t.Errorf("removed %v after the last read", age)
					}
					one := values[0][strings.LastIndexByte(values[0], '/')+1:]
					tags, ok := cloud.Tags("ecs", call.Region, "instance", one)
					if value, there := tags["team"]; ok && there && (intents["ecs/instance/"+one] == nil || intents["ecs/instance/"+one]["team"] != value) {
						t.Errorf("%s is about to lose a value that is not on disk", one)
					}
				}
			}
		})
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{Concurrency: 1}) {
			require.NotErrorIs(t, err, untag.ErrRunEnded)
		}
		require.Greater(t, calls, 7)
	})
}

// TestRemoveEnds breaks Remove off in every way, and goes on.
func TestRemoveEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		dir, j := create(t, cloud, keys("team"))
		find(t, j)
		n := 0
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{Concurrency: 1}) {
			require.NotErrorIs(t, err, untag.ErrRunEnded)
			if n++; n == 60 {
				break
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		n = 0
		for _, err := range j.Remove(ctx, cleanup.RemoveOptions{Concurrency: 1}) {
			if n++; n == 60 {
				cancel()
			}
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		require.ErrorIs(t, last, context.Canceled)
		drain := make(chan struct{})
		n = 0
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{Concurrency: 1, Drain: drain}) {
			if n++; n == 60 {
				close(drain)
			}
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		require.NoError(t, j.Close())
		j, err := cleanup.Open(dir, cloud.Config())
		require.NoError(t, err)
		remove(t, j)
		counts := count(results(t, j))
		require.Equal(t, 403, counts[cleanup.Removed]+counts[cleanup.Unknown], "%v", counts)
		require.NoError(t, j.Close())
	})
}

// TestRemoveOnce calls each resource's service once, though two see it.
func TestRemoveOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(200)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		remove(t, j)
		named := 0
		for _, call := range cloud.Calls() {
			if call.Action == "UntagResources" {
				for name := range call.Parameters {
					if len(name) > len("Resource") && name[:len("Resource")] == "Resource" && name[len(name)-1] <= '9' {
						named++
					}
				}
			}
		}
		require.Equal(t, 203, named)
	})
}
