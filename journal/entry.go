package journal

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/untag-go/untag"
)

// Entry is the outcome of one resource.
type Entry struct {
	// Time is when it was recorded, in UTC and whole milliseconds.
	Time time.Time
	// Resource is the ID or ARN as the run was given it.
	Resource string
	// Code is the service's code, or one of the Code constants; "" if Done.
	Code string
	// Message is one line, at most 1 KiB: the service's message if Code is the service's, otherwise the text of the
	// error, which also says what was done to the resource before it failed, if anything was. "" if Done.
	Message string
	// RequestID is that of the answer that refused the resource, "" if there was none.
	RequestID string
	// Done says that the service confirmed it, which is final.
	Done bool
	// Tags is the digest of the pairs that the resource was to get, 32 hexadecimal digits, if [Journal.RecordTags] or a
	// Slice of [NewTagSlice] recorded it; otherwise "". Equal pairs have equal digests, whatever their order.
	Tags string
}

// Outcome returns what is known of the resource, as [untag.OutcomeOf] said of the error that was recorded. It is read from the
// Code, and right for every error of the SDK, but for an answer without a code that is no outage, such as a proxy's page:
// that is CodeError, and unknown here.
func (e Entry) Outcome() untag.Outcome {
	if e.Done {
		return untag.OutcomeDone
	}
	switch e.Code {
	case CodeInvalid:
		return untag.OutcomeInvalid
	case CodeNotAttempted:
		return untag.OutcomeNotAttempted
	case CodeOutcomeUnknown, CodeCanceled, CodeDeadlineExceeded, CodeUnavailable, CodeError, "":
		return untag.OutcomeUnknown
	}
	return untag.OutcomeRefused
}

// The values of [Entry.Code] for errors that have no code of the service, or whose outcome says more than it. What
// [untag.OutcomeOf] says comes first: CodeInvalid, CodeNotAttempted and CodeOutcomeUnknown. An error that tells nothing of
// the resource, or a refusal without a code, gets the first of the others that applies.
const (
	CodeNotAttempted     = "NotAttempted"     // nothing was sent for it, or only a call with it and others that was refused: untag.ErrNotAttempted
	CodeOutcomeUnknown   = "OutcomeUnknown"   // sent, and no verdict came: untag.ErrOutcomeUnknown
	CodeInvalid          = "Invalid"          // malformed, never sent: untag.ErrInvalidRequest
	CodeCanceled         = "Canceled"         // context.Canceled
	CodeDeadlineExceeded = "DeadlineExceeded" // context.DeadlineExceeded
	CodeUnauthenticated  = "Unauthenticated"  // untag.ErrUnauthenticated
	CodeThrottled        = "Throttled"        // untag.ErrThrottled
	CodeUnavailable      = "Unavailable"      // untag.ErrUnavailable
	CodeError            = "Error"            // any other error
)

// words are in order of weight: an error can be several of these.
var words = [...]struct {
	err  error
	code string
}{
	{untag.ErrOutcomeUnknown, CodeOutcomeUnknown},
	{context.Canceled, CodeCanceled},
	{context.DeadlineExceeded, CodeDeadlineExceeded},
	{untag.ErrUnauthenticated, CodeUnauthenticated},
	{untag.ErrThrottled, CodeThrottled},
	{untag.ErrUnavailable, CodeUnavailable},
}

// EntryOf returns the Entry that a journal would record of an outcome now. It is for programs that keep their own
// records and want the same words. The outcome is what [untag.OutcomeOf] says of it; nil is done. It never has Tags.
func EntryOf(resource string, outcome error) Entry {
	e := describe(outcome)
	e.Resource = resource
	e.Time = time.Now().Truncate(time.Millisecond).UTC()
	return e
}

// describe returns the Entry of an outcome, but for its resource and time.
func describe(outcome error) Entry {
	if outcome == nil {
		return Entry{Done: true}
	}
	var e Entry
	answer, answered := errors.AsType[*untag.APIError](outcome)
	switch known := untag.OutcomeOf(outcome); {
	case known == untag.OutcomeInvalid:
		e.Code, answered = CodeInvalid, false
	case known == untag.OutcomeNotAttempted:
		e.Code, answered = CodeNotAttempted, false // an answer inside is that of other resources
	case known == untag.OutcomeUnknown && answered && answer.Code != "":
		e.Code = CodeOutcomeUnknown
	case answered && answer.Code != "":
		e.Code = oneLine(answer.Code)
		if !partly(outcome) {
			e.Message = oneLine(answer.Message)
			e.RequestID = oneLine(answer.RequestID)
			return e
		}
	default:
		e.Code = wordOf(outcome)
	}
	e.Message = oneLine(outcome.Error())
	if answered {
		e.RequestID = oneLine(answer.RequestID)
	}
	return e
}

// partly reports whether a part of the work was done before the failure. The text of the error says which.
func partly(outcome error) bool {
	if _, ok := errors.AsType[*untag.KeysRemovedError](outcome); ok {
		return true
	}
	_, ok := errors.AsType[*untag.TagsWrittenError](outcome)
	return ok
}

func wordOf(err error) string {
	for _, word := range words {
		if errors.Is(err, word.err) {
			return word.code
		}
	}
	return CodeError
}

// maxText keeps one error text from filling a disk: a run may fail for a million resources alike.
const maxText = 1 << 10

// oneLine cuts a text to maxText and replaces what would break a line or a terminal.
func oneLine(s string) string {
	const ellipsis = "…"
	if len(s) <= maxText && isPrintable(s) {
		return s
	}
	if len(s) > maxText {
		cut := maxText - len(ellipsis)
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + ellipsis
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, validUTF8(s))
}

// isPrintable reports whether a text is printable ASCII, as nearly all are.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
