package tag

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// UntagManyRequest names any number of resources and any number of keys to remove from them. What is said of
// [UntagResourcesRequest] holds here, too, but for the numbers.
type UntagManyRequest struct {
	// Region is the region of ARNs that have "*" or nothing for theirs. "": Config.Region.
	Region string
	// ResourceARNs are any number of ARNs, in any regions, pulled as the run goes on; slices.Values makes an iterator
	// of a slice. nil is refused. A malformed ARN fails alone.
	ResourceARNs iter.Seq[string]
	// TagKeys are any number of keys, at least one, each once. They are sent in groups of at most MaxTagKeys, one group
	// after another.
	TagKeys []string
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

// UntagMany removes tags from any number of resources, in any regions, and yields each with its outcome, in the order
// of the input unless Unordered is set:
//
//   - nil: the service confirmed it.
//   - A [ResourceError], or an [*untag.APIError] with its request ID: the service refused this resource, or a call with
//     it for a reason that holds for all its resources, such as a wrong key.
//   - [untag.ErrThrottled] (errors.Is) and the error of ctx: ctx ended while throttling was waited out. Nothing was
//     changed.
//   - [untag.ErrOutcomeUnknown]: a request was sent and no verdict came.
//   - [untag.ErrNotAttempted]: nothing was sent for it, or only a call with it and others that was refused as a whole,
//     for the reason inside. A malformed ARN is [untag.ErrInvalidRequest], too.
//   - An [*untag.KeysRemovedError] around one of these: some groups of keys were removed before.
//
// A run that ends before its input does, because of a mistake in the request, of credentials, of ctx or of Drain,
// yields a last pair of "" and the cause. A finished run yields none. (An empty string in the input is yielded as "",
// too; its error is both [untag.ErrInvalidRequest] and [untag.ErrNotAttempted], and the run goes on.) Nothing is sent
// before the result is ranged over, and every range is a run of its own.
//
// Each ARN goes to the endpoint of its own region, in calls of up to [MaxResources]. A region that refuses ends for
// itself. Throttling is waited out as long as ctx lets it, that of a single resource for at most Retry.MaxThrottle. An
// outage is not waited out: each call is repeated as Config.Retry says, and then its resources are unknown or not
// attempted; close Drain and resume later.
//
// At most max(16,384, 8 × Concurrency × MaxResources) resources are read ahead of what is yielded, whatever their
// number; with Concurrency 0 the calls in flight count instead. Repeated ones among those share one outcome. The input
// is pulled on the caller's goroutine. While it blocks, outcomes are not yielded, a batch that is not full is not sent,
// and the run does not end by ctx or Drain, so it must honour them itself.
//
// Breaking out of the loop aborts the calls in flight, and leaves no goroutine behind; what was read and not yielded
// has no outcome then.
func (c *Client) UntagMany(ctx context.Context, req UntagManyRequest) iter.Seq2[string, error] {
	req.Region = c.open(ctx).Region(req.Region)
	req.TagKeys = slices.Clone(req.TagKeys)
	if err := c.checkMany(req); err != nil {
		return bulk.Refuse(err)
	}
	op := c.bulkOperation(&operation, &c.width, req.Region)
	op.Request, op.Field, op.MaxResources, op.MaxParts = "UntagManyRequest", "ResourceARNs", MaxResources, MaxTagKeys
	op.FixedQuery = len("RegionId=") + endpoint.MaxRegionLength
	op.Encode = func(b *bulk.Batch) *signature.Query {
		return UntagResourcesRequest{Region: b.Region, ResourceARNs: b.Resources, TagKeys: bulk.KeysOf(b)}.encode()
	}
	op.Partly = bulk.KeysRemoved
	return bulk.Run(ctx, op, bulk.Request{
		Resources: bulk.Each(req.ResourceARNs, bulk.KeyParts(req.TagKeys, MaxTagKeys)), InputErr: req.InputErr,
		Concurrency: req.Concurrency, Unordered: req.Unordered, Drain: req.Drain,
	})
}

// bulkOperation is what the runs have in common.
func (c *Client) bulkOperation(operation *rpc.Operation, width *pace.Width, region string) *bulk.Operation {
	return &bulk.Operation{
		Service: service.Name, Action: operation.Action,
		Place: func(arn string) bulk.Place { return c.place(arn, region) },
		Send: func(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
			return c.sendBatch(ctx, operation, call)
		},
		Scope: service.ScopeOf, Same: sameResource,
		Backoff: c.calls.Backoff, MaxThrottle: c.calls.MaxThrottle(), MaxAttempts: c.calls.MaxAttempts(), Timeout: c.calls.Timeout(),
		Width: width,
	}
}

func (c *Client) checkMany(req UntagManyRequest) error {
	check := validate.New(c.calls.Validation())
	if req.Region != "" {
		check.Region(req.Region)
	}
	check.Many("ResourceARNs", req.ResourceARNs == nil, req.Concurrency)
	check.AnyKeys(req.TagKeys)
	check.Keys(req.TagKeys, keyRules)
	return check.Err("UntagManyRequest")
}

var errNoRegion = errors.New(`names no region, and neither does the request; set Region in the request or the Config`)

// place tells where an ARN goes. Its key is what stands behind the account: ARNs of one region that differ before it may
// be spellings of one resource.
func (c *Client) place(name, byDefault string) bulk.Place {
	p := bulk.Place{Region: byDefault, Size: bulk.ElementSize("ResourceARN", MaxResources, name)}
	var arn ARN
	if err := arn.parse(name); err != nil {
		if name == "" || validate.Refuses(c.calls.Validation()) {
			p.Reason = err.Error()
			return p
		}
		if arn, err = split(name); err != nil { // no ARN at all, on which the caller insists
			if byDefault == "" {
				p.Reason = errNoRegion.Error()
			}
			return p
		}
	}
	p.Key = name[len(name)-len(arn.ResourceType)-len(arn.ResourceID)-len("/"):]
	switch {
	case arn.Region != "" && arn.Region != "*":
		p.Region = arn.Region
		if err := endpoint.CheckRegion(arn.Region); err != nil {
			p.Reason = "has a region that " + err.Error() // it would become part of a host name
		}
	case byDefault == "":
		p.Reason = errNoRegion.Error()
	}
	return p
}

func (c *Client) sendBatch(ctx context.Context, operation *rpc.Operation, call rpc.Call) ([]bulk.Failure, error) {
	call.Operation, call.Answer, call.Verdict = operation, answerOf(operation), partial
	reply, err := c.calls.Do(ctx, call)
	if _, ok := errors.AsType[*PartialError](err); !ok {
		return nil, err
	}
	var failures []bulk.Failure
	for _, failed := range reply.Answer.(*answer).failures { //nolint:forcetypeassert // newAnswer's
		failures = append(failures, bulk.Failure{
			Resource: failed.ResourceARN, Err: failed.ResourceError, Scope: failed.scope,
			Unknown: errors.Is(failed.Kind, untag.ErrOutcomeUnknown),
		})
	}
	return failures, nil
}

// sameResource reports whether an ARN of an answer means one that was sent: the answer may name the region or the account
// where the request had "*".
func sameResource(sent, answered string) bool {
	a, err := split(sent)
	if err != nil {
		return false
	}
	b, err := split(answered)
	if err != nil {
		return false
	}
	return a.Product == b.Product && a.ResourceType == b.ResourceType && a.ResourceID == b.ResourceID &&
		openPart(a.Region, b.Region) && openPart(a.Account, b.Account)
}
