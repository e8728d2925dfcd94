package journal

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// Entries yields the outcome of each resource that was recorded, as the file has it when the loop begins: once, at the
// place where it was decided. That is its success, or its last failure if it never succeeded; what [Journal.RecordTags]
// recorded counts for each resource and set of pairs. It is for reports, on one
// run or on several that resumed each other, and may be used during a run and after Close.
//
// The file is read twice, through a handle of its own; outcomes that are recorded at the same time wait for the first
// pass. Memory is needed for the failed resources only, some 40 bytes for each. If the file cannot be read, was
// replaced or has a bad line by now ([*CorruptError]), Entries ends with a pair of the zero Entry and an error.
func (j *Journal) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		f, err := os.Open(j.path)
		if err != nil {
			yield(Entry{}, fmt.Errorf("journal: %w", err))
			return
		}
		defer func() { _ = f.Close() }()
		if info, err := f.Stat(); err != nil || !os.SameFile(info, j.info) {
			yield(Entry{}, fmt.Errorf("journal %s: %w", j.path, errReplaced))
			return
		}
		size, last, err := j.lastFailures(f)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for line, err := range j.outcomes(f, size) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !line.Done {
				if at := last.find(j.key(&line.outcome)); at == nil || at.value != line.start {
					continue
				}
			}
			if !yield(line.entry(), nil) {
				return
			}
		}
	}
}

// lastFailures returns the size of the file, and where the last line of each resource is that has never succeeded.
// It holds the lock, so that j.done tells of the same moment.
func (j *Journal) lastFailures(f *os.File) (size int64, last *table[int64], err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	last = new(table[int64])
	for line, err := range j.outcomes(f, j.size) {
		if err != nil {
			return 0, nil, err
		}
		if line.Done {
			continue
		}
		if k := j.key(&line.outcome); j.done.find(k) == nil {
			last.put(k, line.start)
		}
	}
	return j.size, last, nil
}

type fileLine struct {
	outcome
	start int64
}

// outcomes yields the outcomes in the first size bytes of the file, which are whole lines.
func (j *Journal) outcomes(f *os.File, size int64) iter.Seq2[fileLine, error] {
	return func(yield func(fileLine, error) bool) {
		lines := newLineReader(f, size)
		if _, err := lines.header(); err != nil {
			yield(fileLine{}, j.readError(lines, err))
			return
		}
		for {
			o, err := lines.outcome()
			if errors.Is(err, io.EOF) && lines.start < size || errors.Is(err, errTorn) {
				err = &badLineError{errSize}
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(fileLine{}, j.readError(lines, err))
				return
			}
			if !yield(fileLine{o, lines.start}, nil) {
				return
			}
		}
	}
}

// Summary counts the resources that [Journal.Entries] yields. What was never recorded is in none of the counts.
type Summary struct {
	// Done is how many succeeded, and Failed how many have not, whatever the reason.
	Done, Failed int
	// Codes counts the failed ones by the Code of their entries. It is never nil in a Summary that Journal.Summary
	// returns without an error.
	Codes map[string]int
}

// Summary counts what [Journal.Entries] yields, and reads the file twice for it. Its errors are those of Entries.
func (j *Journal) Summary() (Summary, error) {
	s := Summary{Codes: map[string]int{}}
	for entry, err := range j.Entries() {
		if err != nil {
			return Summary{}, err
		}
		if entry.Done {
			s.Done++
		} else {
			s.Failed++
			s.Codes[entry.Code]++
		}
	}
	return s, nil
}
