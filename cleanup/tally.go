package cleanup

import (
	"encoding/binary"
	"iter"
	"os"

	"github.com/untag-go/untag/internal/sortedrun"
)

// tallyMemory is how many bytes of keys a tally counts in memory.
const tallyMemory = 4 << 20

// tally counts how often each key comes, of which there may be as many as resources. What does not fit into memory is
// sorted in a file.
type tally struct {
	counts map[string]int
	bytes  int
	sorter *sortedrun.Sorter
}

func newTally(temp func() (*os.File, func(), error)) *tally {
	return &tally{counts: make(map[string]int), sorter: sortedrun.New(temp, 0)}
}

func (t *tally) add(key []byte) error {
	if n, ok := t.counts[string(key)]; ok {
		t.counts[string(key)] = n + 1
		return nil
	}
	t.counts[string(key)] = 1
	t.bytes += len(key) + 64
	if t.bytes > tallyMemory {
		return t.spill()
	}
	return nil
}

func (t *tally) spill() error {
	var value []byte
	for key, n := range t.counts {
		value = binary.AppendUvarint(value[:0], uint64(n))
		if err := t.sorter.Add([]byte(key), value); err != nil {
			return err
		}
	}
	clear(t.counts)
	t.bytes = 0
	return nil
}

// all yields each key with its count, sorted by key. Nothing may be added after it.
func (t *tally) all() iter.Seq2[counted, error] {
	return func(yield func(counted, error) bool) {
		err := t.spill()
		if err == nil {
			err = t.sorter.Finish()
		}
		if err != nil {
			yield(counted{}, err)
			return
		}
		var last counted
		for record, err := range t.sorter.Sorted() {
			if err != nil {
				yield(counted{}, err)
				return
			}
			n, _ := binary.Uvarint(record.Value)
			if last.count > 0 && last.key == string(record.Key) {
				last.count += int(n)
				continue
			}
			if last.count > 0 && !yield(last, nil) {
				return
			}
			last = counted{string(record.Key), int(n)}
		}
		if last.count > 0 {
			yield(last, nil)
		}
	}
}

func (t *tally) close() { t.sorter.Close() }

type counted struct {
	key   string
	count int
}

// top keeps the most frequent of what it is given.
type top struct {
	most int
	heap []ValueCount // the least frequent one first
}

// add takes a value in, and returns one that fell out, if one did.
func (t *top) add(v ValueCount) (out ValueCount, fell bool) {
	if len(t.heap) < t.most {
		t.heap = append(t.heap, v)
		for i := len(t.heap) - 1; i > 0 && less(t.heap[i], t.heap[(i-1)/2]); i = (i - 1) / 2 {
			t.heap[i], t.heap[(i-1)/2] = t.heap[(i-1)/2], t.heap[i]
		}
		return ValueCount{}, false
	}
	if !less(t.heap[0], v) {
		return v, true
	}
	out, t.heap[0] = t.heap[0], v
	for i := 0; ; {
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(t.heap) && less(t.heap[child], t.heap[least]) {
				least = child
			}
		}
		if least == i {
			return out, true
		}
		t.heap[i], t.heap[least] = t.heap[least], t.heap[i]
		i = least
	}
}

// less orders by frequency, and by the pair where that is equal, so that a plan is the same each time.
func less(a, b ValueCount) bool {
	if a.Resources != b.Resources {
		return a.Resources < b.Resources
	}
	if a.Tag.Key != b.Tag.Key {
		return a.Tag.Key > b.Tag.Key
	}
	return a.Tag.Value > b.Tag.Value
}
