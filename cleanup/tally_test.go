package cleanup

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestTally(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, distinct := range []int{0, 1, 1000, 120_000} { // the last do not fit into memory
		counts := newTally(func() (*os.File, func(), error) {
			f, err := os.Create(filepath.Join(dir, strconv.Itoa(distinct)))
			return f, func() { _ = f.Close() }, err
		})
		want := make(map[string]int)
		random := rand.New(rand.NewPCG(1, 2))
		for range 2 * distinct {
			key := strconv.Itoa(random.IntN(distinct))
			want[key]++
			require.NoError(t, counts.add([]byte(key)))
		}
		got := make(map[string]int)
		last := ""
		for c, err := range counts.all() {
			require.NoError(t, err)
			require.LessOrEqual(t, last, c.key)
			last = c.key
			got[c.key] += c.count
		}
		require.Equal(t, want, got)
		counts.close()
	}
}

func TestTop(t *testing.T) {
	t.Parallel()
	most := top{most: 10}
	fallen := 0
	for i := range 100 {
		v := ValueCount{untag.Tag{Key: "k", Value: strconv.Itoa(i)}, i * 37 % 100}
		if out, fell := most.add(v); fell {
			fallen++
			require.Less(t, out.Resources, 90)
		}
	}
	require.Equal(t, 90, fallen)
	for _, v := range most.heap {
		require.GreaterOrEqual(t, v.Resources, 90)
	}
}
