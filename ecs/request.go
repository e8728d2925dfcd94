package ecs

import (
	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
)

// UntagResourcesRequest names resources and the tag keys to remove from them.
type UntagResourcesRequest struct {
	Region       string       // of the resources, such as "cn-hangzhou"; "": Config.Region
	ResourceType ResourceType // of all the resources
	ResourceIDs  []string     // 1 to MaxResources
	TagKeys      []string     // up to MaxTagKeys, each once; "" is a key like any other
	All          bool         // remove every tag; TagKeys must be empty then
}

// Validate checks the request by itself at the level untag.ValidateDocumented and returns a *untag.ValidationError
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
// UntagResources checks every request, so there is no need to call Validate before it.
func (r UntagResourcesRequest) Validate() error {
	return service.Check(r.byID(), untag.ValidateDocumented)
}

func (r UntagResourcesRequest) byID() byid.Request {
	return byid.Request{
		Region: r.Region, ResourceType: string(r.ResourceType), ResourceIDs: r.ResourceIDs, TagKeys: r.TagKeys, All: r.All,
	}
}

// UntagResourcesResponse is the answer to a request that the service carried out for all its resources.
type UntagResourcesResponse struct {
	RequestID string
}

// ResourceType is a type of resource. Unknown values are sent: the service knows more types than its documents.
type ResourceType string

// The types that the operation's documents name.
const (
	ResourceTypeInstance            ResourceType = "instance"
	ResourceTypeDisk                ResourceType = "disk"
	ResourceTypeSnapshot            ResourceType = "snapshot"
	ResourceTypeImage               ResourceType = "image"
	ResourceTypeSecurityGroup       ResourceType = "securitygroup"
	ResourceTypeVolume              ResourceType = "volume"
	ResourceTypeENI                 ResourceType = "eni" // elastic network interface
	ResourceTypeDDH                 ResourceType = "ddh" // dedicated host
	ResourceTypeDDHCluster          ResourceType = "ddhcluster"
	ResourceTypeKeyPair             ResourceType = "keypair"
	ResourceTypeLaunchTemplate      ResourceType = "launchtemplate"
	ResourceTypeReservedInstance    ResourceType = "reservedinstance"
	ResourceTypeSnapshotPolicy      ResourceType = "snapshotpolicy"
	ResourceTypeElasticityAssurance ResourceType = "elasticityassurance"
	ResourceTypeCapacityReservation ResourceType = "capacityreservation"
	ResourceTypeCommand             ResourceType = "command"
	ResourceTypeInvocation          ResourceType = "invocation"
)
