package tag

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// The limits of one call, by the operation's document. A request past them is refused before it is sent, unless
// Config.Validation is [untag.ValidateNone]. UntagMany takes any number.
const (
	MaxResources = 50 // resources, at least one
	MaxTagKeys   = 10 // tag keys, at least one
)

var service = rpc.Service{
	Name: untag.ServiceTag, Product: "tag", Version: "2018-08-28",
	Rules: []rpc.Rule{{
		Verdict: rpc.Verdict{Kind: untag.ErrInvalidParameter, Scope: rpc.ScopeResource}, // both are parts of one ARN
		Codes:   []string{CodeInvalidParameterResourceType, CodeInvalidParameterServiceCode},
	}},
}

// operation has no published quota; that of TagResources, its counterpart, is 1,000 calls per second.
var operation = rpc.Operation{Action: "UntagResources"}

// Client calls UntagResources. Make it with New; the zero Client is of no use. It is immutable and safe for concurrent
// use. Make one and keep it: what it learns about the service's pace is its own, and bounds its calls and runs
// together.
type Client struct{ calls *rpc.Client }

// New returns a client. The error is a [*untag.ValidationError] about the config. Nothing is sent or read yet:
// credentials are looked for at the first call.
func New(config untag.Config) (*Client, error) {
	calls, err := rpc.New(config, service)
	if err != nil {
		return nil, err
	}
	return &Client{calls}, nil
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
	req.Region = c.calls.Region(req.Region)
	if err := req.check(c.calls.Validation()); err != nil {
		return UntagResourcesResponse{}, err
	}
	query := req.encode()
	defer query.Free()
	reply, err := c.calls.Do(ctx, rpc.Call{
		Operation: &operation, Region: req.Region, Resources: len(req.ResourceARNs), Query: query, Answer: newAnswer, Verdict: partial,
	})
	if failure, ok := errors.AsType[*PartialError](err); ok {
		return UntagResourcesResponse{RequestID: reply.RequestID, Failed: failure.Failed}, err
	}
	if err != nil {
		return UntagResourcesResponse{}, err
	}
	return UntagResourcesResponse{RequestID: reply.RequestID}, nil
}

// partial is the error of an answer that names failed resources, nil if it names none.
func partial(call rpc.Call, reply rpc.Reply) error {
	failures := reply.Answer.(*answer).classify(reply) //nolint:forcetypeassert // newAnswer's
	if len(failures) == 0 {
		return nil
	}
	err := &PartialError{Region: call.Region, RequestID: reply.RequestID, Total: call.Resources, Failed: make([]ResourceError, len(failures))}
	for i, failed := range failures {
		err.Failed[i] = failed.ResourceError
	}
	return err
}

// CloseIdleConnections closes the connections that no call uses at the moment. The client can still be used. Clients
// without a Config.HTTPClient share their connections, those of other services too, so it closes idle ones of all of
// them.
func (c *Client) CloseIdleConnections() { c.calls.CloseIdleConnections() }

// String describes the client and its Config in one line, without the credentials.
func (c *Client) String() string { return c.calls.String() }

// Format writes String for every verb, so that none prints the credentials.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
