package vpc

import (
	"github.com/untag-go/untag/internal/byid"
)

// UntagResourcesRequest names resources of one type and region, and the tag keys to remove from them. The rules are
// those of VpcIpam 2023-02-28 UntagResources. A request that breaks one is refused, at the levels
// [untag.ValidateDocumented] and [untag.ValidateCertain] unless a field says otherwise.
type UntagResourcesRequest struct {
	// Region is the region of the resources, such as "cn-hangzhou". "": Config.Region. Its syntax is checked at every
	// level.
	Region string
	// ResourceType is the type of all the resources. "" is refused.
	ResourceType ResourceType
	// ResourceIDs are 1 to MaxResources IDs. None at all, or an empty one, is refused at every level. Control
	// characters are not allowed.
	ResourceIDs []string
	// TagKeys are up to MaxTagKeys keys, each once. By the document a key has at most 64 characters, which are
	// letters, digits, periods, underscores and hyphens, a letter first; it does not start with "aliyun" or "acs:".
	// Only untag.ValidateDocumented checks that. Letters of every script are taken, since the document in Chinese names
	// Chinese characters. "" is a key like any other.
	TagKeys []string
	// All removes every tag of the resources; TagKeys must be empty then. Both, or neither, is refused at every level:
	// the document does not say which of the two wins.
	All bool
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks. UntagResources checks
// every request, so there is no need to call Validate before it.
func (r UntagResourcesRequest) Validate() error {
	return byid.ValidateUntag(service, byid.UntagRequest[ResourceType](r))
}

// UntagResourcesResponse is the answer to a request that the service carried out for all its resources. It is the zero
// value beside an error.
type UntagResourcesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
}

// ResourceType is a type of resource. The constants are those of the document. Other values are sent as they are, since
// the service may learn new ones; one that it does not know is refused as [CodeIllegalParamResourceType].
type ResourceType string

// The types that the operation's document names.
const (
	ResourceTypeIPAM      ResourceType = "IPAM"      // an IP address manager
	ResourceTypeIPAMScope ResourceType = "IPAMSCOPE" // a scope of an IPAM
	ResourceTypeIPAMPool  ResourceType = "IPAMPOOL"  // a pool of addresses

	// ResourceTypeIPAMResourceDiscovery is named by no document at hand; the vendor's own tools untag it.
	ResourceTypeIPAMResourceDiscovery ResourceType = "IPAMRESOURCEDISCOVERY"
)
