package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/untag-go/untag/untagtemporal"
)

// table shows how far a job has come: in a terminal in one block that is drawn anew, elsewhere in a line each time.
type table struct {
	out      io.Writer
	terminal bool
	drawn    int // lines of the block, 0 before the first
}

func newTable(out io.Writer) *table {
	return &table{out: out, terminal: isTerminal(out) && os.Getenv("TERM") != "dumb"}
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const barWidth = 40

func (t *table) show(s untagtemporal.Status, after time.Duration, killed int) {
	if !t.terminal {
		if t.drawn == 0 {
			fmt.Fprintln(t.out, "  time   resources      done   refused    slices  lanes busy  killed")
			t.drawn = 1
		}
		fmt.Fprintf(t.out, "%5.0fs %11d %9d %9d %4d/%-4d %11d %7d\n", after.Seconds(), s.Counts.Total(), s.Counts.Done, s.Counts.Refused,
			s.SlicesDone, s.Slices, s.LanesOpen, killed)
		return
	}
	full := 0
	if s.Resources > 0 {
		full = barWidth * s.Counts.Total() / s.Resources
	}
	lines := []string{
		fmt.Sprintf("%-9s  [%s%s] %3d %%  %.0f s", s.State, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*full/barWidth, after.Seconds()),
		fmt.Sprintf("resources  %d of %d: %d done, %d refused, %d unknown", s.Counts.Total(), s.Resources, s.Counts.Done, s.Counts.Refused, s.Counts.Unknown),
		fmt.Sprintf("slices     %d of %d", s.SlicesDone, s.Slices),
		fmt.Sprintf("lanes      %d of %d, %d busy, %d failed", s.LanesDone, s.Lanes, s.LanesOpen, s.LanesFailed),
		fmt.Sprintf("workers    %d killed", killed),
	}
	var b strings.Builder
	if t.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", t.drawn) // up to the first line of the block
	}
	for _, line := range lines {
		b.WriteString("\r\x1b[K" + line + "\n")
	}
	t.drawn = len(lines)
	fmt.Fprint(t.out, b.String())
}
