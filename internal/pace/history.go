package pace

import "time"

// span is how far the history goes back, in seconds: a little more than the
// longest window that a hint can tell of.
const span = 64

// history counts the admitted calls of the last seconds, by their start.
type history struct {
	newest int64 // the second that the newest bucket stands for
	counts [span]uint32
}

func (h *history) add(start time.Duration) {
	second := int64(start / time.Second)
	if second > h.newest {
		h.advance(second)
	}
	if second > h.newest-span {
		h.counts[second%span]++
	}
}

func (h *history) advance(second int64) {
	for s := max(h.newest+1, second-span+1); s <= second; s++ {
		h.counts[s%span] = 0
	}
	h.newest = second
}

// since counts the calls that started in the second of from or later.
func (h *history) since(from time.Duration) int {
	n := 0
	for s := max(int64(from/time.Second), h.newest-span+1, 0); s <= h.newest; s++ {
		n += int(h.counts[s%span])
	}
	return n
}
