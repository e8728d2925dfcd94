package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	report := filepath.Join(t.TempDir(), "demo.html")
	r := start(t, "", nil, "demo", "-resources", "3000", "-o", report)
	require.Equal(t, exitOK, r.code, r.stderr+r.stdout)
	for _, want := range []string{
		"2,727 resources with 5,454 tags were found and saved", "they change a value of", "those that are locked", "gone, verified", "env=" + demoLate,
		"another value is kept", "They are equal: every tag of every resource is what it was",
	} {
		assert.Contains(t, flat(r.stdout), want)
	}
	page, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.Contains(t, string(page), "Rehearsal in memory")
}

func TestDemoThatIsInterrupted(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal, 2)
	signals <- os.Interrupt
	r := start(t, "", signals, "demo", "-resources", "3000")
	assert.Equal(t, exitNot, r.code)
	assert.Contains(t, flat(r.stderr), "interrupted")
	assert.NotContains(t, r.stdout, "They are equal")
}
