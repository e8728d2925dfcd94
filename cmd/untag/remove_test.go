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

// TestInterruptedRemoval drains a removal, goes on, and restores.
func TestInterruptedRemoval(t *testing.T) {
	a := newAccount(t)
	a.tagged(4000)
	before := a.cloud.Digest()
	dir := filepath.Join(t.TempDir(), "job")
	r := a.job(t, "find", dir, "-keys", "env,owner", "-regions", "cn-hangzhou,cn-beijing")
	require.Equal(t, exitOK, r.code, r.stderr)
	a.cloud.Inject(untagtest.Fault{Service: untagtest.Tag, Latency: 30 * time.Millisecond})
	signals := make(chan os.Signal, 2)
	go func() {
		for a.untags() < 8 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		signals <- os.Interrupt
	}()
	r = start(t, "", signals, "remove", dir, "-live", "-yes", "-endpoint", a.live[3], "-concurrency", "2")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "Interrupted: no call starts any more")
	assert.Contains(t, flat(r.stdout), "not attempted")
	assert.Contains(t, flat(r.stderr), "To go on, run the same command again")
	r = start(t, "", nil, "status", dir)
	assert.Contains(t, flat(r.stdout), "Next: untag remove "+dir)
	a.cloud.ClearFaults()
	r = a.job(t, "remove", dir, "-yes")
	assert.Equal(t, exitOK, r.code, r.stderr)
	r = a.job(t, "restore", dir, "-yes")
	assert.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	assert.Equal(t, before, a.cloud.Digest())
}
