package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/exampletest"
)

func TestOutput(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, run(t.Context(), nil, &stdout, &stderr))
	assert.Empty(t, stderr.String())
	exampletest.Output(t, stdout.String())
}

func TestArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"x"}, {"-h"}, {""}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 2, run(t.Context(), args, &stdout, &stderr), "%q", args)
		assert.Empty(t, stdout.String())
		assert.Contains(t, stderr.String(), "takes no arguments")
	}
}
