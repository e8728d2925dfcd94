package redact

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// Cause returns the error under err that may be wrapped and printed: without the URL that net/http puts round it,
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
	if clean == text {
		return err
	}
	return &standIn{text: clean, cause: err}
}

// standIn answers for an error whose text must not be shown. It has no Unwrap:
// a printer that walks the chain would find the text again.
type standIn struct {
	text  string
	cause error
}

func (e *standIn) Error() string { return e.text }

func (e *standIn) Is(target error) bool { return errors.Is(e.cause, target) }

func (e *standIn) Timeout() bool {
	timeout, ok := errors.AsType[net.Error](e.cause)
	return ok && timeout.Timeout()
}

// Temporary completes net.Error.
func (e *standIn) Temporary() bool { return e.Timeout() }

// Format keeps %+v and %#v from printing the cause field.
func (e *standIn) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.text)) }
