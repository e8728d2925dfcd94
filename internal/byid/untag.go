package byid

import (
	"context"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// UntagRequest is an UntagResourcesRequest of any of the services, which converts to it.
type UntagRequest[T ~string] struct {
	Region       string
	ResourceType T
	ResourceIDs  []string
	TagKeys      []string
	All          bool
}

func (r UntagRequest[T]) plain(s *Service) UntagRequest[string] {
	return UntagRequest[string]{r.Region, typeOf(s, r.ResourceType), r.ResourceIDs, r.TagKeys, r.All}
}

// Untag checks and sends a request and returns the request ID.
func Untag[T ~string](ctx context.Context, c *Client, request UntagRequest[T]) (requestID string, err error) {
	r := request.plain(c.service)
	r.Region = c.Region(r.Region)
	if err := c.service.checkUntag(r, c.Validation()); err != nil {
		return "", err
	}
	return c.write(ctx, c.untagging, r.Region, len(r.ResourceIDs), encodeUntag(r))
}

// ValidateUntag checks a request by itself.
func ValidateUntag[T ~string](s *Service, r UntagRequest[T]) error {
	return s.checkUntag(r.plain(s), untag.ValidateDocumented)
}

func (s *Service) checkUntag(r UntagRequest[string], level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	s.checkType(check, r.ResourceType)
	check.IDs("ResourceIDs", r.ResourceIDs, s.MaxResources, "UntagMany takes any number")
	check.KeysOrAll(r.TagKeys, r.All)
	check.Count("TagKeys", len(r.TagKeys), s.Keys.Most, "UntagMany takes any number")
	check.Keys(r.TagKeys, s.Keys)
	return check.Err("UntagResourcesRequest")
}

// encodeUntag returns the parameters in the order of their names, as they are signed and sent. The caller frees the query.
func encodeUntag(r UntagRequest[string]) *signature.Query {
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
