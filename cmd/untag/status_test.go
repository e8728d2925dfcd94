package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
