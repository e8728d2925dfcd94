package journal_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

func pending(j *journal.Journal, ids ...string) []string {
	return slices.Collect(j.Pending(slices.Values(ids)))
}

func TestPending(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	ids := []string{"i-done", "i-refused", "i-unknown", "i-not-sent", "i-new", "", "i-done", "i-refused"}
	assert.Equal(t, ids, pending(j, ids...))
	record(t, j,
		pair{"i-done", nil}, pair{"i-refused", errRefused}, pair{"i-unknown", untag.ErrOutcomeUnknown}, pair{"i-not-sent", untag.ErrNotAttempted})
	want := []string{"i-refused", "i-unknown", "i-not-sent", "i-new", "", "i-refused"}
	assert.Equal(t, want, pending(j, ids...), "in this run")
	require.NoError(t, j.Close())
	j = open(t, path)
	assert.Equal(t, want, pending(j, ids...), "in the next")
	record(t, j, pair{"i-refused", nil}, pair{"i-done", errRefused})
	require.NoError(t, j.Close())
	assert.Equal(t, []string{"i-unknown", "i-not-sent", "i-new", ""}, pending(open(t, path), ids...), "success is final")
}

func TestPendingStreams(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	endless := func(yield func(string) bool) {
		for i := 0; yield(fmt.Sprint("i-", i)); i++ {
			continue
		}
	}
	next, stop := iter.Pull(j.Pending(endless))
	defer stop()
	for i := range 10 {
		id, ok := next()
		assert.True(t, ok)
		assert.Equal(t, fmt.Sprint("i-", i), id)
		record(t, j, pair{fmt.Sprint("i-", i), nil})
	}
	record(t, j, pair{"i-10", nil}, pair{"i-11", nil})
	id, _ := next()
	assert.Equal(t, "i-12", id, "a success of the run itself counts at once")
}

// TestMemoryOfAJournal is not parallel: it looks at the heap of the process.
func TestMemoryOfAJournal(t *testing.T) {
	const n = 30_000
	path := newPath(t)
	var lines strings.Builder
	lines.WriteString(plainHeader)
	for i := range n {
		lines.WriteString(strings.Replace(lineA, "i-a", fmt.Sprint("i-", i), 1))
	}
	write(t, path, lines.String())
	lines.Reset()
	before := heap()
	j := open(t, path)
	perDone := float64(heap()-before) / n
	t.Logf("%.1f bytes for each of %d resources", perDone, n)
	assert.LessOrEqual(t, perDone, 40.0)
	drain(j.Record(func(yield func(string, error) bool) {
		for i := range n {
			if !yield(fmt.Sprint("failed-", i), errRefused) {
				return
			}
		}
	}))
	assert.LessOrEqual(t, float64(heap()-before)/n, 40.0, "failures take no memory")
	seen := 0
	for _, err := range j.Entries() {
		require.NoError(t, err)
		if seen++; seen == n/2 {
			perAny := float64(heap()-before) / (2 * n)
			t.Logf("%.1f bytes for each while entries are read", perAny)
			assert.LessOrEqual(t, perAny, 64.0)
		}
	}
	assert.Equal(t, 2*n, seen)
}
