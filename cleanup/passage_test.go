package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestOneStep refuses a second step while one is running.
func TestOneStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(20)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{}) {
			require.NoError(t, err)
			_, err = j.Plan(t.Context())
			require.ErrorIs(t, err, cleanup.ErrOrder)
			for _, err := range j.Found() {
				require.ErrorIs(t, err, cleanup.ErrOrder)
			}
			require.ErrorIs(t, j.Close(), cleanup.ErrOrder)
		}
		_, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.NoError(t, j.Close())
		_, err = j.Plan(t.Context())
		require.ErrorIs(t, err, cleanup.ErrOrder)
	})
}

// TestTwoRegions removes a resource that two regions list from both: tags are not shared between regions.
func TestTwoRegions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		for _, region := range []string{"cn-hangzhou", "cn-beijing"} {
			cloud.Put(untagtest.Resource{Product: "cdn", Region: region, Type: "domain", ID: "example.com", Tags: map[string]string{"team": region}})
		}
		before := cloud.Digest()
		_, j := create(t, cloud, keys("team"))
		require.Len(t, find(t, j), 2)
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 2}, count(remove(t, j)))
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 2}, statesOf(verify(t, j, cleanup.VerifyOptions{})))
		require.Equal(t, map[cleanup.State]int{cleanup.Restored: 2}, count(restore(t, j, cleanup.RestoreOptions{})))
		require.Equal(t, before, cloud.Digest())
	})
}
