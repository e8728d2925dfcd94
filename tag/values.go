package tag

import (
	"context"
	"errors"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// ListTagValuesRequest asks for the values that a key has in one region. The rules are those of Tag 2018-08-28
// ListTagValues.
type ListTagValuesRequest struct {
	// Region is the region, such as "cn-hangzhou". "": Config.Region. Its syntax is checked at every level.
	Region string
	// Key is the key. "" is refused.
	Key string
	// Value selects that value alone, or all that begin with it if Prefix is set. "": all values. By the document it has
	// at most 128 characters, as Key has.
	Value string
	// Prefix says that Value is the beginning of a value.
	Prefix bool
	// ResourceType selects the values on one type of resource, such as "ALIYUN::ECS::INSTANCE", in capitals. "": on all.
	ResourceType string
	// Preset lists the values that were prepared for later use instead of those that are on resources.
	Preset bool
	// PageSize is how many values a page has at most, 1 to MaxPageSize. 0: MaxPageSize.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListTagValuesRequest) Validate() error { return r.check(untag.ValidateDocumented) }

func (r ListTagValuesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	if r.Key == "" {
		check.Certain("Key", "", "is missing; ListTagKeys knows the keys that there are")
	}
	check.Word("Key", r.Key, 128)
	check.Word("Value", r.Value, 128)
	checkPrefix(check, "Value", r.Value, r.Prefix)
	check.PageSize(r.PageSize, MaxPageSize)
	return check.Err("ListTagValuesRequest")
}

func (r ListTagValuesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	addFuzzyType(q, r.Value, r.Prefix)
	q.Add("Key", r.Key)
	addPage(q, "PageSize", r.PageSize, MaxPageSize, r.NextToken)
	addPreset(q, r.Preset)
	q.Add("RegionId", r.Region)
	addIfSet(q, "ResourceType", r.ResourceType)
	addIfSet(q, "TagFilter.Value", r.Value)
	return q
}

// ListTagValuesResponse is one page. It is the zero value beside an error.
type ListTagValuesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Values are those of the page, in the order of the service.
	Values []string
	// NextToken is for the request for the next page. "": this was the last one.
	NextToken string
}

// ListTagValues lists one page of the values of a key. The list lags behind: a tag that is on no resource any more goes
// from it within 24 hours, so it does not prove that one is still there. Its errors are those of ListTagResources.
func (c *Client) ListTagValues(ctx context.Context, req ListTagValuesRequest) (ListTagValuesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return ListTagValuesResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return ListTagValuesResponse{RequestID: page.RequestID, Values: page.Items, NextToken: page.Next}, err
}

// ListTagValuesAll lists the values of all pages, as ListTagResourcesAll lists resources.
func (c *Client) ListTagValuesAll(ctx context.Context, req ListTagValuesRequest) iter.Seq2[string, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	return listAll(ctx, listTagValues, req.Region, req.NextToken, req.check(calls.Validation()), func(ctx context.Context, token string) (listing.Page[string], error) {
		req := req
		req.NextToken = token
		return req.page(ctx, calls)
	})
}

func (r ListTagValuesRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[string], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: listTagValues, Region: r.Region, Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[string] { return &valuesAnswer{request: r} })
}

type valuesAnswer struct {
	rpc.Envelope
	NextToken string
	Values    listing.Elements[*string]

	request ListTagValuesRequest
}

func (a *valuesAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	for _, list := range root.Children() {
		if !list.Is("Values") {
			continue
		}
		for _, value := range list.Children() {
			text := value.Raw()
			a.Values = append(a.Values, &text)
		}
	}
}

var (
	errNoValue    = errors.New("the answer lists null as a value")
	errOtherValue = listing.Unasked("the answer lists a value that was not asked for")
)

// Check does not name a value, as no error of the SDK does that a service's answer is the cause of.
func (a *valuesAnswer) Check() error {
	for _, value := range a.Values {
		switch {
		case value == nil:
			return errNoValue
		case !selected(a.request.Value, a.request.Prefix, *value):
			return errOtherValue
		}
	}
	return nil
}

func (a *valuesAnswer) Page() listing.Page[string] {
	page := listing.Page[string]{Next: a.NextToken}
	for _, value := range a.Values {
		page.Items = append(page.Items, *value)
	}
	return page
}
