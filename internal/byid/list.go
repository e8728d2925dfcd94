package byid

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// ListRequest is a ListTagResourcesRequest of any of the services, which converts to it.
type ListRequest[T ~string] struct {
	Region       string
	ResourceType T
	ResourceIDs  []string
	Tags         []untag.TagFilter
	System       bool
	PageSize     int
	NextToken    string
}

func (r ListRequest[T]) plain(s *Service) ListRequest[string] {
	return ListRequest[string]{r.Region, typeOf(s, r.ResourceType), r.ResourceIDs, r.Tags, r.System, r.PageSize, r.NextToken}
}

// Resource is a TaggedResource of any of the services.
type Resource[T ~string] struct {
	ResourceID   string
	ResourceType T
	Tags         []untag.Tag
}

// tagged is every type that a Resource converts to.
type tagged[T ~string] interface {
	~struct {
		ResourceID   string
		ResourceType T
		Tags         []untag.Tag
	}
}

// ListResponse is a ListTagResourcesResponse of any of the services; R is its TaggedResource.
type ListResponse[R any] struct {
	RequestID string
	Resources []R
	NextToken string
}

// List checks and sends a request and returns one page.
func List[T ~string, R tagged[T]](ctx context.Context, c *Client, request ListRequest[T]) (ListResponse[R], error) {
	r := request.plain(c.service)
	r.Region = c.Region(r.Region)
	if err := c.service.checkList(r, c.Validation()); err != nil {
		return ListResponse[R]{}, err
	}
	page, err := c.page(ctx, r)
	if err != nil {
		return ListResponse[R]{}, err
	}
	response := ListResponse[R]{RequestID: page.RequestID, NextToken: page.Next}
	for _, resource := range page.Items {
		response.Resources = append(response.Resources, R(Resource[T]{resource.ResourceID, T(resource.ResourceType), resource.Tags}))
	}
	return response, nil
}

// ListAll is List for all pages.
func ListAll[T ~string, R tagged[T]](ctx context.Context, c *Client, request ListRequest[T]) iter.Seq2[R, error] {
	r := request.plain(c.service)
	r.Region = c.Region(r.Region)
	r.ResourceIDs, r.Tags = slices.Clone(r.ResourceIDs), slices.Clone(r.Tags)
	invalid := c.service.checkList(r, c.Validation())
	return func(yield func(R, error) bool) {
		var none R
		if invalid != nil {
			yield(none, invalid)
			return
		}
		for resource, err := range listing.All(ctx, listing.List[Resource[string]]{
			Service: c.service.Name, Action: c.listing.Action, Region: r.Region, Token: r.NextToken,
			Page: func(ctx context.Context, token string) (listing.Page[Resource[string]], error) {
				r := r
				r.NextToken = token
				return c.page(ctx, r)
			},
			Merge: merge,
			Whole: r.whole,
		}) {
			if err != nil {
				yield(none, err)
				return
			}
			if !yield(R(Resource[T]{resource.ResourceID, T(resource.ResourceType), resource.Tags}), nil) {
				return
			}
		}
	}
}

// ValidateList checks a request by itself.
func ValidateList[T ~string](s *Service, r ListRequest[T]) error {
	return s.checkList(r.plain(s), untag.ValidateDocumented)
}

func (s *Service) checkList(r ListRequest[string], level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	s.checkType(check, r.ResourceType)
	check.ListIDs("ResourceIDs", r.ResourceIDs, s.MaxListResources)
	if len(r.ResourceIDs) == 0 && len(r.Tags) == 0 {
		const neither = "is empty, and so is Tags; name resources, or tags that they have"
		if s.MustSelect {
			check.Certain("ResourceIDs", "", neither)
		} else {
			check.Documented("ResourceIDs", "", neither)
		}
	}
	check.Filters(r.Tags, s.Filters)
	check.PageSize(r.PageSize, s.MaxPageSize)
	return check.Err("ListTagResourcesRequest")
}

// page makes one call.
func (c *Client) page(ctx context.Context, r ListRequest[string]) (listing.Page[Resource[string]], error) {
	query := c.service.encodeList(r)
	defer query.Free()
	call := rpc.Call{Operation: c.listing, Region: r.Region, Resources: len(r.ResourceIDs), Query: query}
	return listing.Fetch(ctx, c.Client, call, func() listing.Answer[Resource[string]] { return &listAnswer{request: r} })
}

func (s *Service) encodeList(r ListRequest[string]) *signature.Query {
	q := signature.NewQuery()
	if s.MaxPageSize > 0 {
		size := r.PageSize
		if size == 0 {
			size = s.MaxPageSize // the fewest calls
		}
		q.Add("MaxResults", strconv.Itoa(size))
	}
	if r.NextToken != "" {
		q.Add("NextToken", r.NextToken)
	}
	q.Add("RegionId", r.Region)
	q.AddList("ResourceId", r.ResourceIDs)
	q.Add("ResourceType", r.ResourceType)
	for _, i := range inByteOrder(len(r.Tags)) {
		filter, name := r.Tags[i], "Tag."+strconv.Itoa(i+1)
		q.Add(name+".Key", filter.Key)
		if !filter.AnyValue {
			q.Add(name+".Value", filter.Value)
		}
	}
	return q
}

// inByteOrder returns the indices from 0 to n-1 in the order of the names Tag.1 to Tag.n: Tag.1, Tag.10, Tag.2.
func inByteOrder(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(strconv.Itoa(a+1), strconv.Itoa(b+1)) })
	return order
}
