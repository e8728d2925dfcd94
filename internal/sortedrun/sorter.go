package sortedrun

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"sync"
)

const (
	defaultMemory = 4 << 20
	fanIn         = 128     // runs that are merged at a time
	readBuffer    = 1 << 15 // for each of them
	keepInMemory  = 1 << 17 // what a Sorter may hold on to after Finish, so that many can be read side by side
)

// Record is a key and a value. Records are sorted by the bytes of their keys; those of equal keys stay in the order in
// which they were added.
type Record struct{ Key, Value []byte }

// Sorter sorts records. It is for one goroutine: Add all, Finish, then range over Sorted as often as needed, and Close.
type Sorter struct {
	temp   func() (*os.File, func(), error)
	memory int

	buffer

	file   *os.File
	remove func()
	end    int64 // of the file
	runs   []run
	done   bool
	err    error // a record may be missing
}

// buffer holds the records that are not in the file.
type buffer struct {
	arena []byte   // records as they stand in a file
	heads []uint32 // offsets of records in arena
}

// buffers are grown once and used by one Sorter after another: a job sorts region by region.
var buffers sync.Pool

func (s *Sorter) giveBack() {
	b := s.buffer
	s.buffer = buffer{}
	b.arena, b.heads = b.arena[:0], b.heads[:0]
	buffers.Put(&b)
}

// run is a sorted part of the file.
type run struct{ start, end int64 }

// New returns a Sorter that makes at most one file with temp, with a function that closes and removes it, and keeps about
// memory bytes of records. 0: 4 MiB.
func New(temp func() (*os.File, func(), error), memory int) *Sorter {
	if memory <= 0 {
		memory = defaultMemory
	}
	return &Sorter{temp: temp, memory: min(memory, 1<<30)}
}

// Add takes a copy of a record.
func (s *Sorter) Add(key, value []byte) error {
	if s.done {
		return errors.New("sortedrun: Add after Finish")
	}
	if len(s.arena) > 0 && len(s.arena)+len(key)+len(value)+len(s.heads)*4 > s.memory {
		if err := s.spill(); err != nil {
			s.err = err
			return err
		}
	}
	if s.arena == nil {
		if b, ok := buffers.Get().(*buffer); ok {
			s.buffer = *b
		}
	}
	s.heads = append(s.heads, uint32(len(s.arena)))
	s.arena = appendRecord(s.arena, key, value)
	return nil
}

func appendRecord(b, key, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	b = append(b, key...)
	return append(b, value...)
}

// at returns the record at an offset of the arena.
func (s *Sorter) at(offset uint32) Record {
	head := int(offset)
	keyLen, n := binary.Uvarint(s.arena[head:])
	valueLen, m := binary.Uvarint(s.arena[head+n:])
	key := head + n + m
	value := key + int(keyLen)
	return Record{s.arena[key:value:value], s.arena[value : value+int(valueLen) : value+int(valueLen)]}
}

func (s *Sorter) sortArena() {
	slices.SortFunc(s.heads, func(a, b uint32) int {
		if order := bytes.Compare(s.at(a).Key, s.at(b).Key); order != 0 {
			return order
		}
		return cmp.Compare(a, b)
	})
}

// spill writes the arena as a run.
func (s *Sorter) spill() error {
	s.sortArena()
	w, err := s.writer()
	if err != nil {
		return err
	}
	for _, head := range s.heads {
		if err := w.add(s.at(head)); err != nil {
			return err
		}
	}
	s.arena, s.heads = s.arena[:0], s.heads[:0]
	return w.end()
}

// Finish ends adding, and merges the runs into one.
func (s *Sorter) Finish() error {
	if s.done || s.err != nil {
		return s.err
	}
	s.done = true
	if len(s.runs) == 0 && len(s.arena) <= keepInMemory {
		s.sortArena()
		small := buffer{bytes.Clone(s.arena), slices.Clone(s.heads)}
		s.giveBack()
		s.buffer = small
		return nil
	}
	if len(s.arena) > 0 {
		if err := s.spill(); err != nil {
			s.err = err
			return err
		}
	}
	s.giveBack()
	for len(s.runs) > 1 {
		if err := s.mergeLevel(); err != nil {
			s.err = err
			return err
		}
	}
	return nil
}

// mergeLevel merges neighbours, so that equal keys keep their order.
func (s *Sorter) mergeLevel() error {
	level := s.runs
	s.runs = nil
	for runs := range slices.Chunk(level, fanIn) {
		if len(runs) == 1 {
			s.runs = append(s.runs, runs[0])
			continue
		}
		w, err := s.writer()
		if err != nil {
			return err
		}
		for record, err := range s.merge(runs) {
			if err == nil {
				err = w.add(record)
			}
			if err != nil {
				return err
			}
		}
		if err := w.end(); err != nil {
			return err
		}
	}
	return nil
}

// Sorted yields all records in order. Their bytes are good until the next step of the loop. An error is the last pair.
func (s *Sorter) Sorted() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		switch {
		case s.err != nil:
			yield(Record{}, s.err)
		case !s.done:
			yield(Record{}, errors.New("sortedrun: Sorted before Finish"))
		case len(s.runs) > 0:
			s.merge(s.runs)(yield)
		default:
			for _, head := range s.heads {
				if !yield(s.at(head), nil) {
					return
				}
			}
		}
	}
}

// Close gives up the file.
func (s *Sorter) Close() {
	if s.remove != nil {
		s.remove()
	}
	s.file, s.remove, s.buffer, s.runs = nil, nil, buffer{}, nil
}

// merge yields the records of runs in order.
func (s *Sorter) merge(runs []run) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		h := make(heap, 0, len(runs))
		for i, r := range runs {
			c := &cursor{order: i, in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.start, r.end-r.start), readBuffer)}
			ok, err := c.next()
			if err != nil {
				yield(Record{}, err)
				return
			}
			if ok {
				h = append(h, c)
			}
		}
		h.init()
		for len(h) > 0 {
			if !yield(h[0].record, nil) {
				return
			}
			ok, err := h[0].next()
			if err != nil {
				yield(Record{}, err)
				return
			}
			if !ok {
				h[0] = h[len(h)-1]
				h = h[:len(h)-1]
			}
			h.down(0)
		}
	}
}

// writer writes the next run at the end of the file.
type writer struct {
	s     *Sorter
	start int64
	out   *bufio.Writer
	head  []byte
}

func (s *Sorter) writer() (*writer, error) {
	if s.file == nil {
		f, remove, err := s.temp()
		if err != nil {
			return nil, err
		}
		s.file, s.remove = f, remove
	}
	return &writer{s: s, start: s.end, out: bufio.NewWriterSize(io.NewOffsetWriter(s.file, s.end), 1<<16)}, nil
}

func (w *writer) add(r Record) error {
	w.head = binary.AppendUvarint(w.head[:0], uint64(len(r.Key)))
	w.head = binary.AppendUvarint(w.head, uint64(len(r.Value)))
	for _, part := range [...][]byte{w.head, r.Key, r.Value} {
		n, err := w.out.Write(part)
		w.s.end += int64(n)
		if err != nil {
			return fmt.Errorf("sorting: %w", err)
		}
	}
	return nil
}

func (w *writer) end() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("sorting: %w", err)
	}
	w.s.runs = append(w.s.runs, run{w.start, w.s.end})
	return nil
}
