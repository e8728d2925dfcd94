package chain

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"

	"github.com/untag-go/untag/internal/redact"
)

// Error says which source of the chain failed, and why. Its text is one line and holds no secret.
type Error struct {
	text  string
	cause error // scrubbed, nil if there is none
}

func (e *Error) Error() string { return e.text }

// Unwrap returns what failed below, such as a time-out.
func (e *Error) Unwrap() error { return e.cause }

// failure is the *Error of a source. An *Error of one of its steps keeps its cause.
func failure(name string, err error) *Error {
	own, ok := errors.AsType[*Error](err)
	if !ok {
		own = &Error{text: err.Error(), cause: errors.Unwrap(err)}
	}
	return &Error{text: redact.Line(name + ": " + own.text), cause: own.cause}
}

// refusal is a service's answer that gives no keys.
func refusal(who string, status int, code, message, requestID, advice string, secrets ...string) error {
	text := who + " refused"
	if code = redact.Text(code, secrets...); code != "" {
		text += ": " + clip(code)
	}
	text += fmt.Sprintf(" (HTTP %d", status)
	if requestID = redact.Text(requestID, secrets...); requestID != "" {
		text += ", request ID " + clip(requestID)
	}
	text += ")"
	if message = redact.Text(message, secrets...); message != "" {
		text += ": " + clip(message)
	}
	if advice != "" {
		text += "; " + advice
	}
	return errors.New(text)
}

const maxText = 400

// clip bounds what others wrote.
func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	for i := range s {
		if i > maxText {
			return s[:i] + "…"
		}
	}
	return s
}

// plainName matches what may be shown of a name that nothing vouches for: it may be a secret in the wrong place.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,23}$`)

// shownPath is a path for an error, unless it may be a token in the place of one.
func shownPath(path string) string {
	if !filepath.IsAbs(path) || len(path) > 200 {
		return "[a text that is no absolute path]"
	}
	return redact.Line(path)
}

// unread says why a file cannot be read.
func unread(path string, err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &Error{text: fmt.Sprintf("%s cannot be read: %v", path, err), cause: err}
}

var roleARN = regexp.MustCompile(`^acs:ram::[A-Za-z0-9*]+:[A-Za-z0-9._/@-]{1,200}$`)

// shownARN is an ARN for an error, unless it is none.
func shownARN(arn string) string {
	if !roleARN.MatchString(arn) {
		return "[a text that is no ARN of RAM]"
	}
	return arn
}

var likeKey = regexp.MustCompile(`^(LTAI|STS\.)`)

// shown quotes a name, or stands in for one that may be a secret.
func shown(name string) string {
	if !plainName.MatchString(name) || likeKey.MatchString(name) {
		return "[a text that is no name]"
	}
	return fmt.Sprintf("%q", name)
}
