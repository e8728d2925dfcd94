package cleanup

import (
	"encoding/binary"
	"errors"
)

// op is what kind of thing a line of a region's log says of its resources.
type op string

const (
	opIntent  op = "intent"  // a call that removes the keys is about to go out; the values are as just read
	opVerdict op = "verdict" // what became of keys in Remove
	opVerify  op = "verify"
	opWrite   op = "write" // a call that writes the values is about to go out
	opRestore op = "restore"
)

var ops = [...]op{opIntent, opVerdict, opVerify, opWrite, opRestore}

// line is a line of acts.REGION.log: the same kind of fact about the resources of one call.
type line struct {
	Time  int64  `json:"t"` // milliseconds since 1970, UTC
	Run   int    `json:"run"`
	Op    op     `json:"op"`
	Items []item `json:"items"`
}

// item is a fact of a line.
type item struct {
	Name    string   `json:"r"`
	State   State    `json:"s,omitempty"`
	Keys    []string `json:"k,omitempty"` // where values do not matter
	Pairs   []pair   `json:"p,omitempty"`
	Failure *failure `json:"e,omitempty"`
}

// failure is what is kept of an error. Its message is one line without values of tags.
type failure struct {
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
	RequestID string `json:"request,omitempty"`
}

// fact is what a log says of one resource.
type fact struct {
	time    int64
	run     int
	op      op
	state   State
	pairs   []pair // with values "" where they do not matter
	failure *failure
}

func (i item) fact(l *line) fact {
	f := fact{time: l.Time, run: l.Run, op: l.Op, state: i.State, pairs: i.Pairs, failure: i.Failure}
	for _, key := range i.Keys {
		f.pairs = append(f.pairs, pair{key, ""})
	}
	return f
}

// append writes a fact for sorting. Nothing but the same process reads it.
func (f *fact) append(b []byte) []byte {
	kind := 0
	for ops[kind] != f.op {
		kind++
	}
	b = append(b, byte(kind), byte(f.state))
	b = binary.AppendUvarint(b, uint64(f.time))
	b = binary.AppendUvarint(b, uint64(f.run))
	b = binary.AppendUvarint(b, uint64(len(f.pairs)))
	for _, p := range f.pairs {
		b = appendText(appendText(b, p[0]), p[1])
	}
	if f.failure != nil {
		b = appendText(appendText(appendText(b, f.failure.Code), f.failure.Message), f.failure.RequestID)
	}
	return b
}

func readFact(b []byte) (f fact, err error) {
	r := texts{b: b}
	kind, state := r.byte(), r.byte()
	if int(kind) >= len(ops) {
		return fact{}, errRecord
	}
	f = fact{op: ops[kind], state: State(state), time: int64(r.number()), run: int(r.number())}
	for range r.number() {
		f.pairs = append(f.pairs, pair{r.text(), r.text()})
		if r.bad {
			break
		}
	}
	if len(r.b) > 0 {
		f.failure = &failure{Code: r.text(), Message: r.text(), RequestID: r.text()}
	}
	if r.bad {
		return fact{}, errRecord
	}
	return f, nil
}

var errRecord = errors.New("cleanup: a sorted record is damaged")

func appendText(b []byte, text string) []byte {
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

// texts reads what was appended.
type texts struct {
	b   []byte
	bad bool
}

func (t *texts) byte() byte {
	if len(t.b) == 0 {
		t.bad = true
		return 0
	}
	c := t.b[0]
	t.b = t.b[1:]
	return c
}

func (t *texts) number() uint64 {
	n, size := binary.Uvarint(t.b)
	if size <= 0 {
		t.bad, t.b = true, nil
		return 0
	}
	t.b = t.b[size:]
	return n
}

func (t *texts) text() string {
	n := t.number()
	if n > uint64(len(t.b)) {
		t.bad, t.b = true, nil
		return ""
	}
	text := string(t.b[:n])
	t.b = t.b[n:]
	return text
}
