package byid

import (
	"context"
	"iter"
	"slices"

	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/validate"
)

// ManyRequest is an UntagManyRequest of any of the services.
type ManyRequest struct {
	Region, ResourceType string
	ResourceIDs          iter.Seq[string]
	TagKeys              []string
	All                  bool
	Concurrency          int
	Unordered            bool
	Drain                <-chan struct{}
}

// UntagMany runs a bulk request.
func (c *Client) UntagMany(ctx context.Context, r ManyRequest) iter.Seq2[string, error] {
	r.Region = c.Region(r.Region)
	r.TagKeys = slices.Clone(r.TagKeys)
	if err := c.checkMany(r); err != nil {
		return bulk.Refuse(err)
	}
	service := &bulk.Service{
		Name: c.service.Name, Action: c.untagging.Action,
		MaxResources: c.service.MaxResources, MaxTagKeys: c.service.Keys.Most,
		Field: "ResourceIDs", Parameter: "ResourceId", OneRegion: true,
		Place: func(id string) (region, reason string) {
			reason, unsafe := validate.ID(id)
			if !unsafe && !validate.Refuses(c.Validation()) {
				reason = ""
			}
			return r.Region, reason
		},
		Send: func(ctx context.Context, batch bulk.Batch) ([]bulk.Failure, error) {
			one := UntagRequest[string]{batch.Region, r.ResourceType, batch.Resources, batch.TagKeys, batch.All}
			query := encodeUntag(one)
			defer query.Free()
			_, err := c.Do(ctx, rpc.Call{
				Operation: c.untagging, Region: batch.Region, Resources: len(batch.Resources), Query: query,
				Patient: true, Slot: batch.Slot, Start: batch.Start, Waiting: batch.Waiting,
			})
			return nil, err
		},
		Scope:   c.service.ScopeOf,
		Backoff: c.Backoff, MaxThrottle: c.MaxThrottle(), MaxAttempts: c.MaxAttempts(),
	}
	fixed := encodeUntag(UntagRequest[string]{Region: r.Region, ResourceType: r.ResourceType, All: r.All})
	defer fixed.Free()
	return bulk.Run(ctx, service, bulk.Request{
		Resources: r.ResourceIDs, TagKeys: r.TagKeys, All: r.All,
		FixedQuery:  fixed.Len(),
		Concurrency: r.Concurrency, Unordered: r.Unordered, Drain: r.Drain,
	})
}

func (c *Client) checkMany(r ManyRequest) error {
	check := validate.New(c.Validation())
	check.Region(r.Region)
	c.service.checkType(check, r.ResourceType)
	check.Many("ResourceIDs", r.ResourceIDs == nil, r.Concurrency)
	check.KeysOrAll(r.TagKeys, r.All)
	check.Keys(r.TagKeys, c.service.Keys)
	return check.Err("UntagManyRequest")
}
