package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag"
)

// maxNames bounds how many regions and codes are told apart, so that an input of made-up regions does not fill the memory.
const maxNames = 200

const otherNames = "(others)"

// counts is how many resources had each outcome.
type counts [5]int

func (c counts) total() int {
	n := 0
	for _, of := range c {
		n += of
	}
	return n
}

func (c counts) done() int         { return c[untag.OutcomeDone] }
func (c counts) failed() int       { return c[untag.OutcomeRefused] + c[untag.OutcomeInvalid] }
func (c counts) unknown() int      { return c[untag.OutcomeUnknown] }
func (c counts) notAttempted() int { return c[untag.OutcomeNotAttempted] }
func (c counts) notDone() int      { return c.total() - c.done() }

// codeCount is how many resources have a code, and what the first of them was told.
type codeCount struct {
	code, sample string
	outcome      untag.Outcome
	n            int
}

// tally counts outcomes. Its size does not depend on how many resources there are.
type tally struct {
	traffic      traffic
	began, ended time.Time

	mu          sync.Mutex
	all         counts
	before      int // of those, done by earlier runs
	keysRemoved int // failed after some of their keys were removed
	retryable   int
	regions     map[string]*counts
	codes       map[string]*codeCount
	times       timeline // of this run alone
}

func newTally() *tally {
	return &tally{began: time.Now(), regions: map[string]*counts{}, codes: map[string]*codeCount{}}
}

func (t *tally) add(r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[r.outcome]++
	if len(r.keysRemoved) > 0 {
		t.keysRemoved++
	}
	if r.retryable {
		t.retryable++
	}
	switch {
	case r.recordedBefore:
		t.before++
	case r.outcome != untag.OutcomeNotAttempted:
		t.times.add(r.time, r.outcome)
	}
	named(t.regions, r.region, func(string) *counts { return new(counts) })[r.outcome]++
	if r.outcome != untag.OutcomeDone {
		c := named(t.codes, r.code, func(name string) *codeCount {
			return &codeCount{code: name, sample: clean(r.message, 200), outcome: r.outcome}
		})
		c.n++
	}
}

// named returns the value of a name, that of otherNames if there are too many of them.
func named[V any](all map[string]*V, name string, fresh func(name string) *V) *V {
	if all[name] == nil && len(all) >= maxNames {
		name = otherNames
	}
	if all[name] == nil {
		all[name] = fresh(name)
	}
	return all[name]
}

func (t *tally) finish() { t.ended = time.Now() }

func (t *tally) snapshot() counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all
}

// fresh is how many outcomes this run has come to by itself: without those of earlier runs, and what it did not attempt.
func (t *tally) fresh() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.total() - t.all.notAttempted() - t.before
}

func (t *tally) elapsed() time.Duration { return round(t.ended.Sub(t.began)) }

func (t *tally) perSecond() int {
	if !t.ended.After(t.began) {
		return 0
	}
	return int(float64(t.fresh()) / t.ended.Sub(t.began).Seconds())
}

// regionNames are sorted.
func (t *tally) regionNames() []string { return slices.Sorted(maps.Keys(t.regions)) }

// codeCounts are those with the most resources first.
func (t *tally) codeCounts() []*codeCount {
	return slices.SortedFunc(maps.Values(t.codes), func(a, b *codeCount) int {
		return cmp.Or(b.n-a.n, strings.Compare(a.code, b.code))
	})
}
