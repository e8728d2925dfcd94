package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkJobReports writes and reads the reports of a job whose tags are removed and verified.
func checkJobReports(t *testing.T, a account, dir string) {
	t.Helper()
	out := t.TempDir()
	path := func(name string) string { return filepath.Join(out, name) }
	r := start(t, "", nil, "report", dir, "-o", path("r.csv"), "-o", path("r.jsonl"), "-o", path("r.html"))
	require.Equal(t, exitOK, r.code, r.stderr)

	content, err := os.ReadFile(path("r.csv"))
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 121)
	assert.Equal(t, jobColumns, rows[0])
	assert.NotContains(t, string(content), `"=1+1"`, "no cell is a formula")
	assert.Contains(t, string(content), `"'=1+1"`)
	for _, want := range []string{a.cloud.AccountID(), "env,owner", modeRehearsal, "gone", "removed"} {
		assert.Contains(t, rows[1], want)
	}

	content, err = os.ReadFile(path("r.jsonl"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require.Len(t, lines, 120)
	var row map[string]string
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &row))
	assert.Equal(t, "gone", row["state"])
	assert.Equal(t, "env,owner", row["keys"])

	content, err = os.ReadFile(path("r.html"))
	require.NoError(t, err)
	for _, want := range []string{"120 of 120 tags removed", "2 keys (env, owner)", a.cloud.AccountID(), "owner=&lt;b&gt;bold", "By value", pageMark} {
		assert.True(t, strings.Contains(string(content), want), want)
	}
	for _, bad := range []string{"<script", "<b>bold", "http://", "https://", "url("} {
		assert.False(t, strings.Contains(string(content), bad), bad)
	}
	info, err := os.Stat(path("r.csv"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it has values")

	r = start(t, "", nil, "report", dir, "-o", path("r.html"))
	assert.Equal(t, exitOK, r.code, "a report of ours is replaced")
	r = start(t, "", nil, "report", dir, "-o", file(t, "x.csv", "mine\n"))
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, flat(r.stderr), "no report of untag")
	r = start(t, "", nil, "run", "-service", "tag", "-keys", "env", "-retry", path("r.csv"))
	assert.Equal(t, exitNot, r.code, "a report of a job is none of a run")
}
