package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

func TestRecordCodes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("名", 1000)
	for name, test := range map[string]struct {
		err  error
		want journal.Entry
	}{
		"refused": {errRefused, journal.Entry{Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10"}},
		"refused, inside": {
			fmt.Errorf("failed resource: %w", errRefused),
			journal.Entry{Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10"},
		},
		"refused, some keys gone": {
			&untag.KeysRemovedError{Keys: []string{"env"}, Err: errRefused},
			journal.Entry{Code: "InvalidParameter.TagKey", Message: (&untag.KeysRemovedError{Keys: []string{"env"}, Err: errRefused}).Error(), RequestID: "9C7A2E10"},
		},
		"refused, some tags written": {
			&untag.TagsWrittenError{Keys: []string{"env"}, Err: errRefused},
			journal.Entry{Code: "InvalidParameter.TagKey", Message: (&untag.TagsWrittenError{Keys: []string{"env"}, Err: errRefused}).Error(), RequestID: "9C7A2E10"},
		},
		"not attempted": {untag.ErrNotAttempted, journal.Entry{Code: journal.CodeNotAttempted, Message: "not attempted"}},
		"not attempted after a refusal of others": {
			&untag.CallError{Outcome: untag.ErrNotAttempted, Err: errRefused},
			journal.Entry{Code: journal.CodeNotAttempted, Message: (&untag.CallError{Outcome: untag.ErrNotAttempted, Err: errRefused}).Error()},
		},
		"outcome unknown": {
			&untag.CallError{Outcome: untag.ErrOutcomeUnknown, Err: io.ErrUnexpectedEOF, Kind: untag.ErrUnavailable},
			journal.Entry{Code: journal.CodeOutcomeUnknown, Message: "unexpected EOF; outcome unknown: a request was sent and no verdict came"},
		},
		"outcome unknown after an answer": {
			fmt.Errorf("%w: %w", untag.ErrOutcomeUnknown, &untag.APIError{StatusCode: 500, Code: "InternalError", RequestID: "7F"}),
			journal.Entry{Code: journal.CodeOutcomeUnknown, Message: "outcome unknown: InternalError (HTTP 500, request ID 7F)", RequestID: "7F"},
		},
		"outage": {
			&untag.APIError{StatusCode: 500, Code: "InternalError", RequestID: "7F", Kind: untag.ErrUnavailable},
			journal.Entry{Code: journal.CodeOutcomeUnknown, Message: "InternalError (HTTP 500, request ID 7F)", RequestID: "7F"},
		},
		"answer of another": {
			&untag.APIError{StatusCode: 502, Kind: untag.ErrUnavailable},
			journal.Entry{Code: journal.CodeUnavailable, Message: (&untag.APIError{StatusCode: 502, Kind: untag.ErrUnavailable}).Error()},
		},
		"invalid":           {untag.ErrInvalidRequest, journal.Entry{Code: journal.CodeInvalid, Message: "invalid request"}},
		"canceled":          {context.Canceled, journal.Entry{Code: journal.CodeCanceled, Message: "context canceled"}},
		"deadline":          {context.DeadlineExceeded, journal.Entry{Code: journal.CodeDeadlineExceeded, Message: "context deadline exceeded"}},
		"unauthenticated":   {untag.ErrUnauthenticated, journal.Entry{Code: journal.CodeUnauthenticated, Message: "unauthenticated"}},
		"throttled":         {untag.ErrThrottled, journal.Entry{Code: journal.CodeThrottled, Message: "throttled"}},
		"any other":         {errors.New("out of luck"), journal.Entry{Code: journal.CodeError, Message: "out of luck"}},
		"an empty one":      {errors.New(""), journal.Entry{Code: journal.CodeError}},
		"of several lines":  {errors.New("a\nb\r\x00c\u2028d\xffe"), journal.Entry{Code: journal.CodeError, Message: "a b  c d\ufffde"}},
		"of many words":     {errors.New(long), journal.Entry{Code: journal.CodeError, Message: long[:1020] + "…"}},
		"of a strange code": {&untag.APIError{Code: "a\nb"}, journal.Entry{Code: "a b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			j := open(t, path)
			start := time.Now().Truncate(time.Millisecond)
			record(t, j, pair{"i-a", test.err})
			require.NoError(t, j.Close())
			list := entries(t, open(t, path))
			require.Len(t, list, 1)
			assert.WithinRange(t, list[0].Time, start, time.Now())
			assert.Equal(t, time.UTC, list[0].Time.Location())
			test.want.Resource, test.want.Time = "i-a", list[0].Time
			assert.Equal(t, test.want, list[0])
			own := journal.EntryOf("i-a", test.err)
			assert.WithinRange(t, own.Time, start, time.Now())
			own.Time = list[0].Time
			assert.Equal(t, test.want, own, "EntryOf says the same")
			assert.Equal(t, untag.OutcomeOf(test.err), own.Outcome())
			assert.LessOrEqual(t, len(list[0].Message), 1024)
			assert.Equal(t, []string{"i-a"}, pending(j, "i-a"), "only success is final")
		})
	}
}

func TestEntryOfASuccess(t *testing.T) {
	t.Parallel()
	e := journal.EntryOf("i-a", nil)
	assert.Equal(t, journal.Entry{Time: e.Time, Resource: "i-a", Done: true}, e)
	assert.Equal(t, e.Time.Truncate(time.Millisecond), e.Time)
	assert.Equal(t, time.UTC, e.Time.Location())
	assert.Equal(t, untag.OutcomeDone, e.Outcome())
	assert.Equal(t, untag.OutcomeUnknown, journal.Entry{}.Outcome(), "nothing is known of nothing")
}
