package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// TestVerifyNamesWhatCameBack has a tag that somebody sets again after its removal.
func TestVerifyNamesWhatCameBack(t *testing.T) {
	a := newAccount(t)
	a.tagged(3)
	dir := t.TempDir()
	require.Equal(t, exitOK, a.job(t, "find", dir, "-keys", "env", "-regions", "cn-hangzhou,cn-beijing").code)
	require.Equal(t, exitOK, a.job(t, "remove", dir, "-yes").code)
	a.cloud.Edit(untagtest.Resource{Product: "rds", Region: "cn-hangzhou", Type: "dbinstance", ID: "rm-0000"}, func(tags map[string]string) { tags["env"] = "back" })
	r := a.job(t, "verify", dir, "-deadline", "4s")
	assert.Equal(t, exitNot, r.code, r.stderr)
	assert.Contains(t, flat(r.stdout), "gone, verified 2 still listed 1")
	assert.Contains(t, r.stdout, "rm-0000")
	report := file(t, "r.html", "")
	r = start(t, "", nil, "report", dir, "-o", report)
	assert.Equal(t, exitOK, r.code, r.stderr)
}

func TestVerifiable(t *testing.T) {
	t.Parallel()
	for _, s := range []cleanup.State{cleanup.Removed, cleanup.Unknown, cleanup.AlreadyGone, cleanup.Gone} {
		assert.True(t, verifiable(s), s)
	}
	for _, s := range []cleanup.State{cleanup.Pending, cleanup.Refused, cleanup.Changed, cleanup.NotAttempted} {
		assert.False(t, verifiable(s), s)
		assert.True(t, removable(s), s)
	}
}
