package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// tagged fills an account: n instances with env and owner, of which one has a value that is markup and one a formula.
func (a account) tagged(n int) {
	for i := range n {
		tags := map[string]string{"env": []string{"dev", "prod"}[i%2], "owner": fmt.Sprintf("team-%d", i%5), "name": "kept"}
		switch i {
		case 3:
			tags["owner"] = "<b>bold</b>"
		case 4:
			tags["owner"] = "=1+1"
		}
		a.cloud.Put(untagtest.Resource{Product: "rds", Region: []string{"cn-hangzhou", "cn-beijing"}[i%2], Type: "dbinstance", ID: fmt.Sprintf("rm-%04d", i), Tags: tags})
	}
}

// job runs a verb on a folder.
func (a account) job(t *testing.T, verb, dir string, more ...string) result {
	t.Helper()
	return start(t, "", nil, append([]string{verb, dir, "-live", "-endpoint", a.live[3]}, more...)...)
}

func TestWholeJob(t *testing.T) {
	a := newAccount(t)
	a.tagged(60)
	before := a.cloud.Digest()
	dir := filepath.Join(t.TempDir(), "job")

	r := a.job(t, "find", dir, "-keys", "env,owner", "-regions", "cn-hangzhou,cn-beijing")
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "60 resources with 120 tags were found by this search and saved")
	assert.Contains(t, r.stderr, "Next: untag plan")

	r = a.job(t, "plan", dir)
	require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	for _, want := range []string{"2 keys (env, owner) from 60 resources, 120 tags", "Account " + a.cloud.AccountID(), "cn-beijing 30 60", "rds 60 120", "env=dev 30", "Warning: "} {
		assert.Contains(t, flat(r.stdout), want)
	}
	for _, line := range strings.Split(r.stdout, "\n") {
		assert.LessOrEqual(t, columns(line), lineWidth, line)
	}

	r = a.job(t, "remove", dir)
	assert.Equal(t, exitNot, r.code, "nobody has confirmed it")
	assert.Contains(t, flat(r.stderr), "there is no terminal to type the confirmation at")
	assert.Equal(t, before, a.cloud.Digest())
	r = a.job(t, "remove", dir, "-yes", "-account", "7")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "the job is one of the account "+a.cloud.AccountID()+", not of 7")
	assert.Equal(t, before, a.cloud.Digest())

	r = a.job(t, "remove", dir, "-yes")
	require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	assert.Contains(t, flat(r.stdout), "removed 120")
	tags, _ := a.cloud.Tags("rds", "cn-hangzhou", "dbinstance", "rm-0000")
	assert.Equal(t, map[string]string{"name": "kept"}, tags)

	r = a.job(t, "remove", dir)
	assert.Equal(t, exitOK, r.code, "nothing is left to ask about")
	assert.Contains(t, flat(r.stdout), "has been removed already")

	r = start(t, "", nil, "status", dir)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "60 resources with 120 tags were found and saved")
	assert.Contains(t, flat(r.stdout), "removed 120")
	assert.Contains(t, flat(r.stdout), "Next: untag verify "+dir)

	r = a.job(t, "verify", dir)
	require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	assert.Contains(t, flat(r.stdout), "gone, verified 120")

	checkJobReports(t, a, dir)

	a.cloud.Edit(untagtest.Resource{Product: "rds", Region: "cn-hangzhou", Type: "dbinstance", ID: "rm-0002"}, func(tags map[string]string) { tags["env"] = "new" })
	r = startWith(t, person{strings.NewReader("restore\n")}, nil, "restore", dir, "-live", "-endpoint", a.live[3])
	assert.Equal(t, exitNot, r.code, "one has another value by now")
	assert.Contains(t, flat(r.stdout), "120 tags were removed")
	assert.Contains(t, flat(r.stdout), "restored 119")
	assert.Contains(t, flat(r.stdout), "another value is kept 1")
	assert.Contains(t, r.stdout, "rm-0002")
	r = a.job(t, "restore", dir, "-yes", "-overwrite")
	assert.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	assert.Equal(t, before, a.cloud.Digest(), "the account is what it was")
	r = a.job(t, "restore", dir, "-yes")
	assert.Equal(t, exitOK, r.code)
	assert.Contains(t, flat(r.stdout), "has been put back already")
	r = a.job(t, "remove", dir, "-yes")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "to remove again, make a new one")
	r = a.job(t, "verify", dir)
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "Restore has begun")
	assert.NotContains(t, r.stderr, "run the same command again")
}

func TestFolderMistakes(t *testing.T) {
	a := newAccount(t)
	a.tagged(4)
	dir := filepath.Join(t.TempDir(), "job")
	calls := a.cloud.CallCount()
	for want, args := range map[string][]string{
		"add -live":              {"find", dir, "-keys", "env"},
		"name the folder":        {"plan", "-live"},
		"2 folders":              {"remove", dir, dir, "-live"},
		"an empty key":           {"find", dir, "-keys", "a,,b", "-live"},
		"has to be KEY=VALUE":    {"find", dir, "-tag", "env", "-live"},
		"-o is missing":          {"report", dir},
		"must end in":            {"report", dir, "-o", "r.pdf"},
		"-deadline x: has to be": {"verify", dir, "-live", "-deadline", "x"},
	} {
		r := start(t, "", nil, args...)
		assert.Equal(t, exitUsage, r.code, args)
		assert.Contains(t, flat(r.stderr), want)
	}
	assert.Equal(t, calls, a.cloud.CallCount(), "nothing was sent")
	r := start(t, "", nil, "find", dir, "-live", "-keys", "acs:x", "-regions", "nowhere!", "-endpoint", "https://example.com")
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, flat(r.stderr), "-keys acs:x: starts with")
	assert.Contains(t, flat(r.stderr), "-regions nowhere!: is not a region")
	for _, verb := range []string{"find", "plan", "remove", "verify", "restore", "status", "report"} {
		args := []string{verb, dir}
		switch verb {
		case "report":
			args = append(args, "-o", filepath.Join(t.TempDir(), "r.html"))
		case "status":
		default:
			args = append(args, "-live", "-endpoint", a.live[3])
		}
		r := start(t, "", nil, args...)
		assert.Equal(t, exitNot, r.code, verb)
		assert.NotEmpty(t, r.stderr)
	}

	r = a.job(t, "find", dir, "-keys", "evn", "-regions", "cn-hangzhou")
	assert.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "0 resources")
	r = a.job(t, "plan", dir)
	assert.Equal(t, exitNot, r.code, "a typo must not look like success")
	assert.Contains(t, flat(r.stdout), "Warning: on nothing")
	r = a.job(t, "remove", dir, "-yes")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "nothing was found that carries the key evn")
	r = a.job(t, "find", dir, "-keys", "env", "-regions", "cn-hangzhou")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "is the folder of another job, which takes off the key evn")
	r = a.job(t, "find", dir)
	assert.Equal(t, exitOK, r.code, "to go on, nothing has to be said again: "+r.stderr)
}
