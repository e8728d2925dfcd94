package jobdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"sync"
)

// Log is an append-only file of lines, each of them a value in JSON. It is safe for concurrent use.
type Log struct {
	dir  *Dir
	name string
	file *os.File

	// mu guards what follows. The file is written under it and synced outside of it, so that lines can be appended, and
	// callers line up for the next sync, while one is under way.
	mu      sync.Mutex
	synced  *sync.Cond
	state   chain // of the last line
	size    int64 // of whole lines in the file
	durable int64 // bytes that are on disk
	syncing bool
	buffer  []byte
	err     error
}

// Log opens the log of that name and makes it if there is none. It reads all lines to check them.
func (d *Dir) Log(name string) (*Log, error) {
	flag := os.O_RDWR | os.O_CREATE
	if d.spare != nil {
		flag = os.O_RDONLY
	}
	f, err := d.open(name, flag)
	if errors.Is(err, fs.ErrNotExist) && d.spare != nil {
		return d.spare.Log(name) // it would be empty
	}
	if err != nil {
		return nil, err
	}
	l := &Log{dir: d, name: name, file: f}
	l.synced = sync.NewCond(&l.mu)
	r := d.reader(name, f, -1)
	for _, err := range r.lines() {
		if err != nil {
			_ = f.Close()
			return nil, err
		}
	}
	l.state, l.size = r.state, r.size
	if d.spare != nil {
		l.durable, l.err = l.size, d.failed(name, errView)
		return l, nil
	}
	// Lines that a killed process wrote may not be on disk yet, and what follows relies on them.
	if err := errors.Join(f.Truncate(r.size), f.Sync()); err != nil {
		_ = f.Close()
		return nil, d.failed(name, err)
	}
	l.durable = l.size
	return l, nil
}

var errView = errors.New("is open to be looked at, and takes no lines")

// Append writes a line, which survives the end of the process, but maybe not one of the machine before the next Commit
// or Sync. After an error the log takes no more lines.
func (l *Log) Append(value any) error {
	_, err := l.append(value)
	return err
}

// Commit writes a line, and returns when it and all lines before it are on disk. Commits at the same time share a sync.
func (l *Log) Commit(value any) error {
	end, err := l.append(value)
	if err != nil {
		return err
	}
	return l.syncTo(end)
}

// Sync returns when all lines are on disk.
func (l *Log) Sync() error {
	l.mu.Lock()
	end := l.size
	l.mu.Unlock()
	return l.syncTo(end)
}

func (l *Log) append(value any) (end int64, err error) {
	payload, err := json.Marshal(value)
	if err != nil {
		return 0, l.dir.failed(l.name, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, l.err
	}
	next := l.state
	l.buffer = next.line(l.buffer[:0], payload)
	if _, err := l.file.WriteAt(l.buffer, l.size); err != nil {
		_ = l.file.Truncate(l.size) // if that fails as well, opening the log cuts the torn line off
		l.err = l.dir.failed(l.name, err)
		return 0, l.err
	}
	l.state = next
	l.size += int64(len(l.buffer))
	return l.size, nil
}

func (l *Log) syncTo(end int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.durable < end && l.err == nil {
		if l.syncing {
			l.synced.Wait()
			continue
		}
		l.syncing = true
		target := l.size
		l.mu.Unlock()
		err := l.file.Sync()
		l.mu.Lock()
		l.syncing = false
		if err != nil { // what is on disk now is anybody's guess, so no later sync may say that it is there
			l.err = l.dir.failed(l.name, err)
		} else {
			l.durable = target
		}
		l.synced.Broadcast()
	}
	if l.durable < end {
		return l.err
	}
	return nil
}

// Len returns the number of lines.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int(l.state.sequence)
}

// Lines yields the values of all lines that have been written when the loop begins, in JSON. The bytes are good until
// the next step of the loop. An error is the last pair.
func (l *Log) Lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		l.mu.Lock()
		size := l.size
		l.mu.Unlock()
		l.dir.reader(l.name, l.file, size).lines()(yield)
	}
}

// Close syncs and closes the file. It returns what ended the log, if something did.
func (l *Log) Close() error {
	err := l.Sync()
	l.mu.Lock()
	defer l.mu.Unlock()
	if closing := l.file.Close(); err == nil && closing != nil {
		err = l.dir.failed(l.name, closing)
	}
	if l.err == nil {
		l.err = fmt.Errorf("%s in folder %s: %w", l.name, l.dir.path, os.ErrClosed)
	}
	return err
}
