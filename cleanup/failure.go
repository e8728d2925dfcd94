package cleanup

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
)

const (
	maxMessage = 1 << 10
	noValue    = "[value]"
)

// failureOf is what is recorded of an error. Values of tags are taken out of its message.
func failureOf(err error, values ...string) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Message: redact.Line(withoutValues(err.Error(), values))}
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		f.Code, f.RequestID = apiErr.Code, apiErr.RequestID
	}
	if len(f.Message) > maxMessage {
		f.Message = strings.ToValidUTF8(f.Message[:maxMessage], "")
	}
	return f
}

// discreet returns err without the values of tags in its text, where a service or a rule quoted one. What errors.Is and
// errors.As find is found as before.
func discreet(err error, values ...string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := withoutValues(text, values)
	if clean == text {
		return err
	}
	return &discreetError{text: clean, kinds: kindsOf(err), api: discreetAPI(err, values)}
}

// discreetError has no way to the error whose text it stands for: a printer would find the value there.
type discreetError struct {
	text  string
	kinds []error
	api   *untag.APIError
}

func (e *discreetError) Error() string { return e.text }

func (e *discreetError) Is(target error) bool { return slices.Contains(e.kinds, target) }

func (e *discreetError) Unwrap() error {
	if e.api == nil {
		return nil // not a nil *APIError
	}
	return e.api
}

var kinds = [...]error{
	untag.ErrInvalidRequest, untag.ErrInvalidParameter, untag.ErrUnauthenticated, untag.ErrPermissionDenied, untag.ErrNotFound,
	untag.ErrQuotaExceeded, untag.ErrThrottled, untag.ErrUnavailable, untag.ErrClockSkew, untag.ErrPartialFailure,
	untag.ErrOutcomeUnknown, untag.ErrNotAttempted, untag.ErrRunEnded, ErrUnasked,
}

func kindsOf(err error) []error {
	var all []error
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			all = append(all, kind)
		}
	}
	return all
}

func discreetAPI(err error, values []string) *untag.APIError {
	apiErr, ok := errors.AsType[*untag.APIError](err)
	if !ok {
		return nil
	}
	clean := *apiErr
	clean.Message = withoutValues(clean.Message, values)
	return &clean
}

// withoutValues replaces values in a text where they stand by themselves: "a" is not taken out of "tag".
func withoutValues(text string, values []string) string {
	for _, value := range values {
		if value == "" {
			continue
		}
		for from := 0; ; {
			at := strings.Index(text[from:], value)
			if at < 0 {
				break
			}
			at += from
			end := at + len(value)
			if borders(text[:at], value, text[end:]) {
				text = text[:at] + noValue + text[end:]
				end = at + len(noValue)
			}
			from = end
		}
	}
	return text
}

// borders reports whether value is no part of a longer word.
func borders(before, value, after string) bool {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	left, _ := utf8.DecodeLastRuneInString(before)
	right, _ := utf8.DecodeRuneInString(after)
	return (!isWord(left) || !isWord(first)) && (!isWord(last) || !isWord(right))
}

// isWord is about the letters of words that stand between spaces: Chinese has none.
func isWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
}
