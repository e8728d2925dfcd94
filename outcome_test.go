package untag_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	malformed := &untag.ValidationError{Request: "UntagManyRequest", Problems: []untag.Problem{{Field: "ResourceARNs[0]", Reason: "is empty"}}}
	refused := &untag.APIError{Code: "Forbidden.RAM", Kind: untag.ErrPermissionDenied}
	lost := &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown, Err: errors.New("connection reset")}
	for _, row := range []struct {
		name      string
		err       error
		want      untag.Outcome
		retryable bool
	}{
		{"no error", nil, untag.OutcomeDone, false},
		{"refused", refused, untag.OutcomeRefused, false},
		{"refused, wrapped", fmt.Errorf("x: %w", refused), untag.OutcomeRefused, false},
		{"throttled", &untag.APIError{Code: "Throttling", Kind: untag.ErrThrottled}, untag.OutcomeRefused, true},
		{"throttled until the context ended", &untag.CallError{Kind: untag.ErrThrottled, Err: context.Canceled}, untag.OutcomeRefused, true},
		{"a wrong key", &untag.APIError{Code: "InvalidAccessKeyId.NotFound", Kind: untag.ErrUnauthenticated}, untag.OutcomeRefused, false},
		{"a wrong clock", &untag.APIError{Code: "InvalidTimeStamp.Expired", Kind: untag.ErrClockSkew}, untag.OutcomeRefused, true},
		{"a lost answer", lost, untag.OutcomeUnknown, true},
		{"a lost answer after some keys", &untag.KeysRemovedError{Keys: []string{"a"}, Err: lost}, untag.OutcomeUnknown, true},
		{"refused after a lost answer", &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: refused}, untag.OutcomeUnknown, true},
		{"not attempted", &untag.CallError{Outcome: untag.ErrNotAttempted, Err: context.Canceled}, untag.OutcomeNotAttempted, true},
		{"not attempted because others were refused", &untag.CallError{Outcome: untag.ErrNotAttempted, Err: refused}, untag.OutcomeNotAttempted, true},
		{"not attempted because others were lost", &untag.CallError{Outcome: untag.ErrNotAttempted, Err: lost}, untag.OutcomeNotAttempted, true},
		{"unknown beside a malformed one", &untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: malformed}, untag.OutcomeUnknown, true},
		{"malformed", malformed, untag.OutcomeInvalid, false},
		{"malformed, in a run", &untag.CallError{Outcome: untag.ErrNotAttempted, Err: malformed}, untag.OutcomeInvalid, false},
		{"named as failed by Tag", tag.ResourceError{Code: "NoPermission.Operator", Kind: untag.ErrPermissionDenied}, untag.OutcomeRefused, false},
		{"named as throttled by Tag", tag.ResourceError{Code: "Throttling", Kind: untag.ErrThrottled}, untag.OutcomeRefused, true},
		{"named by Tag as broken", tag.ResourceError{Code: "InternalError", Kind: untag.ErrUnavailable}, untag.OutcomeUnknown, true},
		{"named by Tag after a lost answer", tag.ResourceError{Code: "Throttling", Kind: untag.ErrOutcomeUnknown}, untag.OutcomeUnknown, true},
		{"some failed", &tag.PartialError{Failed: []tag.ResourceError{{Kind: untag.ErrNotFound}}}, untag.OutcomeRefused, false},
		{"all that failed are unknown", &tag.PartialError{Failed: []tag.ResourceError{{Kind: untag.ErrOutcomeUnknown}}}, untag.OutcomeUnknown, true},
		{"a kind by itself", untag.ErrNotFound, untag.OutcomeRefused, false},
		{"an outcome by itself", untag.ErrNotAttempted, untag.OutcomeNotAttempted, true},
		{"none of the SDK's", errors.New("x"), untag.OutcomeUnknown, true},
		{"a context's", context.Canceled, untag.OutcomeUnknown, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, row.want, untag.OutcomeOf(row.err))
			assert.Equal(t, row.retryable, untag.Retryable(row.err))
		})
	}
}

func TestOutcomeString(t *testing.T) {
	t.Parallel()
	var words []string
	for o := untag.OutcomeDone - 1; o <= untag.OutcomeInvalid+1; o++ {
		words = append(words, o.String())
	}
	assert.Equal(t, []string{"Outcome(-1)", "done", "refused", "unknown", "not_attempted", "invalid", "Outcome(5)"}, words)
}

func ExampleOutcomeOf() {
	lost := &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown}
	fmt.Println(untag.OutcomeOf(nil), untag.OutcomeOf(lost))
	// Output:
	// done unknown
}

func ExampleOutcome_String() {
	for _, outcome := range []untag.Outcome{untag.OutcomeRefused, untag.OutcomeNotAttempted} {
		fmt.Println(outcome.String())
	}
	// Output:
	// refused
	// not_attempted
}

func ExampleRetryable() {
	fmt.Println(untag.Retryable(&untag.APIError{Code: untag.CodeThrottlingUser, Kind: untag.ErrThrottled}))
	fmt.Println(untag.Retryable(&untag.APIError{Code: untag.CodeForbiddenRAM, Kind: untag.ErrPermissionDenied}))
	// Output:
	// true
	// false
}
