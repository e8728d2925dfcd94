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

// DescribeRegionsRequest asks for the regions that there are. The rules are those of Tag 2018-08-28 DescribeRegions.
type DescribeRegionsRequest struct {
	// Region is the region that is called. "": Config.Region. Its syntax is checked at every level.
	Region string
	// AcceptLanguage is the language of LocalName: "zh-CN", "en-US" or "ja". "": the service's default, Chinese.
	AcceptLanguage string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r DescribeRegionsRequest) Validate() error { return r.check(untag.ValidateDocumented) }

func (r DescribeRegionsRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	return check.Err("DescribeRegionsRequest")
}

// DescribeRegionsResponse has all the regions. It is the zero value beside an error.
type DescribeRegionsResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Regions are in the order of the service.
	Regions []Region
}

// Region is a region where resources can have tags. Tags are not shared between regions: to find all, list each.
type Region struct {
	// RegionID is its name in requests, such as "cn-hangzhou", LocalName its name for people.
	RegionID, LocalName string
	// Endpoint is the host of Tag there, as the service says. Clients know it by themselves.
	Endpoint string
}

// DescribeRegions lists the regions. Its errors are those of ListTagResources.
func (c *Client) DescribeRegions(ctx context.Context, req DescribeRegionsRequest) (DescribeRegionsResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return DescribeRegionsResponse{}, err
	}
	page, err := req.page(ctx, calls)
	return DescribeRegionsResponse{RequestID: page.RequestID, Regions: page.Items}, err
}

// DescribeRegionsAll yields the regions one by one. The operation answers all of them at once; this is for programs that
// go through every list alike.
func (c *Client) DescribeRegionsAll(ctx context.Context, req DescribeRegionsRequest) iter.Seq2[Region, error] {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	return listAll(ctx, describeRegions, req.Region, "", req.check(calls.Validation()), func(ctx context.Context, _ string) (listing.Page[Region], error) {
		return req.page(ctx, calls)
	})
}

func (r DescribeRegionsRequest) page(ctx context.Context, calls *rpc.Client) (listing.Page[Region], error) {
	query := r.encode()
	defer query.Free()
	call := rpc.Call{Operation: describeRegions, Region: r.Region, Query: query}
	return listing.Fetch(ctx, calls, call, func() listing.Answer[Region] { return new(regionsAnswer) })
}

func (r DescribeRegionsRequest) encode() *signature.Query {
	q := signature.NewQuery()
	addIfSet(q, "AcceptLanguage", r.AcceptLanguage)
	q.Add("RegionId", r.Region)
	return q
}

type regionsAnswer struct {
	rpc.Envelope
	Regions listing.Elements[regionRow]
}

type regionRow struct {
	RegionID       string `json:"RegionId"`
	LocalName      string
	RegionEndpoint string
}

func (a *regionsAnswer) FromXML(root *rpc.Element) {
	listing.EachXML(root, "Regions", "Region", func(e *rpc.Element) {
		a.Regions = append(a.Regions, regionRow{e.Text("RegionId"), e.Text("LocalName"), e.Text("RegionEndpoint")})
	})
}

var errNoRegionID = errors.New("the answer lists a region without its name")

func (a *regionsAnswer) Check() error {
	for _, row := range a.Regions {
		if row.RegionID == "" {
			return errNoRegionID
		}
	}
	return nil
}

func (a *regionsAnswer) Page() listing.Page[Region] {
	var page listing.Page[Region]
	for _, row := range a.Regions {
		page.Items = append(page.Items, Region{RegionID: row.RegionID, LocalName: row.LocalName, Endpoint: row.RegionEndpoint})
	}
	return page
}
