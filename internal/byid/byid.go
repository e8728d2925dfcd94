// Package byid is what the operations share that name resources by region, type and ID:
// those of ECS, VPC IPAM and Resource Sharing. Tag's names them by ARN.
package byid

import (
	"context"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// Service describes one of the three services.
type Service struct {
	rpc.Service

	Operation    rpc.Operation
	MaxResources int // a call
	Keys         validate.KeyRules
}

// Request is a request of any of them. Its fields are those of the services' requests.
type Request struct {
	Region, ResourceType string
	ResourceIDs, TagKeys []string
	All                  bool
}

// Client calls one of the services.
type Client struct {
	*rpc.Client
	service *Service
}

// New returns a client, or a *untag.ValidationError about the config.
func New(config untag.Config, service *Service) (*Client, error) {
	calls, err := rpc.New(config, service.Service)
	if err != nil {
		return nil, err
	}
	return &Client{calls, service}, nil
}

// Untag checks and sends a request and returns the request ID.
func (c *Client) Untag(ctx context.Context, r Request) (requestID string, err error) {
	r.Region = c.Region(r.Region)
	if err := c.service.Check(r, c.Validation()); err != nil {
		return "", err
	}
	query := Encode(r)
	defer query.Free()
	reply, err := c.Do(ctx, rpc.Call{Operation: &c.service.Operation, Region: r.Region, Resources: len(r.ResourceIDs), Query: query})
	return reply.RequestID, err
}

// Check returns a *untag.ValidationError of all that level refuses in r, nil if that is nothing.
func (s *Service) Check(r Request, level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	s.checkType(check, r.ResourceType)
	check.IDs("ResourceIDs", r.ResourceIDs, s.MaxResources)
	check.KeysOrAll(r.TagKeys, r.All)
	check.Count("TagKeys", len(r.TagKeys), s.Keys.Most, "UntagMany takes any number")
	check.Keys(r.TagKeys, s.Keys)
	return check.Err("UntagResourcesRequest")
}

func (s *Service) checkType(check *validate.Check, resourceType string) {
	if resourceType == "" {
		check.Certain("ResourceType", "", "is missing; the package has constants for the documented types")
	}
}

// Encode returns the parameters in the order of their names, as they are signed and sent. The caller frees the query.
func Encode(r Request) *signature.Query {
	q := signature.NewQuery()
	if r.All {
		q.Add("All", "true") // false is the default of all three
	}
	q.Add("RegionId", r.Region)
	q.AddList("ResourceId", r.ResourceIDs)
	q.Add("ResourceType", r.ResourceType)
	q.AddList("TagKey", r.TagKeys)
	return q
}
