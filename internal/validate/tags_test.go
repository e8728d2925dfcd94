package validate_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/validate"
)

// problems are those that level finds, as "field reason".
func problems(level untag.Validation, check func(*validate.Check)) []string {
	c := validate.New(level)
	check(c)
	var all []string
	if invalid, ok := errors.AsType[*untag.ValidationError](c.Err("R")); ok {
		for _, problem := range invalid.Problems {
			all = append(all, problem.Field)
		}
	}
	return all
}

func TestFiltersAlone(t *testing.T) {
	t.Parallel()
	rules := validate.FilterRules{Most: 20, Alone: "acs:rm:rgId"}
	alone := []untag.TagFilter{{Key: "acs:rm:rgId", Value: "rg"}}
	beside := slices.Concat(alone, []untag.TagFilter{{Key: "k", AnyValue: true}})
	assert.Empty(t, problems(untag.ValidateDocumented, func(c *validate.Check) { c.Filters(alone, rules) }))
	assert.Equal(t, []string{"Tags[0].Key"}, problems(untag.ValidateDocumented, func(c *validate.Check) { c.Filters(beside, rules) }))
	assert.Empty(t, problems(untag.ValidateCertain, func(c *validate.Check) { c.Filters(beside, rules) }))
	assert.Empty(t, problems(untag.ValidateDocumented, func(c *validate.Check) { c.Filters(beside, validate.FilterRules{Most: 20}) }))
}

func TestEachTags(t *testing.T) {
	t.Parallel()
	rules := validate.TagRules{Most: 1, Keys: validate.KeyRules{MaxLength: 3}, MaxValue: 3}
	found := validate.EachTags(untag.ValidateDocumented, []untag.Tag{{Key: "abcd", Value: "v"}, {Key: "k", Value: "abcd"}}, rules)
	require.Len(t, found, 2, "any number is taken")
	assert.Equal(t, ".Tags[0].Key", found[0].Field)
	assert.Equal(t, ".Tags[1].Value", found[1].Field)
	assert.Empty(t, validate.EachTags(untag.ValidateCertain, []untag.Tag{{Key: "abcd", Value: "v"}}, rules))
	require.Len(t, validate.EachTags(untag.ValidateNone, nil, rules), 1)
}

func TestIsSystem(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"acs:tag:createdby": true, "aliyun": true, "aliyunx": true, "acs": false, "x-acs:": false, "Aliyun": false, "": false} {
		assert.Equal(t, want, validate.IsSystem(key), key)
	}
}

func TestWord(t *testing.T) {
	t.Parallel()
	word := func(level untag.Validation, s string) []string {
		return problems(level, func(c *validate.Check) { c.Word("Key", s, 2) })
	}
	assert.Empty(t, word(untag.ValidateDocumented, "中文"))
	assert.NotEmpty(t, word(untag.ValidateDocumented, "中文的"))
	assert.Empty(t, word(untag.ValidateCertain, "中文的"))
	assert.NotEmpty(t, word(untag.ValidateCertain, "\xFF"))
	assert.Empty(t, word(untag.ValidateNone, "\xFF"))
}

func TestUsable(t *testing.T) {
	t.Parallel()
	assert.NotPanics(t, func() { validate.Usable(context.Background(), "tag", true) })
	assert.PanicsWithValue(t, "tag: the context is nil", func() { validate.Usable(nil, "tag", true) }) //nolint:staticcheck // the point
	assert.PanicsWithValue(t, "tag: the Client is nil or was not made by New", func() { validate.Usable(context.Background(), "tag", false) })
}
