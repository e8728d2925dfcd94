package cleanup

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestEnded(t *testing.T) {
	t.Parallel()
	err := ended(context.Canceled)
	require.ErrorIs(t, err, untag.ErrRunEnded)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, context.Canceled.Error(), err.Error())
	require.Equal(t, err, ended(err), "once")
	account := ended(&AccountError{Want: "1", Have: "2"})
	require.ErrorIs(t, account, untag.ErrPermissionDenied)
	found, ok := errors.AsType[*AccountError](account)
	require.True(t, ok)
	require.Equal(t, "2", found.Have)
}

func TestIncompleteErrorText(t *testing.T) {
	t.Parallel()
	err := &IncompleteError{Listings: []ListingError{{Service: "tag", Region: "cn-hangzhou", Key: "a\nb", Err: untag.ErrUnavailable}}}
	require.Equal(t, `1 listings did not finish; the first: tag in cn-hangzhou, key "a\nb": service unavailable`, err.Error())
	require.ErrorIs(t, err, untag.ErrUnavailable)
	require.ErrorIs(t, err, ErrIncomplete)
}
