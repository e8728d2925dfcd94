package bulk

// queue is a double-ended queue in a ring.
type queue struct {
	ring  []int32
	first int
	n     int
}

func (q *queue) len() int { return q.n }

func (q *queue) pushBack(at int32) {
	q.grow(1)
	q.ring[(q.first+q.n)&(len(q.ring)-1)] = at
	q.n++
}

// pushFront puts all before the others, in their order.
func (q *queue) pushFront(all []int32) {
	q.grow(len(all))
	for i := len(all) - 1; i >= 0; i-- {
		q.first = (q.first - 1) & (len(q.ring) - 1)
		q.ring[q.first] = all[i]
	}
	q.n += len(all)
}

// popFront takes the first out.
func (q *queue) popFront() int32 {
	at := q.ring[q.first]
	q.first = (q.first + 1) & (len(q.ring) - 1)
	q.n--
	return at
}

// at returns the ith.
func (q *queue) at(i int) int32 { return q.ring[(q.first+i)&(len(q.ring)-1)] }

// grow makes room for n more. The ring's length stays a power of two.
func (q *queue) grow(n int) {
	if q.n+n <= len(q.ring) {
		return
	}
	size := max(64, len(q.ring))
	for size < q.n+n {
		size *= 2
	}
	ring := make([]int32, size)
	for i := range q.n {
		ring[i] = q.at(i)
	}
	q.ring, q.first = ring, 0
}
