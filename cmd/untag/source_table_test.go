package main

import (
	"bufio"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDelimiter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rune{"a,b": ',', "a;b,c;d": ';', "a\tb": '\t', "": ',', "# x;y;z\n\na,b": ','} {
		assert.Equal(t, string(want), string(delimiter(bufio.NewReader(strings.NewReader(text)))), text)
	}
}

func TestWithoutComments(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a\n# b\n", string(withoutComments([]byte("# x\n\n  # y\na\n# b\n"))))
	assert.Empty(t, withoutComments([]byte("# x\n\n")))
}

func TestCellList(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "“a”, “b\uFFFD”", cellList([]string{"a", "b\x1b"}))
	assert.Contains(t, cellList(strings.Split(strings.Repeat("x,", 20), ",")), "…")
}

// TestRowsOfAnotherJob finds the one row in a report that is not about this run.
func TestRowsOfAnotherJob(t *testing.T) {
	t.Parallel()
	row := func(resource, keys string) string {
		return resource + ",refused,c,m,r,cn-hangzhou,ecs,2026-01-01T00:00:00Z,," + "instance," + keys + ",false,42,by region,live\n"
	}
	about := aboutTest
	about.Keys = "a"
	content := strings.Join(csvColumns, ",") + "\n" + row("i-1", "a") + row("i-2", "b") + row("i-3", "a")
	got, err := readAll(t, &source{path: file(t, "r.csv", content), about: &about})
	assert.Equal(t, []string{"i-1"}, got)
	require.ErrorContains(t, err, "line 3: the report is about other keys (b)")
}
