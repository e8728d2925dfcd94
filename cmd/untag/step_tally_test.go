package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func TestStepTally(t *testing.T) {
	t.Parallel()
	tally := newStepTally(new(traffic))
	denied := &untag.APIError{Code: "NoPermission", Message: "no \x1b[31m", RequestID: "REQ-1", Kind: untag.ErrPermissionDenied}
	resource := func(region, id string) cleanup.Resource {
		return cleanup.Resource{Service: "ecs", Region: region, Type: "instance", ID: id, ARN: "arn:acs:ecs:" + region + ":1:instance/" + id}
	}
	ended := tally.results(func(yield func(cleanup.Result, error) bool) {
		_ = yield(cleanup.Result{Resource: resource("cn-hangzhou", "i-1"), Keys: []string{"a", "b"}, State: cleanup.Removed}, nil) &&
			yield(cleanup.Result{Resource: resource("cn-beijing", "i-2"), Keys: []string{"a"}, State: cleanup.Refused}, denied) &&
			yield(cleanup.Result{Resource: resource("cn-beijing", "i-3"), Keys: []string{"a"}, State: cleanup.NotAttempted}, untag.ErrNotAttempted) &&
			yield(cleanup.Result{}, errors.Join(untag.ErrRunEnded, errors.New("stopped")))
	})
	require.ErrorIs(t, ended, untag.ErrRunEnded)
	assert.False(t, tally.isDone())
	v := tally.view("", 5)
	assert.Equal(t, 3, v.over)
	assert.Equal(t, 1, v.idle)

	var b bytes.Buffer
	tally.write(printer{&b, english})
	for _, want := range []string{"removed 2", "refused 1", "not attempted 1", "cn-beijing 0 0 1 0 1", "NoPermission 1", "i-2: refused, a; request ID REQ-1"} {
		assert.Contains(t, flat(b.String()), want)
	}
	assert.NotContains(t, b.String(), "\x1b")
	assert.NotContains(t, b.String(), "i-3", "what was not attempted comes again")
}

func TestStepTallyOfNothing(t *testing.T) {
	t.Parallel()
	tally := newStepTally(new(traffic))
	var b bytes.Buffer
	tally.write(printer{&b, english})
	assert.Contains(t, b.String(), "There was nothing to do.")
	assert.True(t, tally.isDone())
	tally.addFound(cleanup.Found{Tags: []untag.Tag{{Key: "a"}, {Key: "b"}}})
	assert.Equal(t, "1 resources found and saved   2 tags", strings.Join(tally.findView("").counted(english, unpainted), "   "))
}

func TestTold(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"":               nil,
		"Forbidden":      &untag.APIError{Code: "Forbidden"},
		codeNotAttempted: untag.ErrNotAttempted,
		codeUnknown:      errors.New("?"),
		codeInvalid:      &untag.ValidationError{Problems: []untag.Problem{{Reason: "bad"}}},
	} {
		code, _, _ := told(err)
		assert.Equal(t, want, code)
	}
}
