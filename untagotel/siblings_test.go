package untagotel_test

import (
	"context"
	"iter"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// TestSiblings has lists and writes beside removals: each call, and each page, is a span named after its operation, and the
// metrics are apart by operation.
func TestSiblings(t *testing.T) {
	t.Parallel()
	owner := []untag.Tag{{Key: "owner", Value: "ada"}}
	instances := ecs.ListTagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, Tags: []untag.TagFilter{{Key: "env", AnyValue: true}}}
	for _, test := range []struct {
		name     string
		faults   []untagtest.Fault
		do       func(ctx context.Context, t *testing.T, config untag.Config) error
		method   string
		calls    int
		named    int64            // resources of each call
		outcome  string           // of the last call
		reason   string           // and why
		outcomes map[string]int64 // of untag.call.resources
	}{
		{
			name:   "a page",
			method: "tag/ListTagResources", calls: 1, named: 2, outcome: "done", outcomes: map[string]int64{"done": 2},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				_, err := newTag(t, config).ListTagResources(ctx, tag.ListTagResourcesRequest{ResourceARNs: arns("i-1", "i-2")})
				return err
			},
		},
		{
			name:   "pages by a tag",
			method: "ecs/ListTagResources", calls: 2, named: 0, outcome: "done", outcomes: map[string]int64{},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				return exhausted(newECS(t, config).ListTagResourcesAll(ctx, instances))
			},
		},
		{
			name:   "a page that breaks off",
			faults: []untagtest.Fault{{Truncate: true}},
			method: "tag/ListTagResources", calls: 1, named: 1, outcome: "refused", reason: "unavailable", outcomes: map[string]int64{"refused unavailable": 1},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				_, err := newTag(t, config).ListTagResources(ctx, tag.ListTagResourcesRequest{ResourceARNs: arns("i-1")})
				return err
			},
		},
		{
			name:   "a token that is refused",
			faults: []untagtest.Fault{{Continued: true, Code: "Invalid.NextToken", Status: http.StatusForbidden}},
			method: "ecs/ListTagResources", calls: 2, named: 0, outcome: "refused", reason: "invalid_parameter", outcomes: map[string]int64{},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				return exhausted(newECS(t, config).ListTagResourcesAll(ctx, instances))
			},
		},
		{
			name:   "a write",
			method: "ecs/TagResources", calls: 1, named: 2, outcome: "done", outcomes: map[string]int64{"done": 2},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				_, err := newECS(t, config).TagResources(ctx, ecs.TagResourcesRequest{ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1", "i-2"}, Tags: owner})
				return err
			},
		},
		{
			name:   "a write whose answer is lost",
			faults: []untagtest.Fault{{Reset: true, After: true}},
			method: "tag/TagResources", calls: 1, named: 1, outcome: "unknown", reason: "unavailable", outcomes: map[string]int64{"unknown unavailable": 1},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				_, err := newTag(t, config).TagResources(ctx, tag.TagResourcesRequest{ResourceARNs: arns("i-1"), Tags: owner})
				return err
			},
		},
		{
			name:   "a run of writes",
			method: "tag/TagResources", calls: 2, named: 1, outcome: "done", outcomes: map[string]int64{"done": 2},
			do: func(ctx context.Context, t *testing.T, config untag.Config) error {
				return exhausted(newTag(t, config).TagMany(ctx, tag.TagManyRequest{Resources: func(yield func(string, []untag.Tag) bool) {
					for i, arn := range arns("i-1", "i-2") {
						if !yield(arn, []untag.Tag{{Key: "n", Value: string(rune('a' + i))}}) {
							return
						}
					}
				}}))
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCollector(t)
				cloud := newCloud()
				cloud.Choose(untagtest.Choices{PageSize: 1})
				if test.named == 2 {
					cloud.Choose(untagtest.Choices{})
				}
				cloud.Inject(test.faults...)
				err := test.do(t.Context(), t, c.telemetry().Instrument(cloud.Config()))
				require.Equal(t, test.reason != "", err != nil, "%v", err)
				calls := c.calls()
				require.Len(t, calls, test.calls)
				var last attributes
				for _, span := range calls {
					last = attributesOf(span.Attributes())
					assert.Equal(t, test.method, span.Name())
					assert.Equal(t, test.method, last["rpc.method"])
					assert.Equal(t, test.named, last["untag.resource.count"])
				}
				assert.Equal(t, test.outcome, last["untag.outcome"])
				if test.reason != "" {
					assert.Equal(t, test.reason, last["error.type"])
				}
				assert.Equal(t, test.outcomes, c.outcomes("untag.call.resources"))
				for _, metric := range []string{"rpc.client.call.duration", "untag.attempt.duration"} {
					points := c.metrics()[metric]
					assert.NotEmpty(t, points)
					for _, p := range points {
						assert.Equal(t, test.method, p.attributes["rpc.method"], metric)
					}
				}
			})
		})
	}
}

func newTag(t *testing.T, config untag.Config) *tag.Client {
	t.Helper()
	client, err := tag.New(config)
	require.NoError(t, err)
	return client
}

func newECS(t *testing.T, config untag.Config) *ecs.Client {
	t.Helper()
	client, err := ecs.New(config)
	require.NoError(t, err)
	return client
}

// exhausted ranges over a sequence and returns its last error.
func exhausted[E any](seq iter.Seq2[E, error]) (last error) {
	for _, err := range seq {
		if err != nil {
			last = err
		}
	}
	return last
}
