package untagotel_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// TestRunWithSplits has four instances that are not there among 120, in calls that fail as a whole. Every call is a
// span and counts its resources; the run's own count has each of them once.
func TestRunWithSplits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCollector(t)
		cloud := untagtest.NewCloud()
		missing := []int{3, 70, 71, 119}
		ids := make([]string, 120)
		for i := range ids {
			ids[i] = fmt.Sprintf("i-%03d", i)
			if !slices.Contains(missing, i) {
				cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: ids[i], Tags: map[string]string{"env": "test"}})
			}
		}
		cloud.Inject(untagtest.Fault{Calls: 3, Code: untag.CodeThrottlingUser})
		telemetry := c.telemetry()
		client, err := ecs.New(telemetry.Instrument(cloud.Config()))
		require.NoError(t, err)
		ctx, root := c.tracer.Tracer("program").Start(t.Context(), "run")
		var seen []string
		for id, err := range telemetry.Results(ctx, client.UntagMany(ctx, ecs.UntagManyRequest{
			ResourceType: ecs.ResourceTypeInstance, ResourceIDs: slices.Values(ids), TagKeys: []string{"env"},
		})) {
			if err != nil {
				require.ErrorIs(t, err, untag.ErrNotFound)
			}
			seen = append(seen, id)
		}
		root.End()
		assert.Equal(t, ids, seen, "the results pass through")
		assert.Equal(t, map[string]int64{"done": 116, "refused not_found": 4}, c.outcomes("untag.run.resources"))

		calls := c.calls()
		counts := make(map[string]int64)
		for _, span := range calls {
			assert.Equal(t, root.SpanContext(), span.Parent())
			got := attributesOf(span.Attributes())
			key := got["untag.outcome"].(string)
			if reason, ok := got["error.type"].(string); ok {
				key += " " + reason
			}
			counts[key] += got["untag.resource.count"].(int64)
		}
		assert.Equal(t, counts, c.outcomes("untag.call.resources"), "the calls' own")
		assert.EqualValues(t, 116, counts["done"])
		assert.Greater(t, counts["refused not_found"], int64(4), "a resource counts in every call that it was part of")
		assert.Greater(t, len(calls), 3)
		assert.Len(t, c.attempts(), cloud.CallCount())
		assert.Len(t, c.attempts(), len(calls)+3, "the throttled ones were repeated within their calls")
		throttles := c.metrics()["untag.throttles"]
		require.Len(t, throttles, 1)
		assert.EqualValues(t, 3, throttles[0].count)
	})
}

// TestDrainedRun does not send what it has read, and calls that wait for their turn end without being sent.
func TestDrainedRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCollector(t)
		cloud := untagtest.NewCloud()
		cloud.AllowAnyResource()
		config := cloud.Config()
		config.Rate = 1
		telemetry := c.telemetry()
		client, err := tag.New(telemetry.Instrument(config))
		require.NoError(t, err)
		ids := make([]string, 500)
		for i := range ids {
			ids[i] = arns(fmt.Sprintf("i-%d", i))[0]
		}
		drain := make(chan struct{})
		outcomes := map[bool]int64{} // of what was read by then
		last := 0
		for arn, err := range telemetry.Results(t.Context(), client.UntagMany(t.Context(), tag.UntagManyRequest{
			ResourceARNs: slices.Values(ids), TagKeys: []string{"env"}, Drain: drain,
		})) {
			if arn == "" {
				last++
				continue
			}
			if outcomes[err == nil]++; outcomes[true] == 1 && err == nil {
				close(drain)
			}
		}
		assert.Equal(t, 1, last)
		assert.Equal(t, map[string]int64{"done": outcomes[true], "not_attempted not_attempted": outcomes[false]}, c.outcomes("untag.run.resources"),
			"the last pair is no resource")
		assert.Positive(t, outcomes[false])
		for _, span := range c.calls() {
			got := attributesOf(span.Attributes())
			if got["untag.outcome"] != "done" {
				assert.Equal(t, "not_attempted", got["untag.outcome"])
				assert.Equal(t, "not_attempted", got["error.type"])
				assert.EqualValues(t, 0, got["untag.attempt.count"])
			}
		}
	})
}

// results is a run that yields one pair for each error.
func results(errs ...error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for i, err := range errs {
			if !yield(fmt.Sprint("r-", i), err) {
				return
			}
		}
		yield("", errors.New("the end"))
	}
}

// exhaust ranges over all results and returns how many are done.
func exhaust(results iter.Seq2[string, error]) int {
	done := 0
	for _, err := range results {
		if err == nil {
			done++
		}
	}
	return done
}

func TestResults(t *testing.T) {
	t.Parallel()
	ended := func(outcome, err error) error { return &untag.CallError{Outcome: outcome, Err: err} }
	denied := &untag.APIError{Code: untag.CodeForbiddenRAM, Kind: untag.ErrPermissionDenied}
	for _, test := range []struct {
		name string
		errs []error
		want map[string]int64
	}{
		{"done", []error{nil, nil}, map[string]int64{"done": 2}},
		{"refused by name", []error{failed("r-0", "InvalidResourceId.NotFound", untag.ErrNotFound)}, map[string]int64{"refused not_found": 1}},
		{"refused alone", []error{denied}, map[string]int64{"refused permission_denied": 1}},
		{"unknown", []error{ended(untag.ErrOutcomeUnknown, context.DeadlineExceeded)}, map[string]int64{"unknown timeout": 1}},
		{"not attempted, for the reason inside", []error{ended(untag.ErrNotAttempted, denied)}, map[string]int64{"not_attempted permission_denied": 1}},
		{"malformed", []error{ended(untag.ErrNotAttempted, &untag.ValidationError{})}, map[string]int64{"invalid invalid_request": 1}},
		{"some keys gone", []error{&untag.KeysRemovedError{Keys: []string{"env"}, Err: ended(untag.ErrNotAttempted, context.Canceled)}}, map[string]int64{"not_attempted canceled": 1}},
		{"nothing but the end", nil, map[string]int64{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCollector(t)
			assert.EqualValues(t, test.want["done"], exhaust(c.telemetry().Results(t.Context(), results(test.errs...))))
			assert.Equal(t, test.want, c.outcomes("untag.run.resources"))
		})
	}
}

// TestResultsOfABrokenLoop counts what the loop saw, and tells the run.
func TestResultsOfABrokenLoop(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	ended := false
	run := func(yield func(string, error) bool) {
		defer func() { ended = true }()
		for range 10 {
			if !yield("r", nil) {
				return
			}
		}
	}
	seen := 0
	for _, err := range c.telemetry().Results(t.Context(), run) {
		require.NoError(t, err)
		if seen++; seen == 3 {
			break
		}
	}
	assert.True(t, ended)
	assert.Equal(t, map[string]int64{"done": 3}, c.outcomes("untag.run.resources"))
}

// TestResultsOfJobs tells runs apart by attributes of the caller's. The caller's slice is not kept.
func TestResultsOfJobs(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	telemetry := c.telemetry()
	job := []attribute.KeyValue{attribute.String("job", "nightly")}
	named := telemetry.Results(t.Context(), results(nil, untag.ErrNotAttempted), job...)
	job[0] = attribute.String("job", "another")
	for range 2 { // each range is a run of its own
		assert.Equal(t, 1, exhaust(named))
	}
	assert.ElementsMatch(t, []point{
		{count: 2, attributes: attributes{"job": "nightly", "untag.outcome": "done"}},
		{count: 2, attributes: attributes{"job": "nightly", "untag.outcome": "not_attempted", "error.type": "not_attempted"}},
	}, c.metrics()["untag.run.resources"])
}

// TestManyClientsAtOnce share one Telemetry. The race detector watches.
func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	telemetry := c.telemetry()
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	cloud.Inject(untagtest.Fault{Share: 0.2, Code: untag.CodeInternalError}, untagtest.Fault{Share: 0.1, Code: untag.CodeThrottlingUser})
	config := cloud.Config()
	config.Retry = untag.Retry{MaxAttempts: 64, BaseDelay: 1, MaxDelay: 1}
	config.Rate = -1
	const clients, runs, resources = 4, 3, 300
	var work sync.WaitGroup
	for range clients {
		client, err := tag.New(telemetry.Instrument(config))
		require.NoError(t, err)
		for run := range runs {
			work.Go(func() {
				ids := func(yield func(string) bool) {
					for i := range resources {
						if !yield(arns(fmt.Sprintf("i-%d-%d", run, i))[0]) {
							return
						}
					}
				}
				assert.Equal(t, resources, exhaust(telemetry.Results(t.Context(), client.UntagMany(t.Context(), tag.UntagManyRequest{
					ResourceARNs: ids, TagKeys: []string{"env"}, Unordered: true,
				}))))
			})
		}
	}
	work.Wait()
	assert.Equal(t, map[string]int64{"done": clients * runs * resources}, c.outcomes("untag.run.resources"))
	parents := make(map[any]int)
	for _, attempt := range c.attempts() {
		parents[attempt.Parent().SpanID()]++
	}
	for _, call := range c.calls() {
		assert.EqualValues(t, parents[call.SpanContext().SpanID()], attributesOf(call.Attributes())["untag.attempt.count"])
	}
	assert.Len(t, c.attempts(), cloud.CallCount())
}
