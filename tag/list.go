package tag

import (
	"context"
	"iter"
	"slices"
	"strconv"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// ListTagResourcesRequest selects resources of one region, of any service: by ARN, by tags, or by both, which then must
// both match. The rules are those of Tag 2018-08-28 ListTagResources. A request that breaks one is refused, at the levels
// [untag.ValidateDocumented] and [untag.ValidateCertain] unless a field says otherwise.
type ListTagResourcesRequest struct {
	// Region is the region of the resources, such as "cn-hangzhou". "": Config.Region. One call lists one region; of
	// resources of services that are deployed centrally, it is the region that the service documents. Its syntax is
	// checked at every level.
	Region string
	// ResourceARNs are up to MaxListResources ARNs; see ARN. An ARN may have "*" for the region and the account, and "*"
	// for the whole ID: "arn:acs:ecs:*:*:instance/*" lists every instance that has tags. (That form is the vendor's own
	// automation's, and documented nowhere.) By the document the ARNs are of Region; only untag.ValidateDocumented
	// checks that. If there are none, and no Tags, the request is refused.
	ResourceARNs []string
	// Tags are up to MaxTags pairs of key and value, each with another key. A resource must have all of them. The operation
	// cannot select by a key alone; ListTagValues knows the values of a key. By the document keys and values have 1 to
	// 128 characters; only untag.ValidateDocumented checks that. Tag.System is ignored.
	Tags []untag.Tag
	// System also lists the tags that the cloud set (Category All). false: those of users alone (Category Custom).
	System bool
	// PageSize is how many rows a page has at most, 1 to MaxPageSize. 0: MaxPageSize.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListTagResourcesRequest) Validate() error { return r.check(untag.ValidateDocumented) }

var filterRules = validate.FilterRules{Most: MaxTags, MaxKey: 128, MaxValue: 128, NoEmptyValue: true}

func (r ListTagResourcesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	check.Count("ResourceARNs", len(r.ResourceARNs), MaxListResources, "list the others with further calls")
	checkARNs(check, r.ResourceARNs, r.Region, true, "list each region by itself")
	if len(r.ResourceARNs) == 0 && len(r.Tags) == 0 {
		check.Certain("ResourceARNs", "", "is empty, and so is Tags; name resources, tags that they have, or a type, such as arn:acs:ecs:*:*:instance/*")
	}
	check.Pairs(r.Tags, filterRules)
	check.PageSize(r.PageSize, MaxPageSize)
	return check.Err("ListTagResourcesRequest")
}

func (r ListTagResourcesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	category := "Custom"
	if r.System {
		category = "All"
	}
	q.Add("Category", category)
	addPage(q, "PageSize", r.PageSize, MaxPageSize, r.NextToken)
	q.Add("RegionId", r.Region)
	q.AddList("ResourceARN", r.ResourceARNs)
	if len(r.Tags) > 0 {
		q.Add("Tags", tagsJSON(r.Tags))
	}
	return q
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
	// ResourceARN is as the service has it, with the number of the account. TagResources and UntagResources take it, in
	// the region that was listed.
	ResourceARN string
	// Tags are in the order of the service, each key once. It is not documented whether a list that filters by tags shows
	// all the tags of a resource or only those, so an absent tag proves nothing then.
	Tags []untag.Tag
}

// ListTagResources lists one page of resources with their tags.
//
// Its errors are
//   - a [*untag.ValidationError] (errors.Is [untag.ErrInvalidRequest]): nothing was sent;
//   - an [*untag.APIError]: the service refused the call, or what it answered is of no use (errors.Is
//     [untag.ErrUnavailable]). An answer that lists what was not asked for is of no use: another resource, or one without
//     the tags;
//   - a [*untag.CallError]: no answer came. A read has no unknown outcome: that, too, is [untag.ErrUnavailable].
//
// What a list says of a resource that does not exist is not documented: most likely nothing. Tags of a resource may
// stay in the lists for a while after it was deleted.
func (c *Client) ListTagResources(ctx context.Context, req ListTagResourcesRequest) (ListTagResourcesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return ListTagResourcesResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return ListTagResourcesResponse{RequestID: page.RequestID, Resources: page.Items, NextToken: page.Next}, err
}

// ListTagResourcesAll lists the resources of all pages from NextToken on, and merges the tags of one resource that are
// adjacent, over the end of a page, too. If the listing cannot go on, a last pair has the error: that of
// ListTagResources, inside a [*untag.ListError] if a page had been read. The resource before that pair may have more tags
// than it shows: the next page would have had them. A repeated NextToken is such an error. Pages are read one after another,
// each when the loop gets there, and every range is a listing of its own.
func (c *Client) ListTagResourcesAll(ctx context.Context, req ListTagResourcesRequest) iter.Seq2[TaggedResource, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	req.ResourceARNs, req.Tags = slices.Clone(req.ResourceARNs), slices.Clone(req.Tags)
	if err := req.check(calls.Validation()); err != nil {
		return listing.Refuse[TaggedResource](err)
	}
	return listing.All(ctx, listing.List[TaggedResource]{
		Service: untag.ServiceTag, Action: listTagResources.Action, Region: req.Region, Token: req.NextToken,
		Page: func(ctx context.Context, token string) (listing.Page[TaggedResource], error) {
			req := req
			req.NextToken = token
			return req.page(ctx, calls)
		},
		Merge: func(last *TaggedResource, next TaggedResource) bool {
			if last.ResourceARN != next.ResourceARN {
				return false
			}
			last.Tags = listing.MergeTags(last.Tags, next.Tags)
			return true
		},
		Whole: req.whole,
	})
}

func (r ListTagResourcesRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[TaggedResource], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: listTagResources, Region: r.Region, Resources: len(r.ResourceARNs), Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[TaggedResource] { return &listAnswer{request: r} })
}

// addPage adds which page is wanted; size is the name of the parameter for its size.
func addPage(q *signature.Query, size string, n, most int, token string) {
	if n == 0 {
		n = most // the fewest calls
	}
	if size < "NextToken" {
		q.Add(size, strconv.Itoa(n))
	}
	if token != "" {
		q.Add("NextToken", token)
	}
	if size > "NextToken" {
		q.Add(size, strconv.Itoa(n))
	}
}
