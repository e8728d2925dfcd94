package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

func TestRecordSyncs(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) {
		j := open(t, path)
		var syncs atomic.Int32
		j.WrapFile(fault{sync: func() error { syncs.Add(1); return nil }}.wrap)
		check := func(want int32) {
			t.Helper()
			synctest.Wait()
			assert.Equal(t, want, syncs.Load())
		}
		time.Sleep(time.Hour)
		check(0)
		record(t, j, pair{"i-1", nil})
		time.Sleep(time.Second - 1)
		record(t, j, pair{"i-2", nil})
		check(0)
		time.Sleep(time.Nanosecond)
		check(1)
		time.Sleep(time.Hour)
		check(1)
		for i := range 100 { // ten seconds of outcomes
			record(t, j, pair{fmt.Sprint("i-", i+3), nil})
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Second)
		check(11)
		record(t, j, pair{"i-last", nil})
		require.NoError(t, j.Close())
		check(12)
		time.Sleep(time.Hour)
		check(12)
	})
}

func TestRecordGoesOnDuringASync(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) {
		j := open(t, path)
		var syncs atomic.Int32
		j.WrapFile(fault{sync: func() error { syncs.Add(1); time.Sleep(5 * time.Second); return nil }}.wrap)
		record(t, j, pair{"i-1", nil})
		time.Sleep(2 * time.Second)
		record(t, j, pair{"i-2", nil}) // the sync that is under way may have come too early for it
		time.Sleep(6 * time.Second)
		synctest.Wait()
		assert.EqualValues(t, 2, syncs.Load())
		require.NoError(t, j.Close(), "waits for the sync under way")
		assert.EqualValues(t, 3, syncs.Load())
	})
}

func TestRecordSyncFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	t.Run("between two outcomes", func(t *testing.T) {
		t.Parallel()
		path := newPath(t)
		synctest.Test(t, func(t *testing.T) {
			j := open(t, path)
			j.WrapFile(fault{sync: func() error { return broken }}.wrap)
			got := collect(j.Record(func(yield func(string, error) bool) {
				assert.True(t, yield("i-a", nil))
				time.Sleep(2 * time.Second)
				assert.False(t, yield("i-b", nil))
			}))
			assert.Equal(t, []pair{{"i-a", nil}, {"", j.Err()}}, got)
			require.ErrorIs(t, j.Err(), broken)
			require.ErrorContains(t, j.Err(), "may be lost")
			require.ErrorIs(t, j.Close(), broken)
		})
	})
	t.Run("after the last outcome", func(t *testing.T) {
		t.Parallel()
		path := newPath(t)
		synctest.Test(t, func(t *testing.T) {
			j := open(t, path)
			j.WrapFile(fault{sync: func() error { return broken }}.wrap)
			got := collect(j.Record(func(yield func(string, error) bool) {
				yield("i-a", nil)
				time.Sleep(2 * time.Second)
			}))
			assert.Equal(t, []pair{{"i-a", nil}, {"", j.Err()}}, got)
		})
	})
}

// TestFileThatIsNotAsItWasLeft: whatever others do to the file of an open journal ends the run, and Err and Close say so.
func TestFileThatIsNotAsItWasLeft(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		harm func(t *testing.T, path string)
		want string
	}{
		"deleted": {func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, "deleted"},
		"moved":   {func(t *testing.T, path string) { require.NoError(t, os.Rename(path, path+".old")) }, "moved away"},
		"its folder": {func(t *testing.T, path string) {
			require.NoError(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+".old"))
			t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(path) + ".old") })
		}, "moved away"},
		"replaced": {func(t *testing.T, path string) {
			content := read(t, path)
			require.NoError(t, os.Remove(path))
			write(t, path, content)
		}, "another file has taken its place"},
		"cut":        {func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 10)) }, "was cut"},
		"emptied":    {func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 0)) }, "was cut"},
		"lengthened": {func(t *testing.T, path string) { write(t, path, read(t, path)+lineA) }, "written to by others"},
		"overwritten": {func(t *testing.T, path string) {
			content := []byte(read(t, path))
			content[len(content)-5] ^= 1
			write(t, path, string(content))
		}, "overwritten"},
	} {
		check := func(t *testing.T, j *journal.Journal, err error) {
			t.Helper()
			require.ErrorContains(t, err, test.want)
			require.ErrorIs(t, err, untag.ErrRunEnded)
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, err, j.Err())
			assert.Equal(t, err, j.Close())
			got := collect(j.Record(func(func(string, error) bool) { t.Error("a failed journal has started a run") }))
			assert.Equal(t, []pair{{"", err}}, got)
		}
		t.Run(name+", seen at the next outcome or sync", func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			synctest.Test(t, func(t *testing.T) {
				j := open(t, path)
				yielded := 0
				got := collect(j.Record(func(yield func(string, error) bool) {
					if !yield("i-a", nil) {
						t.Error("ended before anything has happened")
						return
					}
					test.harm(t, path)
					time.Sleep(1500 * time.Millisecond)
					for yield(fmt.Sprint("i-", yielded), nil) {
						yielded++
					}
				}))
				assert.Zero(t, yielded)
				require.Len(t, got, 2)
				assert.Empty(t, got[1].resource)
				check(t, j, got[1].err)
			})
		})
		t.Run(name+", seen at the end of the run", func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			got := collect(j.Record(func(yield func(string, error) bool) {
				yield("i-a", nil)
				test.harm(t, path)
			}))
			require.Len(t, got, 2)
			check(t, j, got[1].err)
		})
		t.Run(name+", seen with the end of the run", func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			mine := errors.New("drained")
			got := collect(j.Record(func(yield func(string, error) bool) {
				yield("i-a", nil)
				test.harm(t, path)
				yield("", fmt.Errorf("%w: %w", untag.ErrRunEnded, mine))
			}))
			require.Len(t, got, 2, "one last pair for both")
			require.ErrorIs(t, got[1].err, mine)
			require.ErrorIs(t, got[1].err, j.Err())
			check(t, j, j.Err())
		})
		t.Run(name+", seen at Close", func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			record(t, j, pair{"i-a", nil})
			test.harm(t, path)
			require.NoError(t, j.Err(), "nobody has looked")
			check(t, j, j.Close())
		})
		t.Run(name+", seen at the next run", func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			test.harm(t, path)
			got := collect(j.Record(func(func(string, error) bool) { t.Error("the run was started") }))
			require.Len(t, got, 1)
			check(t, j, got[0].err)
		})
	}
}

// TestFileThatWasCutBetweenTwoOutcomes: what is appended after a cut ends the run too, though the next outcomes came at once.
func TestFileThatWasCutBetweenTwoOutcomes(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) { // no time passes here, so no outcome looks at the size
		j := open(t, path)
		got := collect(j.Record(func(yield func(string, error) bool) {
			yield("i-a", nil)
			assert.NoError(t, os.Truncate(path, int64(len(headerOf(t)))))
			yield("i-b", nil)
		}))
		require.Len(t, got, 3)
		require.ErrorContains(t, got[2].err, "was cut")
		assert.Equal(t, got[2].err, j.Close())
	})
	_, err := journal.Open(path, testPlan)
	var corrupt *journal.CorruptError
	require.ErrorAs(t, err, &corrupt)
	assert.Equal(t, 2, corrupt.Line, "i-b is there, and i-a is missing before it")
}
