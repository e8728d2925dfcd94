package untag

import (
	"strconv"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// ValidationError is a request, or a Config, that breaks rules. Nothing was sent. It lists all problems at once.
type ValidationError struct {
	Request  string // the type that was checked: "UntagResourcesRequest", "UntagManyRequest" or "Config"
	Problems []Problem
}

// Problem is one broken rule.
type Problem struct {
	Field  string // the path of the field: "TagKeys[3]"
	Value  string // the offending value, "" if there is none to show
	Reason string // what is wrong and what to do: "starts with the reserved prefix acs:"
}

// maxProblems bounds how many problems one line of text holds. Problems has them all.
const maxProblems = 10

// Error lists the problems in one line, the first ten of them.
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
