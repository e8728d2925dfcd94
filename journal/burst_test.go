package journal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/untagtest"
)

const perCall = ecs.MaxResources

// realRun returns a run over n instances with a little latency, and their IDs. Every seventh does not exist.
func realRun(ctx context.Context, t *testing.T, j *journal.Journal, n int, deadToo bool) (func(yield func(string, error) bool), []string) {
	t.Helper()
	cloud := untagtest.NewCloud()
	cloud.Inject(untagtest.Fault{Latency: 50 * time.Millisecond})
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-%05d", i)
		if !deadToo || i%7 != 0 {
			cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: ids[i], Tags: map[string]string{"env": "x"}})
		}
	}
	client, err := ecs.New(cloud.Config())
	require.NoError(t, err)
	return client.UntagMany(ctx, ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: j.Pending(slices.Values(ids)), TagKeys: []string{"env"},
	}), ids
}

// TestRecordWritesBursts: the outcomes of a call are on file with one write, before the loop sees the first of them.
func TestRecordWritesBursts(t *testing.T) {
	t.Parallel()
	for _, between := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			path := newPath(t)
			j := open(t, path)
			writes := 0
			j.WrapFile(fault{write: func(f journal.File, p []byte, off int64) (int, error) {
				writes++
				return f.WriteAt(p, off)
			}}.wrap)
			results, ids := realRun(t.Context(), t, j, 20*perCall, false)
			if between {
				direct := results
				results = func(yield func(string, error) bool) {
					direct(func(id string, err error) bool { return yield(id, err) })
				}
			}
			seen := 0
			for id, err := range j.Record(results) {
				require.NoError(t, err)
				require.Equal(t, ids[seen], id)
				require.Contains(t, read(t, path), `"`+id+`"`)
				seen++
			}
			assert.Len(t, ids, seen)
			assert.Equal(t, 1+seen, strings.Count(read(t, path), "\n"))
			if between {
				assert.Equal(t, seen, writes, "an iterator in between: one result at a time")
			} else {
				assert.LessOrEqual(t, writes, seen/perCall+seen/64+1)
			}
		})
	}
}

// TestResourceTwiceInABurst: a success is on file once, however often the run names its resource.
func TestResourceTwiceInABurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.AllowAnyResource()
		client, err := ecs.New(cloud.Config())
		require.NoError(t, err)
		j := open(t, newPath(t))
		ids := []string{"i-1", "i-2", "i-1", "i-1", "i-3", "i-2"}
		results := collect(j.Record(client.UntagMany(t.Context(), ecs.UntagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: j.Pending(slices.Values(ids)), TagKeys: []string{"env"},
		})))
		require.Len(t, results, len(ids), "each is passed on")
		assert.Len(t, entries(t, j), 3)
		summary, err := j.Summary()
		require.NoError(t, err)
		assert.Equal(t, 3, summary.Done)
	})
}

// TestBurstThatCannotBeWritten: the loop sees nothing that is not on file, and a resumed run makes up for the rest.
func TestBurstThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		j := open(t, path)
		writes := 0
		j.WrapFile(fault{write: func(f journal.File, p []byte, off int64) (int, error) {
			if writes++; writes > 5 {
				n, _ := f.WriteAt(p[:len(p)/2], off) // as much as the disk had room for
				return n, syscall.ENOSPC
			}
			return f.WriteAt(p, off)
		}}.wrap)
		results, ids := realRun(t.Context(), t, j, 20*perCall, true)
		var seen []string
		done := make(map[string]bool)
		var last error
		for id, err := range j.Record(results) {
			if last = err; id != "" {
				require.Contains(t, read(t, path), `"`+id+`"`)
				seen = append(seen, id)
				if err == nil {
					done[id] = true
				}
			}
		}
		require.ErrorIs(t, last, syscall.ENOSPC)
		require.ErrorIs(t, j.Err(), syscall.ENOSPC)
		assert.Equal(t, ids[:len(seen)], seen)
		assert.Equal(t, 1+len(seen), strings.Count(read(t, path), "\n"), "whole lines of what was seen, and nothing else")
		require.ErrorIs(t, j.Close(), syscall.ENOSPC)

		j = open(t, path)
		notDone := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return done[id] })
		assert.True(t, slices.Equal(notDone, pending(j, ids...)), "what did not succeed, and nothing else, is pending")
	})
}

// TestBreakInABurst: what is on file and was not seen is done all the same.
func TestBreakInABurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := open(t, newPath(t))
		results, _ := realRun(t.Context(), t, j, 20*perCall, false)
		seen := 0
		for _, err := range j.Record(results) {
			require.NoError(t, err)
			if seen++; seen == 3 {
				break
			}
		}
		assert.GreaterOrEqual(t, len(entries(t, j)), seen)
		require.NoError(t, j.Err())
	})
}
