package journal_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
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

// TestFileChangesWhileOpen: what somebody does to the file while a run is recorded ends the run with an error that says so.
func TestFileChangesWhileOpen(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(t *testing.T, path string)
		want   string
	}{
		"deleted": {func(t *testing.T, path string) {
			t.Helper()
			require.NoError(t, os.Remove(path))
		}, "deleted"},
		"moved": {func(t *testing.T, path string) {
			t.Helper()
			require.NoError(t, os.Rename(path, filepath.Join(filepath.Dir(path), "other")))
		}, "deleted, or moved away"},
		"replaced": {func(t *testing.T, path string) {
			t.Helper()
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path+".new", data, 0o600))
			require.NoError(t, os.Rename(path+".new", path))
		}, "another file has taken its place"},
		"cut": {func(t *testing.T, path string) {
			t.Helper()
			require.NoError(t, os.Truncate(path, 10))
		}, "cut, or written to by others"},
		"emptied": {func(t *testing.T, path string) {
			t.Helper()
			require.NoError(t, os.Truncate(path, 0))
		}, "cut, or written to by others"},
		"appended to": {func(t *testing.T, path string) {
			t.Helper()
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			require.NoError(t, err)
			_, err = f.WriteString("x")
			require.NoError(t, errors.Join(err, f.Close()))
		}, "written to by others"},
		"overwritten": {func(t *testing.T, path string) {
			t.Helper()
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			require.NoError(t, err)
			info, err := f.Stat()
			require.NoError(t, err)
			_, err = f.WriteAt([]byte("x"), info.Size()-5)
			require.NoError(t, errors.Join(err, f.Close()))
		}, "overwritten"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("a second is long enough", func(t *testing.T) {
				t.Parallel()
				path := newPath(t)
				synctest.Test(t, func(t *testing.T) {
					j := open(t, path)
					got := collect(j.Record(func(yield func(string, error) bool) {
						assert.True(t, yield("i-a", nil))
						row.change(t, path)
						time.Sleep(2 * time.Second)
						assert.False(t, yield("i-b", nil))
					}))
					require.Len(t, got, 2)
					assert.Equal(t, pair{"i-a", nil}, got[0])
					assert.Empty(t, got[1].resource)
					require.ErrorIs(t, got[1].err, untag.ErrRunEnded)
					require.ErrorContains(t, got[1].err, row.want)
					require.ErrorContains(t, j.Close(), row.want)
				})
			})
			t.Run("Close looks too", func(t *testing.T) {
				t.Parallel()
				path := newPath(t)
				j := open(t, path)
				record(t, j, pair{"i-a", nil})
				row.change(t, path)
				require.ErrorContains(t, j.Close(), row.want)
				require.ErrorContains(t, j.Err(), row.want)
			})
			t.Run("the end of a run too", func(t *testing.T) {
				t.Parallel()
				path := newPath(t)
				j := open(t, path)
				got := collect(j.Record(func(yield func(string, error) bool) {
					assert.True(t, yield("i-a", nil))
					row.change(t, path)
				}))
				require.Len(t, got, 2)
				require.ErrorContains(t, got[1].err, row.want)
				require.ErrorIs(t, got[1].err, untag.ErrRunEnded)
			})
		})
	}
}

// TestOpenAgainAfterChanges: what is left of the file is opened, or refused, as it is.
func TestOpenAgainAfterChanges(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-a", nil})
	require.NoError(t, os.Remove(path))
	require.Error(t, j.Close())
	_, err := os.Stat(path)
	require.ErrorIs(t, err, fs.ErrNotExist, "nothing writes a file anew behind the user's back")
	j = open(t, path)
	assert.Equal(t, []string{"i-a"}, pending(j, "i-a"))
}
