package signature

import (
	"bytes"
	"slices"
	"strconv"
	"sync"
)

// Query builds a canonical query, which can also serve as a form body: encoded name=value pairs, joined by &, in the byte order of
// their names. The signature covers these very bytes, so they must be sent as they are.
//
// Pairs must be added in ascending byte order of their names, each name once. Names are those of an API's parameters: letters, digits
// and dots, whose order encoding does not change. The zero value is an empty query, ready to use. A Query is not safe for concurrent use.
type Query struct {
	buf []byte // every pair with an & before it, the first one too
}

var queries = sync.Pool{New: func() any { return new(Query) }}

// NewQuery returns an empty query with memory that an earlier one has left. Free gives it back.
func NewQuery() *Query { return queries.Get().(*Query) }

// maxKept is the largest memory that is kept: the longest query of a valid request is about 60 KB.
const maxKept = 64 << 10

// Free gives the query's memory to the next one. What Bytes returned must not be used any more.
func (q *Query) Free() {
	if cap(q.buf) <= maxKept {
		q.Reset()
		queries.Put(q)
	}
}

// Pair is one parameter, not yet encoded.
type Pair struct {
	Name, Value string
}

// Add adds name=value. An empty value gives "name=".
func (q *Query) Add(name, value string) {
	q.buf = appendPair(q.buf, name, value)
}

// AddList adds the values as name.1, name.2 and so on, in the byte order of these names: name.1, name.10, name.11, name.2. An empty
// list adds nothing; an empty element adds "name.3=".
func (q *Query) AddList(name string, values []string) {
	if len(values) == 0 {
		return
	}
	start := len(q.buf)
	buf := append(appendEscaped(append(q.buf, '&'), name), '.')
	prefix := buf[start:] // "&name.", encoded once and then copied
	buf = buf[:start]
	n := 1
	for range values {
		buf = append(buf, prefix...)
		buf = append(strconv.AppendInt(buf, int64(n), 10), '=')
		buf = appendEscaped(buf, values[n-1])
		n = nextInByteOrder(n, len(values))
	}
	q.buf = buf
}

// nextInByteOrder returns the number after n when 1 to last are sorted as text. That order is a walk through a tree whose node n
// has the children 10n to 10n+9, so no list of names needs to be built and sorted.
func nextInByteOrder(n, last int) int {
	if n*10 <= last {
		return n * 10 // down to the first child
	}
	for n%10 == 9 || n >= last {
		n /= 10 // up, from the last child
	}
	return n + 1
}

// AppendMerged appends to dst the canonical query of q's pairs and the extra ones together, all in byte order. The extra pairs must be
// sorted by name, and no name may also be q's; dst must not share memory with q.
//
// V1 needs it, whose system parameters (AccessKeyId to Version) interleave with the operation's own and change with every attempt.
func (q *Query) AppendMerged(dst []byte, extra []Pair) []byte {
	start, rest := len(dst), q.buf
	for _, pair := range extra {
		n := lenBefore(rest, pair.Name)
		dst = append(dst, rest[:n]...)
		dst = appendPair(dst, pair.Name, pair.Value)
		rest = rest[n:]
	}
	dst = append(dst, rest...)
	return slices.Delete(dst, start, min(start+1, len(dst))) // the first &
}

// lenBefore returns how many bytes at the start of pairs belong to names that sort before name. It compares names, not pairs: X=1 stands
// before X.1=1, though '=' sorts after '.'.
func lenBefore(pairs []byte, name string) int {
	n := 0
	for n < len(pairs) {
		equals := n + bytes.IndexByte(pairs[n:], '=')
		if string(pairs[n+1:equals]) > name {
			break
		}
		value := bytes.IndexByte(pairs[equals:], '&')
		if value < 0 {
			return len(pairs)
		}
		n = equals + value
	}
	return n
}

func appendPair(dst []byte, name, value string) []byte {
	dst = appendEscaped(append(dst, '&'), name)
	return appendEscaped(append(dst, '='), value)
}

// Bytes returns the query. It is valid until the next call of a method that changes q, and must not be changed.
func (q *Query) Bytes() []byte {
	return q.buf[min(1, len(q.buf)):]
}

// String returns a copy of the query.
func (q *Query) String() string { return string(q.Bytes()) }

// Len returns the length of the query in bytes.
func (q *Query) Len() int { return len(q.Bytes()) }

// Reset empties q and keeps its memory.
func (q *Query) Reset() { q.buf = q.buf[:0] }
