package journal_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// small is a journal with every form of a line.
func small(t *testing.T) string {
	t.Helper()
	path := newPath(t)
	j := open(t, path)
	record(t, j, pair{"i-a", nil}, pair{"i-b", errRefused}, pair{"i-\xff", nil}, pair{"i-名", untag.ErrThrottled}, pair{"i-c", nil}, pair{"i-b", nil}, pair{"i-d", errRefused})
	require.NoError(t, j.Close())
	return read(t, path)
}

// outcomes opens a file and returns what it says of each resource.
func outcomes(t *testing.T, dir, content string) (map[string]string, error) {
	t.Helper()
	path := filepath.Join(dir, "run.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	j, err := journal.Open(path, testPlan)
	if err != nil {
		return nil, err
	}
	defer func() { require.NoError(t, j.Close()) }()
	all := make(map[string]string)
	for _, e := range entries(t, j) {
		all[e.Resource] = fmt.Sprint(e.Done, e.Code, e.Message, e.RequestID, e.Time)
		assert.Equal(t, e.Done, len(pending(j, e.Resource)) == 0)
	}
	return all, nil
}

// TestEveryFlippedBit flips each bit of a small journal in turn: every flip is told, in its line.
func TestEveryFlippedBit(t *testing.T) {
	t.Parallel()
	content, dir := small(t), t.TempDir()
	flips := 0
	for i := range len(content) {
		line := 1 + strings.Count(content[:i], "\n")
		for bit := range 8 {
			flipped := []byte(content)
			flipped[i] ^= 1 << bit
			flips++
			got, err := outcomes(t, dir, string(flipped))
			var corrupt *journal.CorruptError
			switch {
			case i == len(content)-1 && err == nil:
				// The last line break: that line counts as torn, and its outcome is tried again.
				assert.NotContains(t, got, "i-d")
			case errors.As(err, &corrupt):
				// A flip that makes or removes a line break is told in that line or in the next.
				require.InDelta(t, line, corrupt.Line, 1, "byte %d, bit %d", i, bit)
			default:
				if flipped[i] == 0 && line == strings.Count(content, "\n") && err == nil {
					assert.NotContains(t, got, "i-d") // a zero in the last line: a block that a crash lost
					continue
				}
				t.Fatalf("byte %d, bit %d of %q in line %d: read without a word: %v %v", i, bit, content[i], line, err, got)
			}
		}
	}
	t.Logf("%d flips", flips)
}

// TestEveryCut cuts a small journal after each byte: what is left is read, and loses outcomes at most.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	content, dir := small(t), t.TempDir()
	whole, err := outcomes(t, dir, content)
	require.NoError(t, err)
	for end := range len(content) {
		got, err := outcomes(t, dir, content[:end])
		require.NoError(t, err, "cut after %d bytes", end)
		for resource, said := range got {
			if resource == "i-b" { // refused first, and then done
				continue
			}
			assert.Equal(t, whole[resource], said)
		}
	}
}

// TestLinesOutOfPlace: lines that are swapped, repeated, missing or from another journal are told.
func TestLinesOutOfPlace(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(strings.TrimSuffix(small(t), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	other := strings.SplitAfter(small(t), "\n") // the same outcomes at other times
	for i := 1; i < len(lines); i++ {
		for name, changed := range map[string][]string{
			"repeated":             slices.Insert(slices.Clone(lines), i, lines[i]),
			"missing":              slices.Delete(slices.Clone(lines), i, i+1),
			"of another journal":   slices.Replace(slices.Clone(lines), i, i+1, strings.Replace(other[i], `"time":"2`, `"time":"1`, 1)),
			"blank":                slices.Insert(slices.Clone(lines), i, "\n"),
			"swapped with another": swapped(lines, i, 1+i%(len(lines)-1)),
		} {
			got, err := outcomes(t, t.TempDir(), strings.Join(changed, ""))
			if name == "missing" && i == len(lines)-1 {
				require.NoError(t, err, "a cut at the end")
				assert.NotContains(t, slices.Collect(maps.Keys(got)), "i-d")
				continue
			}
			var corrupt *journal.CorruptError
			require.ErrorAs(t, err, &corrupt, "line %d %s", i+1, name)
		}
	}
}

func swapped(lines []string, a, b int) []string {
	changed := slices.Clone(lines)
	changed[a], changed[b] = changed[b], changed[a]
	return changed
}

// TestPlainJournals: those of 0.1.0 are read and go on as they are; a header or line that is not theirs is told.
func TestPlainJournals(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	write(t, path, plainHeader+lineA+lineB)
	j := open(t, path)
	assert.Equal(t, []string{"i-b", "i-c"}, pending(j, "i-a", "i-b", "i-c"))
	record(t, j, pair{"i-c", nil})
	require.NoError(t, j.Close())
	assert.NotContains(t, read(t, path), "sum")
	j = open(t, path)
	assert.Equal(t, []string{"i-b"}, pending(j, "i-a", "i-b", "i-c"))
	require.NoError(t, j.Close())

	chained := strings.SplitAfter(small(t), "\n")
	for name, content := range map[string]string{
		"a line with a checksum": plainHeader + chained[1],
		"a version one flip off": strings.Replace(chained[0], `"version":2`, `"version":3`, 1) + chained[1],
		"a version made older":   strings.Replace(chained[0], `"version":2`, `"version":1`, 1) + chained[1],
		"a header one flip off":  strings.Replace(plainHeader, `"env"`, `"enw"`, 1) + lineA,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := outcomes(t, t.TempDir(), content)
			var corrupt *journal.CorruptError
			require.ErrorAs(t, err, &corrupt)
		})
	}
}
