package byid

import (
	"context"
	"strconv"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// TagRequest is a TagResourcesRequest of any of the services, which converts to it.
type TagRequest[T ~string] struct {
	Region       string
	ResourceType T
	ResourceIDs  []string
	Tags         []untag.Tag
}

func (r TagRequest[T]) plain(s *Service) TagRequest[string] {
	return TagRequest[string]{r.Region, typeOf(s, r.ResourceType), r.ResourceIDs, r.Tags}
}

// Tag checks and sends a request and returns the request ID.
func Tag[T ~string](ctx context.Context, c *Client, request TagRequest[T]) (requestID string, err error) {
	r := request.plain(c.service)
	r.Region = c.Region(r.Region)
	if err := c.service.checkTag(r, c.Validation()); err != nil {
		return "", err
	}
	return c.write(ctx, c.tagging, r.Region, len(r.ResourceIDs), encodeTag(r))
}

// ValidateTag checks a request by itself.
func ValidateTag[T ~string](s *Service, r TagRequest[T]) error {
	return s.checkTag(r.plain(s), untag.ValidateDocumented)
}

func (s *Service) checkTag(r TagRequest[string], level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	s.checkType(check, r.ResourceType)
	check.IDs("ResourceIDs", r.ResourceIDs, s.MaxTagResources, "TagMany takes any number")
	check.AnyTags(r.Tags)
	check.Count("Tags", len(r.Tags), s.Tags.Most, "TagMany takes any number")
	check.Tags(r.Tags, s.Tags)
	return check.Err("TagResourcesRequest")
}

func encodeTag(r TagRequest[string]) *signature.Query {
	q := signature.NewQuery()
	q.Add("RegionId", r.Region)
	q.AddList("ResourceId", r.ResourceIDs)
	q.Add("ResourceType", r.ResourceType)
	for _, i := range inByteOrder(len(r.Tags)) {
		name := "Tag." + strconv.Itoa(i+1)
		q.Add(name+".Key", r.Tags[i].Key)
		q.Add(name+".Value", r.Tags[i].Value)
	}
	return q
}
