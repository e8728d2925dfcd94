package sortedrun

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// cursor is a place in a run.
type cursor struct {
	in     *bufio.Reader
	order  int // of the run: equal keys come out in it
	buffer []byte
	record Record
}

// next reads the next record. It returns false at the end of the run.
func (c *cursor) next() (bool, error) {
	keyLen, err := binary.ReadUvarint(c.in)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sorting: %w", err)
	}
	valueLen, err := binary.ReadUvarint(c.in)
	if err != nil {
		return false, fmt.Errorf("sorting: %w", err)
	}
	n := int(keyLen + valueLen)
	c.buffer = slices.Grow(c.buffer[:0], n)[:n]
	if _, err := io.ReadFull(c.in, c.buffer); err != nil {
		return false, fmt.Errorf("sorting: %w", err)
	}
	c.record = Record{c.buffer[:keyLen:keyLen], c.buffer[keyLen:]}
	return true, nil
}

// heap has the cursor with the least record on top. It is written out because container/heap has no way to say "the top
// has changed" without an interface call for each comparison, of which there are ten for each record.
type heap []*cursor

func (h heap) less(i, j int) bool {
	if order := bytes.Compare(h[i].record.Key, h[j].record.Key); order != 0 {
		return order < 0
	}
	return h[i].order < h[j].order
}

func (h heap) init() {
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

func (h heap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h.less(child+1, child) {
			child++
		}
		if !h.less(child, i) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
