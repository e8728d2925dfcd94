package cleanup_test

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestRestoreGroups writes equal values together, though resources are sorted otherwise.
func TestRestoreGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		for i := range 2000 {
			cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: strconv.Itoa(i), Tags: map[string]string{"team": strconv.Itoa(i % 40)}})
		}
		digest := cloud.Digest()
		_, j := create(t, cloud, cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou"}})
		find(t, j)
		remove(t, j)
		before := cloud.CallCount()
		restore(t, j, cleanup.RestoreOptions{})
		require.LessOrEqual(t, cloud.CallCount()-before, 2*40+5, "40 values on 50 resources each: 40 calls, and as many reads")
		require.Equal(t, digest, cloud.Digest())
	})
}
