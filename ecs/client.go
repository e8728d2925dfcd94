package ecs

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
	MaxResources     = 50 // resources of UntagResources, at least one
	MaxTagKeys       = 20 // its tag keys, at least one unless All is set
	MaxListResources = 50 // resources of ListTagResources
	MaxTagResources  = 50 // resources of TagResources, at least one
	MaxTags          = 20 // tags that ListTagResources filters by, or that TagResources writes, at least one
)

// service describes the operations. No quota of calls is published.
var service = &byid.Service{
	Service:      rpc.Service{Name: untag.ServiceECS, Product: "ecs", Version: "2014-05-26"},
	MaxResources: MaxResources, MaxListResources: MaxListResources, MaxTagResources: MaxTagResources,
	Keys:    validate.KeyRules{Most: MaxTagKeys, Reserved: true, NoURL: true, MaxLength: 128},
	Filters: validate.FilterRules{Most: MaxTags, MaxKey: 128, MaxValue: 128, NoEmptyValue: true, Alone: "acs:rm:rgId"},
	Tags:    validate.TagRules{Most: MaxTags, Keys: validate.KeyRules{Reserved: true, NoURL: true, MaxLength: 128}, MaxValue: 128, NoURL: true},
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
	validate.Usable(ctx, "ecs", c != nil && c.calls != nil)
	return c.calls
}

// UntagResources removes tags from up to [MaxResources] resources of one type, from all of them or from none. ctx
// bounds the call with all its attempts, of which there are as many as Config.Retry says.
//
// Its errors are
//   - a [*untag.ValidationError] (errors.Is [untag.ErrInvalidRequest]): nothing was sent;
//   - an [*untag.APIError]: the service refused the call;
//   - a [*untag.CallError]: no verdict came. errors.Is tells [untag.ErrOutcomeUnknown] from [untag.ErrNotAttempted]; it
//     is neither if every request that was sent was refused, by throttling for instance, until ctx ended.
//
// A resource that does not exist fails the whole call with [CodeInvalidResourceIDNotFound]; UntagMany finds out which.
// A tag key that a resource does not have is no error.
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
