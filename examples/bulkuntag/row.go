package main

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/untag-go/untag"
)

// outcome is what is known of a resource at the end of a run.
type outcome int

const (
	done         outcome = iota // the service confirmed it
	refused                     // the service said no, with a code
	invalid                     // malformed, never sent
	unknown                     // sent, and no verdict came: the tags may or may not be gone
	notAttempted                // as untag.ErrNotAttempted has it
	outcomes                    // how many there are
)

// Report files have these words; what people read has spaces.
var outcomeWords = [outcomes]string{"done", "refused", "invalid", "unknown", "not_attempted"}

func (o outcome) String() string { return outcomeWords[o] }
func (o outcome) label() string  { return strings.ReplaceAll(outcomeWords[o], "_", " ") }

// Codes of rows that have none of the service.
const (
	codeInvalid      = "Invalid"
	codeUnknown      = "OutcomeUnknown"
	codeNotAttempted = "NotAttempted"
	codeNone         = "NoCode" // refused by an answer without a code
)

// errNotReached is the outcome of resources that the run did not come to.
var errNotReached = errors.New("the run ended before it came to this resource")

// row is the outcome of one resource, as reports have it.
type row struct {
	time                     time.Time
	service                  *service
	region, resource         string
	outcome                  outcome
	code, message, requestID string
	keysRemoved              []string // of a resource that failed after some of its keys were removed
	recordedBefore           bool     // by an earlier run, in the journal
}

// describe makes a row of a pair that UntagMany yields.
func (j *job) describe(resource string, err error) row {
	r := row{time: time.Now(), service: j.service, region: j.regionOf(resource), resource: resource}
	if err == nil {
		return r
	}
	if removed, ok := errors.AsType[*untag.KeysRemovedError](err); ok {
		r.keysRemoved = removed.Keys
	}
	apiErr, answered := errors.AsType[*untag.APIError](err)
	r.message = err.Error()
	// What is known of the resource comes first: when a refusal ends a run, it is inside the errors of those never sent too.
	switch {
	case errors.Is(err, untag.ErrInvalidRequest):
		r.outcome, r.code = invalid, codeInvalid
		if broken, ok := errors.AsType[*untag.ValidationError](err); ok && len(broken.Problems) > 0 {
			r.message = broken.Problems[0].Reason
		}
		return r
	case errors.Is(err, untag.ErrNotAttempted), errors.Is(err, errNotReached):
		r.outcome, r.code = notAttempted, codeNotAttempted
		return r
	case errors.Is(err, untag.ErrOutcomeUnknown):
		r.outcome, r.code = unknown, codeUnknown
	default:
		r.outcome, r.code = refused, codeNone
		if answered && apiErr.Code != "" {
			r.code, r.message = apiErr.Code, apiErr.Message
		}
	}
	if answered {
		r.requestID = apiErr.RequestID
	}
	return r
}

// clean makes one short line of a text of unknown origin, for a terminal or a page.
func clean(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	count := 0
	for i := range s {
		if count == most {
			return s[:i] + "…"
		}
		count++
	}
	return s
}
