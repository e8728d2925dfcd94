package cleanup

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestWithoutValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, value, want string }{
		{"the value prod is reserved", "prod", "the value [value] is reserved"},
		{"the product is reserved", "prod", "the product is reserved"},
		{"a tag, a", "a", "[value] tag, [value]"},
		{`"生产环境"不对`, "生产", `"[value]环境"不对`},
		{"value=", "", "value="},
		{"x x", "x", "[value] [value]"},
		{"is -1-", "-1-", "is [value]"},
	} {
		require.Equal(t, test.want, withoutValues(test.text, []string{test.value}))
	}
}

func TestDiscreet(t *testing.T) {
	t.Parallel()
	apiErr := &untag.APIError{Service: "tag", Code: "QuotaExceed.TagsPerResource", Message: "no room for prod-1", RequestID: "R", Kind: untag.ErrQuotaExceeded}
	err := discreet(&untag.CallError{Service: "tag", Outcome: untag.ErrOutcomeUnknown, Err: apiErr}, "prod-1")
	require.NotContains(t, err.Error(), "prod-1")
	require.ErrorIs(t, err, untag.ErrQuotaExceeded)
	require.Equal(t, untag.OutcomeUnknown, untag.OutcomeOf(err))
	found, ok := errors.AsType[*untag.APIError](err)
	require.True(t, ok)
	require.Equal(t, "no room for [value]", found.Message)
	require.Equal(t, "no room for prod-1", apiErr.Message)
	require.Equal(t, &failure{Code: "QuotaExceed.TagsPerResource", RequestID: "R", Message: err.Error()}, failureOf(err))
	same := errors.New("plain")
	require.Equal(t, same, discreet(same, "prod"))
	require.NoError(t, discreet(nil))
	require.Nil(t, failureOf(nil))

	invalid := discreet(&untag.ValidationError{Request: "R", Problems: []untag.Problem{{Field: "Tags[0].Value", Value: "acs:x", Reason: "is reserved"}}}, "acs:x")
	require.NotContains(t, invalid.Error(), "acs:x")
	require.Equal(t, untag.OutcomeInvalid, untag.OutcomeOf(invalid))
}
