package listing

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/untag-go/untag"
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
		if noAnswer(err) && answer != nil && errors.Is(answer.Check(), ErrUnasked) {
			err = unaskedError{err}
		}
		return Page[E]{}, err
	}
	page := answer.Page()
	page.RequestID = reply.RequestID
	return page, nil
}

// ErrUnasked says that an answer of the service lists what was not asked for. Errors of the calls have it beside the
// untag.APIError that they are.
var ErrUnasked = errors.New("the answer lists what was not asked for")

// Unasked returns an error that is ErrUnasked, for a Check or a Whole.
func Unasked(format string, args ...any) error { return unaskedError{fmt.Errorf(format, args...)} }

type unaskedError struct{ error }

func (e unaskedError) Is(target error) bool { return target == ErrUnasked }

func (e unaskedError) Unwrap() error { return e.error }

// noAnswer reports whether a call failed because its last answer was none of the operation's.
func noAnswer(err error) bool {
	apiErr, ok := errors.AsType[*untag.APIError](err)
	return ok && apiErr.Code == "" && apiErr.StatusCode == http.StatusOK
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
