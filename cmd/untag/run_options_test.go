package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	tag := []string{"-service", "tag"}
	ecs := []string{"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance"}
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":       {[]string{"-x"}, "there is no flag -x"},
		"service":            {[]string{"-service", "oss"}, "-service oss: choose"},
		"file alone":         {[]string{"list.txt"}, "-service is missing"},
		"no keys":            {tag, "-keys is missing"},
		"empty keys":         {append(tag, "-keys", ""), "the list is empty"},
		"empty key":          {append(tag, "-keys", "a,,b"), "an empty key"},
		"quotes":             {append(tag, "-keys", `a"b`), "quote a key"},
		"tag all":            {append(tag, "-all"), "cannot remove all tags"},
		"tag type":           {append(tag, "-keys", "a", "-resource-type", "instance"), "leave it out"},
		"all and keys":       {append(ecs, "-keys", "a", "-all"), "choose one"},
		"region and type":    {[]string{"-service", "vpc", "-keys", "a"}, "-region is missing"},
		"yes":                {append(ecs, "-keys", "a", "-yes"), "-yes without -live"},
		"account":            {append(ecs, "-keys", "a", "-live", "-no-whoami"), "-account is missing"},
		"endpoint":           {append(ecs, "-keys", "a", "-endpoint", "x"), "-endpoint without -live"},
		"-report is input":   {append(ecs, "-keys", "a", "-report", "./l.csv", "-column", "id", "l.csv"), "which it would write over"},
		"-report is -retry":  {append(ecs, "-keys", "a", "-report", "l.csv", "-retry", "l.csv"), "lose the proof of what was done"},
		"-report is no ours": {append(ecs, "-keys", "a", "-report", "testdata/foreign.csv", "l.txt"), "no report of untag"},
		"near":               {append(ecs, "-key", "a"), "did you mean -keys?"},
		"a value is missing": {append(ecs, "-keys"), "-keys: a value has to follow"},
		"time":               {append(ecs, "-give-up", "1"), "-give-up 1: has to be a time"},
		"boolean":            {append(ecs, "-live=2"), "-live: takes no value"},
		"two files":          {append(ecs, "-keys", "a", "x", "-unordered", "y"), "2 files"},
		"retry and file":     {append(ecs, "-keys", "a", "-retry", "r.csv", "x"), "leave the file out"},
		"report":             {append(ecs, "-keys", "a", "-report", "r.pdf"), "must end in"},
		"report twice":       {append(ecs, "-keys", "a", "-report", "r.csv", "-report", "r.csv"), "given twice"},
		"report and journal": {append(ecs, "-keys", "a", "-report", "r.csv", "-journal", "r.csv"), "different kinds"},
		"journal and list":   {append(ecs, "-keys", "a", "-journal", "x", "x"), "a file of its own"},
		"concurrency":        {append(ecs, "-keys", "a", "-concurrency", "5000"), "-concurrency 5000: has to be a whole number from 0 to 4,096"},
		"rate":               {append(ecs, "-keys", "a", "-rate", "NaN"), "-rate NaN: has to be a number"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, "", nil, append([]string{"run"}, test.args...)...)
			assert.Equal(t, exitUsage, r.code)
			assert.Contains(t, flat(r.stderr), test.want)
			assert.Empty(t, r.stdout)
		})
	}
}

func TestMistakesThatTheSDKFinds(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-keys a: is there twice; name":    {"-service", "tag", "-keys", "a,a"},
		"-region evil.example/: holds":     {"-service", "ecs", "-region", "evil.example/", "-resource-type", "instance", "-keys", "a"},
		"-keys acs:a: starts with the res": {"-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "acs:a"},
	} {
		r := start(t, "i-1", nil, append([]string{"run"}, args...)...)
		assert.Equal(t, exitUsage, r.code, r.stdout)
		assert.Contains(t, flat(r.stderr), want)
		assert.NotContains(t, r.stderr, "Config", "no terms of the SDK")
	}
	r := start(t, "", nil, "run", "-service", "tag", "-keys", "a", "/no/such/list")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, r.stderr, "no such file")
	r = start(t, "", nil, "run", "-service", "tag", "-keys", "a", t.TempDir())
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "is a folder")
}
