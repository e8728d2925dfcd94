package cleanup_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

// TestFolder has the modes that the package promises, after a whole job.
func TestFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	synctest.Test(t, func(t *testing.T) {
		_, dir, j := removed(t, 100)
		verify(t, j, cleanup.VerifyOptions{})
		restore(t, j, cleanup.RestoreOptions{})
		require.NoError(t, j.Close())
		info, err := os.Stat(dir)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, entry := range entries {
			info, err := entry.Info()
			require.NoError(t, err)
			require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), entry.Name())
			require.NotContains(t, entry.Name(), "tmp-")
		}
	})
}

// TestReadOnlyFolder needs a user whom modes bind.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() <= 0 {
		t.Skip("modes do not bind root")
	}
	cloud := account(4)
	parent := t.TempDir()
	require.NoError(t, os.Chmod(parent, 0o500))
	_, err := cleanup.Create(filepath.Join(parent, "job"), cloud.Config(), keys("team"))
	require.ErrorIs(t, err, fs.ErrPermission)
	dir, j := create(t, cloud, keys("team"))
	require.NoError(t, j.Close())
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // or it could not be removed
	j, err = cleanup.Open(dir, cloud.Config())
	if err == nil {
		var last error
		for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
			last = err
		}
		require.ErrorIs(t, last, fs.ErrPermission)
		require.NoError(t, j.Close())
	}
}

// TestDamagedLogs refuses a job of which a line is damaged, before anything is sent.
func TestDamagedLogs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, name := range []string{"find.cn-hangzhou.log", "found.cn-hangzhou", "acts.cn-hangzhou.log"} {
			cloud, dir, j := removed(t, 100)
			require.NoError(t, j.Close())
			file := filepath.Join(dir, name)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			require.NoError(t, os.WriteFile(file, data, 0o600))
			j, err = cleanup.Open(dir, cloud.Config())
			require.NoError(t, err, "these files are read when a step begins")
			for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
				require.ErrorIs(t, err, untag.ErrRunEnded)
				require.ErrorAs(t, err, new(*cleanup.CorruptError), name)
			}
			for _, call := range cloud.Calls() {
				require.NotEqual(t, "TagResources", call.Action)
			}
			require.NoError(t, j.Close())
		}
	})
}

// TestLostLog takes a log out of the folder of a job. What it said must not look as if it had never been.
func TestLostLog(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"acts.cn-hangzhou.log": "is missing", "find.cn-hangzhou.log": "is missing", "found.cn-hangzhou": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud, dir, j := removed(t, 20)
				states := results(t, j)
				require.NoError(t, j.Close())
				require.NoError(t, os.Remove(filepath.Join(dir, name)))
				j, err := cleanup.Open(dir, cloud.Config())
				require.NoError(t, err)
				if want == "" { // it can be made again
					require.Equal(t, states, results(t, j))
				} else {
					calls := cloud.CallCount()
					for _, err := range j.Results() {
						require.ErrorContains(t, err, name+" in folder "+dir+" "+want)
					}
					for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
						require.ErrorContains(t, err, want)
					}
					require.LessOrEqual(t, cloud.CallCount(), calls+1, "nothing but the question whose the credentials are")
				}
				require.NoError(t, j.Close())
			})
		})
	}
}
