package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJobKnowsRegionsAndOwners(t *testing.T) {
	t.Parallel()
	byARN := &job{service: serviceByFlag("tag"), region: "cn-hangzhou", account: "42"}
	byID := &job{service: serviceByFlag("ecs"), region: "cn-beijing", account: "42"}
	for _, test := range []struct {
		arn, region string
		others      bool
	}{
		{"arn:acs:ecs:cn-shanghai:42:instance/i", "cn-shanghai", false},
		{"arn:acs:ecs:*:*:instance/i", "cn-hangzhou", false},
		{"arn:acs:oss::43:bucket/b", "cn-hangzhou", true},
		{"rubbish", "", false},
	} {
		assert.Equal(t, test.region, byARN.regionOf(test.arn), test.arn)
		assert.Equal(t, test.others, byARN.isOthers(test.arn), test.arn)
		assert.Equal(t, "cn-beijing", byID.regionOf(test.arn))
		assert.False(t, byID.isOthers(test.arn))
	}
	byARN.rehearse = true
	assert.False(t, byARN.isOthers("arn:acs:oss::43:bucket/b"), "a rehearsal has the account of its list")
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	j := &job{service: serviceByFlag("ecs"), keys: []string{"a\x1b"}, input: &source{path: "l.txt"}}
	require.EqualError(t, j.headline(), "LIVE: removing the key a\uFFFD from the resources of l.txt through ECS.")
	j.rehearse, j.total, j.all = true, 1200, true
	require.EqualError(t, j.headline(), "Rehearsal on an account in memory, nothing is sent: removing all tags from 1,200 resources of l.txt through ECS.")
	require.EqualError(t, whatKeys([]string{"a", "b"}, false), "2 keys (a, b)")
	assert.Contains(t, chinese.text(j.headline()), "从 l.txt 的 1,200 个资源")
}

func TestRequestOfAJob(t *testing.T) {
	t.Parallel()
	j := &job{service: serviceByFlag("vpc"), region: "r", resourceType: "IPAM", keys: []string{"a"}, concurrency: 3, unordered: true}
	r := j.request(slices.Values([]string{"x"}), nil)
	assert.Equal(t, []string{"x"}, slices.Collect(r.resources))
	r.resources = nil
	assert.Equal(t, request{region: "r", resourceType: "IPAM", keys: []string{"a"}, concurrency: 3, unordered: true}, r)
}
