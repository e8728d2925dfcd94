package jobdir_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/jobdir"
)

func open(t *testing.T, d *jobdir.Dir) *jobdir.Log {
	t.Helper()
	l, err := d.Log("a.log")
	require.NoError(t, err)
	return l
}

func lines(t *testing.T, l *jobdir.Log) []string {
	t.Helper()
	var got []string
	for value, err := range l.Lines() {
		require.NoError(t, err)
		got = append(got, string(value))
	}
	return got
}

func TestLog(t *testing.T) {
	t.Parallel()
	_, d := create(t)
	l := open(t, d)
	require.Zero(t, l.Len())
	require.NoError(t, l.Append("one"))
	require.NoError(t, l.Commit(map[string]int{"two": 2}))
	require.NoError(t, l.Append(strings.Repeat("long", 50_000)))
	require.NoError(t, l.Append("four\n"))
	require.Equal(t, 4, l.Len())
	want := []string{`"one"`, `{"two":2}`, `"` + strings.Repeat("long", 50_000) + `"`, `"four\n"`}
	require.Equal(t, want, lines(t, l))
	require.NoError(t, l.Close())
	require.ErrorIs(t, l.Append("five"), os.ErrClosed)
	require.ErrorIs(t, l.Commit("five"), os.ErrClosed)

	l = open(t, d)
	require.NoError(t, l.Commit("five"))
	require.Equal(t, append(want, `"five"`), lines(t, l))
	require.NoError(t, l.Close())
	require.NoError(t, d.Close())
}

func TestCommitsAtOnce(t *testing.T) {
	t.Parallel()
	_, d := create(t)
	l := open(t, d)
	var work sync.WaitGroup
	for i := range 20 {
		work.Go(func() {
			for j := range 10 {
				if err := l.Commit(fmt.Sprint(i, j)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	require.Len(t, lines(t, l), 200)
	require.NoError(t, l.Close())
	require.Len(t, lines(t, open(t, d)), 200)
}

// TestTorn cuts the file at every byte. What remains is the lines that are whole, and the log goes on from there.
func TestTorn(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	l := open(t, d)
	for _, value := range []string{"one", "two", "three"} {
		require.NoError(t, l.Append(value))
	}
	require.NoError(t, l.Close())
	file := filepath.Join(path, "a.log")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	for size := range whole {
		require.NoError(t, os.WriteFile(file, whole[:size], 0o600))
		l := open(t, d)
		n := bytes.Count(whole[:size], []byte("\n"))
		require.Len(t, lines(t, l), n)
		require.NoError(t, l.Commit("more"))
		require.NoError(t, l.Close())
		l = open(t, d)
		require.Len(t, lines(t, l), n+1)
		require.NoError(t, l.Close())
	}
}

// TestCorrupt changes every bit of every line but the last line's end, takes each line out, and doubles it.
func TestCorrupt(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	l := open(t, d)
	for _, value := range []string{"one", "two", "three"} {
		require.NoError(t, l.Append(value))
	}
	require.NoError(t, l.Close())
	file := filepath.Join(path, "a.log")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	refused := func(data []byte) {
		t.Helper()
		require.NoError(t, os.WriteFile(file, data, 0o600))
		_, err := d.Log("a.log")
		corrupt, ok := errors.AsType[*jobdir.CorruptError](err)
		require.True(t, ok, "%q: %v", data, err)
		require.Equal(t, file, corrupt.Path)
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, data, got, "it is left as it is")
	}
	for i := range len(whole) - 1 {
		for bit := range 8 {
			data := bytes.Clone(whole)
			data[i] ^= 1 << bit
			refused(data)
		}
	}
	parts := bytes.SplitAfter(whole, []byte("\n"))
	refused(bytes.Join([][]byte{parts[1], parts[2]}, nil))
	refused(bytes.Join([][]byte{parts[0], parts[2]}, nil))
	refused(bytes.Join([][]byte{parts[0], parts[0], parts[1]}, nil))
	refused(bytes.Join([][]byte{parts[1], parts[0], parts[2]}, nil))
	refused([]byte("\n"))
}
