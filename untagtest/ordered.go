package untagtest

import (
	"cmp"
	"iter"
	"slices"
)

const chunkSize = 1024

// ordered is a set of numbers, in order and in chunks of at most chunkSize: to add, to remove and to find one costs about
// the same whether there are ten or a million. The zero ordered is empty.
type ordered struct {
	chunks [][]uint32 // none is empty
	n      int
}

// find returns the chunk in which x is or would be, and its place there.
func (o *ordered) find(x uint32) (chunk, at int, found bool) {
	chunk, found = slices.BinarySearchFunc(o.chunks, x, func(c []uint32, x uint32) int { return cmp.Compare(c[0], x) })
	if found || chunk == 0 {
		return chunk, 0, found
	}
	at, found = slices.BinarySearch(o.chunks[chunk-1], x)
	return chunk - 1, at, found
}

func (o *ordered) add(x uint32) {
	chunk, at, found := o.find(x)
	if found {
		return
	}
	o.n++
	if len(o.chunks) == 0 {
		o.chunks = [][]uint32{{x}}
		return
	}
	switch c := o.chunks[chunk]; {
	case len(c) < chunkSize:
		o.chunks[chunk] = slices.Insert(c, at, x)
	case at == len(c): // numbers mostly come in order, and leave full chunks behind
		o.chunks = slices.Insert(o.chunks, chunk+1, []uint32{x})
	default:
		half := slices.Clone(c[chunkSize/2:])
		o.chunks[chunk] = c[:chunkSize/2]
		o.chunks = slices.Insert(o.chunks, chunk+1, half)
		o.n--
		o.add(x)
	}
}

func (o *ordered) remove(x uint32) {
	chunk, at, found := o.find(x)
	if !found {
		return
	}
	o.n--
	if c := slices.Delete(o.chunks[chunk], at, at+1); len(c) > 0 {
		o.chunks[chunk] = c
	} else {
		o.chunks = slices.Delete(o.chunks, chunk, chunk+1)
	}
}

// from yields the numbers from x on. The set must not change in between.
func (o *ordered) from(x uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		chunk, at, _ := o.find(x)
		for ; chunk < len(o.chunks); chunk++ {
			for _, y := range o.chunks[chunk][at:] {
				if !yield(y) {
					return
				}
			}
			at = 0
		}
	}
}
