package cleanup

import (
	"context"
	"iter"

	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/vpc"
)

// none is the input of a request whose resources go with the run itself, see many.
func none(func(string) bool) {}

func (c ownECS) untagMany(ctx context.Context, resourceType string, keys []string, m *many) iter.Seq2[string, error] {
	return c.UntagMany(ctx, ecs.UntagManyRequest{
		Region: anyRegion, ResourceType: ecs.ResourceType(resourceType), ResourceIDs: none, TagKeys: keys,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

func (c ownECS) tagMany(ctx context.Context, resourceType string, m *many) iter.Seq2[string, error] {
	return c.TagMany(ctx, ecs.TagManyRequest{
		Region: anyRegion, ResourceType: ecs.ResourceType(resourceType), Resources: m.Resources,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

func (c ownVPC) untagMany(ctx context.Context, resourceType string, keys []string, m *many) iter.Seq2[string, error] {
	return c.UntagMany(ctx, vpc.UntagManyRequest{
		Region: anyRegion, ResourceType: vpc.ResourceType(resourceType), ResourceIDs: none, TagKeys: keys,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

func (c ownVPC) tagMany(ctx context.Context, resourceType string, m *many) iter.Seq2[string, error] {
	return c.TagMany(ctx, vpc.TagManyRequest{
		Region: anyRegion, ResourceType: vpc.ResourceType(resourceType), Resources: m.Resources,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

func (c ownSharing) untagMany(ctx context.Context, resourceType string, keys []string, m *many) iter.Seq2[string, error] {
	return c.UntagMany(ctx, resourcesharing.UntagManyRequest{
		Region: anyRegion, ResourceType: resourcesharing.ResourceType(resourceType), ResourceIDs: none, TagKeys: keys,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}

func (c ownSharing) tagMany(ctx context.Context, resourceType string, m *many) iter.Seq2[string, error] {
	return c.TagMany(ctx, resourcesharing.TagManyRequest{
		Region: anyRegion, ResourceType: resourcesharing.ResourceType(resourceType), Resources: m.Resources,
		InputErr: m.InputErr, Concurrency: m.Concurrency, Unordered: true, Drain: m.Drain,
	})
}
