package bulk

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The window against a slice: entries come at its end and go anywhere.
func TestWindowAgainstSlice(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	w := newWindow(50)
	in := &group{region: new(region)}
	var model []int32
	for i := range 20_000 {
		if !w.full() && random.IntN(2) == 0 {
			at := w.add(strconv.Itoa(i), Place{Size: i}, in)
			w.known.put(w.entries, at)
			model = append(model, at)
		} else if len(model) > 0 {
			n := random.IntN(len(model))
			w.remove(model[n])
			model = slices.Delete(model, n, n+1)
		}
		require.Equal(t, len(model), w.size)
		require.LessOrEqual(t, len(w.entries), 50)
		var order []int32
		for at := w.head; at != none; at = w.entries[at].next {
			order = append(order, at)
		}
		require.Equal(t, len(model), len(order))
		require.True(t, slices.Equal(model, order))
	}
}
