// Package journal keeps an append-only record of a bulk run, so that the run can be resumed after a crash, a full disk
// or a lost connection, and reported on afterwards.
//
// A journal stands between the input of UntagMany and the loop over its results:
//
//	j, err := journal.Open("untag.jsonl", journal.Plan{Service: untag.ServiceTag, Action: "UntagResources", Account: account, TagKeys: keys})
//	…
//	req.ResourceARNs = j.Pending(arns)
//	for arn, err := range j.Record(client.UntagMany(ctx, req)) {
//		…
//	}
//	err = j.Close()
//
// Every outcome is in the file before the loop sees it. A process that is killed at any moment is started again with the same
// input: Pending leaves out what has succeeded, so at most the resources that the run had read ahead are sent again,
// which does no harm. Only success is final; whatever else was recorded stays pending.
//
// The file is JSON Lines, of mode 0600: a header with the plan, then a line for each outcome. It holds resource identifiers,
// error texts and request IDs, and nothing of the credentials. Each line has a number and a checksum that depends on all
// lines before it, so what a disk, an editor or a copy did to the file is found by [Open]: against accidents, not against
// somebody who means to deceive. A file that was cut at its end has only lost outcomes, which are tried again. Journals of
// SDK 0.1.0 have no checksums; they are read, and go on, as they are.
//
// Against a crash of the process every recorded outcome is safe; against a crash of the machine, those that are older than a second:
// the file is synced that often, and by Close. A file that is deleted, replaced or cut while it is open ends the run with an
// error, a second later at most.
//
// For TagMany, whose resources have pairs of their own, see [Journal.PendingTags] and [Journal.RecordTags]. A program that keeps
// its state elsewhere, such as a workflow engine, records a bounded list with a [Slice].
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/untag-go/untag"
)

// ErrLocked says that another Journal, of this process or another, has the file open. The lock ends with the Journal,
// or with its process however that ends. On systems that have no such lock it is a file beside the journal, named by
// the error, which a crash leaves behind.
var ErrLocked = errors.New("in use by another run")

// Journal records the outcomes of runs of one plan. Make it with [Open], and [Journal.Close] it. It is safe for
// concurrent use. It keeps some tens of bytes in memory for each resource that has succeeded, and nothing for the
// others; for a run of RecordTags, some hundred bytes more for each resource that the run has read and not yielded.
type Journal struct {
	path   string      // absolute: Entries opens it again
	info   fs.FileInfo // tells whether what is at path is still this file
	unlock func()
	seeds  seeds

	mu       sync.Mutex
	file     file
	size     int64  // of the file: always whole lines
	end      []byte // the last bytes of the file, endLength at most
	chain    chain  // up to size
	done     table[struct{}]
	handouts handouts
	line     []byte // reused for every write
	stamp    []byte // milli in RFC 3339
	milli    int64
	err      error // an *endError
	closed   bool

	// The timer runs from the first outcome that is not synced to the sync that finds nothing new.
	timer   *time.Timer
	running bool
	syncs   sync.WaitGroup // 1 while the timer runs
}

// Open opens the journal at path for one run after another of the plan, and creates it if there is none; its directory must exist.
//
// The file is read once from beginning to end, and synced. It is of mode 0600 if Open creates it; the mode of one that is there is
// left as it is. A last line that a crash left torn is cut off, since its outcome was never reported.
//
// Open changes nothing and fails if
//   - the journal is open already: errors.Is [ErrLocked];
//   - it is of another plan: a [*PlanError];
//   - any other line is bad, missing or out of place, or the file is no journal at all: a [*CorruptError];
//   - the file cannot be opened, read or written: an error of package os, such as [io/fs.ErrNotExist] for a missing
//     directory.
func Open(path string, plan Plan) (*Journal, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("journal %s: %w", path, err)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("journal %s: %w; create its directory first", abs, cause(err))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EISDIR):
		return nil, fmt.Errorf("journal %s: %w; it must be a file that may be read and written, or its directory one in which it may be made", abs, cause(err))
	case err != nil:
		return nil, fmt.Errorf("journal %s: %w", abs, cause(err))
	}
	j, err := open(f, abs, plan)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return j, nil
}

func open(f *os.File, path string, plan Plan) (*Journal, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("journal %s: not a regular file; choose another path", path)
	}
	unlock, err := lock(f)
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("journal %s: %w: wait for the run that writes it, or end that run; runs at the same time need a journal each", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("journal %s: cannot be locked, so a second writer could not be kept out: %w", path, err)
	}
	end, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		unlock()
		return nil, fmt.Errorf("journal %s: %w", path, cause(err))
	}
	j := &Journal{path: path, info: info, unlock: unlock, seeds: newSeeds(), file: &disk{File: f, end: end}}
	if at, statErr := end.Stat(); statErr != nil || !os.SameFile(at, info) {
		err = fmt.Errorf("journal %s: %w", path, errReplaced)
	} else {
		err = j.load(f, plan.normal())
	}
	if err != nil {
		unlock()
		_ = end.Close()
		return nil, err
	}
	j.timer = time.AfterFunc(time.Hour, j.sync)
	j.timer.Stop()
	return j, nil
}

// Err returns what ended recording, such as a full disk, or nil. The error stays: nothing more is recorded by this
// Journal, and [Journal.Record] yields it. It is [untag.ErrRunEnded] as well. Open the journal again once the cause is
// mended. Closing is no error.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Close syncs and closes the file, and lets others open it. It returns what [Journal.Err] returns, which a failed sync
// or close sets, and a file that is not as it was left; closing again returns the same. Pending, Entries and Summary can still be used; Record yields an error
// that is [io/fs.ErrClosed].
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return j.err
	}
	j.closed = true
	if j.running && j.timer.Stop() {
		j.running = false
		j.syncs.Done()
	}
	j.mu.Unlock()
	j.syncs.Wait() // outside the lock, which a sync under way needs to end
	j.mu.Lock()
	j.check()
	if err := j.file.Sync(); err != nil {
		j.fail(j.syncError(err))
	}
	j.unlock()
	if err := j.file.Close(); err != nil {
		j.fail(fmt.Errorf("journal %s: close: %w", j.path, cause(err)))
	}
	return j.err
}

// fail ends recording. The first cause stays.
func (j *Journal) fail(err error) {
	if j.err == nil {
		j.err = &endError{err}
	}
}

// usable returns why nothing can be recorded.
func (j *Journal) usable() error {
	if j.err != nil {
		return j.err
	}
	if j.closed {
		return &endError{fmt.Errorf("journal %s: %w", j.path, fs.ErrClosed)}
	}
	return nil
}

// endError is the error of a last pair that a journal yields.
type endError struct{ err error }

func (e *endError) Error() string   { return e.err.Error() }
func (e *endError) Unwrap() []error { return []error{e.err, untag.ErrRunEnded} }

// cause leaves the path to the text around it.
func cause(err error) error {
	if pathErr, ok := err.(*fs.PathError); ok { //nolint:errorlint // only where nothing is lost
		return pathErr.Err
	}
	return err
}
