package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
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
			require.Contains(t, w.Text, w.Reason)
			require.NotEmpty(t, w.Reason)
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
		unchecked := warnings(p, cleanup.WarnUnchecked)
		require.Len(t, unchecked, 4)
		for i, w := range unchecked {
			require.Equal(t, i == 3, w.Missing == cleanup.WarnUnsupported)
			require.ErrorContains(t, w.Err, "NoPermission.Operator")
		}
	})
}

// TestPlanValues says that a value is on nothing, and all that is odd about it.
func TestPlanValues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, j := create(t, account(10), cleanup.Spec{Tags: []untag.Tag{{Key: "team", Value: "a"}, {Key: "team", Value: " ,ａ\u200b"}}})
		find(t, j)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		nothing, spelling := warnings(p, cleanup.WarnNothing), warnings(p, cleanup.WarnSpelling)
		nothing[0].Text, spelling[0].Text = "", ""
		odd := []cleanup.Oddity{cleanup.OddSpace, cleanup.OddSeparator, cleanup.OddFullWidth, cleanup.OddHidden}
		require.Equal(t, []cleanup.Warning{{Kind: cleanup.WarnNothing, Key: "team", Field: "Tags[1].Value"}}, nothing)
		require.Equal(t, []cleanup.Warning{{Kind: cleanup.WarnSpelling, Key: "team", Field: "Tags[1].Value", Oddities: odd}}, spelling)
	})
}
