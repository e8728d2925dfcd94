package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestTallyAndTimelineAreBounded(t *testing.T) {
	t.Parallel()
	tally := newTally()
	began := time.Now()
	for i := range 5000 {
		tally.add(row{region: strings.Repeat("r", i%1000), code: strings.Repeat("c", i%1000), outcome: untag.OutcomeRefused, time: began.Add(time.Duration(i) * time.Second)})
	}
	assert.LessOrEqual(t, len(tally.regions), maxNames+1)
	assert.LessOrEqual(t, len(tally.codes), maxNames+1)
	assert.LessOrEqual(t, len(tally.times.buckets), maxBuckets)
	sum := 0
	for _, b := range tally.times.buckets {
		sum += b.failed
	}
	assert.Equal(t, 5000, sum, "merging loses nothing")
	assert.Equal(t, 5000, tally.all[untag.OutcomeRefused])
}
