package untag

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// CallError is a call that ended without a verdict of the service on its resources: its context ended,
// the connection failed, no credentials could be had, or the last answer was an outage.
// errors.Is and errors.As reach Kind, Outcome and Err.
type CallError struct {
	Service, Action, Region string
	Attempts                int   // HTTP requests made, 0: none was
	Kind                    error // ErrUnavailable, ErrUnauthenticated and so on; nil where Err says it all, such as context.Canceled
	Outcome                 error // ErrOutcomeUnknown, ErrNotAttempted, or nil: the service refused every request that was sent
	Err                     error // the cause: an *APIError, a net.Error, a context's error
}

// Error says in one line which call failed, why, and what is known of its effect.
func (e *CallError) Error() string {
	var b strings.Builder
	if apiErr, ok := e.Err.(*APIError); ok { //nolint:errorlint // one inside another error is quoted by that
		b.WriteString(apiErr.Error()) // it names the call and counts the attempts itself
	} else {
		writeCall(&b, e.Service, e.Action, e.Region)
		switch {
		case e.Err != nil:
			b.WriteString(redact.Message(e.Err.Error()))
		case e.Kind != nil:
			b.WriteString(redact.Message(e.Kind.Error()))
		default:
			b.WriteString("no verdict")
		}
		writeAttempts(&b, " (", e.Attempts)
		if e.Attempts > 0 {
			b.WriteByte(')')
		}
	}
	switch {
	case errors.Is(e.Outcome, ErrOutcomeUnknown):
		b.WriteString("; outcome unknown: a request was sent and no verdict came")
	case errors.Is(e.Outcome, ErrNotAttempted):
		b.WriteString("; nothing was sent")
	}
	return b.String()
}

// Unwrap returns the kind, the outcome and the cause, those that there are.
func (e *CallError) Unwrap() []error {
	all := make([]error, 0, 3)
	for _, err := range [...]error{e.Kind, e.Outcome, e.Err} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// Format writes Error for every verb: %#v would print the fields of the cause.
func (e *CallError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// KeysRemovedError is an outcome of UntagMany for a resource that failed after some of the keys were removed from it:
// keys past the limit of one call go in groups, one after another.
type KeysRemovedError struct {
	Keys []string // that are gone
	Err  error    // what happened to the next group
}

// Error says in one line what failed and which keys are gone.
func (e *KeysRemovedError) Error() string {
	var b strings.Builder
	if e.Err != nil {
		b.WriteString(redact.Message(e.Err.Error()))
		b.WriteString("; ")
	}
	b.WriteString("already removed:")
	for i, key := range e.Keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte(' ')
		b.WriteString(quote(key))
	}
	return b.String()
}

// Unwrap returns Err.
func (e *KeysRemovedError) Unwrap() error { return e.Err }
