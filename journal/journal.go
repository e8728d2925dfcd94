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
// error texts and request IDs, and nothing of the credentials.
//
// Against a crash of the process every recorded outcome is safe; against a crash of the machine, those that are older than a second:
// the file is synced that often, and by Close.
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
)

// syncInterval bounds how much a crash of the machine can cost.
const syncInterval = time.Second

// ErrLocked says that another Journal, of this process or another, has the file open. The lock ends with the Journal,
// or with its process however that ends. On systems that have no such lock it is a file beside the journal, named by
// the error, which a crash leaves behind.
var ErrLocked = errors.New("in use by another run")

// Plan says what a run does, apart from the resources. A journal belongs to one plan: [Open] refuses that of another.
// Nothing compares it with the request that is sent, so put the same values into both. All fields may be empty, but
// what is empty protects from nothing: without an Account, the journal of one account can be resumed with the
// credentials of another.
type Plan struct {
	// Service is one of the Service constants of package untag.
	Service string
	// Action is "UntagResources".
	Action string
	// Account is the number of the account whose resources these are.
	Account string
	// Region is that of the request. "": the request has none, because its ARNs name theirs.
	Region string
	// ResourceType is that of the request. "": the request has none, as those of Tag.
	ResourceType string
	// TagKeys are those of the request, as a set: neither order nor repetition matters.
	TagKeys []string
	// All says that all tags of each resource are removed.
	All bool
}

// Entry is the outcome of one resource.
type Entry struct {
	// Time is when it was recorded, in UTC and whole milliseconds.
	Time time.Time
	// Resource is the ID or ARN as the run was given it.
	Resource string
	// Code is the service's code, or one of the Code constants; "" if Done.
	Code string
	// Message is one line, at most 1 KiB: the service's message if Code is the service's, otherwise the text of the
	// error, which also says which keys are gone from the resource if some are. "" if Done.
	Message string
	// RequestID is that of the answer that refused the resource, "" if there was none.
	RequestID string
	// Done says that the service confirmed it, which is final.
	Done bool
}

// file is what a Journal needs of an *os.File to write.
type file interface {
	WriteAt(p []byte, off int64) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// Journal records the outcomes of runs of one plan. Make it with [Open], and [Journal.Close] it. It is safe for
// concurrent use. It keeps some tens of bytes in memory for each resource that has succeeded, and nothing for the
// others.
type Journal struct {
	path   string      // absolute: Entries opens it again
	info   fs.FileInfo // tells whether what is at path is still this file
	unlock func()
	seeds  seeds

	mu     sync.Mutex
	file   file
	size   int64 // of the file: always whole lines
	done   table[struct{}]
	lines  []byte // reused for every write
	stamp  []byte // milli in RFC 3339
	milli  int64
	err    error
	closed bool

	// The timer runs from the first outcome that is not synced to the sync that finds nothing new.
	timer   *time.Timer
	running bool
	syncs   sync.WaitGroup // 1 while the timer runs
}

// Open opens the journal at path for one run after another of the plan, and creates it if there is none; its directory must exist.
//
// The file is read once from beginning to end. It is of mode 0600 if Open creates it; the mode of one that is there is
// left as it is. A last line that a crash left torn is cut off, since its outcome was never reported.
//
// Open changes nothing and fails if
//   - the journal is open already: errors.Is [ErrLocked];
//   - it is of another plan: a [*PlanError];
//   - any other line is bad, or the file is no journal at all: a [*CorruptError];
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
	j := &Journal{path: path, info: info, unlock: unlock, seeds: newSeeds(), file: f}
	if err := j.load(f, plan.normal()); err != nil {
		unlock()
		return nil, err
	}
	j.timer = time.AfterFunc(time.Hour, j.sync)
	j.timer.Stop()
	return j, nil
}

// Err returns what ended recording, such as a full disk, or nil. The error stays: nothing more is recorded by this
// Journal, and [Journal.Record] yields it. Open the journal again once there is room. Closing is no error.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Close syncs and closes the file, and lets others open it. It returns what [Journal.Err] returns, which a failed sync
// or close sets; closing again returns the same. Pending, Entries and Summary can still be used; Record yields an error
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
	if err := j.file.Sync(); err != nil && j.err == nil {
		j.err = j.syncError(err)
	}
	j.unlock()
	if err := j.file.Close(); err != nil && j.err == nil {
		j.err = fmt.Errorf("journal %s: close: %w", j.path, cause(err))
	}
	return j.err
}

// startTimer is called, with the lock held, when something was written.
func (j *Journal) startTimer() {
	if !j.running {
		j.running = true
		j.syncs.Add(1)
		j.timer.Reset(syncInterval)
	}
}

// sync runs in the timer's goroutine. Recording goes on meanwhile: a slow disk delays no outcome.
func (j *Journal) sync() {
	j.mu.Lock()
	size := j.size
	j.mu.Unlock()
	err := j.file.Sync()
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && j.err == nil {
		j.err = j.syncError(err) // final: a kernel may forget what it could not write, and say yes the next time
	}
	if j.size > size && j.err == nil && !j.closed {
		j.timer.Reset(syncInterval)
		return
	}
	j.running = false
	j.syncs.Done()
}

func (j *Journal) syncError(err error) error {
	return fmt.Errorf("journal %s: sync: %w; the run was ended, and what it recorded last may be lost: "+
		"see to the disk, then run again with the same journal and the same resources", j.path, cause(err))
}

// cause leaves the path to the text around it.
func cause(err error) error {
	if pathErr, ok := err.(*fs.PathError); ok { //nolint:errorlint // only where nothing is lost
		return pathErr.Err
	}
	return err
}
