package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	tally := newTally()
	for _, err := range []error{
		nil, nil, &untag.APIError{Code: "NoPermission", Message: "no\x1b", Kind: untag.ErrPermissionDenied},
		&untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: errors.New("reset")}, errNotReached,
	} {
		tally.add(describe("cn-hangzhou", "i", err))
	}
	before := describe("", "i", nil)
	before.recordedBefore = true
	tally.add(before)
	tally.traffic.onAttempt(t.Context(), untag.Attempt{Number: 1})
	tally.finish()
	var b bytes.Buffer
	tally.write(printer{&b, english}, meta{problem: errors.New("ended"), nothing: msg("the key %s", "x")})
	for _, want := range []string{
		"done (1 of them by earlier runs) 3", "refused 1", "unknown 1", "not attempted 1", "all 6", "cn-hangzhou 2 1 1 1", "(none) 1 0 0 0",
		"NoPermission 1", "1 calls in 1 HTTP requests", "ended", "the key x", "Not every resource of the input is counted here.",
	} {
		assert.Contains(t, flat(b.String()), want)
	}
	assert.NotContains(t, b.String(), "\x1b")

	b.Reset()
	newTally().write(printer{&b, english}, meta{complete: true})
	assert.Contains(t, b.String(), "The input named no resource.")
}
