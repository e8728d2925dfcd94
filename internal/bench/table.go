package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// table is Markdown: the first column is text, the others are figures.
type table struct {
	title string
	head  []string
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer) {
	fmt.Fprintf(w, "\n### %s\n\n", t.title)
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	line(append([]string{"---"}, slices.Repeat([]string{"--:"}, len(t.head)-1)...))
	for _, row := range t.rows {
		line(row)
	}
}

// figure writes three digits that matter.
func figure(x float64) string {
	switch {
	case x < 10:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 100:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return thousands(int64(x + 0.5))
}

func thousands(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

func times(x float64) string { return figure(x) + " ×" }

func megabytes(bytes int64) string { return figure(float64(bytes) / 1e6) }
