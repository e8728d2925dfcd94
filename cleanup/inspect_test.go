package cleanup_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud, dir, j := removed(t, 20)
		_, err := cleanup.Inspect(dir)
		require.ErrorIs(t, err, cleanup.ErrLocked)
		states := results(t, j)
		require.NoError(t, j.Close())
		before := cloud.CallCount()
		j, err = cleanup.Inspect(dir)
		require.NoError(t, err)
		require.Equal(t, states, results(t, j))
		require.Len(t, saved(t, j), 23)
		require.False(t, j.Local())
		require.Equal(t, time.Now().UTC().Truncate(time.Hour), j.Created().Truncate(time.Hour))
		runs := j.Runs()
		require.Len(t, runs, 2)
		require.Equal(t, "find", runs[0].Step)
		require.Equal(t, "remove", runs[1].Step)
		for _, r := range runs {
			require.False(t, r.Began.IsZero())
			require.False(t, r.Ended.Before(r.Began))
		}
		for _, err := range j.Restore(t.Context(), cleanup.RestoreOptions{}) {
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
		}
		_, err = j.Plan(t.Context())
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		require.Equal(t, before, cloud.CallCount())
		require.NoError(t, j.Close())
	})
}
