package untag

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/untag-go/untag/internal/redact"
)

// CallError is a call that ended without a verdict of the service on its resources: its context ended, the connection
// failed, no credentials could be had, or the last answer was an outage. In a run of UntagMany or TagMany it is also
// the outcome of a resource that no call was made for. Of a read it has no unknown outcome.
//
// errors.Is and errors.As reach Kind, Outcome and Err, whichever are set.
type CallError struct {
	// Service is one of the Service constants, and Action is the operation, such as "UntagResources". Region is "" for a resource of a run
	// that has no region, such as a malformed ARN.
	Service, Action, Region string
	// Attempts is how many HTTP requests were made. 0: none was.
	Attempts int
	// Kind is ErrUnavailable, ErrUnauthenticated and so on; nil where Err says it all, such as context.Canceled.
	Kind error
	// Outcome is ErrOutcomeUnknown, ErrNotAttempted, or nil: every request that was sent was refused and had no effect.
	Outcome error
	// Err is the cause, such as an *APIError, a net.Error, a context's error, or a *ValidationError of a malformed
	// resource. It shows neither a URL nor a secret.
	Err error
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
	case errors.Is(e.Outcome, ErrNotAttempted) && e.Attempts > 0: // none got through
		b.WriteString("; nothing was sent")
	case errors.Is(e.Outcome, ErrNotAttempted):
		b.WriteString("; not attempted")
	}
	return b.String()
}

// Unwrap returns Kind, Outcome and Err, those that are not nil.
func (e *CallError) Unwrap() []error {
	all := make([]error, 0, 3)
	for _, err := range [...]error{e.Kind, e.Outcome, e.Err} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// Format writes Error for every verb of package fmt: %#v would print the fields of the cause.
func (e *CallError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// KeysRemovedError is an outcome of UntagMany for a resource that failed after some of the keys were removed from it.
// Keys past the limit of one call (MaxTagKeys keys, or a query of 8,000 bytes) go in groups, one after another; after a
// failure no further group is sent.
type KeysRemovedError struct {
	// Keys are those that are gone, in the order of the request.
	Keys []string
	// Err is what became of the next group: one of the other errors of UntagMany, ErrNotAttempted for instance.
	Err error
}

// Error says in one line what failed and which keys are gone.
func (e *KeysRemovedError) Error() string { return partly(e.Err, "already removed:", e.Keys) }

// partly is the text of an error after which some keys were done.
func partly(err error, done string, keys []string) string {
	var b strings.Builder
	if err != nil {
		b.WriteString(redact.Message(err.Error()))
		b.WriteString("; ")
	}
	b.WriteString(done)
	for i, key := range keys {
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

// TagsWrittenError is an outcome of TagMany for a resource that failed after some of its tags were written. Tags past the
// limit of one call (MaxTags tags, or a query of 8,000 bytes) go in groups, one after another; after a failure no further
// group is sent.
type TagsWrittenError struct {
	// Keys are those of the tags that were written, sorted.
	Keys []string
	// Err is what became of the next group: one of the other errors of TagMany, ErrNotAttempted for instance.
	Err error
}

// Error says in one line what failed and the tags of which keys were written.
func (e *TagsWrittenError) Error() string { return partly(e.Err, "already written:", e.Keys) }

// Unwrap returns Err.
func (e *TagsWrittenError) Unwrap() error { return e.Err }
