package ecs

import (
	"context"
	"iter"

	"github.com/untag-go/untag/internal/byid"
)

// UntagManyRequest names any number of resources and any number of keys to remove from them.
type UntagManyRequest struct {
	Region       string           // of the resources; "": Config.Region
	ResourceType ResourceType     // of all the resources
	ResourceIDs  iter.Seq[string] // any number, pulled as the run goes on; slices.Values makes one of a slice
	TagKeys      []string         // any number, each once: sent in groups of at most MaxTagKeys, one after another
	All          bool             // remove every tag; TagKeys must be empty then
	Concurrency  int              // calls in flight; 0: 8, at most 4,096
	Unordered    bool             // yield outcomes as they come, not in the order of the input
	Drain        <-chan struct{}  // nil, or closed by the caller: no call starts any more, those in flight finish, the rest of what was read is untag.ErrNotAttempted
}

// UntagMany removes tags from any number of resources and yields an outcome for each, in the order of the input:
//
//   - nil: the service confirmed it
//   - the error of a call that named this resource alone, such as an *untag.APIError with its request ID
//   - untag.ErrOutcomeUnknown (errors.Is): a request was sent and no verdict came
//   - untag.ErrNotAttempted: nothing was sent, for the reason inside. A malformed resource is untag.ErrInvalidRequest too
//   - a *untag.KeysRemovedError round one of these, if some groups of keys were removed before
//
// A run that ends before its input does, because of a mistake in the request, of credentials, of ctx or of Drain,
// yields a last pair "" and the cause. Nothing is sent before the result is ranged over, and every range is a run of its own.
//
// Resources go in calls of up to MaxResources. A call that is refused because of one of its resources is split until that
// one stands alone; its neighbours succeed. Throttling is waited out as long as ctx lets it. At most
// max(16,384, 8 × Concurrency × MaxResources) resources are read ahead of what is yielded, whatever their number, and
// repeated ones among those share one outcome. The input is pulled on the caller's goroutine. While
// it blocks, outcomes are not yielded, a batch that is not full is not sent, and ctx and Drain are not noticed, so it must
// honour them itself. An outage is not waited out: each call is repeated as Config.Retry says, and then its resources are
// unknown or not attempted; close Drain and resume later. Breaking out of the loop aborts the calls in flight; what was read and not yielded has no outcome then.
func (c *Client) UntagMany(ctx context.Context, req UntagManyRequest) iter.Seq2[string, error] {
	return c.calls.UntagMany(ctx, byid.ManyRequest{
		Region: req.Region, ResourceType: string(req.ResourceType), ResourceIDs: req.ResourceIDs, TagKeys: req.TagKeys, All: req.All,
		Concurrency: req.Concurrency, Unordered: req.Unordered, Drain: req.Drain,
	})
}
