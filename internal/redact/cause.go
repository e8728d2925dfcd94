package redact

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
)

// Cause returns the error under err that may be wrapped and printed: without the URL that net/http puts around it,
// and, where its text holds one of the secrets, as a stand-in that keeps errors.Is and the time-out flag but not the text.
func Cause(err error, secrets ...string) error {
	for urlErr, ok := errors.AsType[*url.Error](err); ok; urlErr, ok = errors.AsType[*url.Error](err) {
		err = urlErr.Err
	}
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := Text(text, secrets...)
	if clean == text && !shows(err, secrets) {
		return err
	}
	return &standInError{clean, &hidden{err}}
}

// shows reports whether err shows a secret that is not in its text: in a field, to another verb, or in an error within it.
func shows(err error, secrets []string) bool {
	if Holds(fmt.Sprintf("%v %+v %#v %d", err, err, err, err), secrets...) {
		return true
	}
	if data, jsonErr := json.Marshal(err); jsonErr == nil && Holds(string(data), secrets...) {
		return true
	}
	switch wrapper := err.(type) { //nolint:errorlint // the whole tree is walked
	case interface{ Unwrap() error }:
		inner := wrapper.Unwrap()
		return inner != nil && shows(inner, secrets)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapper.Unwrap(), func(inner error) bool { return inner != nil && shows(inner, secrets) })
	}
	return false
}

// Holds reports whether s holds one of the secrets, plain or escaped.
func Holds(s string, secrets ...string) bool { return remove(s, secrets) != s }

// standInError answers for an error whose text must not be shown. It has no Unwrap:
// a printer that walks the chain would find the text again.
type standInError struct {
	text  string
	cause *hidden
}

// hidden stands behind a pointer: fmt calls no method of a value in an unexported field, but it prints no more
// than the address of a pointer that such a value holds.
type hidden struct{ error }

func (e *standInError) Error() string { return e.text }

// Is finds what the cause is.
func (e *standInError) Is(target error) bool { return errors.Is(e.cause.error, target) }

// Timeout reports whether the cause is a time-out.
func (e *standInError) Timeout() bool {
	timeout, ok := errors.AsType[net.Error](e.cause.error)
	return ok && timeout.Timeout()
}

// Temporary completes net.Error.
func (e *standInError) Temporary() bool { return e.Timeout() }

// Format keeps %+v and %#v from printing the cause field.
func (e *standInError) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.text)) }
