package cleanup_test

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

func warnings(p cleanup.Plan, kind cleanup.WarningKind) []cleanup.Warning {
	var all []cleanup.Warning
	for _, w := range p.Warnings {
		if w.Kind == kind {
			all = append(all, w)
		}
	}
	return all
}

func TestPlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(400)
		cloud.Inherit(untagtest.Inheritance{
			Parent:   untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: id(0)},
			Children: []untagtest.Resource{{Product: "ecs", Region: "cn-hangzhou", Type: "disk", ID: "d-1"}}, Keys: []string{"team"},
		})
		cloud.ListOnly("oss", "bucket")
		_, j := create(t, cloud, keys("team", "tema ", "a,b", "全ｋ"))
		_, err := j.Plan(t.Context())
		require.ErrorIs(t, err, cleanup.ErrOrder)
		find(t, j)
		p, err := j.Plan(t.Context())
		require.NoError(t, err)
		require.Equal(t, cloud.AccountID(), p.Identity.Account)
		require.Equal(t, "RAMUser", p.Identity.Type)
		require.NotEmpty(t, p.Identity.ARN)
		require.False(t, p.AccountAsked)
		require.True(t, p.Complete)
		require.Empty(t, p.Unfinished)
		require.Equal(t, 403, p.Resources)
		require.Equal(t, 403, p.Tags)
		require.Equal(t, []cleanup.Count{{"cn-hangzhou", 201, 201}, {"cn-beijing", 201, 201}, {"cn-shanghai", 1, 1}}, sortedCounts(p.Regions))
		require.Equal(t, []cleanup.Count{{"ecs", 400, 400}, {"oss", 1, 1}, {"resourcesharing", 1, 1}, {"vpcipam", 1, 1}}, p.Services)
		require.Equal(t, []cleanup.Count{{"team", 403, 403}}, p.Keys)
		require.Equal(t, []cleanup.ValueCount{
			{untag.Tag{Key: "team", Value: ""}, 101}, {untag.Tag{Key: "team", Value: "a"}, 101}, {untag.Tag{Key: "team", Value: "b"}, 101}, {untag.Tag{Key: "team", Value: "c"}, 100},
		}, p.Values)
		require.Zero(t, p.OtherValues)

		require.Len(t, warnings(p, cleanup.WarnNothing), 3)
		require.Len(t, warnings(p, cleanup.WarnSpelling), 3)
		require.Contains(t, warnings(p, cleanup.WarnInheritance)[0].Text, strconv.Quote(warnings(p, cleanup.WarnInheritance)[0].Rule))
		require.Len(t, warnings(p, cleanup.WarnUnsupported), 1)
		require.Equal(t, "oss/bucket", warnings(p, cleanup.WarnUnsupported)[0].Type)
		require.NotEmpty(t, warnings(p, cleanup.WarnUnseen))
		require.NotEmpty(t, warnings(p, cleanup.WarnEmptyValues))
		require.Equal(t, 34, warnings(p, cleanup.WarnRegions)[0].Regions)
		require.NotEmpty(t, warnings(p, cleanup.WarnPolicies))
		require.Empty(t, warnings(p, cleanup.WarnIncomplete))
		require.Empty(t, warnings(p, cleanup.WarnUnchecked))
		require.Empty(t, warnings(p, cleanup.WarnNotRestorable))

		for _, call := range cloud.Calls() {
			require.NotContains(t, []string{"UntagResources", "TagResources"}, call.Action)
		}
	})
}

func sortedCounts(all []cleanup.Count) []cleanup.Count {
	if len(all) > 1 && all[0].Resources == all[1].Resources && all[0].Name < all[1].Name {
		all[0], all[1] = all[1], all[0]
	}
	return all
}
