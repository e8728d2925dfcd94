package main

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestAsOwner(t *testing.T) {
	t.Parallel()
	own := untagtest.NewCloud().AccountID()
	var sent []string
	many := func(_ context.Context, r request) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			for arn := range r.resources {
				sent = append(sent, arn)
				if !yield(arn, nil) {
					return
				}
			}
		}
	}
	list := []string{"arn:acs:ecs:r:42:instance/i:1", "arn:acs:ecs:r:*:instance/i", "arn:acs:ecs:r:" + own + ":instance/i", "arn:acs:ecs:r:43:instance/i", "rubbish"}
	for name, owner := range map[string]string{"named": "42", "of the first ARN": ""} {
		sent = nil
		var got []string
		for arn, err := range asOwner(many, owner)(t.Context(), request{resources: slices.Values(list)}) {
			require.NoError(t, err)
			got = append(got, arn)
		}
		assert.Equal(t, list, got, "%s: everything comes back as it was given", name)
		assert.Equal(t, []string{
			"arn:acs:ecs:r:" + own + ":instance/i:1", "arn:acs:ecs:r:*:instance/i", "arn:acs:ecs:r:42:instance/i", "arn:acs:ecs:r:43:instance/i", "rubbish",
		}, sent, name)
	}
}
