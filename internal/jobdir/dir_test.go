package jobdir_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/jobdir"
)

func all(string) bool { return true }

func create(t *testing.T) (string, *jobdir.Dir) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "job")
	d, err := jobdir.Create(path, all)
	require.NoError(t, err)
	return path, d
}

func TestCreate(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
	}
	_, err = jobdir.Open(path)
	require.ErrorIs(t, err, jobdir.ErrLocked)
	_, err = jobdir.Create(path, all)
	require.ErrorIs(t, err, jobdir.ErrLocked)
	require.NoError(t, d.Close())

	d, err = jobdir.Create(path, all)
	require.NoError(t, err, "nothing but a lock is in it")
	l, err := d.Log("a.log")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.NoError(t, d.Close())
	_, err = jobdir.Create(path, all)
	require.ErrorIs(t, err, fs.ErrExist)
	d, err = jobdir.Create(path, func(name string) bool { return name != "a.log" })
	require.NoError(t, err)
	require.NoError(t, d.Close())
}

func TestOpenMissing(t *testing.T) {
	t.Parallel()
	_, err := jobdir.Open(filepath.Join(t.TempDir(), "no", "job"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = jobdir.Create(filepath.Join(t.TempDir(), "no", "job"), all)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestNotPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	for _, mode := range []fs.FileMode{0o720, 0o702, 0o777} {
		path, d := create(t)
		require.NoError(t, d.Close())
		require.NoError(t, os.Chmod(path, mode))
		_, err := jobdir.Open(path)
		require.ErrorIs(t, err, jobdir.ErrNotPrivate)
	}
	path, d := create(t)
	require.NoError(t, os.WriteFile(filepath.Join(path, "a.log"), nil, 0o600))
	require.NoError(t, os.Chmod(filepath.Join(path, "a.log"), 0o620))
	_, err := d.Log("a.log")
	require.ErrorIs(t, err, jobdir.ErrNotPrivate)
	require.NoError(t, d.Close())
}

// TestOtherOwner needs the right to give files away.
func TestOtherOwner(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	require.NoError(t, os.WriteFile(filepath.Join(path, "a.log"), nil, 0o600))
	if err := os.Chown(filepath.Join(path, "a.log"), 12345, 12345); err != nil {
		t.Skip(err)
	}
	_, err := d.Log("a.log")
	require.ErrorIs(t, err, jobdir.ErrNotPrivate)
	require.NoError(t, d.Close())
	require.NoError(t, os.Chown(path, 12345, 12345))
	_, err = jobdir.Open(path)
	require.ErrorIs(t, err, jobdir.ErrNotPrivate)
}

func TestLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a right")
	}
	path, d := create(t)
	inside, outside := filepath.Join(path, "real.log"), filepath.Join(t.TempDir(), "real.log")
	for _, target := range []string{inside, outside} {
		require.NoError(t, os.WriteFile(target, nil, 0o600))
		require.NoError(t, os.Symlink(target, filepath.Join(path, "a.log")))
		_, err := d.Log("a.log")
		require.Error(t, err)
		_, err = d.Read("a.log")
		require.Error(t, err)
		require.NoError(t, os.Remove(filepath.Join(path, "a.log")))
	}
	require.NoError(t, os.Mkdir(filepath.Join(path, "b.log"), 0o700))
	_, err := d.Log("b.log")
	require.Error(t, err)
	_, err = d.Log("../a.log")
	require.Error(t, err)
	require.NoError(t, d.Close())

	other := filepath.Join(t.TempDir(), "job")
	require.NoError(t, os.Mkdir(other, 0o700))
	require.NoError(t, os.Symlink(outside, filepath.Join(other, "lock")))
	_, err = jobdir.Open(other)
	require.Error(t, err)
}

func TestReplace(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	write := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, _ = io.WriteString(w, text)
			return err
		}
	}
	broken := errors.New("broken")
	require.NoError(t, d.Replace("a", write("one", nil)))
	require.ErrorIs(t, d.Replace("a", write("two", broken)), broken)
	got, err := os.ReadFile(filepath.Join(path, "a"))
	require.NoError(t, err)
	require.Equal(t, "one", string(got))
	require.True(t, d.Has("a"))
	require.False(t, d.Has("b"))
	names, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, names, 2, "lock and a")
	require.NoError(t, d.Close())
}

func TestTemp(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	f, remove, err := d.Temp()
	require.NoError(t, err)
	_, err = f.WriteString("x")
	require.NoError(t, err)
	remove()
	require.NoError(t, os.WriteFile(filepath.Join(path, "tmp-7"), nil, 0o600))
	require.NoError(t, d.Close())
	d, err = jobdir.Open(path)
	require.NoError(t, err)
	require.False(t, d.Has("tmp-7"), "left by a process that was killed")
	require.NoError(t, d.Close())
}
