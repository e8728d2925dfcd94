package ecs

import (
	"context"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
)

// UntagManyRequest names any number of resources and any number of keys to remove from them. What is said of
// [UntagResourcesRequest] holds here, too, but for the numbers.
type UntagManyRequest struct {
	// Region is the region of the resources. "": Config.Region.
	Region string
	// ResourceType is the type of all the resources. "" is refused.
	ResourceType ResourceType
	// ResourceIDs are any number of IDs, pulled as the run goes on; slices.Values makes an iterator of a slice. nil is
	// refused. A malformed ID fails alone.
	ResourceIDs iter.Seq[string]
	// TagKeys are any number of keys, each once. They are sent in groups of at most MaxTagKeys, one group after
	// another.
	TagKeys []string
	// All removes every tag of the resources; TagKeys must be empty then. Both, or neither, is refused.
	All bool
	// Concurrency is how many calls may be in flight at a time, at most 4,096; a negative number is refused. 0: as many as
	// the service keeps up with, found while it runs, at most 256 for all such runs of a client. Until something has
	// passed there are one or a few, so that a mistake which concerns every resource costs few calls.
	Concurrency int
	// Unordered yields outcomes as they come. false: in the order of the input, so that an early resource that takes
	// long holds up the outcomes behind it, though not their calls.
	Unordered bool
	// Drain ends the run gently when the caller closes it: no call starts any more, those in flight finish, and the
	// rest of what was read is untag.ErrNotAttempted. nil: never.
	Drain <-chan struct{}
	// InputErr is nil, or asked once when the input has ended by itself, such as rows.Err or scanner.Err. What was read is
	// done all the same; an error is yielded as a last pair, as the cause why the run ended before its input did.
	InputErr func() error
}

// UntagMany removes tags from any number of resources and yields each with its outcome, in the order of the input
// unless Unordered is set:
//
//   - nil: the service confirmed it.
//   - An [*untag.APIError] with its request ID: the service refused a call that named this resource alone, or a call
//     with it for a reason that holds for all its resources, such as a wrong key.
//   - [untag.ErrThrottled] (errors.Is) and the error of ctx: ctx ended while throttling was waited out. Nothing was
//     changed.
//   - [untag.ErrOutcomeUnknown]: a request was sent and no verdict came.
//   - [untag.ErrNotAttempted]: nothing was sent for it, or only a call with it and others that was refused as a whole,
//     for the reason inside. A malformed ID is [untag.ErrInvalidRequest], too.
//   - An [*untag.KeysRemovedError] around one of these: some groups of keys were removed before.
//
// A run that ends before its input does, because of a mistake in the request, of credentials, of ctx or of Drain,
// yields a last pair of "" and the cause. A finished run yields none. (An empty string in the input is yielded as "",
// too; its error is both [untag.ErrInvalidRequest] and [untag.ErrNotAttempted], and the run goes on.) Nothing is sent
// before the result is ranged over, and every range is a run of its own.
//
// Resources go in calls of up to [MaxResources]. A call that is refused because of one of them is split until that one
// stands alone; its neighbours succeed. Throttling is waited out as long as ctx lets it. An outage is not waited out:
// each call is repeated as Config.Retry says, and then its resources are unknown or not attempted; close Drain and
// resume later.
//
// At most max(16,384, 8 × Concurrency × MaxResources) resources are read ahead of what is yielded, whatever their
// number; with Concurrency 0 the calls in flight count instead. Repeated ones among those share one outcome. The input
// is pulled on the caller's goroutine. While it blocks, outcomes are not yielded, a batch that is not full is not sent,
// and the run does not end by ctx or Drain, so it must honour them itself.
//
// Breaking out of the loop aborts the calls in flight, and leaves no goroutine behind; what was read and not yielded
// has no outcome then.
func (c *Client) UntagMany(ctx context.Context, req UntagManyRequest) iter.Seq2[string, error] {
	return byid.UntagMany(ctx, c.open(ctx), byid.UntagManyRequest[ResourceType](req))
}

// TagManyRequest names any number of resources, each with the tags that it gets. What is said of [TagResourcesRequest]
// holds here, too, but for the numbers.
type TagManyRequest struct {
	// Region is the region of the resources. "": Config.Region.
	Region string
	// ResourceType is the type of all the resources. "" is refused.
	ResourceType ResourceType
	// Resources are any number of IDs, each with any number of tags, at least one, pulled as the run goes on. nil is
	// refused. A resource whose ID or tags are malformed fails alone. The tags are copied.
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

// TagMany writes tags to any number of resources, to each its own, and yields each with its outcome, in the order of the
// input unless Unordered is set. The outcomes, the last pair of a run that ends early, how a call is split in which one
// resource is at fault, what is waited out and what is not, and how far is read ahead are those of [Client.UntagMany]; an
// [*untag.TagsWrittenError] stands in for its KeysRemovedError.
//
// Resources with equal tags, in whatever order, share calls of up to [MaxTagResources], so an input that is sorted by
// tags costs the fewest. More than [MaxTags] tags, or too many for a query of 8,000 bytes, go in groups, one after
// another. A resource that comes twice is written twice, in order, unless its tags are the same. Tags that the service
// does not take are refused for all resources that bring the same ones; resources with other tags go on.
//
// Repeating a call is safe, since it writes the same again, but a value that somebody else set in between is lost.
func (c *Client) TagMany(ctx context.Context, req TagManyRequest) iter.Seq2[string, error] {
	return byid.TagMany(ctx, c.open(ctx), byid.TagManyRequest[ResourceType](req))
}
