package journal_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// short writes entries as "resource code".
func short(t *testing.T, j *journal.Journal) (list []string) {
	t.Helper()
	for _, entry := range entries(t, j) {
		code := entry.Code
		if entry.Done {
			code = "done"
		}
		list = append(list, entry.Resource+" "+code)
	}
	return list
}

func TestEntriesAreFinalOutcomes(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	assert.Empty(t, short(t, j))
	record(t, j,
		pair{"a", nil}, pair{"b", untag.ErrOutcomeUnknown}, pair{"c", untag.ErrNotAttempted}, pair{"d", errRefused}, pair{"d", errRefused})
	assert.Equal(t, []string{"a done", "b OutcomeUnknown", "c NotAttempted", "d InvalidParameter.TagKey"}, short(t, j))
	require.NoError(t, j.Close())

	j = open(t, path)
	record(t, j, pair{"b", nil}, pair{"c", errRefused}, pair{"a", untag.ErrThrottled}, pair{"e", nil})
	want := []string{"a done", "d InvalidParameter.TagKey", "b done", "c InvalidParameter.TagKey", "e done"}
	assert.Equal(t, want, short(t, j))
	summary, err := j.Summary()
	require.NoError(t, err)
	assert.Equal(t, journal.Summary{Done: 3, Failed: 2, Codes: map[string]int{errRefused.Code: 2}}, summary)
	require.NoError(t, j.Close())
	assert.Equal(t, want, short(t, j), "after Close")
	assert.Equal(t, want, short(t, open(t, path)), "after a resume")
}

func TestEntriesDuringARun(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	n := 0
	for _, err := range j.Record(run(pair{"a", nil}, pair{"b", errRefused}, pair{"b", nil}, pair{"c", nil})) {
		_ = err
		n++
		assert.Len(t, entries(t, j), []int{1, 2, 2, 3}[n-1])
	}
	seen := 0
	for _, err := range j.Entries() {
		require.NoError(t, err)
		if seen == 0 {
			record(t, j, pair{"d", nil})
		}
		seen++
	}
	assert.Equal(t, 3, seen, "what is recorded later is not seen")
	j.Entries()(func(journal.Entry, error) bool { return false })
	assert.Len(t, entries(t, j), 4)
}

func TestEntriesFail(t *testing.T) {
	t.Parallel()
	failure := func(t *testing.T, j *journal.Journal) error {
		t.Helper()
		var got []error
		for entry, err := range j.Entries() {
			assert.Zero(t, entry)
			got = append(got, err)
		}
		require.Len(t, got, 1)
		_, err := j.Summary()
		assert.Equal(t, got[0], err)
		return err
	}
	for name, test := range map[string]struct {
		harm func(t *testing.T, path string)
		want string
	}{
		"removed": {func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, "run.jsonl"},
		"replaced": {func(t *testing.T, path string) {
			require.NoError(t, os.Rename(path, path+".old"))
			write(t, path, plainHeader+lineA)
		}, "another file has taken its place"},
		"header overwritten": {func(t *testing.T, path string) { overwrite(t, path, "garbage", 0) }, "line 1"},
		"line overwritten":   {func(t *testing.T, path string) { overwrite(t, path, "garbage", int64(len(headerOf(t)))) }, "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			record(t, j, pair{"a", nil}, pair{"b", errRefused})
			require.NoError(t, j.Close())
			test.harm(t, path)
			assert.ErrorContains(t, failure(t, j), test.want)
		})
	}
	t.Run("between the passes", func(t *testing.T) {
		t.Parallel()
		path := newPath(t)
		write(t, path, plainHeader)
		j := open(t, path)
		for range 3000 { // more than a buffer
			record(t, j, pair{"a", errRefused})
		}
		record(t, j, pair{"b", nil}, pair{"c", nil})
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.NoError(t, j.Close())
		var corrupt *journal.CorruptError
		overwrite(t, path, "}", info.Size()-2)
		overwrite(t, path, "x", info.Size()-3)
		require.ErrorAs(t, failure(t, j), &corrupt)
		assert.Equal(t, 3003, corrupt.Line)
	})
}

func overwrite(t *testing.T, path, text string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	_, err = f.WriteAt([]byte(text), at)
	require.NoError(t, err)
}
