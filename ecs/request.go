package ecs

import (
	"github.com/untag-go/untag/internal/byid"
)

// UntagResourcesRequest names resources of one type and region, and the tag keys to remove from them. The rules are
// those of ECS 2014-05-26 UntagResources. A request that breaks one is refused, at the levels
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
	// TagKeys are up to MaxTagKeys keys, each once. By the document a key has at most 128 characters, does not start
	// with "aliyun" or "acs:", and holds no "http://" or "https://"; only untag.ValidateDocumented checks that. "" is a
	// key like any other.
	TagKeys []string
	// All removes every tag of the resources; TagKeys must be empty then. Both, or neither, is refused at every level:
	// the document says that All beside keys is ignored, the API metadata that it is a conflict.
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

// ResourceType is a type of resource. The constants are those of the documents. Other values are sent as they are,
// since the service may know more types than its documents; one that it does not know is refused as
// [CodeInvalidResourceTypeNotFound].
type ResourceType string

// The types that the operation's documents name: ten in the edition at hand, the others in later ones.
const (
	ResourceTypeInstance            ResourceType = "instance"
	ResourceTypeDisk                ResourceType = "disk"
	ResourceTypeSnapshot            ResourceType = "snapshot"
	ResourceTypeImage               ResourceType = "image"
	ResourceTypeSecurityGroup       ResourceType = "securitygroup"
	ResourceTypeVolume              ResourceType = "volume"     // storage volume
	ResourceTypeENI                 ResourceType = "eni"        // elastic network interface
	ResourceTypeDDH                 ResourceType = "ddh"        // dedicated host
	ResourceTypeDDHCluster          ResourceType = "ddhcluster" // dedicated host cluster; later editions
	ResourceTypeKeyPair             ResourceType = "keypair"    // SSH key pair
	ResourceTypeLaunchTemplate      ResourceType = "launchtemplate"
	ResourceTypeReservedInstance    ResourceType = "reservedinstance"    // later editions
	ResourceTypeSnapshotPolicy      ResourceType = "snapshotpolicy"      // later editions
	ResourceTypeElasticityAssurance ResourceType = "elasticityassurance" // later editions
	ResourceTypeCapacityReservation ResourceType = "capacityreservation" // later editions
	ResourceTypeCommand             ResourceType = "command"             // of Cloud Assistant; later editions
	ResourceTypeInvocation          ResourceType = "invocation"          // of a command; later editions

	// The pages of ListTagResources name these two, too.
	ResourceTypeActivation      ResourceType = "activation" // of Cloud Assistant: managed instances are registered with it
	ResourceTypeManagedInstance ResourceType = "managedinstance"

	// No document at hand names these two; the vendor's own tools untag them.
	ResourceTypeImageComponent ResourceType = "imagecomponent"
	ResourceTypeSnapshotGroup  ResourceType = "snapshotgroup"
)
