package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

func TestSameSpec(t *testing.T) {
	t.Parallel()
	keys := cleanup.Spec{Keys: []string{"a", "b"}, Regions: []string{"r", "s"}}
	pairs := cleanup.Spec{Tags: []untag.Tag{{Key: "a", Value: "1"}, {Key: "a", Value: "2"}}}
	assert.True(t, sameSpec(keys, cleanup.Spec{Keys: []string{"b", "a"}, Regions: []string{"s", "r"}, Account: "42"}), "in any order, whatever the account")
	assert.True(t, sameSpec(pairs, cleanup.Spec{Tags: []untag.Tag{{Key: "a", Value: "2"}, {Key: "a", Value: "1"}}}))
	for _, other := range []cleanup.Spec{
		{Keys: []string{"a"}, Regions: []string{"r", "s"}}, {Keys: []string{"a", "b"}}, {Keys: []string{"a", "b"}, Regions: []string{"r"}}, pairs, {},
	} {
		assert.False(t, sameSpec(keys, other))
	}
	assert.False(t, sameSpec(pairs, cleanup.Spec{Tags: []untag.Tag{{Key: "a", Value: "1"}}}))
	require.EqualError(t, whatSpec(keys), "2 keys (a, b)")
	require.EqualError(t, whatSpec(pairs), "the tags a=1, a=2")
}

// TestFindPairs takes off one value and leaves the other.
func TestFindPairs(t *testing.T) {
	a := newAccount(t)
	a.tagged(10)
	dir := t.TempDir()
	r := a.job(t, "find", dir, "-tag", "env=prod", "-regions", "cn-hangzhou,cn-beijing")
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "5 resources with 5 tags")
	r = a.job(t, "remove", dir, "-yes")
	require.Equal(t, exitOK, r.code, r.stderr)
	tags, _ := a.cloud.Tags("rds", "cn-hangzhou", "dbinstance", "rm-0000")
	assert.Equal(t, "dev", tags["env"])
	tags, _ = a.cloud.Tags("rds", "cn-beijing", "dbinstance", "rm-0001")
	assert.NotContains(t, tags, "env")
}

// TestFindByType finds a tag with an empty value on a resource that only Tag lists.
func TestFindByType(t *testing.T) {
	a := newAccount(t)
	a.cloud.Put(untagtest.Resource{Product: "rds", Region: "cn-beijing", Type: "dbinstance", ID: "rm-1", Tags: map[string]string{"env": ""}})
	r := a.job(t, "find", t.TempDir(), "-keys", "env", "-regions", "cn-beijing")
	assert.Contains(t, flat(r.stdout), "0 resources", "by its values it cannot be seen, as the plan warns")
	r = a.job(t, "find", t.TempDir(), "-keys", "env", "-regions", "cn-beijing", "-by-type")
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "1 resources with 1 tags")
}
