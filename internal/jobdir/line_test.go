package jobdir

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChain(t *testing.T) {
	t.Parallel()
	var w, r chain
	lines := [][]byte{w.line(nil, []byte(`"a"`)), w.line(nil, []byte(`"a"`))}
	require.NotEqual(t, lines[0][1:], lines[1][1:], "the second covers the first")
	for i, line := range lines {
		value, reason := r.read(line[:len(line)-1])
		require.Empty(t, reason)
		require.Equal(t, `"a"`, string(value))
		require.Equal(t, uint64(i+1), r.sequence)
	}
	require.Equal(t, w, r)
	for line, reason := range map[string]string{
		"":                 "not a line of this log",
		"1":                "not a line of this log",
		"x 00000000 1":     "does not have the number 1",
		"2 00000000 1":     "does not have the number 1",
		"1 00000000 1":     "does not match its checksum",
		"1 0 1":            "does not match its checksum",
		"1  1":             "does not match its checksum",
		"01 00000000 null": "does not match its checksum",
	} {
		var c chain
		_, got := c.read([]byte(line))
		require.Equal(t, reason, got, "%q", line)
	}
}

// FuzzChain reads anything without a panic.
func FuzzChain(f *testing.F) {
	var w chain
	f.Add(w.line(nil, []byte(`{"a":1}`)))
	f.Fuzz(func(_ *testing.T, line []byte) {
		var c chain
		_, _ = c.read(line)
	})
}
