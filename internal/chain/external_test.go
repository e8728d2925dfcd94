package chain_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/chain"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		command string
		windows bool
		args    []string // nil: refused
	}{
		{"tool", false, []string{"tool"}},
		{"  tool  -a\tb ", false, []string{"tool", "-a", "b"}},
		{`tool "a b" 'c "d"' ""`, false, []string{"tool", "a b", `c "d"`, ""}},
		{`tool a\ b \"c\" "d\"e\f\\" 'g\h'`, false, []string{"tool", "a b", `"c"`, `d"e\f\`, `g\h`}},
		{`a"b c"d`, false, []string{"ab cd"}},
		{`"C:\Program Files\tool.exe" C:\x\y "a\"b"`, true, []string{`C:\Program Files\tool.exe`, `C:\x\y`, `a"b`}},
		{"", false, nil},
		{" ", false, nil},
		{`""`, false, nil},
		{`tool "a`, false, nil},
		{`tool a\`, false, nil},
	} {
		args, err := chain.Split(test.command, test.windows)
		if test.args == nil {
			require.Error(t, err, test.command)
		} else {
			require.NoError(t, err, test.command)
		}
		assert.Equal(t, test.args, args, test.command)
	}
}

// TestCommandRuns counts how often a command runs: its keys are kept for as long as they say.
func TestCommandRuns(t *testing.T) {
	for _, test := range []struct {
		name, output string
		runs         int
	}{
		{"a permanent key", "{" + keyFields + "}", 1},
		{"a token for an hour", fmt.Sprintf(`{"mode":"StsToken",%s,"sts_token":"t","expiration":%q}`, keyFields, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)), 1},
		{"a token that expires at once", fmt.Sprintf(`{"mode":"StsToken",%s,"sts_token":"t","expiration":%q}`, keyFields, time.Now().UTC().Format(time.RFC3339)), 3},
		{"a token that does not say", `{"mode":"StsToken",` + keyFields + `,"sts_token":"t"}`, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.write("output", test.output)
			count := filepath.Join(t.TempDir(), "count")
			w.profiles(fmt.Sprintf(`{"name":"p","mode":"External","process_command":"sh -c 'echo >> %s; cat %s'"}`, count, filepath.Join(w.home, "output")))
			p := chain.New()
			for range 3 {
				_, err := p.GetCredential()
				require.NoError(t, err)
			}
			assert.Equal(t, test.runs, strings.Count(read(t, count), "\n"))
		})
	}
	t.Run("too much output", func(t *testing.T) {
		w := newWorld(t)
		w.profiles(`{"name":"p","mode":"External","process_command":"head -c 100000 /dev/zero"}`)
		_, _, err := w.get()
		require.ErrorContains(t, err, "its process_command printed more than 64 KiB")
	})
	t.Run("output without end", func(t *testing.T) {
		w := newWorld(t)
		w.profiles(`{"name":"p","mode":"External","process_command":"yes"}`)
		start := time.Now()
		_, _, err := w.get()
		require.ErrorContains(t, err, "its process_command printed more than 64 KiB")
		assert.Less(t, time.Since(start), 15*time.Second)
	})
	t.Run("a byte order mark", func(t *testing.T) {
		w := newWorld(t)
		w.write("output", "\uFEFF{"+keyFields+"}")
		w.profiles(fmt.Sprintf(`{"name":"p","mode":"External","process_command":"cat %s"}`, filepath.Join(w.home, "output")))
		_, _, err := w.get()
		require.NoError(t, err)
	})
	t.Run("a child that stays", func(t *testing.T) {
		w := newWorld(t)
		w.profiles(`{"name":"p","mode":"External","process_command":"sh -c 'sleep 20 & echo no'"}`)
		start := time.Now()
		_, _, err := w.get()
		require.ErrorContains(t, err, "its process_command printed no JSON")
		assert.Less(t, time.Since(start), 15*time.Second)
	})
}
