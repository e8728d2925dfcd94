package untagtemporal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtemporal"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := untagtemporal.Directory(filepath.Join(root, "store"))
	_, err := store.Read(t.Context(), "a/b")
	require.ErrorIs(t, err, fs.ErrNotExist)
	names, err := store.List(t.Context(), "a/")
	require.NoError(t, err)
	assert.Empty(t, names)

	require.NoError(t, store.Create(t.Context(), "a/c", []byte("2")))
	require.NoError(t, store.Create(t.Context(), "a/b", []byte("1")))
	require.ErrorIs(t, store.Create(t.Context(), "a/b", []byte("3")), fs.ErrExist)
	data, err := store.Read(t.Context(), "a/b")
	require.NoError(t, err)
	assert.Equal(t, "1", string(data))
	names, err = store.List(t.Context(), "a/")
	require.NoError(t, err)
	assert.Equal(t, []string{"a/b", "a/c"}, names)

	info, err := os.Stat(filepath.Join(root, "store", "a", "b"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	for _, name := range []string{"", ".", "..", "../x", "/x", "a/../x", "a/.hidden", "a//b"} {
		require.Error(t, store.Create(t.Context(), name, nil), name)
		_, err := store.Read(t.Context(), name)
		require.Error(t, err, name)
	}
	_, err = store.List(t.Context(), "a")
	require.Error(t, err)
}

// TestDirectoryCreatesOnce: of many that create an object at a time, one does, and what it wrote is whole.
func TestDirectoryCreatesOnce(t *testing.T) {
	t.Parallel()
	store := untagtemporal.Directory(t.TempDir())
	var won atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if store.Create(t.Context(), "x", []byte{byte(i), byte(i)}) == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, won.Load())
	data, err := store.Read(t.Context(), "x")
	require.NoError(t, err)
	require.Len(t, data, 2)
	assert.Equal(t, data[0], data[1])
}
