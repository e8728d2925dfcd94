package cleanup_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// restore runs Restore to its end and returns the results by resource and key.
func restore(t testing.TB, j *cleanup.Job, o cleanup.RestoreOptions) map[string]cleanup.State {
	t.Helper()
	all := make(map[string]cleanup.State)
	for result, err := range j.Restore(t.Context(), o) {
		require.NotErrorIs(t, err, untag.ErrRunEnded)
		require.Equal(t, result.State == cleanup.NotRestored, err != nil, "%v: %v", result, err)
		for _, key := range result.Keys {
			name := result.Resource.String() + " " + key
			require.NotContains(t, all, name, "each once")
			all[name] = result.State
		}
	}
	return all
}

func TestRestore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		digest := cloud.Digest()
		dir, j := create(t, cloud, keys("team", "name"))
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			require.ErrorIs(t, err, cleanup.ErrOrder)
		}
		find(t, j)
		remove(t, j)
		require.NotEqual(t, digest, cloud.Digest())
		require.NoError(t, j.Close())
		j, err := cleanup.Open(dir, cloud.Config())
		require.NoError(t, err)
		require.Equal(t, map[cleanup.State]int{cleanup.Restored: 803}, count(restore(t, j, cleanup.RestoreOptions{})))
		require.Equal(t, digest, cloud.Digest())

		writes := func() (n int) {
			for _, call := range cloud.Calls() {
				if call.Action == "TagResources" {
					n++
				}
			}
			return n
		}
		before := writes()
		require.Empty(t, restore(t, j, cleanup.RestoreOptions{}))
		require.Equal(t, before, writes(), "restoring twice changes nothing")
		bucket := untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs"}
		cloud.Edit(bucket, func(tags map[string]string) { delete(tags, "team") })
		require.Empty(t, restore(t, j, cleanup.RestoreOptions{}), "somebody took it off since")

		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
			require.ErrorIs(t, err, cleanup.ErrOrder)
		}
		for _, err := range j.Verify(t.Context(), cleanup.VerifyOptions{}) {
			require.ErrorIs(t, err, cleanup.ErrOrder)
		}
		require.NoError(t, j.Close())
	})
}

// TestRestoreKeeps keeps what others set or removed, and overwrites only if it is told to.
func TestRestoreKeeps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		at := func(i int) untagtest.Resource {
			return untagtest.Resource{Product: "ecs", Region: []string{"cn-hangzhou", "cn-beijing"}[i%2], Type: "instance", ID: id(i)}
		}
		cloud.Edit(at(0), func(tags map[string]string) { delete(tags, "team") })    // by others, before
		cloud.Edit(at(1), func(tags map[string]string) { tags["team"] = "latest" }) // saved by the read before the call
		remove(t, j)
		cloud.Edit(at(2), func(tags map[string]string) { tags["team"] = "theirs" })
		cloud.Edit(at(4), func(tags map[string]string) { tags["team"] = "a" }) // the same as saved
		states := make(map[string]cleanup.Result)
		for result, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			require.NoError(t, err)
			states[result.Resource.ID] = result
		}
		require.NotContains(t, states, id(0))
		require.Equal(t, cleanup.Restored, states[id(1)].State)
		require.Equal(t, []untag.Tag{{Key: "team", Value: "latest"}}, states[id(1)].Tags)
		require.Equal(t, cleanup.Kept, states[id(2)].State)
		require.Equal(t, []untag.Tag{{Key: "team", Value: "theirs"}}, states[id(2)].Tags)
		require.Equal(t, cleanup.InPlace, states[id(4)].State)
		tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", id(0))
		require.NotContains(t, tags, "team", "what others removed stays gone")
		tags, _ = cloud.Tags("ecs", "cn-hangzhou", "instance", id(2))
		require.Equal(t, "theirs", tags["team"])

		require.Equal(t, map[string]cleanup.State{"cn-hangzhou ecs/instance/" + id(2) + " team": cleanup.Restored}, restore(t, j, cleanup.RestoreOptions{Overwrite: true}))
		tags, _ = cloud.Tags("ecs", "cn-hangzhou", "instance", id(2))
		require.Equal(t, "c", tags["team"])
	})
}

// TestRestoreCannot names what cannot be restored, with the reason and without the value, and restores the rest.
func TestRestoreCannot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "blank", Tags: map[string]string{"team": "", "name": "n"}})
		_, j := create(t, cloud, keys("team", "name"))
		find(t, j)
		remove(t, j)
		full := untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id(0)}
		cloud.Edit(full, func(tags map[string]string) {
			for i := range 20 {
				tags["filler-"+strconv.Itoa(i)] = "x"
			}
		})
		cloud.Remove(untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: id(1)})
		failed := make(map[string]error)
		for result, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			require.NotErrorIs(t, err, untag.ErrRunEnded)
			if result.State == cleanup.NotRestored {
				failed[result.Resource.ID] = err
				require.NotEmpty(t, result.Tags, "with what was saved")
			}
		}
		require.Len(t, failed, 3, "%v", failed)
		require.ErrorIs(t, failed[id(0)], untag.ErrQuotaExceeded)
		require.ErrorIs(t, failed[id(1)], untag.ErrNotFound)
		require.ErrorIs(t, failed["blank"], untag.ErrInvalidRequest)
		tags, _ := cloud.Tags("oss", "cn-beijing", "bucket", "blank")
		require.Equal(t, map[string]string{"name": "n"}, tags)
		cloud.Edit(full, func(tags map[string]string) { clear(tags) })
		states := restore(t, j, cleanup.RestoreOptions{})
		require.Equal(t, cleanup.Restored, states["cn-hangzhou ecs/instance/"+id(0)+" team"], "a partial restore goes on")
	})
}

// TestRestoreTries sends what a document forbids if it is told to, and a refusal is no other resource's.
func TestRestoreTries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "blank", Tags: map[string]string{"team": "", "name": "n"}})
		config := cloud.Config()
		config.Validation = untag.ValidateCertain
		j, err := cleanup.Create(t.TempDir()+"/job", config, keys("team", "name"))
		require.NoError(t, err)
		find(t, j)
		remove(t, j)
		require.Equal(t, map[cleanup.State]int{cleanup.Restored: 203, cleanup.NotRestored: 2}, count(restore(t, j, cleanup.RestoreOptions{})))
		cloud.Choose(untagtest.Choices{TagTakesEmptyValues: true})
		require.Equal(t, map[cleanup.State]int{cleanup.Restored: 2}, count(restore(t, j, cleanup.RestoreOptions{})))
		require.NoError(t, j.Close())
	})
}

// TestRestoreFaults brings everything back through lost answers.
func TestRestoreFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]untagtest.Fault{
		"throttled":   {Action: "TagResources", Share: 0.3, Code: "Throttling.User", Status: 400},
		"lost after":  {Action: "TagResources", Share: 0.2, Reset: true, After: true},
		"lost before": {Action: "TagResources", Share: 0.2, Reset: true},
		"slow":        {Action: "TagResources", Share: 0.2, Latency: 8 * time.Second},
		"reads lost":  {Action: "ListTagResources", Share: 0.1, Reset: true},
		"cut off":     {Action: "TagResources", Share: 0.2, Truncate: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := account(600)
				cloud.Seed(1)
				digest := cloud.Digest()
				_, j := create(t, cloud, keys("team"))
				find(t, j)
				cloud.Inject(untagtest.Fault{Action: "UntagResources", Share: 0.2, Reset: true, After: true})
				remove(t, j)
				cloud.ClearFaults()
				cloud.Inject(fault)
				restore(t, j, cleanup.RestoreOptions{})
				cloud.ClearFaults()
				restore(t, j, cleanup.RestoreOptions{})
				require.Equal(t, digest, cloud.Digest())
			})
		})
	}
}

func TestRestoreEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		digest := cloud.Digest()
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		remove(t, j)
		n := 0
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{Concurrency: 1}) {
			require.NotErrorIs(t, err, untag.ErrRunEnded)
			if n++; n == 60 {
				break
			}
		}
		drain := make(chan struct{})
		n = 0
		var last error
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{Concurrency: 1, Drain: drain}) {
			if n++; n == 60 {
				close(drain)
			}
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		restore(t, j, cleanup.RestoreOptions{})
		require.Equal(t, digest, cloud.Digest())
	})
}
