package vpc

import (
	"context"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
)

// ListTagResourcesRequest selects resources of one type and region: by ID, by tags, or by both, which then must both
// match. The rules are those of VpcIpam 2023-02-28 ListTagResources. A request that breaks one is refused, at the levels
// [untag.ValidateDocumented] and [untag.ValidateCertain] unless a field says otherwise.
type ListTagResourcesRequest struct {
	// Region is the region of the resources. "": Config.Region. Its syntax is checked at every level.
	Region string
	// ResourceType is the type of all the resources. "" is refused.
	ResourceType ResourceType
	// ResourceIDs are up to MaxListResources IDs. By the document there must be at least one of them or of Tags; only
	// untag.ValidateDocumented checks that.
	ResourceIDs []string
	// Tags are up to MaxTags filters, each with another key. A resource must match all of them. By the document a key has
	// 1 to 64 characters, a value 0 to 128; only untag.ValidateDocumented checks that.
	Tags []untag.TagFilter
	// System also lists the tags that the cloud set, which begin with "acs:" or "aliyun". false: only if Tags name
	// their key.
	System bool
	// PageSize is how many tags a page has at most, 1 to MaxPageSize. 0: MaxPageSize.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListTagResourcesRequest) Validate() error {
	return byid.ValidateList(service, byid.ListRequest[ResourceType](r))
}

// ListTagResourcesResponse is one page. It is the zero value beside an error.
type ListTagResourcesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Resources are those of the page, in the order of the service. Of the last one, more tags may be on the next page.
	Resources []TaggedResource
	// NextToken is for the request for the next page. "": this was the last one.
	NextToken string
}

// TaggedResource is a resource with tags.
type TaggedResource struct {
	// ResourceID is as the service has it.
	ResourceID string
	// ResourceType is as the service has it.
	ResourceType ResourceType
	// Tags are in the order of the service, each key once. A list that filters by tags may leave out others that the
	// resource has, so an absent tag proves nothing then.
	Tags []untag.Tag
}

// ListTagResources lists one page of resources with their tags. Adjacent tags of one resource are merged.
//
// Its errors are
//   - a [*untag.ValidationError] (errors.Is [untag.ErrInvalidRequest]): nothing was sent;
//   - an [*untag.APIError]: the service refused the call, or what it answered is of no use (errors.Is
//     [untag.ErrUnavailable]). An answer that lists what was not asked for is of no use: another type, ID, key or value;
//   - a [*untag.CallError]: no answer came. A read has no unknown outcome: that, too, is [untag.ErrUnavailable].
//
// Whether a resource that does not exist fails the call or is not listed is not documented.
func (c *Client) ListTagResources(ctx context.Context, req ListTagResourcesRequest) (ListTagResourcesResponse, error) {
	page, err := byid.List[ResourceType, TaggedResource](ctx, c.open(ctx), byid.ListRequest[ResourceType](req))
	return ListTagResourcesResponse(page), err
}

// ListTagResourcesAll lists the resources of all pages from NextToken on, and merges the tags of one resource that are
// adjacent, over the end of a page, too. If the listing cannot go on, a last pair has the error: that of
// ListTagResources, inside a [*untag.ListError] if a page had been read. The resource before that pair may have more tags
// than it shows: the next page would have had them. A repeated NextToken is such an error. Pages are read one after another,
// each when the loop gets there, and every range is a listing of its own.
func (c *Client) ListTagResourcesAll(ctx context.Context, req ListTagResourcesRequest) iter.Seq2[TaggedResource, error] {
	return byid.ListAll[ResourceType, TaggedResource](ctx, c.open(ctx), byid.ListRequest[ResourceType](req))
}
