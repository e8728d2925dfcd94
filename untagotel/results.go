package untagotel

import (
	"context"
	"iter"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Results passes the results of a bulk run, of UntagMany or TagMany, through and counts each resource once, by its outcome,
// in untag.run.resources:
//
//	for arn, err := range telemetry.Results(ctx, client.UntagMany(ctx, request)) {
//
// A resource is counted before the loop sees it. The last pair of a run that ends early, with "" for the resource, passes
// uncounted, and so does an empty resource of the input, which looks the same; nothing is counted after a break. A resource
// that lost some groups of its keys ([untag.KeysRemovedError]), or got some of its tags ([untag.TagsWrittenError]), counts
// by what happened to the next group. Each range is a run of its own and is counted anew. With a journal, wrap Results round
// Record: telemetry.Results(ctx, j.Record(run)). The other way round, the journal makes a write for each outcome, not for
// each burst of them.
//
// ctx is for the meter provider, which may link a count to the span in it; the run has its own. attributes are added to
// every count, to tell runs apart: give names of jobs or services, nothing of which there are many.
func (t *Telemetry) Results(ctx context.Context, results iter.Seq2[string, error], attributes ...attribute.KeyValue) iter.Seq2[string, error] {
	attributes = slices.Clone(attributes)
	return func(yield func(string, error) bool) {
		options := make(map[group]metric.AddOption) // few, and a run counts a lot
		for resource, err := range results {
			if resource != "" {
				g := groupOf(err)
				if options[g] == nil {
					options[g] = metric.WithAttributeSet(attribute.NewSet(
						withError(append(slices.Clone(attributes), keyOutcome.String(g.outcome)), g.errorType, "")...))
				}
				t.runResources.Add(ctx, 1, options[g])
			}
			if !yield(resource, err) {
				return
			}
		}
	}
}
