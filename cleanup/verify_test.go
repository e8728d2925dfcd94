package cleanup_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// verify runs Verify to its end and returns the results by resource.
func verify(t testing.TB, j *cleanup.Job, o cleanup.VerifyOptions) map[string]cleanup.Result {
	t.Helper()
	all := make(map[string]cleanup.Result)
	for result, err := range j.Verify(t.Context(), o) {
		require.NotErrorIs(t, err, untag.ErrRunEnded)
		require.Equal(t, result.State == cleanup.Unverified, err != nil)
		require.NotContains(t, all, result.Resource.String())
		all[result.Resource.String()] = result
	}
	return all
}

func statesOf(all map[string]cleanup.Result) map[cleanup.State]int {
	counts := make(map[cleanup.State]int)
	for _, r := range all {
		counts[r.State]++
	}
	return counts
}

// removed has an account of which the key team was removed.
func removed(t testing.TB, n int) (*untagtest.Cloud, string, *cleanup.Job) {
	t.Helper()
	cloud := account(n)
	dir, j := create(t, cloud, keys("team"))
	find(t, j)
	remove(t, j)
	return cloud, dir, j
}

func TestVerify(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, _, j := removed(t, 400)
		before, start := cloud.CallCount(), time.Now()
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 403}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
		require.GreaterOrEqual(t, time.Since(start), 3*time.Second)
		require.Less(t, time.Since(start), 10*time.Second)
		require.LessOrEqual(t, cloud.CallCount()-before, 2*(400/50+2+5)+1, "two reads of each, in full calls")
		for name, state := range results(t, j) {
			require.Equal(t, cleanup.Gone, state, name)
		}
	})
}

// TestVerifyLag waits for lists that lag behind, and says what they still show at the deadline.
func TestVerifyLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Choose(untagtest.Choices{ListLag: 20 * time.Second})
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		remove(t, j)
		late := verify(t, j, cleanup.VerifyOptions{Deadline: 5 * time.Second})
		require.Equal(t, map[cleanup.State]int{cleanup.StillListed: 103}, statesOf(late))
		require.Equal(t, []untag.Tag{{Key: "team", Value: "b"}}, late["cn-beijing oss/bucket/logs"].Tags)
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 103}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
	})
}

func TestVerifyCameBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, _, j := removed(t, 100)
		verify(t, j, cleanup.VerifyOptions{})
		cloud.Edit(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs"}, func(tags map[string]string) { tags["team"] = "again" })
		again := verify(t, j, cleanup.VerifyOptions{})
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 102, cleanup.StillListed: 1}, statesOf(again))
		require.Equal(t, []untag.Tag{{Key: "team", Value: "again"}}, again["cn-beijing oss/bucket/logs"].Tags)
	})
}

// TestVerifyUnread takes a failed read for no evidence.
func TestVerifyUnread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, _, j := removed(t, 100)
		cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Region: "cn-beijing", Action: "ListTagResources", Reset: true})
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 103 - 26, cleanup.Unverified: 26}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
		cloud.ClearFaults()
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 103}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
	})
}

// TestVerifyGoesOn looks again only at what an earlier run of the same round did not settle.
func TestVerifyGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, dir, j := removed(t, 400)
		n := 0
		for _, err := range j.Verify(t.Context(), cleanup.VerifyOptions{Concurrency: 1}) {
			require.NotErrorIs(t, err, untag.ErrRunEnded)
			if n++; n == 100 {
				break
			}
		}
		require.NoError(t, j.Close())
		j, err := cleanup.Open(dir, cloud.Config())
		require.NoError(t, err)
		left := len(verify(t, j, cleanup.VerifyOptions{}))
		require.LessOrEqual(t, left, 303)
		require.GreaterOrEqual(t, left, 403-150)
		require.Len(t, verify(t, j, cleanup.VerifyOptions{}), 403, "another round")
		require.NoError(t, j.Close())
	})
}

func TestVerifyEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, _, j := removed(t, 100)
		drain := make(chan struct{})
		close(drain)
		var last error
		for _, err := range j.Verify(t.Context(), cleanup.VerifyOptions{Drain: drain}) {
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, err := range j.Verify(ctx, cleanup.VerifyOptions{}) {
			last = err
		}
		require.ErrorIs(t, last, untag.ErrRunEnded)
		require.ErrorIs(t, last, context.DeadlineExceeded)
		for _, err := range j.Verify(t.Context(), cleanup.VerifyOptions{Deadline: -1}) {
			last = err
		}
		require.ErrorIs(t, last, untag.ErrInvalidRequest)
		verify(t, j, cleanup.VerifyOptions{})
	})
}

// TestVerifyGoneAlready looks at what others removed, too, and not at what was left alone.
func TestVerifyGoneAlready(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		_, j := create(t, cloud, cleanup.Spec{Tags: []untag.Tag{{Key: "team", Value: "b"}}})
		for _, err := range j.Verify(t.Context(), cleanup.VerifyOptions{}) {
			require.ErrorIs(t, err, cleanup.ErrOrder)
		}
		find(t, j)
		bucket := untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "logs"}
		cloud.Edit(bucket, func(tags map[string]string) { clear(tags) })
		cloud.Edit(untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: id(1)}, func(tags map[string]string) { tags["team"] = "z" })
		require.Equal(t, map[cleanup.State]int{cleanup.AlreadyGone: 1, cleanup.Changed: 1, cleanup.Removed: 24}, count(remove(t, j)))
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 25}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
	})
}
