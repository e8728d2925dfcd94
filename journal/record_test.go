package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// fault is a file that fails, or does something more.
type fault struct {
	journal.File
	write       func(f journal.File, p []byte, off int64) (int, error)
	truncate    func(size int64) error
	sync, close func() error
}

func (f fault) wrap(file journal.File) journal.File {
	f.File = file
	return f
}

func (f fault) WriteAt(p []byte, off int64) (int, error) {
	if f.write != nil {
		return f.write(f.File, p, off)
	}
	return f.File.WriteAt(p, off)
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
		assert.Equal(t, err == nil, strings.HasSuffix(last, `,"done":true}`+"\n"))
	}
	assert.Equal(t, 4, lines)
}

func TestRecordPassesOn(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-a", nil}, pair{"", errRefused}, pair{"i-b", errRefused}, pair{"", context.Canceled})
	assert.Len(t, entries(t, j), 2, "what has no resource is not recorded")

	before := read(t, path)
	record(t, j, pair{"i-a", nil}, pair{"i-a", nil})
	assert.Equal(t, before, read(t, path), "a success is recorded once")
	require.NoError(t, j.Close())
	record2 := open(t, path)
	record(t, record2, pair{"i-a", nil})
	assert.Equal(t, before, read(t, path), "also in another run")
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

func TestRecordCodes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("名", 1000)
	for name, test := range map[string]struct {
		err  error
		want journal.Entry
	}{
		"refused": {errRefused, journal.Entry{Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10"}},
		"refused, inside": {
			fmt.Errorf("failed resource: %w", errRefused),
			journal.Entry{Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10"},
		},
		"not attempted": {untag.ErrNotAttempted, journal.Entry{Code: journal.CodeNotAttempted, Message: "not attempted"}},
		"not attempted after a refusal of others": {
			&untag.CallError{Outcome: untag.ErrNotAttempted, Err: errRefused},
			journal.Entry{Code: journal.CodeNotAttempted, Message: (&untag.CallError{Outcome: untag.ErrNotAttempted, Err: errRefused}).Error()},
		},
		"outcome unknown": {
			&untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: io.ErrUnexpectedEOF, Kind: untag.ErrUnavailable},
			journal.Entry{Code: journal.CodeOutcomeUnknown, Message: "unexpected EOF; outcome unknown: a request was sent and no verdict came"},
		},
		"outcome unknown after an answer": {
			fmt.Errorf("%w: %w", untag.ErrOutcomeUnknown, &untag.APIError{StatusCode: 500, Code: "InternalError", RequestID: "7F"}),
			journal.Entry{Code: journal.CodeOutcomeUnknown, Message: "outcome unknown: InternalError (HTTP 500, request ID 7F)", RequestID: "7F"},
		},
		"answer of another": {
			&untag.APIError{StatusCode: 502, Kind: untag.ErrUnavailable},
			journal.Entry{Code: journal.CodeUnavailable, Message: "not an answer of the service (HTTP 502)"},
		},
		"invalid":           {untag.ErrInvalidRequest, journal.Entry{Code: journal.CodeInvalid, Message: "invalid request"}},
		"canceled":          {context.Canceled, journal.Entry{Code: journal.CodeCanceled, Message: "context canceled"}},
		"deadline":          {context.DeadlineExceeded, journal.Entry{Code: journal.CodeDeadlineExceeded, Message: "context deadline exceeded"}},
		"unauthenticated":   {untag.ErrUnauthenticated, journal.Entry{Code: journal.CodeUnauthenticated, Message: "unauthenticated"}},
		"throttled":         {untag.ErrThrottled, journal.Entry{Code: journal.CodeThrottled, Message: "throttled"}},
		"any other":         {errors.New("out of luck"), journal.Entry{Code: journal.CodeError, Message: "out of luck"}},
		"an empty one":      {errors.New(""), journal.Entry{Code: journal.CodeError}},
		"of several lines":  {errors.New("a\nb\r\x00c\u2028d\xffe"), journal.Entry{Code: journal.CodeError, Message: "a b  c d\ufffde"}},
		"of many words":     {errors.New(long), journal.Entry{Code: journal.CodeError, Message: long[:1020] + "…"}},
		"of a strange code": {&untag.APIError{Code: "a\nb"}, journal.Entry{Code: "a b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			start := time.Now().Truncate(time.Millisecond)
			record(t, j, pair{"i-a", test.err})
			require.NoError(t, j.Close())
			list := entries(t, open(t, path))
			require.Len(t, list, 1)
			assert.WithinRange(t, list[0].Time, start, time.Now())
			assert.Equal(t, time.UTC, list[0].Time.Location())
			test.want.Resource, test.want.Time = "i-a", list[0].Time
			assert.Equal(t, test.want, list[0])
			assert.LessOrEqual(t, len(list[0].Message), 1024)
			assert.Equal(t, []string{"i-a"}, pending(j, "i-a"), "only success is final")
		})
	}
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
				write: func(f journal.File, p []byte, off int64) (int, error) {
					if writes++; writes < 3 {
						return f.WriteAt(p, off)
					}
					n, err := f.WriteAt(p[:20], off)
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
