package main

import (
	"fmt"
	"io"
	"strings"
)

// printer writes to people: in their language, in lines of at most lineWidth columns, and nothing that a terminal obeys.
type printer struct {
	w    io.Writer
	lang lang
}

// say prints a paragraph.
func (p printer) say(format string, args ...any) { p.print(msg(format, args...)) }

func (p printer) print(err error) { p.raw(p.lang.text(err)) }

// raw prints a text that is put together already.
func (p printer) raw(text string) {
	fmt.Fprintln(p.w, wrap(printable(text, true), lineWidth, indentOf(text)))
}

func (p printer) blank() { fmt.Fprintln(p.w) }

// item prints a paragraph that is set in, such as a step to take.
func (p printer) item(err error) {
	fmt.Fprintln(p.w, "  "+wrap(printable(p.lang.text(err), true), lineWidth-2, "  "))
}

// indentOf is the space that a text begins with, and what sets its following lines in.
func indentOf(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, " "))]
}

// table prints aligned columns: numbers to the right, everything else to the left. Where a line would be too long, its
// last cell goes below, set in, if it is a text; else the first one is shortened.
func (p printer) table(head []string, rows [][]string) {
	lines := make([][]string, 0, len(rows)+1)
	translated := make([]string, len(head))
	for i, cell := range head {
		translated[i] = p.lang.t(cell)
	}
	lines = append(append(lines, translated), rows...)
	widths := make([]int, len(head))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	last := len(head)
	if width(widths) > lineWidth && last > 1 && !isNumber(rows, last-1) {
		last--
	}
	if over := width(widths[:last]) - lineWidth; over > 0 {
		widths[0] = max(10, widths[0]-over)
	}
	for n, line := range lines {
		var b strings.Builder
		for i, cell := range line[:min(last, len(line))] {
			cell = shorten(printable(cell, false), widths[i])
			switch {
			case isNumber(rows, i):
				b.WriteString("  " + padding(cell, widths[i]) + cell)
			default:
				b.WriteString("  " + cell + padding(cell, widths[i]))
			}
		}
		fmt.Fprintln(p.w, strings.TrimRight(b.String(), " "))
		if last < len(line) && n > 0 && line[last] != "" {
			fmt.Fprintln(p.w, "      "+wrap(printable(line[last], false), lineWidth-6, "      "))
		}
	}
	p.blank()
}

// width is how wide a line of a table is.
func width(columns []int) (n int) {
	for _, w := range columns {
		n += 2 + w
	}
	return n
}

// isNumber tells whether a column of a table holds numbers.
func isNumber(rows [][]string, column int) bool {
	return len(rows) > 0 && rows[0][column] != "" && strings.Trim(rows[0][column], "0123456789,.%") == ""
}
