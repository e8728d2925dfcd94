package untag_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// The exported names of listing and tagging that programs are compiled against. A change here breaks them.

type sibling[List, Page, Tagged, Write, Written, Many any] interface {
	ListTagResources(context.Context, List) (Page, error)
	ListTagResourcesAll(context.Context, List) iter.Seq2[Tagged, error]
	TagResources(context.Context, Write) (Written, error)
	TagMany(context.Context, Many) iter.Seq2[string, error]
}

// lists is an operation of Tag that lists.
type lists[List, Page, Element any] struct {
	one func(*tag.Client, context.Context, List) (Page, error)
	all func(*tag.Client, context.Context, List) iter.Seq2[Element, error]
}

var (
	_ sibling[tag.ListTagResourcesRequest, tag.ListTagResourcesResponse, tag.TaggedResource, tag.TagResourcesRequest, tag.TagResourcesResponse, tag.TagManyRequest]                                                                         = (*tag.Client)(nil)
	_ sibling[ecs.ListTagResourcesRequest, ecs.ListTagResourcesResponse, ecs.TaggedResource, ecs.TagResourcesRequest, ecs.TagResourcesResponse, ecs.TagManyRequest]                                                                         = (*ecs.Client)(nil)
	_ sibling[vpc.ListTagResourcesRequest, vpc.ListTagResourcesResponse, vpc.TaggedResource, vpc.TagResourcesRequest, vpc.TagResourcesResponse, vpc.TagManyRequest]                                                                         = (*vpc.Client)(nil)
	_ sibling[resourcesharing.ListTagResourcesRequest, resourcesharing.ListTagResourcesResponse, resourcesharing.TaggedResource, resourcesharing.TagResourcesRequest, resourcesharing.TagResourcesResponse, resourcesharing.TagManyRequest] = (*resourcesharing.Client)(nil)

	_ interface{ Validate() error } = tag.ListTagResourcesRequest{Region: "", ResourceARNs: []string{}, Tags: []untag.Tag{}, System: false, PageSize: 0, NextToken: ""}
	_ interface{ Validate() error } = ecs.ListTagResourcesRequest{Region: "", ResourceType: ecs.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.TagFilter{}, System: false, PageSize: 0, NextToken: ""}
	_ interface{ Validate() error } = vpc.ListTagResourcesRequest{Region: "", ResourceType: vpc.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.TagFilter{}, System: false, PageSize: 0, NextToken: ""}
	_ interface{ Validate() error } = resourcesharing.ListTagResourcesRequest{Region: "", ResourceType: resourcesharing.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.TagFilter{}, System: false, PageSize: 0, NextToken: ""}
	_                               = tag.ListTagResourcesResponse{RequestID: "", Resources: []tag.TaggedResource{{ResourceARN: "", Tags: []untag.Tag{}}}, NextToken: ""}
	_                               = ecs.ListTagResourcesResponse{RequestID: "", Resources: []ecs.TaggedResource{{ResourceID: "", ResourceType: ecs.ResourceType(""), Tags: []untag.Tag{}}}, NextToken: ""}
	_                               = vpc.ListTagResourcesResponse{RequestID: "", Resources: []vpc.TaggedResource{{ResourceID: "", ResourceType: vpc.ResourceType(""), Tags: []untag.Tag{}}}, NextToken: ""}
	_                               = resourcesharing.ListTagResourcesResponse{RequestID: "", Resources: []resourcesharing.TaggedResource{{ResourceID: "", ResourceType: resourcesharing.ResourceType(""), Tags: []untag.Tag{}}}, NextToken: ""}

	_ interface{ Validate() error } = tag.TagResourcesRequest{Region: "", ResourceARNs: []string{}, Tags: []untag.Tag{}}
	_ interface{ Validate() error } = ecs.TagResourcesRequest{Region: "", ResourceType: ecs.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.Tag{}}
	_ interface{ Validate() error } = vpc.TagResourcesRequest{Region: "", ResourceType: vpc.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.Tag{}}
	_ interface{ Validate() error } = resourcesharing.TagResourcesRequest{Region: "", ResourceType: resourcesharing.ResourceType(""), ResourceIDs: []string{}, Tags: []untag.Tag{}}
	_                               = tag.TagResourcesResponse{RequestID: "", Failed: []tag.ResourceError{}}
	_                               = []any{ecs.TagResourcesResponse{RequestID: ""}, vpc.TagResourcesResponse{RequestID: ""}, resourcesharing.TagResourcesResponse{RequestID: ""}}

	_ = tag.TagManyRequest{Region: "", Resources: iter.Seq2[string, []untag.Tag](nil), Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil), InputErr: (func() error)(nil)}
	_ = ecs.TagManyRequest{Region: "", ResourceType: "", Resources: iter.Seq2[string, []untag.Tag](nil), Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil), InputErr: (func() error)(nil)}
	_ = vpc.TagManyRequest{Region: "", ResourceType: "", Resources: iter.Seq2[string, []untag.Tag](nil), Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil), InputErr: (func() error)(nil)}
	_ = resourcesharing.TagManyRequest{Region: "", ResourceType: "", Resources: iter.Seq2[string, []untag.Tag](nil), Concurrency: 0, Unordered: false, Drain: (<-chan struct{})(nil), InputErr: (func() error)(nil)}

	_ = lists[tag.ListTagKeysRequest, tag.ListTagKeysResponse, tag.TagKey]{(*tag.Client).ListTagKeys, (*tag.Client).ListTagKeysAll}
	_ = lists[tag.ListTagValuesRequest, tag.ListTagValuesResponse, string]{(*tag.Client).ListTagValues, (*tag.Client).ListTagValuesAll}
	_ = lists[tag.ListSupportResourceTypesRequest, tag.ListSupportResourceTypesResponse, tag.SupportedResourceType]{(*tag.Client).ListSupportResourceTypes, (*tag.Client).ListSupportResourceTypesAll}
	_ = lists[tag.DescribeRegionsRequest, tag.DescribeRegionsResponse, tag.Region]{(*tag.Client).DescribeRegions, (*tag.Client).DescribeRegionsAll}
	_ = lists[tag.ListAssociatedResourceRulesRequest, tag.ListAssociatedResourceRulesResponse, tag.AssociatedResourceRule]{(*tag.Client).ListAssociatedResourceRules, (*tag.Client).ListAssociatedResourceRulesAll}

	_ = tag.ListTagKeysRequest{Region: "", Key: "", Prefix: false, ResourceType: "", Preset: false, System: false, PageSize: 0, NextToken: ""}
	_ = tag.ListTagKeysResponse{RequestID: "", Keys: []tag.TagKey{{Key: "", Description: "", System: false}}, NextToken: ""}
	_ = tag.ListTagValuesRequest{Region: "", Key: "", Value: "", Prefix: false, ResourceType: "", Preset: false, PageSize: 0, NextToken: ""}
	_ = tag.ListTagValuesResponse{RequestID: "", Values: []string{}, NextToken: ""}
	_ = tag.ListSupportResourceTypesRequest{Region: "", Product: "", ResourceType: "", Support: tag.SupportConsole, ShowItems: false, PageSize: 0, NextToken: ""}
	_ = tag.ListSupportResourceTypesResponse{RequestID: "", ResourceTypes: []tag.SupportedResourceType{{Product: "", ResourceType: "", ARNTemplate: "", Items: []tag.SupportItem{{Code: "", Supported: false}}}}, NextToken: ""}
	_ = tag.DescribeRegionsRequest{Region: "", AcceptLanguage: ""}
	_ = tag.DescribeRegionsResponse{RequestID: "", Regions: []tag.Region{{RegionID: "", LocalName: "", Endpoint: ""}}}
	_ = tag.ListAssociatedResourceRulesRequest{Region: "", SettingNames: []string{}, Status: tag.RuleEnabled, PageSize: 0, NextToken: ""}
	_ = tag.ListAssociatedResourceRulesResponse{RequestID: "", Rules: []tag.AssociatedResourceRule{{SettingName: "", Status: "", ExistingStatus: "", TagKeys: []string{}}}, NextToken: ""}

	_ func(*tag.Client, string) (string, error) = (*tag.Client).RegionOf

	_ error = &untag.ListError{Service: "", Action: "", Region: "", Pages: 0, Items: 0, NextToken: "", Err: nil}
	_ error = &untag.TagsWrittenError{Keys: []string{}, Err: nil}
)

func TestLimitsOfListingAndTagging(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{50, 50, 50, 20}, []int{tag.MaxListResources, ecs.MaxListResources, vpc.MaxListResources, resourcesharing.MaxListResources})
	require.Equal(t, []int{50, 50, 20, 20}, []int{tag.MaxTagResources, ecs.MaxTagResources, vpc.MaxTagResources, resourcesharing.MaxTagResources})
	require.Equal(t, []int{10, 20, 20, 20}, []int{tag.MaxTags, ecs.MaxTags, vpc.MaxTags, resourcesharing.MaxTags})
	require.Equal(t, []int{1000, 50}, []int{tag.MaxPageSize, vpc.MaxPageSize})
	require.InDeltaSlice(t, []float64{500, 1000, 300.0 / 60, 20, 20}, []float64{
		tag.PublishedListRate, tag.PublishedTagRate, vpc.PublishedListRate, resourcesharing.PublishedListRate, resourcesharing.PublishedTagRate,
	}, 0)
}
