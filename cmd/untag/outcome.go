package main

import (
	"errors"
	"time"

	"github.com/untag-go/untag"
)

// outcomes are all of them, in the order in which they are shown.
var outcomes = []untag.Outcome{
	untag.OutcomeDone, untag.OutcomeRefused, untag.OutcomeInvalid, untag.OutcomeUnknown, untag.OutcomeNotAttempted,
}

// outcomeLabels are the words for people.
var outcomeLabels = map[untag.Outcome]string{
	untag.OutcomeDone: "done", untag.OutcomeRefused: "refused", untag.OutcomeInvalid: "invalid",
	untag.OutcomeUnknown: "unknown", untag.OutcomeNotAttempted: "not attempted",
}

// Codes of rows that have no code of the service.
const (
	codeInvalid      = "Invalid"
	codeUnknown      = "OutcomeUnknown"
	codeNotAttempted = "NotAttempted"
	codeNone         = "NoCode" // refused by an answer without a code
)

// errNotReached is the outcome of resources that the run did not come to.
var errNotReached = &untag.CallError{Outcome: untag.ErrNotAttempted, Err: errors.New("the run ended before it came to this resource")}

// row is the outcome of one resource, as reports have it.
type row struct {
	time                     time.Time
	region, resource         string
	outcome                  untag.Outcome
	retryable                bool
	code, message, requestID string
	keysRemoved              []string // of a resource that failed after some of its keys were removed
	recordedBefore           bool     // by an earlier run, in the journal
}

// describe makes a row of a pair that UntagMany yields.
func describe(region, resource string, err error) row {
	r := row{time: time.Now(), region: region, resource: resource, outcome: untag.OutcomeOf(err), retryable: untag.Retryable(err)}
	if err == nil {
		return r
	}
	if removed, ok := errors.AsType[*untag.KeysRemovedError](err); ok {
		r.keysRemoved = removed.Keys
	}
	answer, answered := errors.AsType[*untag.APIError](err)
	r.message = plain(err)
	switch r.outcome {
	case untag.OutcomeInvalid:
		r.code, r.message = codeInvalid, reason(err)
		return r
	case untag.OutcomeNotAttempted:
		r.code = codeNotAttempted
		return r // the request ID would be that of another resource
	case untag.OutcomeUnknown:
		r.code = codeUnknown
	default:
		r.code = codeNone
		if answered && answer.Code != "" {
			r.code, r.message = answer.Code, answer.Message
		}
	}
	if answered {
		r.requestID = answer.RequestID
	}
	return r
}

// reason is what is wrong with a resource, without the field of a request that the user never saw.
func reason(err error) string {
	if broken, ok := errors.AsType[*untag.ValidationError](err); ok && len(broken.Problems) > 0 {
		return reasonText(broken.Problems[0].Reason)
	}
	return plain(err)
}
