// Package burst lets a run say, behind the plain iterator that it is, when no more outcomes are at hand.
//
// The outcomes of a call come in a row, fifty or twenty of them. A journal wants to have them on file, with one write, before
// the loop sees the first. An iterator does not tell its consumer whether another result follows at once or after a minute
// of throttling, in which the loop must not be kept waiting. So a journal makes its yield function here, where the run
// recognises it. Every other consumer, and every iterator that stands between the two, goes on with one result at a time.
package burst

import "reflect"

// Taker takes results.
type Taker interface {
	// Take takes a result. It may keep it until End. It returns false when it wants no more.
	Take(resource string, err error) bool
	// End is called when no more results are at hand, and before the input is asked for anything. It returns false
	// when t wants no more.
	End() bool
}

// Yield returns a yield function that passes results on to t: in bursts, if its caller asks Of for t, and else one at a time.
//
//go:noinline
func Yield(t Taker) func(string, error) bool {
	return func(resource string, err error) bool { // Of recognises this function's code; inlining would make copies of it
		if q, ok := err.(*question); ok { //nolint:errorlint // it is never wrapped
			q.answer = t
			return true
		}
		return t.Take(resource, err) && t.End()
	}
}

// question is yielded to a function that Yield made, and to no other.
type question struct {
	error
	answer Taker
}

var ours = reflect.ValueOf(Yield(nil)).Pointer()

// Of returns who takes what yield is given: the Taker that Yield was called with, or one that calls yield.
func Of(yield func(string, error) bool) Taker {
	if reflect.ValueOf(yield).Pointer() != ours {
		return single(yield)
	}
	q := new(question)
	yield("", q)
	return q.answer
}

// single takes one result at a time.
type single func(string, error) bool

func (yield single) Take(resource string, err error) bool { return yield(resource, err) }

func (single) End() bool { return true }
