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

// The limits of one call. UntagMany takes any number.
const (
	MaxResources = 50
	MaxTagKeys   = 20
)

// service describes the operation. Its quota is not published.
var service = &byid.Service{
	Operation:    rpc.Operation{Service: untag.ServiceECS, Product: "ecs", Version: "2014-05-26", Action: "UntagResources"},
	MaxResources: MaxResources,
	Keys:         validate.KeyRules{Most: MaxTagKeys, Unique: true, Reserved: true, MaxLength: 128},
}

// Client calls UntagResources. It is immutable and safe for concurrent use; make one and keep it,
// since its connections and what it learns about the service's pace are its own.
type Client struct{ calls *byid.Client }

// New returns a client. The error is a *untag.ValidationError about the config; nothing is sent or read yet.
func New(config untag.Config) (*Client, error) {
	calls, err := byid.New(config, service)
	if err != nil {
		return nil, err
	}
	return &Client{calls}, nil
}

// UntagResources removes tags from up to MaxResources resources of one type, from all of them or from none.
//
// Its errors are a *untag.ValidationError (errors.Is untag.ErrInvalidRequest; nothing was sent), an *untag.APIError
// (the service refused), or a *untag.CallError (no verdict came: errors.Is untag.ErrOutcomeUnknown or untag.ErrNotAttempted).
// A resource that does not exist fails the whole call with CodeInvalidResourceIDNotFound; UntagMany finds out which.
// A tag key that a resource does not have is no error.
func (c *Client) UntagResources(ctx context.Context, req UntagResourcesRequest) (UntagResourcesResponse, error) {
	requestID, err := c.calls.Untag(ctx, req.byID())
	if err != nil {
		return UntagResourcesResponse{}, err
	}
	return UntagResourcesResponse{RequestID: requestID}, nil
}

// CloseIdleConnections closes the connections that no call uses. Clients without an HTTPClient of their own share theirs.
func (c *Client) CloseIdleConnections() { c.calls.CloseIdleConnections() }

// String describes the client without its credentials.
func (c *Client) String() string { return c.calls.String() }

// Format writes String for every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
