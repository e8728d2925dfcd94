package untag

import (
	"strconv"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// ValidationError is a request, a Config or an ARN that breaks rules. Nothing was sent. It lists all problems at once.
// errors.Is finds [ErrInvalidRequest] in it.
type ValidationError struct {
	// Request is what was checked: "UntagResourcesRequest", "UntagManyRequest", "Config", or "ARN" (tag.ParseARN).
	Request string
	// Problems are all that were found, at least one.
	Problems []Problem
}

// Problem is one broken rule.
type Problem struct {
	// Field is the path of the field, such as "TagKeys[3]" or "Retry.MaxDelay". "": the value as a whole.
	Field string
	// Value is the offending value, of any length. "": it is missing, or not to be shown, as that of an Endpoint.
	Value string
	// Reason says what is wrong and what to do, such as "is empty; name at least one resource".
	Reason string
}

// maxProblems bounds how many problems one line of text holds. Problems has them all.
const maxProblems = 10

// Error lists the problems in one line, the first ten of them; Problems has all.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("invalid ")
	b.WriteString(redact.Line(e.Request))
	for i, problem := range e.Problems {
		if i == maxProblems {
			b.WriteString("; and ")
			b.WriteString(strconv.Itoa(len(e.Problems) - i))
			b.WriteString(" more")
			break
		}
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(problem.String())
	}
	return b.String()
}

// Unwrap returns ErrInvalidRequest.
func (e *ValidationError) Unwrap() error { return ErrInvalidRequest }

// String says in one line which field is wrong, its value quoted and cut to 100 characters, and why.
func (p Problem) String() string {
	var b strings.Builder
	if p.Field != "" {
		b.WriteString(redact.Line(p.Field))
		b.WriteByte(' ')
	}
	if p.Value != "" {
		b.WriteString(quote(p.Value))
		b.WriteByte(' ')
	}
	b.WriteString(redact.Line(p.Reason))
	return b.String()
}

// quote shows a value of any length and content in one short line.
func quote(value string) string {
	const most = 100
	count := 0
	for i := range value {
		if count == most {
			return strconv.Quote(value[:i]) + "…"
		}
		count++
	}
	return strconv.Quote(value)
}
