package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/cleanup"
)

// TestEveryStateIsKnown has all states of the package, those that are added later too.
func TestEveryStateIsKnown(t *testing.T) {
	t.Parallel()
	for s := cleanup.State(0); !strings.HasPrefix(s.String(), "State("); s++ {
		assert.Contains(t, states, s)
		assert.NotEmpty(t, stateInfos[s].label, s)
	}
	assert.Len(t, stateInfos, len(states))
}

func TestStateCounts(t *testing.T) {
	t.Parallel()
	c := stateCounts{cleanup.Removed: 3, cleanup.AlreadyGone: 2, cleanup.Refused: 1, cleanup.Kept: 4, cleanup.Unknown: 5, cleanup.Pending: 6}
	assert.Equal(t, 21, c.total())
	assert.Equal(t, []int{5, 4, 1, 5, 6}, []int{c.of(good), c.of(left), c.of(failed), c.of(unclear), c.of(idle)})
}
