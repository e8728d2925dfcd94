package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// TestFindRefusedToken begins the one listing anew whose token is not taken any more.
func TestFindRefusedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(200)
		cloud.Choose(untagtest.Choices{PageSize: 10})
		cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Action: "ListTagResources", Continued: true, Skip: 2, Calls: 1, Code: "Invalid.NextToken", Status: 403})
		_, j := create(t, cloud, keys("team"))
		require.Len(t, find(t, j), 203)
	})
}

func TestFindRepeatedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(200)
		cloud.Choose(untagtest.Choices{PageSize: 10})
		cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Action: "ListTagResources", Continued: true, Calls: 1, Page: untagtest.PageRepeatsToken})
		_, j := create(t, cloud, keys("team"))
		_ = incomplete(t, j)
	})
}

// TestFindPageFaults has pages that are odd, and complete.
func TestFindPageFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, fault := range []untagtest.PageFault{untagtest.PageSplits, untagtest.PageRepeatsRow, untagtest.PageWithNullToken, untagtest.PageWithoutToken, untagtest.PageWithEmptyToken} {
			cloud := account(100)
			cloud.Choose(untagtest.Choices{PageSize: 10})
			cloud.Inject(untagtest.Fault{Action: "ListTagResources", Share: 0.5, Page: fault})
			_, j := create(t, cloud, keys("team", "name"))
			require.Len(t, find(t, j), 103, fault)
		}
	})
}
