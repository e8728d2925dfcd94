package jobdir_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/jobdir"
)

func TestLines(t *testing.T) {
	t.Parallel()
	path, d := create(t)
	read := func() (got []string, failed error) {
		for value, err := range d.Lines("a") {
			if err != nil {
				return got, err
			}
			got = append(got, string(value))
		}
		return got, nil
	}
	_, err := read()
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, d.Replace("a", func(out io.Writer) error {
		w := jobdir.NewWriter(out)
		require.Error(t, w.Write(func() {}))
		require.NoError(t, w.Write("one"))
		return w.Write(2)
	}))
	got, err := read()
	require.NoError(t, err)
	require.Equal(t, []string{`"one"`, "2"}, got)

	file := filepath.Join(path, "a")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data[:len(data)-1], 0o600))
	got, err = read()
	require.ErrorAs(t, err, new(*jobdir.CorruptError), "a torn line is no accident here: the file was renamed when it was whole")
	require.Equal(t, []string{`"one"`}, got)
}
