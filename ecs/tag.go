package ecs

import (
	"context"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
)

// TagResourcesRequest names resources of one type and region, and the tags that all of them get. The rules are those of
// ECS 2014-05-26 TagResources. A request that breaks one is refused, at the levels [untag.ValidateDocumented] and
// [untag.ValidateCertain] unless a field says otherwise.
type TagResourcesRequest struct {
	// Region is the region of the resources. "": Config.Region. Its syntax is checked at every level.
	Region string
	// ResourceType is the type of all the resources. "" is refused.
	ResourceType ResourceType
	// ResourceIDs are 1 to MaxTagResources IDs. None at all, or an empty one, is refused at every level.
	ResourceIDs []string
	// Tags are 1 to MaxTags tags, each with another key. None at all is refused at every level, a system tag unless
	// Config.Validation is untag.ValidateNone. By the document a key has 1 to 128 characters, a value 0 to 128; a key
	// does not start with "aliyun" or "acs:", and neither holds "http://" or "https://". untag.ValidateDocumented alone
	// checks that, and refuses control characters.
	Tags []untag.Tag
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r TagResourcesRequest) Validate() error {
	return byid.ValidateTag(service, byid.TagRequest[ResourceType](r))
}

// TagResourcesResponse is the answer to a request that the service carried out for all its resources. It is the zero
// value beside an error.
type TagResourcesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
}

// TagResources writes tags to up to [MaxTagResources] resources of one type, to all of them or to none. A key that a
// resource has gets the new value. Repeating a call is safe, and the SDK does as Config.Retry says; but a value that
// somebody else set between two attempts is lost. The service has no way to write only if a value is still the old one.
//
// Its errors are those of UntagResources. A resource that does not exist, or would have more tags than it may, fails the
// whole call; TagMany finds out which.
func (c *Client) TagResources(ctx context.Context, req TagResourcesRequest) (TagResourcesResponse, error) {
	requestID, err := byid.Tag(ctx, c.open(ctx), byid.TagRequest[ResourceType](req))
	return TagResourcesResponse{RequestID: requestID}, err
}
