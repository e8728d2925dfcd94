package exampletest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTour checks what examples/README.md says of all examples.
func TestTour(t *testing.T) {
	t.Parallel()
	const examples = "../../examples"
	readme, err := os.ReadFile(filepath.Join(examples, "README.md"))
	require.NoError(t, err)
	checks, err := os.ReadFile("../../.ci/run")
	require.NoError(t, err)
	programs, err := filepath.Glob(filepath.Join(examples, "*", "main.go"))
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	for _, program := range programs {
		name := filepath.Base(filepath.Dir(program))
		assert.Equal(t, 1, strings.Count(string(readme), "["+name+"]("+name+"/main.go)"), "%s in the README", name)
		assert.Contains(t, string(checks), "bin/"+name, "a check runs it")
		if name != "simulator" { // it is a tool
			assert.Less(t, lines(t, filepath.Dir(program)), 150, "lines of %s", name)
		}
	}
	assert.Equal(t, len(programs), strings.Count(string(readme), "/main.go)"), "every example that is there, and no other")
}

func lines(t *testing.T, dir string) (count int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			count += bytes.Count(text, []byte("\n"))
		}
	}
	return count
}
