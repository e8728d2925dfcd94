package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// FuzzOpen opens arbitrary files. Either the file is a journal, of which at most a torn last line is lost, or it is left as it is.
func FuzzOpen(f *testing.F) {
	header, chained := plainHeader, headerOf(f)
	for _, content := range []string{
		"", "{", "x", "\n", header[:20], header, header + lineA, header + lineA + lineB[:30], header + lineB + lineA[:30] + "\n",
		header + "garbage\n" + lineA, header + lineA + "\x00\x00", strings.Replace(header, "env", "other", 1) + lineA, "{}\n{}\n",
		header + `{"time":"2026-11-21T08:00:00+08:00","bytes":"/w==","done":true}` + "\n" + lineA + lineA,
		`{"journal":"untag","version":2}` + "\n",
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "journal")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		j, err := journal.Open(path, testPlan)
		if err != nil {
			var corrupt *journal.CorruptError
			var plan *journal.PlanError
			require.True(t, errors.As(err, &corrupt) || errors.As(err, &plan), "%v", err)
			assert.Equal(t, string(content), read(t, path))
			return
		}
		left := read(t, path)
		begun := func(header string) bool {
			return !strings.HasPrefix(header, string(content)) || string(content) == header
		}
		if left != chained || begun(header) && begun(chained) { // otherwise it was begun now
			require.True(t, strings.HasPrefix(string(content), left))
			assert.LessOrEqual(t, strings.Count(string(content[len(left):]), "\n"), 1)
		}
		list := entries(t, j)
		record(t, j, pair{"i-new", nil}, pair{"i-new", untag.ErrThrottled})
		for _, entry := range list {
			assert.Equal(t, entry.Done || entry.Resource == "i-new", len(pending(j, entry.Resource)) == 0)
		}
		require.NoError(t, j.Close())
		j = open(t, path)
		list = entries(t, j)
		require.NotEmpty(t, list)
		assert.Empty(t, pending(j, "i-new"))
		require.NoError(t, j.Close())
	})
}

// FuzzRecord records arbitrary texts, and reads them back.
func FuzzRecord(f *testing.F) {
	f.Add("i-a", "Forbidden", "not allowed", "1-2-3")
	f.Add("\xff\"\\\n", "\x00", "a\r\nb", "\u2028")
	f.Fuzz(func(t *testing.T, resource, code, message, requestID string) {
		path := filepath.Join(t.TempDir(), "journal")
		j := open(t, path)
		record(t, j,
			pair{"failed " + resource, &untag.APIError{Code: code, Message: message, RequestID: requestID}},
			pair{resource, nil})
		before := entries(t, j)
		require.NoError(t, j.Close())
		assert.Equal(t, 3, strings.Count(read(t, path), "\n"))
		j = open(t, path)
		assert.Equal(t, before, entries(t, j))
		require.Len(t, before, 2)
		assert.Equal(t, "failed "+resource, before[0].Resource)
		assert.Equal(t, resource, before[1].Resource)
		assert.NotContains(t, before[0].Message+before[0].Code+before[0].RequestID, "\n")
		assert.Equal(t, []string{"failed " + resource}, pending(j, resource, "failed "+resource))
		require.NoError(t, j.Close())
	})
}
