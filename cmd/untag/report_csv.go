package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// csvColumns are those of a report. They say whether a file is one.
var csvColumns = []string{
	"resource", "outcome", "code", "message", "request_id", "region", "service", "time", "keys_removed",
	"resource_type", "keys", "all", "account", "endpoint", "mode",
}

// csvOrigin is what a row is about.
func csvOrigin(record []string) origin {
	cell := func(name string) string { return unguard(strings.Clone(record[slices.Index(csvColumns, name)])) }
	return origin{
		Service: cell("service"), ResourceType: cell("resource_type"), Keys: cell("keys"), All: cell("all") == "true",
		Account: cell("account"), Endpoint: cell("endpoint"), Mode: cell("mode"),
	}
}

// csvReport writes a row for each resource. Every cell is in quotes, so that no text can begin a new one,
// wherever spreadsheets expect semicolons for example.
type csvReport struct{ about origin }

func (csvReport) header(w *bufio.Writer) error { return writeCells(w, csvColumns) }

func (c csvReport) row(w *bufio.Writer, r row) error {
	return writeCells(w, []string{
		r.resource, r.outcome.String(), r.code, r.message, r.requestID, r.region, c.about.Service,
		r.time.UTC().Format(time.RFC3339Nano), removedList(r.keysRemoved),
		c.about.ResourceType, c.about.Keys, strconv.FormatBool(c.about.All), c.about.Account, c.about.Endpoint, c.about.Mode,
	})
}

func (csvReport) end(*bufio.Writer, *tally, meta) error { return nil }

func removedList(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keyList(keys)
}

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

// isReportHeader tells whether a file begins as the report of a run does.
func isReportHeader(head []byte) bool { return hasHeader(head, csvColumns) }

func hasHeader(head []byte, columns []string) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(line))
	r.LazyQuotes, r.Comma = true, delimiter(bufio.NewReader(bytes.NewReader(line)))
	cells, err := r.Read()
	return err == nil && slices.Equal(cells, columns)
}
