package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDemoFindsLies has an account that is not what it was.
func TestDemoFindsLies(t *testing.T) {
	t.Parallel()
	var d demo
	d.account = newDemoAccount(2000)
	d.before = d.account.cloud.Digest()
	d.account.cloud.Edit(d.account.resource(1), func(tags map[string]string) { tags["env"] = "?" })
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer func() { _ = out.Close() }()
	d.env = &env{stdout: out, stderr: out, lang: english}
	require.NoError(t, d.prove(t.Context()))
	require.Len(t, d.wrong, 1)
	assert.ErrorContains(t, d.wrong[0], "The digests differ")
}
