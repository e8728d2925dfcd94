package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"
)

// Record passes the results of a run through, each one after its outcome has been written to the file.
// What has no resource, such as the last pair of a run that ended early, is passed on and not recorded;
// of a success that is on file already nothing more is written.
//
// If an outcome cannot be written, because the disk is full for instance, its result is not passed on. Record then stops
// the run, which aborts the calls in flight, and yields "" with an error that Err returns from then on.
// Everything that was yielded before is on file. The same if the file cannot be synced.
//
// Record starts when it is ranged over, runs in the goroutine of the loop, and reads no result before the one before it
// has been passed on.
func (j *Journal) Record(results iter.Seq2[string, error]) iter.Seq2[string, error] {
	// There is a write for each outcome, although fifty outcomes of one call come in a row, and one write for all of them
	// would be cheaper. To know that the fiftieth was the last, Record would have to ask for another result, and that may
	// take a minute of throttling, in which the loop would not see, or could not act on, what has long been decided; a loop
	// that feeds its own input would never see it. Nor can a second goroutine ask: the input and the body of the loop
	// belong to the caller's. A microsecond for each resource is the price; a service takes longer by orders of magnitude.
	return func(yield func(string, error) bool) {
		err := j.usable()
		if results == nil && err == nil {
			err = errors.New("journal: Record was given no results")
		}
		if err == nil {
			for resource, outcome := range results {
				if err = j.write(resource, outcome); err != nil {
					break
				}
				if !yield(resource, outcome) {
					return
				}
			}
		}
		if err == nil {
			err = j.Err() // a sync may have failed since the last outcome
		}
		if err != nil {
			yield("", err)
		}
	}
}

// write puts an outcome on file: when it returns nil, the kernel has it, and no end of this process can undo it.
func (j *Journal) write(resource string, outcome error) error {
	if resource == "" {
		return nil
	}
	var e Entry
	if outcome != nil {
		e = failure(outcome) // outside the lock: Error and Unwrap may be anyone's
	}
	k := j.seeds.string(resource)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usableLocked(); err != nil {
		return err
	}
	if outcome == nil && j.done.find(k) != nil {
		return nil
	}
	if now := time.Now().UTC(); now.UnixMilli() != j.milli || j.stamp == nil {
		j.milli = now.UnixMilli()
		j.stamp = now.AppendFormat(j.stamp[:0], stampLayout)
	}
	j.line = appendLine(j.line[:0], j.stamp, resource, outcome == nil, e)
	// At the known end, not appended: whatever a failed write leaves behind is cut off, or will be overwritten or cut off by Open.
	if _, err := j.file.WriteAt(j.line, j.size); err != nil {
		_ = j.file.Truncate(j.size)
		j.err = fmt.Errorf("journal %s: write: %w; the run was ended: all outcomes reported so far are recorded, that of %.200q is not: "+
			"make room for the file, then run again with the same journal and the same resources", j.path, cause(err), resource)
		return j.err
	}
	j.size += int64(len(j.line))
	if outcome == nil {
		j.done.put(k, struct{}{})
	}
	j.startTimer()
	if cap(j.line) > 64<<10 {
		j.line = nil
	}
	return nil
}

func (j *Journal) usable() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.usableLocked()
}

func (j *Journal) usableLocked() error {
	if j.err != nil {
		return j.err
	}
	if j.closed {
		return fmt.Errorf("journal %s: %w", j.path, fs.ErrClosed)
	}
	return nil
}
