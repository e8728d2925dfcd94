package journal_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

func TestOpenCreates(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	require.NoError(t, j.Err())
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, fs.FileMode(0o600), info.Mode())
	}
	require.NoError(t, j.Close())
	assert.Equal(t, `{"journal":"untag","version":2,"service":"tag","action":"UntagResources","account":"1234567890123456",`+
		`"region":"","resourceType":"","tagKeys":["env","team"],"all":false,"sum":"0695d142"}`+"\n", read(t, path))
}

func TestOpenNeedsDirectory(t *testing.T) {
	t.Parallel()
	_, err := journal.Open(filepath.Join(t.TempDir(), "no", "such", "run.jsonl"), testPlan)
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "create its directory first")
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	_, err := journal.Open(t.TempDir(), testPlan)
	require.Error(t, err)
	_, err = journal.Open(os.DevNull, testPlan)
	require.ErrorContains(t, err, "not a regular file")
}

func TestOneWriter(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	_, err := journal.Open(path, testPlan)
	require.ErrorIs(t, err, journal.ErrLocked)
	require.ErrorContains(t, err, path+": in use by another run: wait for the run that writes it")
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	j = open(t, path)
	record(t, j, pair{"i-b", nil})
	assert.Len(t, entries(t, j), 2)
}

func TestOneWriterAcrossProcesses(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	cmd, _ := startChild(t, "hold", path, func(cmd *exec.Cmd) {
		_, err := cmd.StdinPipe() // never written to
		require.NoError(t, err)
	})
	_, err := journal.Open(path, testPlan)
	require.ErrorIs(t, err, journal.ErrLocked)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	open(t, path) // the lock has gone with its holder
}

func TestFailedOpenLetsGo(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	_, err := journal.Open(path, journal.Plan{})
	require.Error(t, err)
	open(t, path)
}

func TestClose(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())
	require.NoError(t, j.Err())
	assert.Equal(t, []string{"i-b"}, pending(j, "i-a", "i-b"))
	assert.Len(t, entries(t, j), 1)

	got := collect(j.Record(func(func(string, error) bool) { t.Error("a closed journal has started a run") }))
	require.Len(t, got, 1)
	assert.Empty(t, got[0].resource)
	require.ErrorIs(t, got[0].err, fs.ErrClosed)
}

func TestCloseInsideTheLoop(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	var got []string
	var last error
	for resource, err := range j.Record(run(pair{"i-a", nil}, pair{"i-b", nil})) {
		got, last = append(got, resource), err
		require.NoError(t, j.Close())
	}
	assert.Equal(t, []string{"i-a", ""}, got)
	require.ErrorIs(t, last, fs.ErrClosed)
	require.NoError(t, j.Err(), "closing is no error")
}

func TestCloseFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for name, fault := range map[string]fault{
		"sync":  {sync: func() error { return broken }},
		"close": {close: func() error { return broken }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			j.WrapFile(fault.wrap)
			record(t, j, pair{"i-a", nil})
			require.ErrorIs(t, j.Close(), broken)
			require.ErrorIs(t, j.Err(), broken)
			require.ErrorIs(t, j.Close(), broken)
			require.ErrorContains(t, j.Err(), path)
		})
	}
}
