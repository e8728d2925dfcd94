package journal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

func TestOpenRefusesAnotherPlan(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-a", nil})
	require.NoError(t, j.Close())
	before := read(t, path)
	for field, edit := range map[string]func(*journal.Plan){
		"Service":      func(p *journal.Plan) { p.Service = "ecs" },
		"Action":       func(p *journal.Plan) { p.Action = "TagResources" },
		"Account":      func(p *journal.Plan) { p.Account = "6543210987654321" },
		"Region":       func(p *journal.Plan) { p.Region = "cn-beijing" },
		"ResourceType": func(p *journal.Plan) { p.ResourceType = "instance" },
		"TagKeys":      func(p *journal.Plan) { p.TagKeys = []string{"Team", "env"} },
		"All":          func(p *journal.Plan) { p.All = true },
	} {
		t.Run(field, func(t *testing.T) {
			plan := testPlan
			edit(&plan)
			_, err := journal.Open(path, plan)
			var planErr *journal.PlanError
			require.ErrorAs(t, err, &planErr)
			assert.Equal(t, []string{field}, planErr.Fields)
			assert.Equal(t, testPlan, planErr.Recorded)
			assert.Equal(t, plan, planErr.Wanted)
			require.ErrorContains(t, err, field+" is ")
			assert.NotContains(t, err.Error(), "\n")
			assert.Equal(t, before, read(t, path))
		})
	}
	t.Run("two fields", func(t *testing.T) {
		_, err := journal.Open(path, journal.Plan{Service: "tag", Action: "UntagResources", TagKeys: []string{"a\nb"}})
		assert.EqualError(t, err, "journal "+path+`: belongs to another plan: Account is "1234567890123456" there and "" now, `+
			`TagKeys is ["env" "team"] there and ["a\nb"] now, so its outcomes say nothing about this run; `+
			`resume it with its own plan, or choose another path`)
	})
}

func TestTagKeysAreASet(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	keys := []string{"b", "a", "b", "\xff", "Ж"}
	plan := journal.Plan{Service: "tag\xff", TagKeys: keys}
	j, err := journal.Open(path, plan)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	assert.Equal(t, []string{"b", "a", "b", "\xff", "Ж"}, keys, "the caller's slice is left alone")
	plan.TagKeys = []string{"a", "Ж", "\xff", "b"}
	j, err = journal.Open(path, plan)
	require.NoError(t, err)
	require.NoError(t, j.Close())
}
