package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/cleanup"
)

func TestJobSummaryIsBounded(t *testing.T) {
	t.Parallel()
	s := &jobSummary{
		states: stateCounts{}, removed: stateCounts{}, verified: stateCounts{}, restored: stateCounts{},
		regions: map[string]*group{}, products: map[string]*group{}, keys: map[string]*group{}, values: map[string]*group{}, codes: map[string]*codeCount{},
	}
	for i := range 3 * maxValues {
		name := number(i)
		s.add(cleanup.Record{Resource: cleanup.Resource{Region: name, Service: name, ID: name}, Key: name, Saved: name, State: cleanup.Removed, Removed: cleanup.Removed, Code: name, Time: time.Now()})
	}
	assert.Equal(t, 3*maxValues, s.resources)
	assert.LessOrEqual(t, len(s.values), maxValues+1)
	assert.LessOrEqual(t, len(s.regions), maxNames+1)
	assert.LessOrEqual(t, len(s.codes), maxNames+1)
	first, others, tags := largest(s.values, 1)
	assert.Equal(t, otherNames, first[0].name)
	assert.Equal(t, 2*maxValues, first[0].tags)
	assert.Equal(t, maxValues, others)
	assert.Equal(t, maxValues, tags)
}
