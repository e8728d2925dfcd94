package journal_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

func TestSet(t *testing.T) {
	t.Parallel()
	set := journal.NewSet()
	const n = 100_000
	for i := range n {
		require.False(t, set.Has(strconv.Itoa(i)))
		set.Add(strconv.Itoa(i))
		set.Add(strconv.Itoa(i / 2))
	}
	assert.Equal(t, n, set.Len())
	for i := range n {
		require.True(t, set.Has(strconv.Itoa(i)))
	}
	set.AddBytes([]byte("as bytes"))
	assert.True(t, set.Has("as bytes"))
	set.AddBytes(nil)
	assert.True(t, set.Has(""))
}

// TestMemoryAtAnySize is not parallel: it looks at the heap of the process.
func TestMemoryAtAnySize(t *testing.T) {
	n := 500_000
	if testing.Short() {
		n = 100_000
	}
	before := heap()
	set := journal.NewSet()
	next := 20_000
	worst := 0.0
	for i := range n {
		set.Add(fmt.Sprint("i-", i))
		if i == next {
			next += next / 12
			worst = max(worst, float64(heap()-before)/float64(i))
		}
	}
	t.Logf("at most %.1f bytes for each resource", worst)
	assert.LessOrEqual(t, worst, 40.0)
	runtime.KeepAlive(set)
}
