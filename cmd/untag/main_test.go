package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// result is what a run of the program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// person is a stdin that somebody types at.
type person struct{ *strings.Reader }

func start(t *testing.T, stdin string, signals <-chan os.Signal, args ...string) result {
	t.Helper()
	return startWith(t, strings.NewReader(stdin), signals, args...)
}

func startWith(t *testing.T, stdin io.Reader, signals <-chan os.Signal, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	e := &env{
		stdin: stdin, stdout: &stdout, stderr: &stderr, signals: signals,
		getenv: func(string) string { return "" }, person: func(r io.Reader) bool { _, ok := r.(person); return ok },
	}
	code := run(t.Context(), e, args)
	return result{code, stdout.String(), stderr.String()}
}

// flat is a text without the line breaks that the printer put between its words.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args []string
		code int
		want string // in what was printed
	}{
		"nothing":          {nil, exitOK, "untag takes tag keys off"},
		"-h":               {[]string{"-h"}, exitOK, "untag takes tag keys off"},
		"help":             {[]string{"help"}, exitOK, "untag run"},
		"help of a verb":   {[]string{"help", "run"}, exitOK, "-service SERVICE"},
		"run -h":           {[]string{"run", "-h"}, exitOK, "-service SERVICE"},
		"help of none":     {[]string{"help", "rum"}, exitUsage, "there is no verb rum"},
		"version":          {[]string{"version"}, exitOK, "untag "},
		"-version":         {[]string{"-version"}, exitOK, "untag "},
		"--version":        {[]string{"--version"}, exitOK, "untag "},
		"version of what":  {[]string{"version", "x"}, exitUsage, "takes no arguments"},
		"no verb":          {[]string{"rum"}, exitUsage, "there is no verb rum"},
		"a flag first":     {[]string{"-live", "run"}, exitUsage, "has to be a verb"},
		"language":         {[]string{"-lang", "zh"}, exitOK, "untag 先保存标签的值"},
		"language joined":  {[]string{"-lang=zh", "help"}, exitOK, "untag 先保存标签的值"},
		"language of verb": {[]string{"run", "-h", "-lang", "zh"}, exitOK, "-service"},
		"no language":      {[]string{"-lang", "fr"}, exitUsage, "choose en or zh"},
		"no language, too": {[]string{"version", "-lang", "fr"}, exitUsage, "choose en or zh"},
		"completion":       {[]string{"completion"}, exitUsage, "name a shell"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, "", nil, test.args...)
			assert.Equal(t, test.code, r.code)
			assert.Contains(t, flat(r.stdout+r.stderr), test.want)
			if test.code == exitOK {
				assert.Empty(t, r.stderr)
			} else {
				assert.Empty(t, r.stdout)
			}
		})
	}
}
