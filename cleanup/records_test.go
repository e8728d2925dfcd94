package cleanup_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(20)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		cloud.Deny("Forbidden.RAM", 403, instances(1)[0])
		remove(t, j)
		n := 0
		for r, err := range j.Records() {
			require.NoError(t, err)
			n++
			require.Equal(t, "team", r.Key)
			require.WithinDuration(t, time.Now(), r.Time, time.Minute)
			if r.Resource.ID != id(0) {
				require.Equal(t, cleanup.Removed, r.Removed)
				require.True(t, r.Restorable)
				continue
			}
			require.Equal(t, cleanup.Refused, r.State)
			require.False(t, r.Restorable)
			require.Equal(t, "a", r.Saved)
			require.Equal(t, "Forbidden.RAM", r.Code)
			require.NotEmpty(t, r.RequestID)
		}
		require.Equal(t, 23, n)
	})
}
