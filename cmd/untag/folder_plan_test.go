package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
)

func TestWritePlan(t *testing.T) {
	t.Parallel()
	plan := cleanup.Plan{
		Resources: 1000, Tags: 2000, OtherValues: 5, OtherTags: 50,
		Regions: []cleanup.Count{{Name: "cn-hangzhou", Resources: 1000, Tags: 2000}},
		Remove:  cleanup.Cost{Calls: 40, Time: 90 * time.Second, NoQuota: 20},
	}
	for i := range shownValues + 2 {
		plan.Values = append(plan.Values, cleanup.ValueCount{Tag: untag.Tag{Key: "env", Value: "\x1b[31m" + strings.Repeat("长", 60)}, Resources: 100 - i})
	}
	for _, w := range someWarnings {
		plan.Warnings = append(plan.Warnings, w.Warning)
	}
	for _, l := range []lang{english, chinese} {
		var b bytes.Buffer
		writePlan(printer{&b, l}, cleanup.Spec{Keys: []string{"env"}}, plan, caller{"42", "acs:ram::42:root", "environment variables"})
		for _, line := range strings.Split(b.String(), "\n") {
			assert.LessOrEqual(t, columns(line), lineWidth, line)
		}
		assert.NotContains(t, b.String(), "\x1b", "values come from others")
		for _, want := range []string{"42", "acs:ram::42:root", "environment variables", "2,000", "1m30s", "40"} {
			assert.Contains(t, b.String(), want)
		}
		if l == english {
			assert.Contains(t, flat(b.String()), "7 other values 229", "those that are not shown are added up")
			assert.Contains(t, flat(b.String()), "The search is not complete")
			assert.Contains(t, flat(b.String()), `Warning: on nothing: The key "键" is on no resource`)
		}
	}
}

func TestHasNothing(t *testing.T) {
	t.Parallel()
	assert.True(t, hasNothing(cleanup.Plan{}))
	assert.False(t, hasNothing(cleanup.Plan{Tags: 1, Warnings: []cleanup.Warning{{Kind: cleanup.WarnPolicies}}}))
	assert.True(t, hasNothing(cleanup.Plan{Tags: 1, Warnings: []cleanup.Warning{{Kind: cleanup.WarnNothing}}}))
	assert.Equal(t, "1s", atLeast(time.Millisecond))
}
