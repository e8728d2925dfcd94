package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	list := append(arns(120), "i-1", "arn:acs:oss:*:*:bucket/b", "arn:acs:rds:cn-beijing:42:dbinstance/r", "arn:acs:ecs:-:42:instance/i-1", "", "arn:acs:ecs:cn-hangzhou:42:instance/*")
	r := start(t, strings.Join(list, "\n"), nil, "run", "-plan", "-service", "tag", "-keys", "1,2,3,4,5,6,7,8,9,10,11")
	assert.Equal(t, exitNot, r.code, "invalid lines are worth a look")
	for _, want := range []string{
		"cn-beijing   ecs             40", "cn-beijing   rds              1", "all                3      6", "11 keys go in 2 groups",
		"no published quota", "4 invalid lines", "line 121: i-1: does not start with arn:acs:", "line 122: arn:acs:oss:*:*:bucket/b: names no region", "line 126:",
	} {
		assert.Contains(t, r.stdout, want)
	}
	r = start(t, strings.Repeat("ipam-1\n", 2001), nil, "run", "-plan", "-service", "vpc", "-region", "cn-hangzhou", "-resource-type", "IPAM", "-all")
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, r.stdout, "VPC IPAM      2,001")
	assert.Contains(t, flat(r.stdout), "at least 21s, at 4.75 calls a second and region (95 % of the published quota of 5)")
	r = start(t, strings.Repeat("ipam-1\n", 2001), nil, "run", "-plan", "-rate", "1", "-service", "vpc", "-region", "cn-hangzhou", "-resource-type", "IPAM", "-all")
	assert.Contains(t, flat(r.stdout), "at least 1m41s, at 1 calls a second and region (-rate)")
	r = start(t, strings.Repeat("i\n", 25), nil, "run", "-plan", "-service", "tag", "-keys", "a")
	assert.Contains(t, r.stdout, "and 5 more")
	assert.Contains(t, r.stdout, "There is nothing to send.")
	assert.NotContains(t, r.stdout, "Expected time")
	long := strings.Repeat("x", 1000)
	r = start(t, strings.Repeat(long+"\n", 70), nil, "run", "-plan", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "image", "-keys", "a")
	assert.Contains(t, r.stdout, "all               10     10", "long names make small calls")
}
