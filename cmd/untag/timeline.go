package main

import (
	"time"

	"github.com/untag-go/untag"
)

// timeline counts outcomes in intervals of time. When there are too many, two become one.
type timeline struct {
	start   time.Time
	width   time.Duration
	buckets []bucket
}

type bucket struct{ done, failed, unknown int }

const maxBuckets = 120

func (t *timeline) add(at time.Time, o untag.Outcome) {
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
				merged.unknown += t.buckets[2*i+1].unknown
			}
			t.buckets[i] = merged
		}
		t.buckets = t.buckets[:(len(t.buckets)+1)/2]
	}
	for len(t.buckets) <= index {
		t.buckets = append(t.buckets, bucket{})
	}
	switch o {
	case untag.OutcomeDone:
		t.buckets[index].done++
	case untag.OutcomeUnknown:
		t.buckets[index].unknown++
	default:
		t.buckets[index].failed++
	}
}
