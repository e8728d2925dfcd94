package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	arn := "arn:acs:ecs:*:1:instance/i"
	denied := &untag.APIError{Code: "NoPermission.Operator", Message: "no", RequestID: "r", Kind: untag.ErrPermissionDenied}
	tests := map[string]struct {
		err     error
		outcome untag.Outcome
		code    string
	}{
		"done":                  {nil, untag.OutcomeDone, ""},
		"refused":               {denied, untag.OutcomeRefused, "NoPermission.Operator"},
		"no code":               {&untag.APIError{Kind: untag.ErrPermissionDenied}, untag.OutcomeRefused, codeNone},
		"unknown":               {&untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: errors.New("reset")}, untag.OutcomeUnknown, codeUnknown},
		"ended by another's":    {&untag.CallError{Outcome: untag.ErrNotAttempted, Err: denied}, untag.OutcomeNotAttempted, codeNotAttempted},
		"malformed":             {&untag.CallError{Outcome: untag.ErrNotAttempted, Err: &untag.ValidationError{}}, untag.OutcomeInvalid, codeInvalid},
		"after some keys":       {&untag.KeysRemovedError{Keys: []string{"a"}, Err: denied}, untag.OutcomeRefused, "NoPermission.Operator"},
		"the run did not reach": {errNotReached, untag.OutcomeNotAttempted, codeNotAttempted},
	}
	for name, test := range tests {
		r := describe("cn-hangzhou", arn, test.err)
		assert.Equal(t, test.outcome, r.outcome, name)
		assert.Equal(t, test.code, r.code, name)
		assert.Equal(t, "cn-hangzhou", r.region, name)
	}
}
