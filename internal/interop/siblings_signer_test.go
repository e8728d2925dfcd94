package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
	"github.com/untag-go/untag/vpc"
)

// oursLists lists the tags of resources that carry some.
func oursLists(ctx context.Context, config untag.Config, r request, filters []untag.Tag) (err error) {
	byID := make([]untag.TagFilter, 0, len(filters))
	for _, f := range filters {
		byID = append(byID, untag.TagFilter{Key: f.Key, Value: f.Value})
	}
	switch r.service {
	case untagtest.Tag:
		var c *tag.Client
		if c, err = tag.New(config); err == nil {
			_, err = c.ListTagResources(ctx, tag.ListTagResourcesRequest{ResourceARNs: r.ids, Tags: filters})
		}
	case untagtest.ECS:
		var c *ecs.Client
		if c, err = ecs.New(config); err == nil {
			_, err = c.ListTagResources(ctx, ecs.ListTagResourcesRequest{ResourceType: ecs.ResourceType(r.resource.Type), ResourceIDs: r.ids, Tags: byID})
		}
	case untagtest.VPCIPAM:
		var c *vpc.Client
		if c, err = vpc.New(config); err == nil {
			_, err = c.ListTagResources(ctx, vpc.ListTagResourcesRequest{ResourceType: vpc.ResourceType(r.resource.Type), ResourceIDs: r.ids, Tags: byID})
		}
	default:
		var c *resourcesharing.Client
		if c, err = resourcesharing.New(config); err == nil {
			_, err = c.ListTagResources(ctx, resourcesharing.ListTagResourcesRequest{ResourceIDs: r.ids, Tags: byID})
		}
	}
	return err
}

// oursWrites writes tags.
func oursWrites(ctx context.Context, config untag.Config, r request, tags []untag.Tag) (err error) {
	switch r.service {
	case untagtest.Tag:
		var c *tag.Client
		if c, err = tag.New(config); err == nil {
			_, err = c.TagResources(ctx, tag.TagResourcesRequest{ResourceARNs: r.ids, Tags: tags})
		}
	case untagtest.ECS:
		var c *ecs.Client
		if c, err = ecs.New(config); err == nil {
			_, err = c.TagResources(ctx, ecs.TagResourcesRequest{ResourceType: ecs.ResourceType(r.resource.Type), ResourceIDs: r.ids, Tags: tags})
		}
	case untagtest.VPCIPAM:
		var c *vpc.Client
		if c, err = vpc.New(config); err == nil {
			_, err = c.TagResources(ctx, vpc.TagResourcesRequest{ResourceType: vpc.ResourceType(r.resource.Type), ResourceIDs: r.ids, Tags: tags})
		}
	default:
		var c *resourcesharing.Client
		if c, err = resourcesharing.New(config); err == nil {
			_, err = c.TagResources(ctx, resourcesharing.TagResourcesRequest{ResourceIDs: r.ids, Tags: tags})
		}
	}
	return err
}

// TestVendorsSignersSignSiblingsAsWeDo: pairs from the first to the twentieth, whose names are sorted Tag.1, Tag.10, Tag.2 in a
// signature, with characters that encodings stumble over.
func TestVendorsSignersSignSiblingsAsWeDo(t *testing.T) {
	t.Parallel()
	eachOurs(t, func(t *testing.T, o operation, version untag.SignatureVersion) {
		for _, count := range []int{1, 2, 10, 20} {
			var tags []untag.Tag
			for i := range count {
				tags = append(tags, untag.Tag{Key: fmt.Sprint("k", i, hostile), Value: fmt.Sprint(i, " v<>&", hostile)})
			}
			r := o.request(nil, "id-1", "id/2+é ~")
			for name, call := range map[string]func(context.Context, untag.Config, request, []untag.Tag) error{"lists": oursLists, "writes": oursWrites} {
				for _, k := range []key{permanent, temporary} {
					v := newVerifier(t, k)
					err := call(t.Context(), v.config(k, version), r, tags)
					require.Len(t, v.requests(), 1, "%s %d: %v", name, count, err)
					got := v.requests()[0]
					require.NoError(t, got.problem, "%s %d", name, count)
					assert.Equal(t, k.token, got.token)
					want := r.want()
					if o.service == untagtest.Tag {
						var pairs map[string]string
						require.NoError(t, json.Unmarshal([]byte(got.parameters["Tags"]), &pairs))
						wantPairs := make(map[string]string)
						for _, tag := range tags {
							wantPairs[tag.Key] = tag.Value
						}
						assert.Equal(t, wantPairs, pairs)
						want["Tags"] = got.parameters["Tags"]
					} else {
						for i, tag := range tags {
							n := strconv.Itoa(i + 1)
							want["Tag."+n+".Key"], want["Tag."+n+".Value"] = tag.Key, tag.Value
						}
					}
					sent := maps.Clone(got.parameters)
					for _, own := range []string{"Category", "PageSize", "MaxResults"} { // of lists, beside what was asked
						delete(sent, own)
					}
					assert.Equal(t, want, sent, "%s %d", name, count)
				}
			}
		}
	})
}
