package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtemporal"
)

func TestTable(t *testing.T) {
	t.Parallel()
	status := untagtemporal.Status{
		State: untagtemporal.StateRunning, Resources: 200, Slices: 4, SlicesDone: 2, Lanes: 4, LanesOpen: 1, Counts: untagtemporal.Counts{Done: 99, Refused: 1},
	}
	var plain strings.Builder
	view := newTable(&plain)
	view.show(status, 3*time.Second, 7)
	view.show(status, 4*time.Second, 8)
	lines := strings.Split(strings.TrimSpace(plain.String()), "\n")
	assert.Len(t, lines, 3, "a heading and a line each time")
	assert.Equal(t, []string{"3s", "100", "99", "1", "2/4", "1", "7"}, strings.Fields(lines[1]))
	assert.NotContains(t, plain.String(), "\x1b")

	var screen strings.Builder
	view = &table{out: &screen, terminal: true}
	view.show(status, 3*time.Second, 7)
	first := screen.String()
	assert.Contains(t, first, "[####################....................]  50 %")
	view.show(status, 4*time.Second, 8)
	second := screen.String()[len(first):]
	assert.True(t, strings.HasPrefix(second, "\x1b[5A"), "it is drawn over the first: %q", second)
	assert.Equal(t, 5, strings.Count(second, "\n"))
}
