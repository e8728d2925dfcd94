package byid

import (
	"context"
	"iter"
	"slices"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// UntagManyRequest is an UntagManyRequest of any of the services, which converts to it.
type UntagManyRequest[T ~string] struct {
	Region       string
	ResourceType T
	ResourceIDs  iter.Seq[string]
	TagKeys      []string
	All          bool
	Concurrency  int
	Unordered    bool
	Drain        <-chan struct{}
	InputErr     func() error
}

// UntagMany runs a bulk request.
func UntagMany[T ~string](ctx context.Context, c *Client, r UntagManyRequest[T]) iter.Seq2[string, error] {
	r.Region = c.Region(r.Region)
	r.TagKeys = slices.Clone(r.TagKeys)
	resourceType := typeOf(c.service, r.ResourceType)
	check := validate.New(c.Validation())
	check.Region(r.Region)
	c.service.checkType(check, resourceType)
	check.Many("ResourceIDs", r.ResourceIDs == nil, r.Concurrency)
	check.KeysOrAll(r.TagKeys, r.All)
	check.Keys(r.TagKeys, c.service.Keys)
	if err := check.Err("UntagManyRequest"); err != nil {
		return bulk.Refuse(err)
	}
	fixed := encodeUntag(UntagRequest[string]{Region: r.Region, ResourceType: resourceType, All: r.All})
	defer fixed.Free()
	op := c.operation(c.untagging, &c.width, r.Region, c.service.MaxResources)
	op.Request, op.Field, op.MaxParts, op.FixedQuery = "UntagManyRequest", "ResourceIDs", c.service.Keys.Most, fixed.Len()
	op.Encode = func(b *bulk.Batch) *signature.Query {
		return encodeUntag(UntagRequest[string]{b.Region, resourceType, b.Resources, bulk.KeysOf(b), r.All})
	}
	op.Partly = bulk.KeysRemoved
	return bulk.Run(ctx, op, bulk.Request{
		Resources: bulk.Each(r.ResourceIDs, bulk.KeyParts(r.TagKeys, c.service.Keys.Most)), InputErr: r.InputErr,
		Concurrency: r.Concurrency, Unordered: r.Unordered, Drain: r.Drain,
	})
}

// TagManyRequest is a TagManyRequest of any of the services, which converts to it.
type TagManyRequest[T ~string] struct {
	Region       string
	ResourceType T
	Resources    iter.Seq2[string, []untag.Tag]
	Concurrency  int
	Unordered    bool
	Drain        <-chan struct{}
	InputErr     func() error
}

// TagMany runs a bulk request.
func TagMany[T ~string](ctx context.Context, c *Client, r TagManyRequest[T]) iter.Seq2[string, error] {
	r.Region = c.Region(r.Region)
	resourceType := typeOf(c.service, r.ResourceType)
	check := validate.New(c.Validation())
	check.Region(r.Region)
	c.service.checkType(check, resourceType)
	check.Many("Resources", r.Resources == nil, r.Concurrency)
	if err := check.Err("TagManyRequest"); err != nil {
		return bulk.Refuse(err)
	}
	fixed := encodeTag(TagRequest[string]{Region: r.Region, ResourceType: resourceType})
	defer fixed.Free()
	op := c.operation(c.tagging, &c.tagWidth, r.Region, c.service.MaxTagResources)
	op.Request, op.Field, op.MaxParts, op.FixedQuery = "TagManyRequest", "Resources", c.service.Tags.Most, fixed.Len()
	op.Encode = func(b *bulk.Batch) *signature.Query {
		return encodeTag(TagRequest[string]{b.Region, resourceType, b.Resources, bulk.TagsOf(b)})
	}
	op.OwnParts, op.Partly = true, bulk.TagsWritten
	level, rules := c.Validation(), c.service.Tags
	return bulk.Run(ctx, op, bulk.Request{
		Resources: bulk.EachTags(r.Resources, bulk.TagParts{
			Check: func(tags []untag.Tag) []untag.Problem { return validate.EachTags(level, tags, rules) },
			Size: func(tag untag.Tag) int {
				return bulk.ElementSize("Tag", rules.Most, tag.Key) + len(".Key") + bulk.ElementSize("Tag", rules.Most, tag.Value) + len(".Value")
			},
		}), InputErr: r.InputErr,
		Concurrency: r.Concurrency, Unordered: r.Unordered, Drain: r.Drain,
	})
}

// operation is what the runs have in common.
func (c *Client) operation(operation *rpc.Operation, width *pace.Width, region string, most int) *bulk.Operation {
	return &bulk.Operation{
		Service: c.service.Name, Action: operation.Action, MaxResources: most, OneRegion: true,
		Place: func(id string) bulk.Place {
			reason, unsafe := validate.ID(id)
			if !unsafe && !validate.Refuses(c.Validation()) {
				reason = ""
			}
			return bulk.Place{Region: region, Size: bulk.ElementSize("ResourceId", most, id), Reason: reason}
		},
		Send: func(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
			call.Operation = operation
			_, err := c.Do(ctx, call)
			return nil, err
		},
		Scope:   c.service.ScopeOf,
		Backoff: c.Backoff, MaxThrottle: c.MaxThrottle(), MaxAttempts: c.MaxAttempts(), Timeout: c.Timeout(), Width: width,
	}
}
