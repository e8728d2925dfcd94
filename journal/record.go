package journal

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/untag-go/untag"
)

// Record passes the results of a run through, each one after its outcome has been written to the file.
// The last pair of a run that ended early ([untag.ErrRunEnded]) is passed on and not recorded; an empty string of the
// input is a resource like any other (but not in a journal of 0.1.0). Of a success that is on file already nothing more is
// written. If results is nil, Record yields an error.
//
// If an outcome cannot be written, because the disk is full for instance, its result is not passed on. Record then stops
// the run, which aborts the calls in flight, and yields "" with an error that [Journal.Err] returns from then on, and that is
// [untag.ErrRunEnded]. Everything that was yielded before is on file. The same if the file cannot be synced, or was deleted,
// replaced, cut or overwritten by others: that is looked at with every sync, and when Record begins and ends; the size, with
// outcomes too.
//
// Record starts when it is ranged over, and runs in the goroutine of the loop. There is one write for each outcome.
func (j *Journal) Record(results iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { j.record(results, false, yield) }
}

// record is Record, or RecordTags.
func (j *Journal) record(results iter.Seq2[string, error], tagged bool, yield func(string, error) bool) {
	err := j.intact()
	if results == nil && err == nil {
		err = &endError{errors.New("journal: Record was given no results")}
	}
	if err != nil {
		yield("", err)
		return
	}
	ended := false
	for resource, outcome := range results {
		if ended = resource == "" && errors.Is(outcome, untag.ErrRunEnded); ended {
			if err := j.intact(); err != nil {
				outcome = &endError{fmt.Errorf("%w; and %w", outcome, err)}
			}
		} else if err = j.write(resource, outcome, tagged); err != nil {
			break
		}
		if !yield(resource, outcome) {
			return
		}
	}
	if err == nil && !ended {
		err = j.intact()
	}
	if err != nil {
		yield("", err)
	}
}

// intact returns why nothing can be recorded, or what was recorded may be lost.
func (j *Journal) intact() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.closed {
		j.check()
	}
	return j.usable()
}

// write puts an outcome on file: when it returns nil, the kernel has it, and no end of this process can undo it.
func (j *Journal) write(resource string, outcome error, tagged bool) error {
	e := describe(outcome) // outside the lock: Error and Unwrap may be anyone's
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(); err != nil {
		return err
	}
	if resource == "" && j.chain.version == versionPlain {
		return nil // 0.1.0 would refuse to read it
	}
	k := j.seeds.string(resource)
	if !tagged {
		return j.put(resource, k, &e, nil)
	}
	tags, err := j.handouts.settle(k, e.Done)
	if err != nil {
		j.fail(fmt.Errorf("journal %s: %.200q: %w", j.path, resource, err))
		return j.err
	}
	for i := range tags {
		if err := j.put(resource, k.with(&tags[i]), &e, &tags[i]); err != nil {
			return err
		}
	}
	return nil
}

// put writes the line of a resource, or of a resource with its pairs: that of k.
func (j *Journal) put(resource string, k key, e *Entry, tags *digest) error {
	if e.Done && j.done.find(k) != nil {
		return nil
	}
	stamp := j.stamped()
	if j.err != nil { // the file is not as long as it should be
		return j.err
	}
	next := j.chain
	j.line = next.append(j.line[:0], stamp, resource, tags, e)
	if _, err := j.file.Write(j.line); err != nil {
		_ = j.file.Truncate(j.size) // else Open cuts it off
		j.fail(fmt.Errorf("journal %s: write: %w; the run was ended: all outcomes reported so far are recorded, that of %.200q is not: "+
			"make room for the file, then run again with the same journal and the same resources", j.path, cause(err), resource))
		return j.err
	}
	j.chain = next
	j.size += int64(len(j.line))
	j.end = append(j.end[:0], j.line[max(0, len(j.line)-endLength):]...)
	if e.Done {
		j.done.put(k, struct{}{})
	}
	j.startTimer()
	if cap(j.line) > 256<<10 {
		j.line = nil
	}
	return nil
}

// stamped returns the time of day as lines have it. When it has changed, which is once a millisecond at most, it also looks
// whether the file is as long as it should be.
func (j *Journal) stamped() []byte {
	if now := time.Now().UTC(); now.UnixMilli() != j.milli || j.stamp == nil {
		j.milli = now.UnixMilli()
		j.stamp = now.AppendFormat(j.stamp[:0], stampLayout)
		j.checkSize()
	}
	return j.stamp
}
