package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/untag-go/untag"
)

// The values of [Entry.Code] for errors that have no code of the service, or whose outcome says more than it. An error
// that is several of these gets the first that applies in the order Invalid, NotAttempted, OutcomeUnknown, a code of
// the service, and then as they stand here.
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
var words = []struct {
	err  error
	code string
}{
	{untag.ErrInvalidRequest, CodeInvalid},
	{context.Canceled, CodeCanceled},
	{context.DeadlineExceeded, CodeDeadlineExceeded},
	{untag.ErrUnauthenticated, CodeUnauthenticated},
	{untag.ErrThrottled, CodeThrottled},
	{untag.ErrUnavailable, CodeUnavailable},
}

// maxText keeps one error text from filling a disk: a run may fail for a million resources alike.
const maxText = 1 << 10

// failure describes an error. What is known of the resource comes first: when a run ends with a refusal,
// the resources that were never sent have that refusal in their errors too, and it is not theirs.
func failure(err error) Entry {
	apiErr, refused := errors.AsType[*untag.APIError](err)
	var e Entry
	_, keysGone := errors.AsType[*untag.KeysRemovedError](err)
	switch {
	case errors.Is(err, untag.ErrInvalidRequest): // a malformed resource, which is not attempted either
		return Entry{Code: CodeInvalid, Message: oneLine(err.Error())}
	case errors.Is(err, untag.ErrNotAttempted):
		return Entry{Code: CodeNotAttempted, Message: oneLine(err.Error())}
	case errors.Is(err, untag.ErrOutcomeUnknown):
		e = Entry{Code: CodeOutcomeUnknown, Message: oneLine(err.Error())}
	case refused && apiErr.Code != "":
		e = Entry{Code: oneLine(apiErr.Code), Message: oneLine(apiErr.Message)}
		if keysGone {
			e.Message = oneLine(err.Error()) // it says which
		}
	default:
		e = Entry{Code: CodeError, Message: oneLine(err.Error())}
		for _, word := range words {
			if errors.Is(err, word.err) {
				e.Code = word.code
				break
			}
		}
	}
	if refused {
		e.RequestID = oneLine(apiErr.RequestID)
	}
	return e
}

// oneLine cuts a text to maxText and replaces what would break a line or a terminal.
func oneLine(s string) string {
	const ellipsis = "…"
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

// A line of success is put together and taken apart by hand, since there may be millions; all others are read as any JSON.
// stampLayout has a fixed length.
const (
	stampLayout = "2006-01-02T15:04:05.000Z"
	lineTime    = `{"time":"`
	lineID      = `","resource":`
	lineDone    = `,"done":true}`
)

// appendLine appends the line of an outcome.
func appendLine(b, stamp []byte, resource string, done bool, e Entry) []byte {
	b = append(b, lineTime...)
	b = append(b, stamp...)
	if utf8.ValidString(resource) {
		b = append(b, lineID...)
		b = appendString(b, resource)
	} else { // JSON has no other bytes, and an identifier that comes back changed would be pending for ever
		b = append(b, `","bytes":`...)
		b = appendJSON(b, []byte(resource))
	}
	if done {
		b = append(b, lineDone...)
		return append(b, '\n')
	}
	b = append(b, `,"code":`...)
	b = appendString(b, e.Code)
	b = append(b, `,"message":`...)
	b = appendString(b, e.Message)
	if e.RequestID != "" {
		b = append(b, `,"requestId":`...)
		b = appendString(b, e.RequestID)
	}
	return append(b, "}\n"...)
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendJSON(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendJSON[T string | []byte](b []byte, value T) []byte {
	text, _ := json.Marshal(value) // cannot fail
	return append(b, text...)
}

// outcome is an Entry whose resource has not been copied out of the line yet.
type outcome struct {
	Entry
	resource []byte
}

func (o outcome) entry() Entry {
	e := o.Entry
	e.Resource = string(o.resource)
	return e
}

func parseLine(line []byte) (outcome, error) {
	if o, ok := parseDone(line); ok {
		return o, nil
	}
	var l struct {
		Time      time.Time `json:"time"`
		Resource  string    `json:"resource"`
		Bytes     []byte    `json:"bytes"`
		Done      bool      `json:"done"`
		Code      string    `json:"code"`
		Message   string    `json:"message"`
		RequestID string    `json:"requestId"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return outcome{}, fmt.Errorf("not valid JSON (%w)", err)
	}
	if l.Bytes == nil {
		l.Bytes = []byte(l.Resource)
	} else if l.Resource != "" {
		return outcome{}, errors.New("two resources")
	}
	switch {
	case len(l.Bytes) == 0:
		return outcome{}, errors.New("no resource")
	case l.Time.IsZero():
		return outcome{}, errors.New("no time")
	case l.Done == (l.Code != ""):
		return outcome{}, errors.New("neither done nor failed, or both")
	}
	return outcome{
		Entry:    Entry{Time: l.Time.UTC(), Code: l.Code, Message: l.Message, RequestID: l.RequestID, Done: l.Done},
		resource: l.Bytes,
	}, nil
}

// parseDone takes the usual line of a success apart. It accepts nothing that encoding/json would refuse or read otherwise.
func parseDone(line []byte) (o outcome, ok bool) {
	const idAt = len(lineTime) + len(stampLayout)
	rest, ok := bytes.CutSuffix(line, []byte(`"`+lineDone))
	if !ok || len(rest) <= idAt+len(lineID)+1 || string(rest[:len(lineTime)]) != lineTime {
		return o, false
	}
	resource, ok := bytes.CutPrefix(rest[idAt:], []byte(lineID+`"`))
	if !ok {
		return o, false
	}
	for _, c := range resource {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return o, false
		}
	}
	if err := o.Time.UnmarshalText(rest[len(lineTime):idAt]); err != nil || o.Time.IsZero() {
		return o, false
	}
	o.Time = o.Time.UTC()
	o.Done = true
	o.resource = resource
	return o, true
}
