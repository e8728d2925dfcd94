package untag

import (
	"strconv"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// ListError says that a listing of several pages could not go on, and how far it came. What it yielded before is what
// the service answered, and not all of it: what is missing is not known.
type ListError struct {
	// Service is one of the Service constants, and Action is the operation, such as "ListTagResources".
	Service, Action, Region string
	// Pages is how many pages were read, at least one, and Items how many elements they gave, such as resources.
	Pages, Items int
	// NextToken is that of the page that could not be had. A request with it goes on there, as long as the service takes
	// the token; its lifetime is not documented. A listing whose token was refused has to begin anew.
	NextToken string
	// Err is the cause: one of the errors that a call for a single page returns.
	Err error
}

// Error says in one line how far the listing came and why it ended.
func (e *ListError) Error() string {
	var b strings.Builder
	writeCall(&b, e.Service, e.Action, e.Region)
	b.WriteString("the listing ended early, after ")
	b.WriteString(strconv.Itoa(e.Pages))
	b.WriteString(plural(e.Pages, " page", " pages"))
	b.WriteString(" with ")
	b.WriteString(strconv.Itoa(e.Items))
	b.WriteString(plural(e.Items, " element", " elements"))
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(redact.Message(e.Err.Error()))
	}
	return b.String()
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// Unwrap returns Err.
func (e *ListError) Unwrap() error { return e.Err }
