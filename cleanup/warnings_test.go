package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

func TestPlanNotRestorable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := untagtest.NewCloud()
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "x", Tags: map[string]string{"a": "", "b": "1", "c": "acs:secret"}})
		_, j := create(t, cloud, cleanup.Spec{Keys: []string{"a", "b", "c"}, Regions: []string{"cn-hangzhou"}})
		find(t, j)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		lossy := warnings(p, cleanup.WarnNotRestorable)
		require.Len(t, lossy, 2)
		for _, w := range lossy {
			require.NotContains(t, w.Text, "secret")
			require.Equal(t, 1, w.Resources)
		}
	})
}

// TestPlanUnchecked says what it could not check.
func TestPlanUnchecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(10)
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		for _, action := range []string{"ListAssociatedResourceRules", "ListSupportResourceTypes"} {
			cloud.Inject(untagtest.Fault{Action: action, Code: "NoPermission.Operator", Status: 403})
		}
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.Len(t, warnings(p, cleanup.WarnUnchecked), 4)
	})
}
