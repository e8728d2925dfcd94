package main

import (
	"cmp"
	"context"
	"errors"
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
type counts [outcomes]int

func (c counts) total() int {
	n := 0
	for _, of := range c {
		n += of
	}
	return n
}

func (c counts) failed() int { return c.total() - c[done] }

// codeCount is how many resources have a code, and what the first of them was told.
type codeCount struct {
	code, sample string
	outcome      outcome
	n            int
}

// tally counts outcomes and calls. Its size does not depend on how many resources there are.
type tally struct {
	began, ended time.Time

	mu          sync.Mutex
	all         counts
	before      int // of those, done by earlier runs
	keysRemoved int // failed after some of their keys were removed
	regions     map[string]*counts
	codes       map[string]*codeCount
	times       timeline

	calls, attempts, throttled, faults int
}

func newTally() *tally {
	return &tally{began: time.Now(), regions: map[string]*counts{}, codes: map[string]*codeCount{}}
}

func (t *tally) add(r row) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[r.outcome]++
	if r.recordedBefore {
		t.before++
	}
	if len(r.keysRemoved) > 0 {
		t.keysRemoved++
	}
	t.times.add(r.time, r.outcome != done)
	named(t.regions, r.region, func(string) *counts { return new(counts) })[r.outcome]++
	if r.outcome != done {
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

func (t *tally) onCall(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls++
	return ctx, nil
}

func (t *tally) onAttempt(_ context.Context, a untag.Attempt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attempts++
	switch {
	case errors.Is(a.Err, untag.ErrThrottled):
		t.throttled++
	case a.Err != nil && a.Wait > 0: // it was worth another try
		t.faults++
	}
}

func (t *tally) finish() { t.ended = time.Now() }

func (t *tally) failed() int { return t.snapshot().failed() }

func (t *tally) snapshot() counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all
}

// fresh is how many outcomes this run has come to by itself: without those of earlier runs, and what it did not attempt.
func (t *tally) fresh() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.total() - t.all[notAttempted] - t.before
}

// regionNames are sorted.
func (t *tally) regionNames() []string { return slices.Sorted(maps.Keys(t.regions)) }

// codeCounts are those with the most resources first.
func (t *tally) codeCounts() []*codeCount {
	return slices.SortedFunc(maps.Values(t.codes), func(a, b *codeCount) int {
		return cmp.Or(b.n-a.n, strings.Compare(a.code, b.code))
	})
}

// timeline counts outcomes in intervals of time. When there are too many, two become one.
type timeline struct {
	start   time.Time
	width   time.Duration
	buckets []bucket
}

type bucket struct{ done, failed int }

const maxBuckets = 120

func (t *timeline) add(at time.Time, failed bool) {
	if t.width == 0 {
		t.start, t.width = at, 100*time.Millisecond
	}
	index := max(0, int(at.Sub(t.start)/t.width))
	for ; index >= maxBuckets; index /= 2 {
		t.width *= 2
		for i := range (len(t.buckets) + 1) / 2 {
			merged := t.buckets[2*i]
			if 2*i+1 < len(t.buckets) {
				merged.done += t.buckets[2*i+1].done
				merged.failed += t.buckets[2*i+1].failed
			}
			t.buckets[i] = merged
		}
		t.buckets = t.buckets[:(len(t.buckets)+1)/2]
	}
	for len(t.buckets) <= index {
		t.buckets = append(t.buckets, bucket{})
	}
	if failed {
		t.buckets[index].failed++
	} else {
		t.buckets[index].done++
	}
}
