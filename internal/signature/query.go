package signature

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Query builds a canonical query, which can also serve as a form body: encoded name=value pairs, joined by &, in the byte
// order of their names. The signature covers these very bytes, so they must be sent as they are.
//
// Pairs must be added in ascending byte order of their names, each name once: every Add panics otherwise, for the service
// would refuse the signature. Names are those of an API's parameters: letters, digits and dots, whose order encoding does
// not change. The zero value is an empty query, ready to use. A Query is not safe for concurrent use.
type Query struct {
	buf  []byte // every pair with an & before it, the first one too
	last []byte // the last pair's name
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
	q.name(name)
	q.buf = appendPair(q.buf, name, value)
}

// AddList adds the values as name.1, name.2 and so on, in the byte order of these names: name.1, name.10, name.11, name.2. An empty
// list adds nothing; an empty element adds "name.3=".
func (q *Query) AddList(name string, values []string) {
	if len(values) == 0 {
		return
	}
	q.name(name, ".1")
	start := len(q.buf)
	buf := append(appendEscaped(append(q.buf, '&'), name), '.')
	prefix := buf[start:] // "&name.", encoded once and then copied
	buf = buf[:start]
	n, last := 1, 0
	for range values {
		buf = append(buf, prefix...)
		buf = append(strconv.AppendInt(buf, int64(n), 10), '=')
		buf = appendEscaped(buf, values[n-1])
		n, last = nextInByteOrder(n, len(values)), n
	}
	q.buf = buf
	q.last = strconv.AppendInt(append(append(q.last[:0], name...), '.'), int64(last), 10)
}

// AddStructs adds n structs as name.1.Field, name.2.Field and so on, in the byte order of these names: Tag.1.Key, Tag.1.Value,
// Tag.10.Key, Tag.2.Key. It calls fields for each, in that order, with its index from 0; fields adds those that are there, in
// the byte order of their names. A field may be of a list: "Values.1".
func (q *Query) AddStructs(name string, n int, fields func(i int, add func(field, value string))) {
	number := 1
	add := func(field, value string) {
		var digits [20]byte
		text := string(strconv.AppendInt(digits[:0], int64(number), 10))
		q.name(name, ".", text, ".", field)
		q.buf = appendEscaped(append(q.buf, '&'), name)
		q.buf = append(append(append(q.buf, '.'), text...), '.')
		q.buf = append(appendEscaped(q.buf, field), '=')
		q.buf = appendEscaped(q.buf, value)
	}
	for range n {
		fields(number-1, add)
		number = nextInByteOrder(number, n)
	}
}

// name notes the next pair's name, which comes in parts, and panics if it does not come after the last one's.
func (q *Query) name(parts ...string) {
	n := len(q.last)
	for _, part := range parts {
		q.last = append(q.last, part...)
	}
	last, next := q.last[:n], q.last[n:]
	if len(q.buf) > 0 && bytes.Compare(last, next) >= 0 {
		panic(fmt.Sprintf("signature: parameter %q added after %q: parameters are added in the byte order of their names, each once", next, last))
	}
	q.last = append(q.last[:0], next...)
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
func (q *Query) Reset() { q.buf, q.last = q.buf[:0], q.last[:0] }
