package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// readCSV reads the column of a CSV file, or the unfinished rows of a report.
func (s *source) readCSV(b *bufio.Reader, emit func(item) bool) error {
	r := csv.NewReader(b)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	r.Comma = delimiter(b)
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: the header: %w", s.name(), err)
	}
	header = slices.Clone(header)
	name := s.column
	if name == "" {
		name = csvColumns[0]
	}
	at := slices.IndexFunc(header, func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), strings.TrimSpace(name)) })
	if at < 0 && s.column == "" && len(header) > 1 {
		return fmt.Errorf("%s: which column has the resources? There are %q; say one with -column", s.name(), header)
	}
	if at < 0 && s.column == "" {
		return fmt.Errorf("%s: is a CSV file with the one column %q; say so with -column, or name the file .txt if it has no header", s.name(), header[0])
	}
	if at < 0 {
		return fmt.Errorf("%s: has no column %q; there are %q", s.name(), s.column, header)
	}
	verdict := slices.Index(header, csvColumns[1])
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w; the rows from here on were not read", s.name(), err)
		}
		line, _ := r.FieldPos(0)
		resource := ""
		if at < len(record) {
			resource = strings.Clone(record[at]) // the record is one string: a piece would keep all of it
		}
		switch {
		case s.report && len(record) != len(csvColumns):
			return fmt.Errorf("%s: line %d has %d cells instead of %d: the report is damaged here, and the rows from here on were not read",
				s.name(), line, len(record), len(csvColumns))
		case s.report && record[verdict] == done.String():
			s.already++
			continue
		case s.report:
			resource = unguard(resource)
		default:
			resource = strings.TrimSpace(resource)
		}
		if !emit(item{line, resource}) {
			return nil
		}
	}
}

// delimiter tells what stands between the cells: spreadsheets in much of Europe write semicolons.
func delimiter(b *bufio.Reader) rune {
	head, _ := firstLine(b)
	line, _, _ := bytes.Cut(head, []byte("\n"))
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
			return fmt.Errorf("%s: row %d: %w; the rows from here on were not read", s.name(), n, err)
		case r.Outcome == "":
			return fmt.Errorf("%s: row %d has no outcome; the rows from here on were not read", s.name(), n)
		case r.Outcome == done.String():
			s.already++
			continue
		}
		if !emit(item{n, r.resource()}) {
			return nil
		}
	}
}
