package bulk

// queueOf is a double-ended queue in a ring.
type queueOf[T any] struct {
	ring  []T
	first int
	n     int
}

func (q *queueOf[T]) len() int { return q.n }

func (q *queueOf[T]) pushBack(one T) {
	q.grow(1)
	q.ring[(q.first+q.n)&(len(q.ring)-1)] = one
	q.n++
}

// pushFront puts all before the others, in their order.
func (q *queueOf[T]) pushFront(all ...T) {
	q.grow(len(all))
	for i := len(all) - 1; i >= 0; i-- {
		q.first = (q.first - 1) & (len(q.ring) - 1)
		q.ring[q.first] = all[i]
	}
	q.n += len(all)
}

// popFront takes the first out.
func (q *queueOf[T]) popFront() T {
	var zero T
	one := q.ring[q.first]
	q.ring[q.first] = zero
	q.first = (q.first + 1) & (len(q.ring) - 1)
	q.n--
	return one
}

// at returns the ith.
func (q *queueOf[T]) at(i int) T { return q.ring[(q.first+i)&(len(q.ring)-1)] }

// grow makes room for n more. The ring's length stays a power of two.
func (q *queueOf[T]) grow(n int) {
	if q.n+n <= len(q.ring) {
		return
	}
	size := max(8, len(q.ring))
	for size < q.n+n {
		size *= 2
	}
	ring := make([]T, size)
	for i := range q.n {
		ring[i] = q.at(i)
	}
	q.ring, q.first = ring, 0
}
