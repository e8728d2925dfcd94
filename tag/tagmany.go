package tag

import (
	"context"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// TagManyRequest names any number of resources, each with the tags that it gets. What is said of [TagResourcesRequest]
// holds here, too, but for the numbers.
type TagManyRequest struct { //nolint:revive // after the operation
	// Region is the region of ARNs that have "*" or nothing for theirs. "": Config.Region.
	Region string
	// Resources are any number of ARNs, in any regions, each with any number of tags, at least one, pulled as the run goes
	// on. nil is refused. A resource whose ARN or tags are malformed fails alone. The tags are copied.
	Resources iter.Seq2[string, []untag.Tag]
	// Concurrency is how many calls may be in flight at a time, at most 4,096; a negative number is refused. 0: as many as
	// the service keeps up with, found while it runs, at most 256 for all such runs of a client.
	Concurrency int
	// Unordered yields outcomes as they come. false: in the order of the input.
	Unordered bool
	// Drain ends the run gently when the caller closes it: no call starts any more, those in flight finish, and the
	// rest of what was read is untag.ErrNotAttempted. nil: never.
	Drain <-chan struct{}
	// InputErr is nil, or asked once when the input has ended by itself, such as rows.Err or scanner.Err. What was read is
	// done all the same; an error is yielded as a last pair, as the cause why the run ended before its input did.
	InputErr func() error
}

// TagMany writes tags to any number of resources, in any regions, to each its own, and yields each with its outcome, in
// the order of the input unless Unordered is set. The outcomes, the last pair of a run that ends early, what is waited
// out and what is not, and how far is read ahead are those of [Client.UntagMany]; an [*untag.TagsWrittenError] stands in
// for its KeysRemovedError.
//
// Resources of one region with equal tags, in whatever order, share calls of up to [MaxTagResources], so an input that
// is sorted by tags costs the fewest. More than [MaxTags] tags, or too many for a query of 8,000 bytes, go in groups, one
// after another. A resource that comes twice is written twice, in order, unless its tags are the same. Tags that the
// service does not take are refused for all resources of the region that bring the same ones; resources with other tags go on.
//
// Repeating a call is safe, since it writes the same again, but a value that somebody else set in between is lost.
func (c *Client) TagMany(ctx context.Context, req TagManyRequest) iter.Seq2[string, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	check := validate.New(calls.Validation())
	if req.Region != "" {
		check.Region(req.Region)
	}
	check.Many("Resources", req.Resources == nil, req.Concurrency)
	if err := check.Err("TagManyRequest"); err != nil {
		return bulk.Refuse(err)
	}
	op := c.bulkOperation(tagResources, &c.tagWidth, req.Region)
	op.Request, op.Field, op.MaxResources, op.MaxParts, op.OwnParts = "TagManyRequest", "Resources", MaxTagResources, MaxTags, true
	op.FixedQuery = len("RegionId=") + endpoint.MaxRegionLength + len("&Tags=") + signature.EscapedLen("{}")
	op.Encode = func(b *bulk.Batch) *signature.Query {
		return TagResourcesRequest{Region: b.Region, ResourceARNs: b.Resources, Tags: bulk.TagsOf(b)}.encode()
	}
	op.Partly = bulk.TagsWritten
	parts := bulk.TagParts{
		Check: func(tags []untag.Tag) []untag.Problem { return validate.EachTags(calls.Validation(), tags, tagRules) },
		Size:  func(tag untag.Tag) int { return signature.EscapedLen(tagsJSON([]untag.Tag{tag})) },
	}
	return bulk.Run(ctx, op, bulk.Request{
		Resources: bulk.EachTags(req.Resources, parts), InputErr: req.InputErr,
		Concurrency: req.Concurrency, Unordered: req.Unordered, Drain: req.Drain,
	})
}
