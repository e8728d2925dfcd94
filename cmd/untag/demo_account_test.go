package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestDemoAccount(t *testing.T) {
	t.Parallel()
	a := newDemoAccount(3000)
	assert.Equal(t, 3000-a.each(bare, func(untagtest.Resource) {}), a.carrying())
	counts := a.interfere()
	for _, f := range []fate{changed, released, stripped, locked} {
		assert.Positive(t, counts[f])
	}
	assert.Equal(t, a.carriers(), a.carrying(), "one key is left on what was stripped")
	assert.Positive(t, a.retag())
}
