// Package byid is what the services share that name resources by region, type and ID: ECS, VPC IPAM and Resource Sharing.
// (Tag names them by ARN.) Their requests have the same fields, so they convert to the types here, whose parameter T is
// the service's ResourceType.
package byid

import (
	"cmp"
	"context"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// Service describes one of the services.
type Service struct {
	rpc.Service
	Type string // of a request that names none; "": such a request is refused

	UntagRate, ListRate, TagRate float64 // calls per second and region, to begin with; 0: none is known

	MaxResources     int  // of a call that untags
	MaxListResources int  // of a call that lists
	MaxTagResources  int  // of a call that tags
	MaxPageSize      int  // of a list, as its MaxResults; 0: there is no such parameter
	MustSelect       bool // every source agrees that a list without IDs and tags is refused
	Keys             validate.KeyRules
	Filters          validate.FilterRules
	Tags             validate.TagRules
}

// Client calls one of the services.
type Client struct {
	*rpc.Client
	service                     *Service
	untagging, listing, tagging *rpc.Operation
	width, tagWidth             pace.Width // of the runs that are not told one
}

// New returns a client, or a *untag.ValidationError about the config.
func New(config untag.Config, service *Service) (*Client, error) {
	calls, err := rpc.New(config, service.Service)
	if err != nil {
		return nil, err
	}
	return &Client{
		Client: calls, service: service,
		untagging: &rpc.Operation{Action: "UntagResources", Quota: service.UntagRate},
		listing:   &rpc.Operation{Action: "ListTagResources", Quota: service.ListRate, Reads: true, MaxBody: rpc.MaxListBody},
		tagging:   &rpc.Operation{Action: "TagResources", Quota: service.TagRate},
	}, nil
}

// String names the client without its configuration. It prints a Client that was not made by New, too.
func (c *Client) String() string {
	if c == nil {
		return (*rpc.Client)(nil).String()
	}
	return c.Client.String()
}

func (s *Service) checkType(check *validate.Check, resourceType string) {
	if resourceType == "" {
		check.Certain("ResourceType", "", "is missing; the package has constants for the documented types")
	}
}

// typeOf returns the type that a request means.
func typeOf[T ~string](s *Service, named T) string { return cmp.Or(string(named), s.Type) }

// write makes a call that changes tags, and frees the query.
func (c *Client) write(ctx context.Context, operation *rpc.Operation, region string, resources int, query *signature.Query) (requestID string, err error) {
	defer query.Free()
	answer, err := c.Do(ctx, rpc.Call{Operation: operation, Region: region, Resources: resources, Query: query})
	if err != nil {
		return "", err
	}
	return answer.RequestID, nil
}
