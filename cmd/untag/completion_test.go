package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		r := start(t, "", nil, "completion", shell)
		require.Equal(t, exitOK, r.code)
		for _, v := range verbs() {
			assert.Contains(t, r.stdout, v.name)
			for _, d := range flagsOf(v) {
				assert.Contains(t, r.stdout, d.name)
			}
		}
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		check := exec.CommandContext(t.Context(), path, "-n")
		check.Stdin, check.Stderr = strings.NewReader(r.stdout), os.Stderr
		assert.NoError(t, check.Run(), shell)
	}
}

// TestCompletionInBash asks the shell itself.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	script := start(t, "", nil, "completion", "bash").stdout
	for line, want := range map[string]string{
		"untag r":                "run",
		"untag run -serv":        "-service",
		"untag run -service v":   "vpc",
		"untag run -lang z":      "zh",
		"untag completion f":     "fish",
		"untag help compl":       "completion",
		"untag run -service vpx": "",
	} {
		words := strings.Fields(line)
		ask := script + "\nCOMP_WORDS=(" + line + ")\nCOMP_CWORD=" + number(len(words)-1) + "\n_untag\necho \"${COMPREPLY[*]}\""
		out, err := exec.CommandContext(t.Context(), bash, "-c", ask).Output()
		require.NoError(t, err)
		assert.Contains(t, strings.TrimSpace(string(out)), want, line)
		if want == "" {
			assert.Empty(t, strings.TrimSpace(string(out)))
		}
	}
}
