package journal_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// fault is a file that fails, or does something more.
type fault struct {
	journal.File
	write       func(f journal.File, p []byte) (int, error)
	truncate    func(size int64) error
	sync, close func() error
}

func (f fault) wrap(file journal.File) journal.File {
	f.File = file
	return f
}

func (f fault) Write(p []byte) (int, error) {
	if f.write != nil {
		return f.write(f.File, p)
	}
	return f.File.Write(p)
}

func (f fault) Truncate(size int64) error {
	if f.truncate != nil {
		return f.truncate(size)
	}
	return f.File.Truncate(size)
}

func (f fault) Sync() error {
	if f.sync != nil {
		return f.sync()
	}
	return f.File.Sync()
}

func (f fault) Close() error {
	err := f.File.Close()
	if f.close != nil {
		return f.close()
	}
	return err
}

var errRefused = &untag.APIError{
	Service: untag.ServiceTag, Action: "UntagResources", StatusCode: 400,
	Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10",
}

func TestRecordWritesFirst(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	lines := 1
	for resource, err := range j.Record(run(pair{"i-a", nil}, pair{"i-b", errRefused}, pair{"i-c", nil})) {
		lines++
		content := read(t, path)
		assert.Equal(t, lines, strings.Count(content, "\n"))
		last := content[strings.LastIndexByte(content[:len(content)-1], '\n')+1:]
		assert.Contains(t, last, `"resource":"`+resource+`"`)
		assert.Equal(t, err == nil, strings.Contains(last, `,"done":true,`))
	}
	assert.Equal(t, 4, lines)
}

func TestRecordPassesOn(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	ended := fmt.Errorf("%w: %w", untag.ErrRunEnded, context.Canceled)
	record(t, j, pair{"i-a", nil}, pair{"i-b", errRefused}, pair{"", ended})
	assert.Len(t, entries(t, j), 2, "the last pair of a run that ended early is not recorded")

	before := read(t, path)
	record(t, j, pair{"i-a", nil}, pair{"i-a", nil})
	assert.Equal(t, before, read(t, path), "a success is recorded once")
	require.NoError(t, j.Close())
	j = open(t, path)
	record(t, j, pair{"i-a", nil})
	assert.Equal(t, before, read(t, path), "also in another run")
}

// TestRecordEmptyResource: an empty string of the input is a resource with an outcome of its own, unlike the end of a run.
func TestRecordEmptyResource(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	invalid := &untag.CallError{Outcome: untag.ErrNotAttempted, Err: untag.ErrInvalidRequest}
	record(t, j, pair{"", invalid}, pair{"i-a", nil})
	assert.Equal(t, []string{" Invalid", "i-a done"}, short(t, j))
	assert.Equal(t, []string{""}, pending(j, "", "i-a"))
	record(t, j, pair{"", nil})
	require.NoError(t, j.Close())
	j = open(t, path)
	assert.Equal(t, []string{"i-a done", " done"}, short(t, j))
	assert.Empty(t, pending(j, "", "i-a"))
}

func TestRecordIsARunForEachLoop(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	runs := 0
	results := j.Record(func(yield func(string, error) bool) {
		runs++
		yield(fmt.Sprint("i-", runs), nil)
	})
	assert.Zero(t, runs)
	assert.Equal(t, []pair{{"i-1", nil}}, collect(results))
	assert.Equal(t, []pair{{"i-2", nil}}, collect(results))
}

// TestRecordDoesNotReadAhead: the loop makes the results come, so one that is held back would never be followed by another.
func TestRecordDoesNotReadAhead(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	work := []string{"i-1"}
	for resource, err := range j.Record(func(yield func(string, error) bool) {
		for len(work) > 0 {
			next := work[0]
			work = work[1:]
			if !yield(next, nil) {
				return
			}
		}
	}) {
		require.NoError(t, err)
		if len(resource) < 10 {
			work = append(work, resource+"1")
		}
	}
	assert.Len(t, entries(t, j), 8)
}

func TestRecordBreak(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	stopped := false
	j.Record(func(yield func(string, error) bool) {
		stopped = !yield("i-a", nil)
	})(func(string, error) bool { return false })
	assert.True(t, stopped)
	assert.Len(t, entries(t, j), 1)
}

func TestRecordPanic(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	assert.PanicsWithValue(t, "mine", func() {
		j.Record(run(pair{"i-a", nil}))(func(string, error) bool { panic("mine") })
	})
	record(t, j, pair{"i-b", nil})
}

func TestRecordAnyBytes(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	ids := []string{
		`with "quotes" and \`, "tab\t, line\nbreak\r\n", "\x00\x1f\x7f", "<&>", "\u2028", "名前 Ж 🙂", "\xff\xfe", "\ufffd", "a\xc3",
		strings.Repeat("x", 200_000), "i-plain",
	}
	for _, id := range ids {
		record(t, j, pair{id, nil}, pair{"failed " + id, errRefused})
	}
	require.NoError(t, j.Close())
	assert.Equal(t, 1+2*len(ids), strings.Count(read(t, path), "\n"))
	j = open(t, path)
	list := entries(t, j)
	require.Len(t, list, 2*len(ids))
	for i, id := range ids {
		assert.Equal(t, id, list[2*i].Resource)
		assert.Equal(t, "failed "+id, list[2*i+1].Resource)
	}
	assert.Empty(t, pending(j, ids...))
}

func TestRecordFullDisk(t *testing.T) {
	t.Parallel()
	full := &os.PathError{Op: "write", Path: "…", Err: syscall.ENOSPC}
	for name, truncate := range map[string]func(int64) error{
		"short write is cut off":             nil,
		"short write is cut off by the next": func(int64) error { return full },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			writes := 0
			j.WrapFile(fault{
				truncate: truncate,
				write: func(f journal.File, p []byte) (int, error) {
					if writes++; writes < 3 {
						return f.Write(p)
					}
					n, err := f.Write(p[:20])
					return n, errors.Join(full, err)
				},
			}.wrap)
			aborted := false
			got := collect(j.Record(func(yield func(string, error) bool) {
				aborted = yield("i-a", nil) && yield("i-b", errRefused) && !yield("i-c", nil)
			}))
			assert.True(t, aborted)
			require.Len(t, got, 3)
			assert.Equal(t, []pair{{"i-a", nil}, {"i-b", errRefused}}, got[:2])
			assert.Empty(t, got[2].resource)
			require.ErrorIs(t, got[2].err, syscall.ENOSPC)
			assert.Equal(t, got[2].err, j.Err())
			require.ErrorContains(t, j.Err(), path)
			require.ErrorContains(t, j.Err(), "make room")
			assert.Equal(t, []string{"i-b", "i-c"}, pending(j, "i-a", "i-b", "i-c"))

			again := collect(j.Record(func(func(string, error) bool) { t.Error("a failed journal has started a run") }))
			assert.Equal(t, []pair{{"", j.Err()}}, again)
			require.ErrorIs(t, j.Close(), syscall.ENOSPC)

			j = open(t, path)
			assert.Len(t, entries(t, j), 2)
			record(t, j, pair{"i-c", nil})
			assert.Empty(t, pending(j, "i-a", "i-c"))
		})
	}
}

func TestRecordConcurrently(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 500 {
				drain(j.Record(run(pair{fmt.Sprint("i-", g, "-", i), nil}, pair{"shared", errRefused})))
			}
			for entry, err := range j.Entries() {
				assert.NoError(t, err)
				assert.NotEmpty(t, entry.Resource)
			}
		})
	}
	group.Wait()
	require.NoError(t, j.Close())
	summary, err := open(t, path).Summary()
	require.NoError(t, err)
	assert.Equal(t, journal.Summary{Done: 2000, Failed: 1, Codes: map[string]int{errRefused.Code: 1}}, summary)
}
