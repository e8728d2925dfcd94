package tag

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// The abilities that ListSupportResourceTypes selects by.
const (
	SupportConsole = "TAG_CONSOLE_SUPPORT" // TagResources and UntagResources of this package take the type
	SupportAPI     = "TAG_API_SUPPORT"     // the service has tag operations of its own
	SupportRAM     = "TAG_RAM_SUPPORT"     // policies can go by its tags
)

// ListSupportResourceTypesRequest asks for the types of resources that can have tags. The rules are those of
// Tag 2018-08-28 ListSupportResourceTypes.
type ListSupportResourceTypesRequest struct {
	// Region is the region that is called. "": Config.Region. Its syntax is checked at every level.
	Region string
	// Product selects the types of one service, such as "ecs". "": of all.
	Product string
	// ResourceType selects one type, such as "instance". "": all.
	ResourceType string
	// Support selects the types with one ability, such as SupportConsole. "": those that ListTagResources knows. A type
	// may be listed and not take the writing operations.
	Support string
	// ShowItems asks for the abilities of each type.
	ShowItems bool
	// PageSize is how many types a page has at most, 1 to MaxPageSize. 0: MaxPageSize.
	PageSize int
	// NextToken is that of the page before. "": the first page.
	NextToken string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r ListSupportResourceTypesRequest) Validate() error { return r.check(untag.ValidateDocumented) }

func (r ListSupportResourceTypesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	check.PageSize(r.PageSize, MaxPageSize)
	return check.Err("ListSupportResourceTypesRequest")
}

func (r ListSupportResourceTypesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	addPage(q, "MaxResult", r.PageSize, MaxPageSize, r.NextToken)
	addIfSet(q, "ProductCode", r.Product)
	q.Add("RegionId", r.Region)
	addIfSet(q, "ResourceTye", r.ResourceType) // so spelled in the vendor's document
	if r.ShowItems {
		q.Add("ShowItems", "true")
	}
	addIfSet(q, "SupportCode", r.Support)
	return q
}

// ListSupportResourceTypesResponse is one page. It is the zero value beside an error.
type ListSupportResourceTypesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// ResourceTypes are those of the page, in the order of the service.
	ResourceTypes []SupportedResourceType
	// NextToken is for the request for the next page. "": this was the last one.
	NextToken string
}

// SupportedResourceType is a type of resource that can have tags.
type SupportedResourceType struct {
	// Product and ResourceType are as ARNs have them, such as "ecs" and "instance".
	Product, ResourceType string
	// ARNTemplate is the form of the type's ARNs without the leading "arn:", such as "acs:ecs:*:*:instance/${ResourceId}".
	ARNTemplate string
	// Items are the abilities of the type, if the request asked for them.
	Items []SupportItem
}

// SupportItem is an ability of a type.
type SupportItem struct {
	// Code is the ability, such as SupportConsole.
	Code string
	// Supported says that the type has it.
	Supported bool
}

// Pattern returns the ARN that makes ListTagResources list every resource of the type, such as
// "arn:acs:ecs:*:*:instance/*"; "" if ARNTemplate is of another form than "acs:product:region:account:type/id".
func (t SupportedResourceType) Pattern() string {
	arn, err := split("arn:" + t.ARNTemplate)
	if err != nil {
		return ""
	}
	return ARN{Product: arn.Product, Region: "*", Account: "*", ResourceType: arn.ResourceType, ResourceID: "*"}.String()
}

// ListSupportResourceTypes lists one page of the types of resources that can have tags. Its errors are those of
// ListTagResources.
func (c *Client) ListSupportResourceTypes(ctx context.Context, req ListSupportResourceTypesRequest) (ListSupportResourceTypesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return ListSupportResourceTypesResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return ListSupportResourceTypesResponse{RequestID: page.RequestID, ResourceTypes: page.Items, NextToken: page.Next}, err
}

// ListSupportResourceTypesAll lists the types of all pages, as ListTagResourcesAll lists resources.
func (c *Client) ListSupportResourceTypesAll(ctx context.Context, req ListSupportResourceTypesRequest) iter.Seq2[SupportedResourceType, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	return listAll(ctx, listSupportResourceTypes, req.Region, req.NextToken, req.check(calls.Validation()), func(ctx context.Context, token string) (listing.Page[SupportedResourceType], error) {
		req := req
		req.NextToken = token
		return req.page(ctx, calls)
	})
}

func (r ListSupportResourceTypesRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[SupportedResourceType], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: listSupportResourceTypes, Region: r.Region, Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[SupportedResourceType] { return &typesAnswer{request: r} })
}

type typesAnswer struct {
	rpc.Envelope
	NextToken            string
	SupportResourceTypes listing.Elements[typeRow]

	request ListSupportResourceTypesRequest
}

type typeRow struct {
	ProductCode, ResourceType string
	ARNTemplate               string `json:"ArnTemplate"`
	SupportItems              listing.Elements[itemRow]
}

type itemRow struct {
	SupportCode string
	Support     rpc.Text // a boolean, or the text of one
}

func (a *typesAnswer) FromXML(root *rpc.Element) {
	a.NextToken = root.Text("NextToken")
	listing.EachXML(root, "SupportResourceTypes", "SupportResourceType", func(e *rpc.Element) {
		row := typeRow{ProductCode: e.Text("ProductCode"), ResourceType: e.Text("ResourceType"), ARNTemplate: e.Text("ArnTemplate")}
		listing.EachXML(e, "SupportItems", "SupportItem", func(e *rpc.Element) {
			row.SupportItems = append(row.SupportItems, itemRow{e.Text("SupportCode"), rpc.Text{Value: e.Text("Support")}})
		})
		a.SupportResourceTypes = append(a.SupportResourceTypes, row)
	})
}

var errNoType = errors.New("the answer lists a resource type without its product or name")

func (a *typesAnswer) Check() error {
	r := a.request
	for _, row := range a.SupportResourceTypes {
		switch {
		case row.ProductCode == "" || row.ResourceType == "":
			return errNoType
		case r.Product != "" && !strings.EqualFold(row.ProductCode, r.Product), r.ResourceType != "" && !strings.EqualFold(row.ResourceType, r.ResourceType):
			return listing.Unasked("the answer lists the type %s of %s, which was not asked for", redact.Line(row.ResourceType), redact.Line(row.ProductCode))
		}
	}
	return nil
}

func (a *typesAnswer) Page() listing.Page[SupportedResourceType] {
	page := listing.Page[SupportedResourceType]{Next: a.NextToken}
	for _, row := range a.SupportResourceTypes {
		supported := SupportedResourceType{Product: row.ProductCode, ResourceType: row.ResourceType, ARNTemplate: row.ARNTemplate}
		for _, item := range row.SupportItems {
			has, _ := strconv.ParseBool(strings.ToLower(item.Support.Value))
			supported.Items = append(supported.Items, SupportItem{Code: item.SupportCode, Supported: has})
		}
		page.Items = append(page.Items, supported)
	}
	return page
}
