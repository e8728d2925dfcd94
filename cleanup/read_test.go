package cleanup_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestVerifyDead has a service that refuses a list for one dead ID: the others are read all the same.
func TestVerifyDead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(100)
		cloud.Choose(untagtest.Choices{RefuseDeadIDs: true})
		_, j := create(t, cloud, keys("team"))
		find(t, j)
		remove(t, j)
		cloud.Remove(untagtest.Resource{Product: "ecs", Region: "cn-beijing", Type: "instance", ID: id(3)})
		all := verify(t, j, cleanup.VerifyOptions{})
		require.Equal(t, map[cleanup.State]int{cleanup.Gone: 102, cleanup.Unverified: 1}, statesOf(all))
		require.Equal(t, cleanup.Unverified, all["cn-beijing ecs/instance/"+id(3)].State)
	})
}
