package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// TestInterruptedRestore drains a restore and goes on.
func TestInterruptedRestore(t *testing.T) {
	a := newAccount(t)
	a.tagged(4000)
	before := a.cloud.Digest()
	dir := filepath.Join(t.TempDir(), "job")
	r := a.job(t, "restore", dir, "-yes")
	assert.Equal(t, exitNot, r.code, "there is no job")
	require.Equal(t, exitOK, a.job(t, "find", dir, "-keys", "env,owner", "-regions", "cn-hangzhou,cn-beijing").code)
	r = a.job(t, "restore", dir, "-yes")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "nothing was removed that could be put back")
	require.Equal(t, exitOK, a.job(t, "remove", dir, "-yes").code)

	a.cloud.Inject(untagtest.Fault{Action: "TagResources", Latency: 100 * time.Millisecond})
	signals := make(chan os.Signal, 2)
	go func() {
		time.Sleep(500 * time.Millisecond)
		signals <- os.Interrupt
	}()
	r = start(t, "", signals, "restore", dir, "-live", "-yes", "-endpoint", a.live[3], "-concurrency", "1")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "Interrupted: no call starts any more")
	assert.NotEqual(t, before, a.cloud.Digest())
	a.cloud.ClearFaults()
	r = a.job(t, "restore", dir, "-yes")
	assert.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	assert.Equal(t, before, a.cloud.Digest())
}
