package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	j := &job{service: serviceByFlag("ecs"), input: &source{}}
	answer := func(kind error, code string) error { return &untag.APIError{Kind: kind, Code: code} }
	denied := &untag.APIError{Kind: untag.ErrPermissionDenied, Code: "NoPermission", AccessDenied: &untag.AccessDeniedDetail{AuthAction: "ecs:UntagResources"}}
	outage := &untag.CallError{Kind: untag.ErrUnavailable, Outcome: untag.ErrOutcomeUnknown}
	tests := map[string]struct {
		outcome  error
		cause    error
		complete bool
		journal  string
		want     []string // what each piece of advice begins with
	}{
		"all done":           {nil, nil, true, "", nil},
		"refused for good":   {answer(untag.ErrNotFound, "InvalidResourceId.NotFound"), nil, true, "", []string{"To try again does not help"}},
		"an outage":          {outage, nil, true, "", []string{"To go on, run the same command again: removing"}},
		"an outage, journal": {outage, nil, true, "j", []string{"To go on, run the same command again: the journal j"}},
		"a wrong secret":     {errNotReached, answer(untag.ErrUnauthenticated, "SignatureDoesNotMatch"), true, "", []string{"The access key secret does not belong", "To go on"}},
		"an expired token":   {errNotReached, answer(untag.ErrUnauthenticated, "InvalidSecurityToken.Expired"), true, "", []string{"Mend the credentials", "To go on"}},
		"not allowed":        {errNotReached, denied, true, "", []string{"First let somebody grant ecs:UntagResources", "To go on"}},
		"not allowed, what?": {errNotReached, answer(untag.ErrPermissionDenied, "Forbidden"), true, "", []string{"First let somebody grant this user", "To go on"}},
		"a wrong clock":      {errNotReached, answer(untag.ErrClockSkew, "IllegalTimestamp"), true, "", []string{"Set the clock", "To go on"}},
		"a bad request":      {errNotReached, answer(untag.ErrInvalidParameter, "InvalidTagKey"), true, "", []string{"The request itself was refused", "To go on"}},
		"interrupted":        {errNotReached, errors.New("stopped"), true, "", []string{"To go on"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := newTally()
			tally.add(describe("cn-hangzhou", "i-1", test.outcome))
			got := tally.advise(&runOptions{journal: test.journal}, meta{job: j, complete: test.complete, cause: test.cause}, &reportSet{})
			if !assert.Len(t, got, len(test.want)) {
				t.Log(got)
				return
			}
			for i, want := range test.want {
				assert.Contains(t, got[i].Error(), want)
			}
		})
	}
}
