package cleanup

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/sortedrun"
)

// suspect is a resource that Verify looks at. It is a pure value: judge says what a read makes of it.
type suspect struct {
	row   row
	first time.Time // when its first read ended; zero: there was none
	keys  []suspectKey
}

type suspectKey struct {
	key    string
	absent time.Time // when the first of the reads in a row ended that did not show the key; zero: the last one did
	state  State     // Pending, Gone or StillListed
	value  string    // of a key that is listed
}

// judge takes in a read that began and ended then. It returns true when every key has its state, or when the deadline has
// passed with the resource unread.
func (s *suspect) judge(shown present, begun, over time.Time, deadline time.Duration) bool {
	if s.first.IsZero() {
		s.first = over
	}
	late := over.Sub(s.first) >= deadline
	if shown.err != nil {
		if late {
			for i := range s.keys {
				if s.keys[i].state == Pending {
					s.keys[i].state = Unverified
				}
			}
		}
		return late
	}
	done := true
	for i := range s.keys {
		k := &s.keys[i]
		if k.state != Pending {
			continue
		}
		value, listed := shown.values[k.key]
		switch {
		case listed && late:
			k.state, k.value = StillListed, value
		case listed:
			k.absent, k.value = time.Time{}, value
		case k.absent.IsZero():
			k.absent = over
		case begun.Sub(k.absent) >= readApart:
			k.state = Gone
		}
		done = done && k.state != Pending
	}
	return done
}

// outcomes are those of all keys, those of the same state together. err is that of the last read.
func (s *suspect) outcomes(account, region string, err error) []outcome {
	var all []outcome
	for _, k := range s.keys {
		at := slices.IndexFunc(all, func(o outcome) bool { return o.State == k.state })
		if at < 0 {
			at = len(all)
			all = append(all, outcome{Result: Result{Resource: s.row.resource(account, region), State: k.state}})
			if k.state == Unverified {
				all[at].err = err
			}
		}
		all[at].Keys = append(all[at].Keys, k.key)
		if k.state == StillListed {
			all[at].Tags = append(all[at].Tags, untag.Tag{Key: k.key, Value: k.value})
		}
	}
	return all
}

func (s *suspect) item(o *outcome) item {
	i := item{Name: s.row.Name, State: o.State, Failure: failureOf(o.err)}
	if o.State == StillListed {
		i.Pairs = pairsOf(o.Tags)
	} else {
		i.Keys = o.Keys
	}
	return i
}

// pack writes suspects while they wait for their next read, of which there are tens of thousands. Times are kept as what
// has passed since the run began.
func pack(suspects []suspect, since time.Time) []byte {
	var b []byte
	for i := range suspects {
		s := &suspects[i]
		b = appendText(b, s.row.Name)
		b = appendText(b, string(s.row.append(nil)))
		b = appendTime(b, s.first, since)
		b = binary.AppendUvarint(b, uint64(len(s.keys)))
		for _, k := range s.keys {
			b = append(appendText(appendText(b, k.key), k.value), byte(k.state))
			b = appendTime(b, k.absent, since)
		}
	}
	return bytes.Clone(b)
}

func unpack(packed []byte, since time.Time) ([]suspect, error) {
	t := texts{b: packed}
	var all []suspect
	for len(t.b) > 0 {
		name := t.text()
		row, err := readRow(sortedrun.Record{Key: []byte(name), Value: []byte(t.text())})
		if err != nil {
			return nil, err
		}
		s := suspect{row: row, first: t.time(since)}
		for range t.number() {
			s.keys = append(s.keys, suspectKey{key: t.text(), value: t.text(), state: State(t.byte()), absent: t.time(since)})
			if t.bad {
				return nil, errRecord
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// appendTime writes a time that is not before since. The zero time has a mark of its own.
func appendTime(b []byte, at, since time.Time) []byte {
	if at.IsZero() {
		return binary.AppendUvarint(b, 0)
	}
	return binary.AppendUvarint(b, uint64(at.Sub(since))+1)
}

func (t *texts) time(since time.Time) time.Time {
	n := t.number()
	if n == 0 {
		return time.Time{}
	}
	return since.Add(time.Duration(n - 1))
}

// reading is one call that reads some resources of a region.
type reading struct {
	region   *region
	via      route
	suspects []suspect
	packed   []byte    // the same, as long as they wait
	due      time.Time // when it is made at the earliest

	begun, ended time.Time
	shown        []present
	err          error
}

// suspects makes readings, each as full as a call may be, of the resources that there are.
type suspects struct {
	p     *passage
	round int // of runs of Verify
	pull  func() (*history, error, bool)
	stop  func()
	open  map[place]*reading // that are not full yet
	over  bool
}

// place is where a reading goes.
type place struct {
	region string
	via    route
}

func newSuspects(p *passage) *suspects {
	s := &suspects{p: p, round: p.j.course.verify.first, open: make(map[place]*reading)}
	s.pull, s.stop = iter.Pull2(p.histories())
	return s
}

// left reports whether next was not asked to its end.
func (s *suspects) left() bool { return !s.over || len(s.open) > 0 }

// next returns the next reading, nil at the end.
func (s *suspects) next() (*reading, error) {
	for !s.over {
		h, err, more := s.pull()
		if err != nil {
			return nil, err
		}
		if !more {
			s.over = true
			break
		}
		one := suspect{row: h.row}
		one.row.Pairs = nil // which thousands of waiting resources need not hold
		for i := range h.keys {
			if k := &h.keys[i]; k.toVerify(s.round) {
				one.keys = append(one.keys, suspectKey{key: k.key})
			}
		}
		if len(one.keys) == 0 {
			continue
		}
		at := place{h.region, h.row.route()}
		r := s.open[at]
		if r == nil {
			r = &reading{region: s.p.of(h), via: at.via}
			s.open[at] = r
		}
		if r.suspects = append(r.suspects, one); len(r.suspects) >= readsPerCall(at.via) {
			delete(s.open, at)
			return r, nil
		}
	}
	for at, r := range s.open {
		delete(s.open, at)
		return r, nil
	}
	return nil, nil
}
