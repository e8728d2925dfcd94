package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// partial is what the name of a report ends in that does not name every resource, such as that of a run that crashed.
const partial = ".partial"

// flushEvery bounds how much a crash takes from a report, apart from the rows that come after it.
const flushEvery = time.Second

// reportFormat writes one kind of report.
type reportFormat interface {
	header(w *bufio.Writer) error
	row(w *bufio.Writer, r row) error
	end(w *bufio.Writer, t *tally, m meta) error
}

// reportKinds are the formats by the end of the file's name.
var reportKinds = map[string]func(about origin, l lang) reportFormat{
	".csv":   func(about origin, _ lang) reportFormat { return csvReport{about} },
	".jsonl": func(about origin, _ lang) reportFormat { return &jsonlReport{about} },
	".html":  func(_ origin, l lang) reportFormat { return &htmlReport{most: maxListed, lang: l} },
}

// reportFile is a report that is being written, under a name that says so.
type reportFile struct {
	path    string
	format  reportFormat
	file    *os.File
	w       *bufio.Writer
	flushed time.Time
	failed  error
	final   bool // it got its name
}

// reportSet is all the reports of a run.
type reportSet struct{ files []*reportFile }

// openReports begins the reports, or none of them. With takeOver, what a crashed run has left is put aside: the journal's
// lock says that no other run writes it, and its outcomes are in the journal.
func openReports(paths []string, takeOver bool, about origin, l lang) (*reportSet, error) {
	set := new(reportSet)
	for _, path := range paths {
		if takeOver {
			if err := os.Rename(path+partial, path+partial+".old"); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, msg("report %s: %s", path, err)
			}
		}
		f, err := openReport(path, about, l)
		if err != nil {
			for _, opened := range set.files {
				_ = opened.file.Close()
				_ = os.Remove(opened.path + partial)
			}
			return nil, err
		}
		set.files = append(set.files, f)
	}
	return set, nil
}

func openReport(path string, about origin, l lang) (*reportFile, error) {
	file, err := os.OpenFile(path+partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, msg("report %s: %s is there already: another run writes it, or a run that crashed has left it. Move or remove it", path, path+partial)
	}
	if err != nil {
		return nil, msg("report %s: %s", path, withoutPath(err))
	}
	f := &reportFile{
		path: path, format: reportKinds[strings.ToLower(filepath.Ext(path))](about, l), file: file,
		w: bufio.NewWriterSize(file, 64<<10), flushed: time.Now(),
	}
	return f, f.fail(f.format.header(f.w))
}

// add writes a row into every report. The error of a report is returned once; the others go on.
func (s *reportSet) add(r row) error {
	var all error
	for _, f := range s.files {
		if f.failed != nil {
			continue
		}
		err := f.format.row(f.w, r)
		if now := r.time; err == nil && now.Sub(f.flushed) > flushEvery {
			f.flushed, err = now, f.w.Flush()
		}
		all = errors.Join(all, f.fail(err))
	}
	return all
}

func (f *reportFile) fail(err error) error {
	if err != nil {
		f.failed = msg("report %s: %s", f.path, err)
	}
	return f.failed
}

// finish completes the reports. One that names every resource gets its name; the others keep the one that says they do not.
func (s *reportSet) finish(t *tally, m meta) error {
	var all error
	for _, f := range s.files {
		if f.failed == nil {
			_ = f.fail(f.complete(t, m))
		}
		_ = f.file.Close() // again, if it is complete
		// The page says itself what it lacks.
		if f.failed == nil && (m.complete || f.isPage()) {
			if f.fail(os.Rename(f.path+partial, f.path)) == nil {
				f.final = true
			}
		} else if f.failed == nil {
			all = errors.Join(all, msg("report %s: does not name every resource of the input, so it is left as %s", f.path, f.path+partial))
		}
		all = errors.Join(all, f.failed)
	}
	return all
}

func (f *reportFile) complete(t *tally, m meta) error {
	if err := f.format.end(f.w, t, m); err != nil {
		return err
	}
	if err := f.w.Flush(); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	return f.file.Close()
}

// isOurs tells whether a report may take the place of what has its name: nothing, or an earlier report of this program.
func isOurs(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist) // of another error its opening will say more
	}
	defer func() { _ = file.Close() }()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(file, head)
	head = head[:n]
	return n == 0 || bytes.HasPrefix(head, []byte(jsonlStart)) || isReportHeader(head) || hasHeader(head, jobColumns) || bytes.Contains(head, []byte(pageMark))
}

// readable is a report that -retry can read, "" if there is none.
func (s *reportSet) readable() string {
	for _, f := range s.files {
		if !f.isPage() && f.final {
			return f.path
		}
	}
	return ""
}

// listed is a report that will have a row for each resource, "" if there is none.
func (s *reportSet) listed() string {
	for _, f := range s.files {
		if !f.isPage() {
			return f.path
		}
	}
	return ""
}

func (f *reportFile) isPage() bool {
	_, ok := f.format.(*htmlReport)
	return ok
}
