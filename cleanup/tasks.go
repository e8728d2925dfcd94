package cleanup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/sortedrun"
)

// task is a resource in a run of Remove or Restore, from when the run reads it to its outcome. A run reads many thousands
// ahead, so a task is packed until its turn comes.
type task struct {
	r      *region
	packed []byte
	*work  // nil as long as it is packed
}

// work is what is to do to a resource.
type work struct {
	row  row
	keys []keyTask
}

// keyTask is a key of it.
type keyTask struct {
	key   string
	value string // Remove: as last read; Restore: the saved one
	seen  string // what the last read showed, where that decided

	err      error // why the key is NotRestored without a call
	decided  State // what a read decided, so that no call is made; Pending: the outcome of the call decides
	intended bool  // Remove: an intent was recorded, in this run or an earlier one
	tried    bool  // in this run
	harmless bool  // and when the key was seen gone or changed, no call of this run could have been why
}

func (w *work) of(key string) *keyTask {
	for i := range w.keys {
		if w.keys[i].key == key {
			return &w.keys[i]
		}
	}
	return nil
}

// pack writes work that has not begun.
func (w *work) pack() []byte {
	row := w.row
	row.Pairs = nil
	for _, k := range w.keys {
		row.Pairs = append(row.Pairs, pair{k.key, k.value})
	}
	b := make([]byte, 0, 256)
	b = appendText(b, row.Name)
	b = binary.AppendUvarint(b, uint64(len(w.keys)))
	for _, k := range w.keys {
		intended := byte(0)
		if k.intended {
			intended = 1
		}
		b = append(b, intended)
	}
	return bytes.Clone(row.append(b))
}

// open unpacks a task when its turn comes.
func (t *task) open() error {
	if t.work != nil {
		return nil
	}
	packed := texts{b: t.packed}
	name := packed.text()
	keys := min(packed.number(), uint64(len(packed.b)))
	intended := packed.b[:keys]
	row, err := readRow(sortedrun.Record{Key: []byte(name), Value: packed.b[keys:]})
	if err != nil {
		return err
	}
	w := &work{row: row}
	for i, p := range row.Pairs {
		w.keys = append(w.keys, keyTask{key: p[0], value: p[1], intended: intended[i] == 1})
	}
	t.work, t.packed = w, nil
	return nil
}

// tasks are those of a run, by the names that the run's engine knows them by. There are as many as the engine reads ahead.
type tasks struct {
	mu     sync.Mutex
	byName map[string]*task
}

func newTasks() *tasks { return &tasks{byName: make(map[string]*task)} }

// add returns the name for the engine: with the region, since one ARN may be listed in two.
func (t *tasks) add(r *region, called string, w *work) string {
	name := r.name + " " + called
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byName[name] = &task{r: r, packed: w.pack()}
	return name
}

// of returns the tasks of a call, and the names that the call has for them.
func (t *tasks) of(names []string) (all []*task, called []string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		one := t.byName[name]
		if err := one.open(); err != nil {
			return nil, nil, err
		}
		all = append(all, one)
		_, own := unname(name)
		called = append(called, own)
	}
	return all, called, nil
}

// take gives a task out for the last time.
func (t *tasks) take(name string) (*task, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.byName[name]
	delete(t.byName, name)
	return one, one.open()
}

// unname undoes the name that add made.
func unname(name string) (region, called string) {
	region, called, _ = strings.Cut(name, " ")
	return region, called
}

// now is the time in lines.
func now() int64 { return time.Now().UnixMilli() }

// settled sorts the keys of a task by state, and makes the results and the lines of them. stateOf tells a key's state and
// error.
func (t *task) settled(account string, stateOf func(*keyTask) (State, error)) []outcome {
	var all []outcome
	resource := t.row.resource(account, t.r.name)
	for i := range t.keys {
		k := &t.keys[i]
		state, err := stateOf(k)
		at := 0
		for at < len(all) && all[at].State != state {
			at++
		}
		if at == len(all) {
			all = append(all, outcome{Result: Result{Resource: resource, State: state}, err: discreet(err, t.values(resource.ARN)...)})
		}
		o := &all[at]
		o.Keys = append(o.Keys, k.key)
		switch state {
		case Changed, Kept, InPlace:
			o.Tags = append(o.Tags, untag.Tag{Key: k.key, Value: k.seen})
		case Removed, Unknown, Restored, NotRestored:
			o.Tags = append(o.Tags, untag.Tag{Key: k.key, Value: k.value})
		case Pending, AlreadyGone, Refused, NotAttempted, Gone, StillListed, Unverified:
		}
	}
	return all
}

// values are those that must not stand in an error's text. One that is part of the resource's name says nothing new.
func (t *task) values(name string) []string {
	var all []string
	for _, k := range t.keys {
		for _, value := range [...]string{k.value, k.seen} {
			if !strings.Contains(name, value) {
				all = append(all, value)
			}
		}
	}
	return all
}

// outcome is a Result with its error.
type outcome struct {
	Result
	err error
}

func (o *outcome) item(name string) item {
	i := item{Name: name, State: o.State, Failure: failureOf(o.err)}
	if o.State == Changed || o.State == Kept || o.State == InPlace || o.State == Restored {
		i.Pairs = pairsOf(o.Tags)
	} else {
		i.Keys = o.Keys
	}
	return i
}

// stateOf is what an error of a removing call says of a key.
func stateOf(err error) State {
	switch untag.OutcomeOf(err) {
	case untag.OutcomeDone:
		return Removed
	case untag.OutcomeRefused, untag.OutcomeInvalid:
		return Refused
	case untag.OutcomeNotAttempted:
		return NotAttempted
	case untag.OutcomeUnknown:
	}
	return Unknown
}

// unread is the outcome of a resource that could not be read before its call, so that the call was not made. lost says
// that an earlier attempt of the call may have been carried out.
func unread(via route, action, region string, cause error, lost bool) error {
	outcome := untag.ErrNotAttempted
	if lost {
		outcome = untag.ErrOutcomeUnknown
	}
	return &untag.CallError{Service: via.service, Action: action, Region: region, Outcome: outcome, Err: cause}
}

// errPerhapsOurs says of a key that is gone that a call of this job may be why.
var errPerhapsOurs = perhapsOursError{}

type perhapsOursError struct{}

func (perhapsOursError) Error() string {
	return "gone, perhaps by an earlier call of this job that had no verdict, and perhaps by others"
}

func (perhapsOursError) Is(target error) bool { return target == untag.ErrOutcomeUnknown }

// endsRun reports whether an error of a read says that no further read can go better.
func endsRun(err error) bool {
	_, account := errors.AsType[*AccountError](err)
	return account || errors.Is(err, untag.ErrUnauthenticated) || errors.Is(err, untag.ErrPermissionDenied) ||
		errors.Is(err, ErrUnasked) || errors.Is(err, untag.ErrClockSkew)
}
