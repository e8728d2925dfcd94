package cleanup

import (
	"slices"

	"github.com/untag-go/untag"
)

// history is all that the folder says of a resource: what Find saw, and what the facts, in the order in which they were
// written, make of each key. It is a pure value: every step decides by it, and every step's effect on it is a fact.
type history struct {
	region string
	row    row
	keys   []keyHistory // sorted by key, one for each tag of the row
}

// keyHistory is what is known of a key of a resource.
type keyHistory struct {
	key   string
	found string // the value that Find saw

	// Intents. A value is saved by one before a call goes out that removes the key.
	intended bool   // there was one, whatever came of it
	value    string // of the last one
	open     int    // the run of one without a verdict, 0 if there is none
	covered  bool   // one may have had an effect, so that restoring is ours to do

	remove  State // Pending, or what Remove said last
	verify  State // what Verify said last, or Pending
	verdict int   // the run in which it said so
	restore State // what Restore said last, or Pending

	seen    string   // the value that the last fact is about
	failure *failure // of the last fact
	time    int64    // of the last fact
}

func newHistory(region string, r row) *history {
	h := &history{region: region, row: r, keys: make([]keyHistory, len(r.Pairs))}
	for i, p := range r.Pairs {
		h.keys[i] = keyHistory{key: p[0], found: p[1]}
	}
	return h
}

func (h *history) of(key string) *keyHistory {
	i, ok := slices.BinarySearchFunc(h.keys, key, func(k keyHistory, key string) int {
		switch {
		case k.key < key:
			return -1
		case k.key > key:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &h.keys[i]
}

// apply adds a fact. It returns false if the fact is about a key that the resource was not found with.
func (h *history) apply(f fact) bool {
	for _, p := range f.pairs {
		k := h.of(p[0])
		if k == nil {
			return false
		}
		k.apply(f, p[1])
	}
	return true
}

func (k *keyHistory) apply(f fact, value string) {
	k.seen, k.failure, k.time = value, f.failure, f.time
	switch f.op {
	case opIntent:
		if k.open != 0 && k.open != f.run {
			k.covered = true // the run that it was of was killed before it knew
		}
		k.intended, k.open, k.value, k.remove = true, f.run, value, Unknown
	case opVerdict:
		k.settle(f.run, f.state)
	case opVerify:
		k.verify, k.verdict = f.state, f.run
	case opWrite:
	case opRestore:
		k.restore = f.state
	}
}

// settle takes in what Remove says. A verdict is about the intents of its own run: only of these the service said, if it
// did, that they had no effect.
func (k *keyHistory) settle(run int, state State) {
	if k.open != 0 {
		harmless := k.open == run && (state == Refused || state == NotAttempted)
		if !harmless {
			k.covered = true
		}
		k.open = 0
	}
	if state == NotAttempted && k.covered {
		state = Unknown // which it was before, and nothing new is known
	}
	k.remove = state
}

// mayBeOurs reports whether a call of this job may have removed the key: whether Restore is to put it back.
func (k *keyHistory) mayBeOurs() bool { return k.covered || k.open != 0 }

// toRemove reports whether Remove still has something to do about the key.
func (k *keyHistory) toRemove() bool {
	return k.remove != Removed && k.remove != AlreadyGone
}

// toVerify reports whether Verify looks at the key, in a round of runs that began with the run round.
func (k *keyHistory) toVerify(round int) bool {
	if k.verify == Gone && k.verdict >= round {
		return false
	}
	return k.remove == Removed || k.remove == Unknown || k.remove == AlreadyGone
}

// toRestore reports whether Restore still has something to do about the key. What was restored once is not restored
// again: somebody may have taken it off since.
func (k *keyHistory) toRestore() bool {
	return k.mayBeOurs() && k.restore != Restored && k.restore != InPlace
}

// state is the last word on the key.
func (k *keyHistory) state() State {
	switch {
	case k.restore != Pending:
		return k.restore
	case k.verify != Pending:
		return k.verify
	}
	return k.remove
}

// results are the last words on all keys of the resource, those alike together.
func (h *history) results(account, region string) []Result {
	var all []Result
	for i := range h.keys {
		k := &h.keys[i]
		state := k.state()
		at := slices.IndexFunc(all, func(r Result) bool { return r.State == state })
		if at < 0 {
			at = len(all)
			all = append(all, Result{Resource: h.row.resource(account, region), State: state})
		}
		all[at].Keys = append(all[at].Keys, k.key)
		if value, ok := k.shown(state); ok {
			all[at].Tags = append(all[at].Tags, untag.Tag{Key: k.key, Value: value})
		}
	}
	return all
}

// shown is the value that Result.Tags has for a state.
func (k *keyHistory) shown(state State) (string, bool) {
	switch state {
	case Changed, StillListed, Kept, Restored, InPlace:
		return k.seen, true
	case Removed, Unknown, NotRestored:
		return k.saved(), true
	case Pending, AlreadyGone, Refused, NotAttempted, Gone, Unverified:
	}
	return "", false
}

// saved is the value that was saved last before the key was removed.
func (k *keyHistory) saved() string {
	if k.intended {
		return k.value
	}
	return k.found
}
