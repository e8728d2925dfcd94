package main

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
)

// TestStatusNamesTheNextStep goes through a job.
func TestStatusNamesTheNextStep(t *testing.T) {
	a := newAccount(t)
	a.tagged(3)
	dir := filepath.Join(t.TempDir(), "job")
	next := func(want string) {
		t.Helper()
		calls := a.cloud.CallCount()
		r := start(t, "", nil, "status", dir)
		require.Equal(t, exitOK, r.code, r.stderr)
		assert.Contains(t, flat(r.stdout), "Next: untag "+want+" "+dir)
		assert.Equal(t, calls, a.cloud.CallCount(), "it sends nothing")
	}
	require.Equal(t, exitOK, a.job(t, "find", dir, "-keys", "env", "-regions", "cn-hangzhou,cn-beijing").code)
	next("plan")
	require.Equal(t, exitOK, a.job(t, "remove", dir, "-yes").code)
	next("verify")
	require.Equal(t, exitOK, a.job(t, "verify", dir).code)
	next("report")
	require.Equal(t, exitOK, a.job(t, "restore", dir, "-yes").code)
	next("report")
}

// TestStatusOfAJobThatRuns looks while another has the job open.
func TestStatusOfAJobThatRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be replaced there")
	}
	a := newAccount(t)
	a.tagged(3)
	dir := filepath.Join(t.TempDir(), "job")
	require.Equal(t, exitOK, a.job(t, "find", dir, "-keys", "env", "-regions", "cn-hangzhou,cn-beijing").code)
	job, err := cleanup.Inspect(dir)
	require.NoError(t, err)
	r := start(t, "", nil, "status", dir)
	require.Equal(t, exitOK, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "Another process is working on it at this moment")
	assert.Contains(t, flat(r.stdout), "3 resources with 3 tags were found and saved")
	assert.NotContains(t, r.stdout, "Next:")
	r = a.job(t, "verify", dir)
	assert.Equal(t, exitNot, r.code, "only a look is allowed")
	require.NoError(t, job.Close())
}
