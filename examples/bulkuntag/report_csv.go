package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// csvColumns are those of a report. The first two say whether a file is one.
var csvColumns = []string{"resource", "outcome", "code", "message", "request_id", "region", "service", "time", "keys_removed"}

// csvReport writes a row for each resource. Every cell is in quotes, so that no text can begin a new one,
// wherever spreadsheets expect semicolons for example.
type csvReport struct{}

func (csvReport) header(w *bufio.Writer) error { return writeCells(w, csvColumns) }

func (csvReport) row(w *bufio.Writer, r row) error {
	return writeCells(w, []string{
		r.resource, r.outcome.String(), r.code, r.message, r.requestID, r.region, r.service.name,
		r.time.UTC().Format(time.RFC3339Nano), strings.Join(r.keysRemoved, " "),
	})
}

func (csvReport) end(*bufio.Writer, *tally, meta) error { return nil }

func writeCells(w *bufio.Writer, cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		_ = w.WriteByte('"')
		_, _ = w.WriteString(strings.ReplaceAll(guard(cell), `"`, `""`))
		_ = w.WriteByte('"')
	}
	_, err := w.WriteString("\r\n") // a bufio.Writer remembers the first error
	return err
}

// guard keeps a spreadsheet from taking a text for a formula: it puts a quote before what begins like one, as OWASP says.
// What begins with quotes and then like a formula gets one more, so that unguard can tell them apart.
func guard(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// unguard is the inverse of guard.
func unguard(cell string) string {
	if bare, ok := strings.CutPrefix(cell, "'"); ok && isFormula(bare) {
		return bare
	}
	return cell
}

func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, "'"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) && cell != ""
}

// isReportHeader tells whether a file begins as a report does.
func isReportHeader(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.Comma = true, delimiter(bufio.NewReader(bytes.NewReader(line)))
	cells, err := r.Read()
	return err == nil && slices.Equal(cells, csvColumns)
}
