package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOutputThatBreaks closes the pipe that a run writes its progress to. The run drains, and its report is complete.
func TestOutputThatBreaks(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	defer func() { _ = w.Close() }()
	signals := make(chan os.Signal, 3)
	b := newBroken(signals)
	report := filepath.Join(t.TempDir(), "r.csv")
	var ids strings.Builder
	for i := range 200 {
		fmt.Fprintf(&ids, "i-%d\n", i)
	}
	list := file(t, "l.txt", ids.String())
	var stdout bytes.Buffer
	e := &env{
		stdin: strings.NewReader(""), stdout: &stdout, stderr: pipe{w, b}, signals: signals,
		getenv: func(string) string { return "" }, person: isTerminalReader,
	}
	code := run(t.Context(), e, []string{"run", "-service", "ecs", "-region", "cn-hangzhou", "-resource-type", "instance", "-keys", "a", "-rate", "2", "-report", report, list})
	assert.Equal(t, exitNot, code, "it was interrupted")
	assert.Empty(t, signals, "it was told once, and has listened")
	rows, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.Equal(t, 201, bytes.Count(rows, []byte("\n")), "a header and every resource")

	_, err = pipe{w, b}.Write([]byte("more"))
	require.NoError(t, err)
	assert.Empty(t, signals, "a second line is no second signal")
}
