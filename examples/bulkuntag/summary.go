package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// meta is what a summary and a report say besides the counts.
type meta struct {
	simulated bool
	jobs      []*job
	complete  bool   // every resource of the input has a row
	problem   string // why the run ended early, or what does not add up; "" if nothing
	note      string // what was verified
	list      string // the report that names all resources in a form for programs, "" if there is none
}

// write prints the summary.
func (t *tally) write(w io.Writer, m meta) {
	fmt.Fprintln(w)
	if t.all.total() == 0 {
		fmt.Fprintln(w, cmp.Or(m.problem, "The input named no resource."))
		return
	}
	rows := make([][]string, 0, outcomes+1)
	for o, n := range t.all {
		text := outcome(o).label()
		if outcome(o) == done && t.before > 0 {
			text += " (" + number(t.before) + " of them by earlier runs)"
		}
		if n > 0 || outcome(o) == done {
			rows = append(rows, []string{text, number(n)})
		}
	}
	rows = append(rows, []string{"all", number(t.all.total())})
	writeTable(w, []string{"Outcome", "Resources"}, rows)

	rows = make([][]string, 0, len(t.regions))
	for _, name := range t.regionNames() {
		c := t.regions[name]
		rows = append(rows, []string{cmp.Or(clean(name, 40), "(none)"), number(c[done]), number(c.failed())})
	}
	writeTable(w, []string{"Region", "Done", "Not done"}, rows)

	rows = make([][]string, 0, len(t.codes))
	for _, c := range t.codeCounts() {
		rows = append(rows, []string{clean(c.code, 60), number(c.n), c.outcome.label() + ": " + clean(c.sample, 90)})
	}
	if len(rows) > 0 {
		writeTable(w, []string{"Error code", "Resources", "What the first one was told"}, rows)
	}
	if t.keysRemoved > 0 {
		fmt.Fprintf(w, "%s of those not done have lost some of the keys already; the report says which.\n", number(t.keysRemoved))
	}
	fmt.Fprintf(w, "%s calls in %s HTTP requests: %s throttled, %s repeated after a fault.\n",
		number(t.calls), number(t.attempts), number(t.throttled), number(t.faults))
	fmt.Fprintf(w, "%s, %s resources a second.\n", t.elapsed(), number(t.perSecond()))
	if m.note != "" {
		fmt.Fprintf(w, "\n%s\n", m.note)
	}
	if m.problem != "" {
		fmt.Fprintf(w, "\n%s\n", m.problem)
	}
	if !m.complete {
		fmt.Fprintln(w, "Not every resource of the input is counted here.")
	}
}

func (t *tally) elapsed() time.Duration { return round(t.ended.Sub(t.began)) }

func (t *tally) perSecond() int {
	if t.ended.Equal(t.began) {
		return 0
	}
	return int(float64(t.fresh()) / t.ended.Sub(t.began).Seconds())
}

// writeTable aligns the first column left, numbers right, and what follows left.
func writeTable(w io.Writer, head []string, rows [][]string) {
	widths := make([]int, len(head))
	for _, line := range append([][]string{head}, rows...) {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, line := range append([][]string{head}, rows...) {
		var b strings.Builder
		for i, cell := range line {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch isNumber := len(rows) > 0 && rows[0][i] != "" && strings.Trim(rows[0][i], "0123456789,") == ""; {
			case isNumber:
				b.WriteString("  " + padding + cell)
			case i == 0:
				b.WriteString(map[bool]string{true: "", false: "  "}[n == 0] + cell + padding + map[bool]string{true: "  "}[n == 0])
			default:
				b.WriteString("  " + cell + padding)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	fmt.Fprintln(w)
}

// number writes 1234567 as 1,234,567.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// round leaves about three digits.
func round(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Minute:
		return d.Round(time.Minute)
	case d >= 10*time.Second:
		return d.Round(time.Second)
	case d >= time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
