package jobdir

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"strconv"
)

// CorruptError is a line of a log that is not what was written. The log is not opened.
type CorruptError struct {
	// Path is that of the file.
	Path string
	// Line is its number, from 1.
	Line int
	// Reason says what is wrong with it.
	Reason string
}

// Error says in one line which line is bad and why. It quotes nothing of it.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s line %d: %s; keep the file, and take it from a copy", e.Path, e.Line, e.Reason)
}

// maxLine bounds what a broken file can make a reader hold.
const maxLine = 16 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// chain is the sequence number and the checksum of a line. A line is "SEQ SUM VALUE", where SUM is that of the line before
// carried on over SEQ, a space and VALUE, in hexadecimal: a line that is missing, doubled or moved shows.
type chain struct {
	sequence uint64
	sum      uint32
}

// line appends the next line to b and moves on to it.
func (c *chain) line(b, value []byte) []byte {
	c.sequence++
	b = strconv.AppendUint(b, c.sequence, 10)
	c.add(b, value)
	b = append(b, ' ')
	sum := c.hex()
	b = append(b, sum[:]...)
	b = append(b, ' ')
	b = append(b, value...)
	return append(b, '\n')
}

func (c *chain) add(number, value []byte) {
	c.sum = crc32.Update(c.sum, castagnoli, number)
	c.sum = crc32.Update(c.sum, castagnoli, []byte{' '})
	c.sum = crc32.Update(c.sum, castagnoli, value)
}

func (c *chain) hex() (text [8]byte) {
	hex.Encode(text[:], []byte{byte(c.sum >> 24), byte(c.sum >> 16), byte(c.sum >> 8), byte(c.sum)})
	return text
}

// read moves on to a line without its end, and returns its value or what is wrong with it.
func (c *chain) read(line []byte) (value []byte, reason string) {
	number, rest, _ := bytes.Cut(line, []byte{' '})
	sum, value, ok := bytes.Cut(rest, []byte{' '})
	if !ok {
		return nil, "not a line of this log"
	}
	c.sequence++
	if got, err := strconv.ParseUint(string(number), 10, 64); err != nil || got != c.sequence {
		return nil, fmt.Sprintf("does not have the number %d", c.sequence)
	}
	c.add(number, value)
	if want := c.hex(); string(sum) != string(want[:]) {
		return nil, "does not match its checksum"
	}
	return value, ""
}

// reader reads the lines of a log once.
type reader struct {
	dir   *Dir
	name  string
	file  io.ReaderAt
	limit int64 // -1: to the end of the file, where a torn line is left out
	state chain
	size  int64
}

func (d *Dir) reader(name string, file io.ReaderAt, limit int64) *reader {
	return &reader{dir: d, name: name, file: file, limit: limit}
}

func (r *reader) lines() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		limit := r.limit
		if limit < 0 {
			limit = 1<<63 - 1
		}
		in := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, limit), 1<<16)
		var long []byte
		for {
			line, err := in.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) || len(long) > 0 {
				long = append(long, line...)
				if len(long) > maxLine {
					yield(nil, r.corrupt("is too long"))
					return
				}
				if errors.Is(err, bufio.ErrBufferFull) {
					continue
				}
				line = long
			}
			if errors.Is(err, io.EOF) {
				if len(line) > 0 && r.limit >= 0 {
					yield(nil, r.corrupt("breaks off"))
				}
				return
			}
			if err != nil {
				yield(nil, r.dir.failed(r.name, err))
				return
			}
			value, reason := r.state.read(line[:len(line)-1])
			if reason != "" {
				r.state.sequence--
				yield(nil, r.corrupt(reason))
				return
			}
			r.size += int64(len(line))
			if !yield(value, nil) {
				return
			}
			long = long[:0]
		}
	}
}

func (r *reader) corrupt(reason string) error {
	return &CorruptError{Path: r.dir.path + "/" + r.name, Line: int(r.state.sequence) + 1, Reason: reason}
}
