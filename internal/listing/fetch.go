package listing

import (
	"context"

	"github.com/untag-go/untag/internal/rpc"
)

// Answer is the answer of an operation that lists E.
type Answer[E any] interface {
	rpc.Answer
	Page() Page[E] // without its request ID
}

// Fetch makes the call for one page. fresh makes the answer, for each attempt.
func Fetch[E any](ctx context.Context, calls *rpc.Client, call rpc.Call, fresh func() Answer[E]) (Page[E], error) {
	var answer Answer[E]
	call.Answer = func() rpc.Answer {
		answer = fresh()
		return answer
	}
	reply, err := calls.Do(ctx, call)
	if err != nil {
		return Page[E]{}, err
	}
	page := answer.Page()
	page.RequestID = reply.RequestID
	return page, nil
}

// EachXML visits the elements of a list in an XML answer: children of root that are called name, one for each, or the
// children called inner of such a one. An empty one is no element.
func EachXML(root *rpc.Element, name, inner string, visit func(*rpc.Element)) {
	for _, list := range root.Children() {
		switch {
		case !list.Is(name), len(list.Children()) == 0 && list.Value() == "":
		case list.Child(inner) == nil:
			visit(list)
		default:
			for _, element := range list.Children() {
				visit(element) // one of another name has no fields that are known
			}
		}
	}
}
