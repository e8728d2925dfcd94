package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// syncInterval bounds how much a crash of the machine can cost.
const syncInterval = time.Second

// endLength is how much of the last line is looked at again; its checksum is part of it.
const endLength = 32

// file is what a Journal needs of its file to write.
type file interface {
	Write(p []byte) (int, error) // at the end, wherever that is by now
	ReadAt(p []byte, off int64) (int, error)
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// disk is a file on disk. It is open twice, since a file that is open to append cannot be cut on every system. Lines are
// appended, not written where the last one should end: in a file that was cut behind our back that would leave a hole, and
// the size would tell nothing.
type disk struct {
	*os.File
	end *os.File
}

func (d *disk) Write(p []byte) (int, error) { return d.end.Write(p) }
func (d *disk) Size() (int64, error)        { return d.Seek(0, io.SeekEnd) }
func (d *disk) Close() error                { return errors.Join(d.end.Close(), d.File.Close()) }

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
	j.check()
	j.mu.Unlock()
	err := j.file.Sync()
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		j.fail(j.syncError(err)) // final: a kernel may forget what it could not write, and say yes the next time
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

var (
	errDeleted  = errors.New("the file was deleted, or moved away, while it was open")
	errReplaced = errors.New("another file has taken its place")
	errSize     = errors.New("the file was cut, or written to by others, while it was open")
	errChanged  = errors.New("the file was overwritten while it was open")
)

// check, with the lock held, fails the journal if its file is not at its path any more, or not as it was left.
func (j *Journal) check() {
	if j.err != nil || !j.checkSize() {
		return
	}
	info, err := os.Stat(j.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		j.changed(errDeleted)
		return
	case err != nil:
		j.changed(fmt.Errorf("the file cannot be found again: %w", cause(err)))
		return
	case !os.SameFile(info, j.info):
		j.changed(errReplaced)
		return
	}
	last := make([]byte, len(j.end))
	if _, err := j.file.ReadAt(last, j.size-int64(len(last))); err != nil {
		j.changed(fmt.Errorf("the file cannot be read again: %w", cause(err)))
	} else if !bytes.Equal(last, j.end) {
		j.changed(errChanged)
	}
}

// checkSize is the part of check that costs little.
func (j *Journal) checkSize() bool {
	size, err := j.file.Size()
	switch {
	case err != nil:
		j.changed(fmt.Errorf("the file cannot be looked at: %w", cause(err)))
	case size != j.size:
		j.changed(errSize)
	}
	return j.err == nil
}

func (j *Journal) changed(err error) {
	j.fail(fmt.Errorf("journal %s: %w; the run was ended, and what it recorded may be lost: "+
		"see what happened to the file, then run again with the same resources, which does no harm", j.path, err))
}
