package sortedrun

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeap(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var h heap
	for i := range 200 {
		h = append(h, &cursor{order: i, record: Record{Key: []byte{byte(random.IntN(20))}}})
	}
	h.init()
	var last *cursor
	for len(h) > 0 {
		top := h[0]
		if last != nil {
			require.True(t, last.record.Key[0] < top.record.Key[0] || last.record.Key[0] == top.record.Key[0] && last.order < top.order)
		}
		last = top
		h[0] = h[len(h)-1]
		h = h[:len(h)-1]
		h.down(0)
	}
}
