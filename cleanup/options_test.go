package cleanup

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestCheckOptions(t *testing.T) {
	t.Parallel()
	minute, negative := time.Minute, time.Duration(-1)
	require.NoError(t, checkOptions("FindOptions", 0, nil))
	require.NoError(t, checkOptions("VerifyOptions", 256, &minute))
	require.ErrorIs(t, checkOptions("FindOptions", -1, nil), untag.ErrInvalidRequest)
	require.ErrorIs(t, checkOptions("FindOptions", 257, nil), untag.ErrInvalidRequest)
	require.ErrorIs(t, checkOptions("VerifyOptions", 0, &negative), untag.ErrInvalidRequest)
}
