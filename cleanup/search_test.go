package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestFindIncomplete has a listing that fails. The others are not ended by it, and another run tries it again.
func TestFindIncomplete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Inject(untagtest.Fault{Service: untagtest.ECS, Region: "cn-beijing", Action: "ListTagResources", Code: "Forbidden.RAM", Status: 403})
		_, j := create(t, cloud, keys("team"))
		failed := incomplete(t, j)
		require.Equal(t, "cn-beijing", failed.Listings[0].Region)
		require.Equal(t, untag.ServiceECS, failed.Listings[0].Service)
		require.ErrorIs(t, failed.Listings[0], untag.ErrPermissionDenied)
		require.Len(t, saved(t, j), 103-25, "but the empty values in Beijing")
		cloud.ClearFaults()
		find(t, j)
		require.Len(t, saved(t, j), 103)
	})
}

// TestFindByType finds tags with empty values on resources of any service, and asks for no value.
func TestFindByType(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-beijing", Type: "bucket", ID: "blank", Tags: map[string]string{"team": ""}})
		_, j := create(t, cloud, keys("team"))
		n := 0
		for _, err := range j.Find(t.Context(), cleanup.FindOptions{ByType: true}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 104, n)
		for _, call := range cloud.Calls() {
			require.NotEqual(t, "ListTagValues", call.Action)
		}
		require.Equal(t, map[cleanup.State]int{cleanup.Removed: 104}, count(remove(t, j)))
	})
}

// TestFindFailedValue tries a listing again that failed in an earlier run, though its page of values is behind.
func TestFindFailedValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		cloud.Choose(untagtest.Choices{PageSize: 2})
		cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Region: "cn-beijing", Action: "ListTagResources", Calls: 1, Code: "NoPermission.Operator", Status: 403})
		_, j := create(t, cloud, keys("team"))
		require.Equal(t, untag.ServiceTag, incomplete(t, j).Listings[0].Service)
		find(t, j)
		require.Len(t, saved(t, j), 403)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.True(t, p.Complete)
		require.Empty(t, p.Unfinished)
	})
}
