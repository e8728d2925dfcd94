package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// CorruptError is a line of the file that no [Journal] has written, or one of another version of the format. If Line is
// 1, the file may be something else altogether. Nothing was changed.
type CorruptError struct {
	// Path is that of the journal, made absolute.
	Path string
	// Line is the number of the line, from 1.
	Line int
	// Err says what is wrong with the line. Unwrap returns it.
	Err error
}

// Error says in one line what is wrong and what to do.
func (e *CorruptError) Error() string {
	if e.Line == 1 {
		return fmt.Sprintf("journal %s: line 1: %v; nothing was changed: choose another path, or remove the file if it is of no use", e.Path, e.Err)
	}
	return fmt.Sprintf("journal %s: line %d: %v; nothing was changed: restore the file, or keep only the %d lines before it "+
		"and have what was recorded after them sent again, which does no harm", e.Path, e.Line, e.Err, e.Line-1)
}

// Unwrap returns Err.
func (e *CorruptError) Unwrap() error { return e.Err }

// load reads the file, or begins it. It changes nothing before it knows that the file is a journal of this plan and sound.
func (j *Journal) load(f *os.File, plan Plan) error {
	info, err := f.Stat() // with the lock held: the size is final
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	size := info.Size()
	ours, sum := plan.header(versionChained)
	theirs, _ := plan.header(versionPlain)
	for _, header := range [][]byte{ours, theirs} {
		fresh, err := unbegun(f, size, header)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if fresh {
			j.chain = chain{version: versionChained, sum: sum}
			return j.begin(f, ours)
		}
	}
	lines := newLineReader(f, size)
	recorded, err := lines.header()
	if err != nil {
		return j.readError(lines, err)
	}
	if err := checkPlan(j.path, lines.chain.version, recorded, plan); err != nil {
		return err
	}
	for {
		o, err := lines.outcome()
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			break
		}
		if err != nil {
			return j.readError(lines, err)
		}
		if o.Done {
			j.done.put(j.key(&o), struct{}{})
		}
	}
	j.size, j.chain = lines.start, lines.chain
	if j.size < size {
		if err := f.Truncate(j.size); err != nil {
			return fmt.Errorf("journal: cut off a torn last line: %w", err)
		}
	}
	// What a killed process wrote last is in the file, and perhaps not yet on the disk: it counts as done from now on.
	if err := f.Sync(); err != nil {
		return fmt.Errorf("journal: sync: %w", err)
	}
	last := make([]byte, min(j.size, endLength))
	if _, err := f.ReadAt(last, j.size-int64(len(last))); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.end = last
	return nil
}

// key is that of a resource of the file, with its pairs if it has any.
func (j *Journal) key(o *outcome) key { return j.seeds.bytes(o.resource).with(o.tags) }

// begin writes the header, and syncs it with the directory: whoever resumes after a crash of the machine looks for the file.
func (j *Journal) begin(f *os.File, header []byte) error {
	err := f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(header, 0)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = f.Truncate(0)
		return fmt.Errorf("journal: begin: %w", err)
	}
	j.size, j.end = int64(len(header)), header[max(0, len(header)-endLength):]
	if dir, err := os.Open(filepath.Dir(j.path)); err == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}

// unbegun tells whether the file is empty, or holds a part of our header and nothing else.
func unbegun(f *os.File, size int64, header []byte) (bool, error) {
	if size >= int64(len(header)) {
		return false, nil
	}
	content := make([]byte, size)
	if _, err := f.ReadAt(content, 0); err != nil && size > 0 {
		return false, err
	}
	return bytes.HasPrefix(header, content), nil
}

// errTorn is a last line that a crash has left: an outcome that nobody was told of.
var errTorn = errors.New("a torn last line")

// torn tells whether the last line, though it ends in a line break, may come from a crash of the machine: then a block
// of the file can be missing or be zeros. A single zero inside of the line is none: it is a bit that flipped.
func torn(version int, line []byte) bool {
	if bytes.Contains(line, []byte{0, 0}) || len(line) > 0 && (line[0] == 0 || line[len(line)-1] == 0) {
		return true
	}
	if version != versionPlain {
		return false
	}
	var value json.RawMessage
	err := json.NewDecoder(bytes.NewReader(line)).Decode(&value)
	return errors.Is(err, io.ErrUnexpectedEOF) && line[0] == '{'
}

// badLineError tells a line that could be read, and is wrong, from one that could not be read.
type badLineError struct{ err error }

func (e *badLineError) Error() string { return e.err.Error() }

func (j *Journal) readError(lines *lineReader, err error) error {
	if bad, ok := errors.AsType[*badLineError](err); ok {
		return &CorruptError{Path: j.path, Line: lines.number, Err: bad.err}
	}
	return fmt.Errorf("journal: %w", err)
}

// lineReader reads the lines of a journal, of any length.
type lineReader struct {
	r      *bufio.Reader
	size   int64
	chain  chain  // set by header
	long   []byte // a line that does not fit in r's buffer
	start  int64  // where the line last read starts; at the end of the file, the end
	length int64  // of the line last read, with its line break
	number int    // of the line last read, from 1
}

func newLineReader(r io.ReaderAt, size int64) *lineReader {
	return &lineReader{size: size, r: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 64<<10)}
}

// next returns a line without its line break, valid until the next call, and whether it had one; io.EOF after the last.
func (l *lineReader) next() (line []byte, whole bool, err error) {
	l.start += l.length
	l.length = 0
	line, err = l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = l.long[:0]
		for errors.Is(err, bufio.ErrBufferFull) {
			l.long = append(l.long, line...)
			line, err = l.r.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, false, err
	}
	l.length = int64(len(line))
	l.number++
	line, whole = bytes.CutSuffix(line, []byte("\n"))
	return line, whole, nil
}

// outcome reads an outcome, valid until the next call; io.EOF after the last. errTorn is that of a last line which says
// nothing: start is then where it begins.
func (l *lineReader) outcome() (outcome, error) {
	line, whole, err := l.next()
	if err != nil {
		return outcome{}, err
	}
	if !whole {
		return outcome{}, errTorn
	}
	o, err := l.chain.parse(line)
	if err != nil && l.start+l.length == l.size && torn(l.chain.version, line) {
		return outcome{}, errTorn
	}
	if err != nil {
		return outcome{}, &badLineError{err}
	}
	return o, nil
}

// header reads the first line. A file that does not begin as a journal does is not read on: it may be huge and have no lines.
func (l *lineReader) header() (Plan, error) {
	l.number = 1
	head, err := l.r.Peek(len(magic))
	if err != nil && !errors.Is(err, io.EOF) {
		return Plan{}, err
	}
	if string(head) != magic {
		return Plan{}, &badLineError{errors.New("this is not a journal of an untag run")}
	}
	l.number = 0
	line, whole, err := l.next()
	if err != nil {
		return Plan{}, err
	}
	if !whole {
		return Plan{}, &badLineError{errors.New("the header is incomplete, and not that of this plan")}
	}
	plan, chain, err := parseHeader(line)
	if err != nil {
		return Plan{}, &badLineError{err}
	}
	l.chain = chain
	return plan, nil
}
