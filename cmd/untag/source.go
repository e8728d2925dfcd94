package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// maxLine is far above any resource. It keeps a file that is no list from being read into memory as one line.
const maxLine = 64 << 10

// source is where the resources come from. It is read as a stream; none of it is kept.
type source struct {
	path      string // "" or "-": stdin
	stdin     io.Reader
	column    string
	mustRetry bool

	about *origin // nil, or what the rows of a report have to be about

	items    chan item
	stop     context.CancelFunc
	finished bool // items was closed; what is below belongs to the reading goroutine until then

	err     error // why reading ended early
	blank   int   // rows without a resource
	already int   // rows of a report that are done
	report  bool
}

// item is a resource and the line that it stands in.
type item struct {
	line     int
	resource string
}

func (s *source) isStdin() bool { return s.path == "" || s.path == "-" }

// name is how messages call the source.
func (s *source) name() string {
	if s.isStdin() {
		return "stdin"
	}
	return s.path
}

// usable refuses a terminal, because who forgot the file would wait for the program, and it for them; and a file that is
// not there.
func (s *source) usable() error {
	if s.path == "" && isTerminalReader(s.stdin) {
		return msg("no resources: name a file, pipe them in, or say - to type them")
	}
	if !s.isStdin() {
		info, err := os.Stat(s.path)
		if err != nil {
			return unopened(s.path, err)
		}
		if info.IsDir() {
			return msg("resources: %s is a folder; name a file", s.path)
		}
	}
	return nil
}

func unopened(path string, err error) error {
	return msg("resources: %s cannot be read: %s", path, withoutPath(err))
}

// withoutPath is an error of a file without its name, which the user knows by another one, and that of the system's call.
func withoutPath(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err
	}
	return err
}

// repeatable tells whether the source can be read twice, to count before the work begins.
func (s *source) repeatable() bool {
	if s.isStdin() {
		return false
	}
	info, err := os.Stat(s.path)
	return err == nil && info.Mode().IsRegular()
}

// start begins reading in a goroutine of its own, so that an input that blocks, such as a pipe, does not keep a run from
// ending. close ends it.
func (s *source) start(ctx context.Context) error {
	r := s.stdin
	var file *os.File
	if !s.isStdin() {
		var err error
		if file, err = os.Open(s.path); err != nil {
			return unopened(s.path, err)
		}
		r = file
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.items, s.finished, s.err, s.blank, s.already, s.report = make(chan item, 1024), false, nil, 0, 0, false
	go func() {
		defer close(s.items)
		if file != nil {
			defer func() { _ = file.Close() }()
		}
		s.err = s.read(r, func(i item) bool {
			if i.resource == "" { // UntagMany has no other name for the end of a run
				s.blank++
				return true
			}
			select {
			case s.items <- i:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	return nil
}

// close ends reading and waits until a file is closed: its report may be about to take its place.
func (s *source) close() {
	s.stop()
	if !s.isStdin() {
		for range s.items {
		}
	}
}

// failure is why the input ended before its end, nil if it did not.
func (s *source) failure() error {
	if !s.finished {
		return nil
	}
	return s.err
}

// skipped says what was left out, nil if nothing was.
func (s *source) skipped() error {
	switch {
	case !s.finished || s.already == 0 && s.blank == 0:
		return nil
	case s.already == 0:
		return msg("%s rows name no resource", number(s.blank))
	case s.blank == 0:
		return msg("%s rows of the report are done and were left out", number(s.already))
	}
	return msg("%s; %s", msg("%s rows of the report are done and were left out", number(s.already)), msg("%s rows name no resource", number(s.blank)))
}

// until passes the resources on until there are no more or end is closed.
func (s *source) until(end <-chan struct{}) iter.Seq[item] {
	return func(yield func(item) bool) {
		for {
			select {
			case i, more := <-s.items:
				s.finished = s.finished || !more
				if !more || !yield(i) {
					return
				}
			case <-end:
				return
			}
		}
	}
}

// read finds out what the input is and reads it. emit returns false to end it.
func (s *source) read(r io.Reader, emit func(item) bool) error {
	b := bufio.NewReaderSize(r, maxLine)
	head, err := firstLine(b)
	if err != nil {
		return msg("%s: %s", s.name(), err)
	}
	if text, ok := bytes.CutPrefix(head, []byte("\xef\xbb\xbf")); ok {
		head = text
		_, _ = b.Discard(3)
	}
	isTable := s.column != "" || strings.EqualFold(filepath.Ext(s.path), ".csv")
	switch err := foreign(head, isTable); {
	case err != nil:
		return msg("%s: %s", s.name(), err)
	case bytes.HasPrefix(head, []byte(jsonlStart)):
		s.report = true
		return s.readJSONL(b, emit)
	case isReportHeader(head):
		s.report = true
		return s.readCSV(b, emit)
	case s.mustRetry && len(head) > 0:
		return msg("-retry %s: is no .csv or .jsonl report of this program, or one of version 0.1.0, which does not say whose resources it is about; a list of resources is given without -retry", s.name())
	case isTable:
		return s.readCSV(b, emit)
	}
	return s.readLines(b, emit)
}

// firstLine returns the first line, or 4 KiB of it, and leaves it to be read. It does not wait for more than that:
// the other end of a pipe may take its time.
func firstLine(b *bufio.Reader) ([]byte, error) {
	for n := 1; ; n = b.Buffered() + 1 {
		_, err := b.Peek(n)
		head, _ := b.Peek(min(b.Buffered(), 4096))
		if bytes.IndexByte(head, '\n') >= 0 || len(head) == 4096 || errors.Is(err, io.EOF) {
			return head, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// readLines reads one resource a line. A # begins a comment, on a line of its own or after a space.
func (s *source) readLines(b *bufio.Reader, emit func(item) bool) error {
	for n := 1; ; n++ {
		line, err := b.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return msg("%s: line %s is longer than 64 KiB; this is no list of resources", s.name(), number(n))
		case err != nil && !errors.Is(err, io.EOF):
			return msg("%s: line %s: %s", s.name(), number(n), err)
		}
		text := bytes.Trim(line, " \t\r\n")
		if at := bytes.Index(text, []byte(" #")); at >= 0 {
			text = bytes.TrimRight(text[:at], " \t")
		}
		if len(text) > 0 && text[0] != '#' {
			if wrong := notAnID(text); wrong != nil {
				return msg("%s: line %s: %s", s.name(), number(n), wrong)
			}
			if !emit(item{n, string(text)}) {
				return nil
			}
		}
		if err != nil {
			return nil
		}
	}
}
