package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/untag-go/untag"
)

// readCSV reads the column of a CSV file, or the unfinished rows of a report.
func (s *source) readCSV(b *bufio.Reader, emit func(item) bool) error {
	r := csv.NewReader(b)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	r.Comma = delimiter(b)
	if !s.report {
		r.Comment = '#'
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return msg("%s: the header: %s", s.name(), err)
	}
	header = slices.Clone(header)
	name := s.column
	if name == "" {
		name = csvColumns[0]
	}
	at := slices.IndexFunc(header, func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), strings.TrimSpace(name)) })
	if at < 0 && s.column == "" && len(header) > 1 {
		return msg("%s: which column has the resources? There are %s; say one with -column", s.name(), cellList(header))
	}
	if at < 0 && s.column == "" {
		return msg("%s: is a CSV file with the one column %s; say so with -column, or name the file .txt if it has no header", s.name(), header[0])
	}
	if at < 0 {
		return msg("%s: has no column %s; there are %s", s.name(), s.column, cellList(header))
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return msg("%s: %s; the rows from here on were not read", s.name(), err)
		}
		line, _ := r.FieldPos(0)
		resource := ""
		if at < len(record) {
			resource = strings.Clone(record[at]) // the record is one string: a piece would keep all of it
		}
		switch {
		case s.report && len(record) != len(csvColumns):
			return msg("%s: line %s has %s cells instead of %s: the report is damaged here, and the rows from here on were not read",
				s.name(), number(line), number(len(record)), number(len(csvColumns)))
		case s.report:
			isDone, wrong := s.judge(record[1], csvOrigin(record))
			if wrong != nil {
				return msg("%s: line %s: %s", s.name(), number(line), wrong)
			}
			if isDone {
				continue
			}
			resource = unguard(resource)
		case !utf8.ValidString(resource):
			return msg("%s: line %s: %s", s.name(), number(line), notUTF8())
		default:
			resource = strings.TrimSpace(resource)
		}
		if !emit(item{line, resource}) {
			return nil
		}
	}
}

// judge looks at the outcome of a row of a report, after it has made sure that the row is about what this run is about.
func (s *source) judge(outcome string, about origin) (isDone bool, wrong error) {
	if s.about != nil {
		if wrong = s.about.mismatch(about); wrong != nil {
			return false, wrong
		}
	}
	if outcome == untag.OutcomeDone.String() {
		s.already++
		return true, nil
	}
	return false, nil
}

// cellList shows the names of columns.
func cellList(cells []string) string {
	shown := make([]string, 0, 12)
	for _, cell := range cells[:min(12, len(cells))] {
		shown = append(shown, "“"+clean(cell, 30)+"”")
	}
	if len(cells) > len(shown) {
		shown = append(shown, "…")
	}
	return strings.Join(shown, ", ")
}

// withoutComments is the text from the first line on that is neither blank nor a comment.
func withoutComments(head []byte) []byte {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return head
		}
		head = rest
	}
	return nil
}

// delimiter tells what stands between the cells: spreadsheets in much of Europe write semicolons.
func delimiter(b *bufio.Reader) rune {
	head, _ := firstLine(b)
	line, _, _ := bytes.Cut(withoutComments(head), []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, r := range ";\t" {
		if n := bytes.Count(line, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

// readJSONL reads the unfinished rows of a JSON Lines report.
func (s *source) readJSONL(b *bufio.Reader, emit func(item) bool) error {
	decoder := json.NewDecoder(b)
	for n := 1; ; n++ {
		var r jsonRow
		err := decoder.Decode(&r)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return msg("%s: row %s: %s; the rows from here on were not read", s.name(), number(n), err)
		case r.Outcome == "":
			return msg("%s: row %s has no outcome; the rows from here on were not read", s.name(), number(n))
		}
		isDone, wrong := s.judge(r.Outcome, r.origin)
		if wrong != nil {
			return msg("%s: line %s: %s", s.name(), number(n), wrong)
		}
		if isDone {
			continue
		}
		if !emit(item{n, r.resource()}) {
			return nil
		}
	}
}
