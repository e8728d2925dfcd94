package cleanup_test

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestPlanCosts has round numbers.
func TestPlanCosts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		for i := range 1000 {
			cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: strconv.Itoa(i), Tags: map[string]string{"a": strconv.Itoa(i % 10), "b": "1"}})
		}
		_, j := create(t, cloud, cleanup.Spec{Keys: []string{"a", "b"}, Regions: []string{"cn-hangzhou"}, Account: cloud.AccountID()})
		find(t, j)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.True(t, p.AccountAsked)
		require.Equal(t, 40, p.Remove.Calls, "20 calls, each with a read")
		require.Equal(t, 20, p.Remove.NoQuota)
		require.Equal(t, 40, p.Verify.Calls)
		require.Equal(t, 40, p.Restore.Calls, "10 sets of 100 resources")
		require.Zero(t, p.Restore.NoQuota)
		require.InDelta(t, 20/475.0, p.Restore.Time.Seconds(), 1e-6, "the reads, at 95 % of 500 a second")
	})
}

// TestPlanTop has more values than a plan names.
func TestPlanTop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		for i := range 1500 {
			cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: strconv.Itoa(i), Tags: map[string]string{"a": strconv.Itoa(i % 1100)}})
		}
		_, j := create(t, cloud, cleanup.Spec{Keys: []string{"a"}, Regions: []string{"cn-hangzhou"}})
		find(t, j)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.Len(t, p.Values, 1000)
		require.Equal(t, 2, p.Values[399].Resources)
		require.Equal(t, 1, p.Values[400].Resources)
		require.Equal(t, 100, p.OtherValues)
		require.Equal(t, 100, p.OtherTags)
	})
}
