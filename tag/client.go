package tag

import (
	"context"
	"fmt"
	"io"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/validate"
)

// The limits of one call, by the operations' documents. A request past them is refused before it is sent, unless
// Config.Validation is [untag.ValidateNone]. UntagMany and TagMany take any number.
const (
	MaxResources     = 50   // resources of UntagResources, at least one
	MaxTagKeys       = 10   // its tag keys, at least one
	MaxListResources = 50   // resources of ListTagResources
	MaxTagResources  = 50   // resources of TagResources, at least one
	MaxTags          = 10   // tags that ListTagResources selects by, or that TagResources writes, at least one
	MaxPageSize      = 1000 // elements on a page of a list
	MaxRules         = 100  // elements on a page of ListAssociatedResourceRules
)

// The published quotas of ListTagResources, of TagResources and of DescribeRegions, in calls per second for one region and
// main account. A client starts at most 95 % of them unless Config.Rate says otherwise. No quota is published for the
// other operations, UntagResources among them.
const (
	PublishedListRate    = 500.0
	PublishedTagRate     = 1000.0
	PublishedRegionsRate = 1000.0
)

var service = rpc.Service{
	Name: untag.ServiceTag, Product: "tag", Version: "2018-08-28",
	Rules: []rpc.Rule{
		{
			Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeResource}, // both are parts of one ARN
			Codes:   []string{CodeInvalidParameterResourceType, CodeInvalidParameterServiceCode},
		},
		{
			Verdict: rpc.Verdict{Kind: untag.ErrNotFound, Scope: rpc.ScopeRequest},
			Codes:   []string{CodeMetaTagKeyNotFound},
		},
		{
			Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeRegion},
			Codes:   []string{CodeInvalidParameterRegionID},
		},
		{
			Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeRequest},
			Codes: []string{
				CodeInvalidNextToken, CodeInvalidParamterNextToken, CodeNoMatchRemoveNum, CodeFuzzyQueryNotSupport,
				CodeFuzzyTypeNotSupport, CodeInvalidParameterSupportCode,
			},
		},
	},
}

// operation has no published quota; that of TagResources, its counterpart, is 1,000 calls per second.
var operation = rpc.Operation{Action: "UntagResources"}

var (
	tagResources                = &rpc.Operation{Action: "TagResources", Quota: PublishedTagRate}
	listTagResources            = reading("ListTagResources", PublishedListRate)
	listTagKeys                 = reading("ListTagKeys", 0)
	listTagValues               = reading("ListTagValues", 0)
	listSupportResourceTypes    = reading("ListSupportResourceTypes", 0)
	listAssociatedResourceRules = reading("ListAssociatedResourceRules", 0)
	describeRegions             = reading("DescribeRegions", PublishedRegionsRate)
)

func reading(action string, quota float64) *rpc.Operation {
	return &rpc.Operation{Action: action, Quota: quota, Reads: true, MaxBody: rpc.MaxListBody}
}

// Client calls the operations. Make it with New; the zero Client is of no use, and its methods panic, as those of a nil
// *Client do. It is immutable and safe for concurrent use. Make one and keep it: what it learns about the service's pace
// is its own, and bounds its calls and runs together, for each operation and region.
type Client struct {
	calls           *rpc.Client
	width, tagWidth pace.Width // of the runs that are not told one
}

// New returns a client. The error is a [*untag.ValidationError] about the config. Nothing is sent or read yet:
// credentials are looked for at the first call.
func New(config untag.Config) (*Client, error) {
	calls, err := rpc.New(config, service)
	if err != nil {
		return nil, err
	}
	return &Client{calls: calls}, nil
}

func (c *Client) open(ctx context.Context) *rpc.Client {
	validate.Usable(ctx, "tag", c != nil && c.calls != nil)
	return c.calls
}

// UntagResources removes tags from up to [MaxResources] resources of one region. ctx bounds the call with all its
// attempts, of which there are as many as Config.Retry says.
//
// Its errors are
//   - a [*untag.ValidationError] (errors.Is [untag.ErrInvalidRequest]): nothing was sent;
//   - a [*PartialError] (errors.Is [untag.ErrPartialFailure]), which names the resources that failed. The others are
//     done, and the response is complete;
//   - an [*untag.APIError]: the service refused the call as a whole;
//   - a [*untag.CallError]: no verdict came. errors.Is tells [untag.ErrOutcomeUnknown] from [untag.ErrNotAttempted]; it
//     is neither if every request that was sent was refused, by throttling for instance, until ctx ended.
//
// A tag key that a resource does not have is no error.
func (c *Client) UntagResources(ctx context.Context, req UntagResourcesRequest) (UntagResourcesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return UntagResourcesResponse{}, err
	}
	w := write{region: req.Region, arns: req.ResourceARNs, keys: req.TagKeys}
	requestID, failed, err := w.do(ctx, calls, &operation)
	return UntagResourcesResponse{RequestID: requestID, Failed: failed}, err
}

// CloseIdleConnections closes the connections that no call uses at the moment. The client can still be used. Clients
// without a Config.HTTPClient share their connections, those of other services too, so it closes idle ones of all of
// them.
func (c *Client) CloseIdleConnections() { c.open(context.Background()).CloseIdleConnections() }

// String describes the client and its Config in one line, without the credentials.
func (c *Client) String() string { return c.calls.String() }

// Format writes String for every verb, so that none prints the credentials.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
