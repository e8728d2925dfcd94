package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"

	"github.com/untag-go/untag/internal/burst"
)

// Record passes the results of a run through, each one after its outcome has been written to the file.
// What has no resource, such as the last pair of a run that ended early, is passed on and not recorded;
// of a success that is on file already nothing more is written. If results is nil, it yields an error.
//
// What UntagMany has at hand at once, such as the outcomes of one call, is written with one write, if Record is given the run
// itself. With an iterator between the two there is a write for each outcome. So after a break out of the loop, or a crash, up to
// 512 outcomes may be on file that the loop has not seen. Pending leaves out those that succeeded; Entries has all.
//
// If outcomes cannot be written, because the disk is full for instance, their results are not passed on. Record then stops
// the run, which aborts the calls in flight, and yields "" with an error that [Journal.Err] returns from then on.
// Everything that was yielded before is on file. The same if the file cannot be synced.
//
// Record starts when it is ranged over, and runs in the goroutine of the loop. It never waits for a result to come while the loop
// has not seen the one before it.
func (j *Journal) Record(results iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		r := recorder{journal: j, yield: yield, err: j.usable()}
		if results == nil && r.err == nil {
			r.err = errors.New("journal: Record was given no results")
		}
		if r.err == nil {
			results(burst.Yield(&r))
		}
		if r.over {
			return
		}
		if r.err == nil {
			r.err = j.Err() // a sync may have failed since the last outcome
		}
		if r.err != nil {
			yield("", r.err)
		}
	}
}

// recorder is one loop over the results of a run.
type recorder struct {
	journal *Journal
	yield   func(string, error) bool
	held    []result // of this burst
	over    bool     // the loop wants no more
	err     error    // why nothing more can be recorded
}

// result is one that waits for the end of its burst.
type result struct {
	resource string
	outcome  error
	key      key
	failure  *Entry // nil: a success, or nothing to record
}

// maxHeld bounds what a burst may take in memory.
const maxHeld = 512

// Take holds a result until the burst is over.
func (r *recorder) Take(resource string, outcome error) bool {
	held := result{resource: resource, outcome: outcome}
	if resource != "" {
		held.key = r.journal.seeds.string(resource)
		if outcome != nil {
			e := failure(outcome) // outside the journal's lock: Error and Unwrap may be anyone's
			held.failure = &e
		}
	}
	r.held = append(r.held, held)
	return len(r.held) < maxHeld || r.End()
}

// End writes the burst and passes it on.
func (r *recorder) End() bool {
	if r.err = r.journal.write(r.held); r.err != nil {
		return false
	}
	burst := r.held
	for _, held := range burst {
		if !r.yield(held.resource, held.outcome) {
			r.over = true
			return false
		}
	}
	clear(burst) // let go of the texts
	r.held = burst[:0]
	return true
}

// write puts outcomes on file: when it returns nil, the kernel has them, and no end of this process can undo it.
func (j *Journal) write(results []result) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usableLocked(); err != nil {
		return err
	}
	j.lines = j.lines[:0]
	stamp := j.stamped()
	first, count := "", 0
	for i, r := range results {
		switch {
		case r.resource == "":
			continue
		case r.failure != nil:
			j.lines = appendLine(j.lines, stamp, r.resource, false, *r.failure)
		case j.done.find(r.key) == nil && !succeedsIn(results[:i], r.key):
			j.lines = appendLine(j.lines, stamp, r.resource, true, Entry{})
		default:
			continue
		}
		if count++; count == 1 {
			first = r.resource
		}
	}
	if count == 0 {
		return nil
	}
	// At the known end, not appended: whatever a failed write leaves behind is cut off, or will be overwritten or cut off by Open.
	if _, err := j.file.WriteAt(j.lines, j.size); err != nil {
		_ = j.file.Truncate(j.size)
		lost := fmt.Sprintf("that of %.200q is not", first)
		if count > 1 {
			lost = fmt.Sprintf("%d are not, beginning with that of %.200q", count, first)
		}
		j.err = fmt.Errorf("journal %s: write: %w; the run was ended: all outcomes reported so far are recorded, %s: "+
			"make room for the file, then run again with the same journal and the same resources", j.path, cause(err), lost)
		return j.err
	}
	j.size += int64(len(j.lines))
	for _, r := range results {
		if r.resource != "" && r.failure == nil {
			j.done.put(r.key, struct{}{})
		}
	}
	j.startTimer()
	if cap(j.lines) > 256<<10 {
		j.lines = nil
	}
	return nil
}

// succeedsIn reports whether a resource, that of k, succeeds in a burst. Bursts are short.
func succeedsIn(burst []result, k key) bool {
	for i := range burst {
		if burst[i].key == k && burst[i].failure == nil && burst[i].resource != "" {
			return true
		}
	}
	return false
}

// stamped returns the time of day as lines have it.
func (j *Journal) stamped() []byte {
	if now := time.Now().UTC(); now.UnixMilli() != j.milli || j.stamp == nil {
		j.milli = now.UnixMilli()
		j.stamp = now.AppendFormat(j.stamp[:0], stampLayout)
	}
	return j.stamp
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
