package untagotel

import (
	"errors"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// outcomePartial is the outcome of a call whose resources do not share one. The others are those of [untag.Outcome].
const outcomePartial = "partial"

// group is resources of the same fate.
type group struct{ outcome, errorType string }

// groupOf is what an error says of one resource.
func groupOf(err error) group { return group{untag.OutcomeOf(err).String(), errorType(err)} }

// maxFailedCodes bounds what a span lists.
const maxFailedCodes = 10

// tally is what became of the resources of one call.
type tally struct {
	groups  map[group]int
	outcome string   // of the call
	failed  int      // resources that are not done
	reason  string   // the error.type of the call
	codes   []string // of resources that were refused by name, sorted
}

// tallyOf reads the fate of each resource of a call from the call's error.
func tallyOf(err error, action string, resources int) tally {
	t := fates(err, resources)
	if !reads(action) || t.outcome != untag.OutcomeUnknown.String() {
		return t
	}
	// A read changes nothing: whatever came of it, the tags are as they were.
	t.outcome = untag.OutcomeRefused.String()
	t.groups = map[group]int{{t.outcome, t.reason}: resources}
	return t
}

// reads reports whether an operation changes nothing, which the vendor's names of operations tell.
func reads(action string) bool {
	return strings.HasPrefix(action, "List") || strings.HasPrefix(action, "Describe") || strings.HasPrefix(action, "Get")
}

func fates(err error, resources int) tally {
	partial, ok := errors.AsType[*tag.PartialError](err)
	if !ok {
		g := groupOf(err)
		t := tally{groups: map[group]int{g: resources}, outcome: g.outcome, reason: g.errorType}
		if err != nil {
			t.failed = resources
		}
		return t
	}
	t := tally{groups: make(map[group]int, 2), reason: errorPartial}
	named := make(map[string]bool, len(partial.Failed))
	for _, failed := range partial.Failed {
		// An answer may name a resource once for each key, and must not make more of them than were sent.
		if named[failed.ResourceARN] || t.failed == resources {
			continue
		}
		named[failed.ResourceARN] = true
		t.failed++
		t.groups[groupOf(failed)]++
		if code := codeToken(failed.Code); code != "" && len(t.codes) < maxFailedCodes && !slices.Contains(t.codes, code) {
			t.codes = append(t.codes, code)
		}
	}
	slices.Sort(t.codes)
	if done := resources - t.failed; done > 0 {
		t.groups[groupOf(nil)] = done
	}
	first := true
	for g := range t.groups {
		switch {
		case first:
			t.outcome, first = g.outcome, false
		case t.outcome != g.outcome:
			t.outcome = outcomePartial
		}
		if len(t.groups) == 1 { // all failed alike, a single one most often
			t.reason = g.errorType
		}
	}
	return t
}
