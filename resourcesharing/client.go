package resourcesharing

import (
	"context"
	"fmt"
	"io"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/validate"
)

// The limits of one call, by the operations' documents. A request past them is refused before it is sent, unless
// Config.Validation is [untag.ValidateNone]. UntagMany and TagMany take any number.
const (
	MaxResources     = 20 // resource shares of UntagResources, at least one
	MaxTagKeys       = 20 // its tag keys, at least one unless All is set
	MaxListResources = 20 // resource shares of ListTagResources
	MaxTagResources  = 20 // resource shares of TagResources, at least one; documented only as an error code
	MaxTags          = 20 // tags that ListTagResources filters by, or that TagResources writes, at least one
)

// The operations' published quotas, in calls per second for one region and main account: 20 in 1 s. A client starts at
// most 95 % of it, 19 calls per second, unless Config.Rate says otherwise.
const (
	PublishedRate     = 20.0 // of UntagResources
	PublishedListRate = 20.0 // of ListTagResources
	PublishedTagRate  = 20.0 // of TagResources
)

// rules are what codes mean that the common table does not know.
var rules = []rpc.Rule{
	{Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeResource}, Codes: []string{CodeInvalidParameterResourceID}},
	{Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeRegion}, Codes: []string{CodeInvalidParameterRegionID}},
	{Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeRequest}, Codes: []string{CodeInvalidParameterNextToken}},
}

var service = &byid.Service{
	Service:   rpc.Service{Name: untag.ServiceResourceSharing, Product: "resourcesharing", Version: "2020-01-10", Rules: rules},
	Type:      string(ResourceTypeResourceShare),
	UntagRate: PublishedRate, ListRate: PublishedListRate, TagRate: PublishedTagRate,
	MaxResources: MaxResources, MaxListResources: MaxListResources, MaxTagResources: MaxTagResources, MustSelect: true,
	Keys:    validate.KeyRules{Most: MaxTagKeys},
	Filters: validate.FilterRules{Most: MaxTags, MaxKey: 128, MaxValue: 128},
	Tags: validate.TagRules{
		Most: MaxTags, Keys: validate.KeyRules{Reserved: true, NoURL: true, MaxLength: 128},
		MaxValue: 128, ReservedValues: []string{"acs:"}, NoURL: true,
	},
}

// Client calls the operations. Make it with New; the zero Client is of no use, and its methods panic, as those of a nil
// *Client do. It is immutable and safe for concurrent use. Make one and keep it: what it learns about the service's pace
// is its own, and bounds its calls and runs together, for each operation and region.
type Client struct{ calls *byid.Client }

// New returns a client. The error is a [*untag.ValidationError] about the config. Nothing is sent or read yet:
// credentials are looked for at the first call.
func New(config untag.Config) (*Client, error) {
	calls, err := byid.New(config, service)
	if err != nil {
		return nil, err
	}
	return &Client{calls}, nil
}

func (c *Client) open(ctx context.Context) *byid.Client {
	validate.Usable(ctx, "resourcesharing", c != nil && c.calls != nil)
	return c.calls
}

// UntagResources removes tags from up to [MaxResources] resource shares, from all of them or from none. ctx bounds the
// call with all its attempts, of which there are as many as Config.Retry says.
//
// Its errors are
//   - a [*untag.ValidationError] (errors.Is [untag.ErrInvalidRequest]): nothing was sent;
//   - an [*untag.APIError]: the service refused the call;
//   - a [*untag.CallError]: no verdict came. errors.Is tells [untag.ErrOutcomeUnknown] from [untag.ErrNotAttempted]; it
//     is neither if every request that was sent was refused, by throttling for instance, until ctx ended.
//
// A resource share that does not exist fails the whole call with [CodeInvalidResourceIDNotFound]; UntagMany finds out
// which. A tag key that a resource share does not have is no error.
func (c *Client) UntagResources(ctx context.Context, req UntagResourcesRequest) (UntagResourcesResponse, error) {
	requestID, err := byid.Untag(ctx, c.open(ctx), byid.UntagRequest[ResourceType](req))
	return UntagResourcesResponse{RequestID: requestID}, err
}

// CloseIdleConnections closes the connections that no call uses at the moment. The client can still be used. Clients
// without a Config.HTTPClient share their connections, those of other services too, so it closes idle ones of all of
// them.
func (c *Client) CloseIdleConnections() { c.open(context.Background()).CloseIdleConnections() }

// String describes the client and its Config in one line, without the credentials.
func (c *Client) String() string { return c.calls.String() }

// Format writes String for every verb, so that none prints the credentials.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
