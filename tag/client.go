package tag

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// The limits of one call. UntagMany takes any number.
const (
	MaxResources = 50
	MaxTagKeys   = 10
)

// operation has no published quota; that of TagResources, its counterpart, is 1,000 calls per second.
var operation = rpc.Operation{Service: untag.ServiceTag, Product: "tag", Version: "2018-08-28", Action: "UntagResources"}

// Client calls UntagResources. It is immutable and safe for concurrent use; make one and keep it,
// since its connections and what it learns about the service's pace are its own.
type Client struct{ calls *rpc.Client }

// New returns a client. The error is a *untag.ValidationError about the config; nothing is sent or read yet.
func New(config untag.Config) (*Client, error) {
	calls, err := rpc.New(config, operation)
	if err != nil {
		return nil, err
	}
	return &Client{calls}, nil
}

// UntagResources removes tags from up to MaxResources resources of one region.
//
// If some of them failed, the response is complete and the error is a *PartialError that names them
// (errors.Is untag.ErrPartialFailure); the others are done. Its other errors are a *untag.ValidationError
// (errors.Is untag.ErrInvalidRequest; nothing was sent), an *untag.APIError (the service refused the whole call),
// or a *untag.CallError (no verdict came: errors.Is untag.ErrOutcomeUnknown or untag.ErrNotAttempted).
// A tag key that a resource does not have is no error.
func (c *Client) UntagResources(ctx context.Context, req UntagResourcesRequest) (UntagResourcesResponse, error) {
	req.Region = c.calls.Region(req.Region)
	if err := req.check(c.calls.Validation()); err != nil {
		return UntagResourcesResponse{}, err
	}
	query := req.encode()
	defer query.Free()
	answer, err := c.calls.Do(ctx, rpc.Call{
		Region: req.Region, Resources: len(req.ResourceARNs), Query: query, Partial: partial,
	})
	if failure, ok := errors.AsType[*PartialError](err); ok {
		return UntagResourcesResponse{RequestID: answer.RequestID, Failed: failure.Failed}, err
	}
	if err != nil {
		return UntagResourcesResponse{}, err
	}
	return UntagResourcesResponse{RequestID: answer.RequestID}, nil
}

// partial is the error of an answer that names failed resources, nil if it names none.
func partial(call rpc.Call, answer rpc.Answer) error {
	failed := resourceErrors(answer)
	if len(failed) == 0 {
		return nil
	}
	return &PartialError{Region: call.Region, RequestID: answer.RequestID, Total: call.Resources, Failed: failed}
}

// CloseIdleConnections closes the connections that no call uses. Clients without an HTTPClient of their own share theirs.
func (c *Client) CloseIdleConnections() { c.calls.CloseIdleConnections() }

// String describes the client without its credentials.
func (c *Client) String() string { return c.calls.String() }

// Format writes String for every verb.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
