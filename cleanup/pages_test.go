package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestFindUnasked stops at a resource that was not asked for.
func TestFindUnasked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, service := range []untagtest.Service{untagtest.Tag, untagtest.ECS} {
			cloud := account(100)
			cloud.Inject(untagtest.Fault{Service: service, Action: "ListTagResources", Page: untagtest.PageIgnoresFilter})
			_, j := create(t, cloud, keys("team"))
			var last error
			for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
				last = err
			}
			require.ErrorIs(t, last, cleanup.ErrUnasked, service)
			require.ErrorIs(t, last, untag.ErrRunEnded, service)
		}
	})
}

// TestFindChoices is the same whatever the service does where its documents are silent.
func TestFindChoices(t *testing.T) {
	t.Parallel()
	for name, choices := range map[string]untagtest.Choices{
		"small pages":        {PageSize: 3},
		"matching tags only": {MatchingTagsOnly: true},
		"stale values":       {UnusedValuesStay: 1 << 40},
		"dead IDs refused":   {RefuseDeadIDs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := account(60)
				cloud.Choose(choices)
				_, j := create(t, cloud, keys("team", "keep"))
				found := find(t, j)
				require.Len(t, found, 64)
				require.Equal(t, []untag.Tag{{Key: "keep", Value: "1"}, {Key: "team", Value: "b"}}, found["cn-beijing oss/bucket/logs"].Tags)
			})
		})
	}
}
