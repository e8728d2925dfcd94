package main

import "github.com/untag-go/untag/cleanup"

// sort is how a state of a tag is counted and shown.
type sort int

const (
	good sort = iota // as it was asked for
	left             // left alone, because something else stands there
	failed
	unclear // it is not known what is there
	idle    // nothing was tried
	sorts
)

// stateInfo is what people read of a state.
type stateInfo struct {
	label string
	sort  sort
}

// states are all states, in the order in which they are shown.
var states = []cleanup.State{
	cleanup.Removed, cleanup.AlreadyGone, cleanup.Gone, cleanup.Restored, cleanup.InPlace, cleanup.Changed, cleanup.Kept,
	cleanup.Refused, cleanup.StillListed, cleanup.NotRestored, cleanup.Unknown, cleanup.Unverified, cleanup.NotAttempted, cleanup.Pending,
}

var stateInfos = map[cleanup.State]stateInfo{
	cleanup.Removed:      {"removed", good},
	cleanup.AlreadyGone:  {"already gone", good},
	cleanup.Gone:         {"gone, verified", good},
	cleanup.Restored:     {"restored", good},
	cleanup.InPlace:      {"in place already", good},
	cleanup.Changed:      {"left alone: another value", left},
	cleanup.Kept:         {"not restored: another value is kept", left},
	cleanup.Refused:      {"refused", failed},
	cleanup.StillListed:  {"still listed", failed},
	cleanup.NotRestored:  {"not restored", failed},
	cleanup.Unknown:      {"unknown", unclear},
	cleanup.Unverified:   {"not verified", unclear},
	cleanup.NotAttempted: {"not attempted", idle},
	cleanup.Pending:      {"pending", idle},
}

// sortClasses are the colors of the report.
var sortClasses = [sorts]string{"done", "invalid", "refused", "unknown", "not_attempted"}

// stateCounts is how many tags are in each state.
type stateCounts map[cleanup.State]int

func (c stateCounts) of(s sort) (n int) {
	for state, count := range c {
		if stateInfos[state].sort == s {
			n += count
		}
	}
	return n
}

func (c stateCounts) total() (n int) {
	for _, count := range c {
		n += count
	}
	return n
}
