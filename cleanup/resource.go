package cleanup

import (
	"strings"

	"github.com/untag-go/untag"
)

// Resource names a resource. It is the same for all services that list it: an instance that both Tag and ECS see is one
// Resource, so it is removed from once.
type Resource struct {
	// Service is the product that the resource belongs to, as ARNs have it, in lower case: "ecs", "oss", "vpcipam", "resourcesharing".
	Service string
	// Account is the number of the account, that of the job.
	Account string
	// Region is the one that the resource was listed in, which all calls go to. It may differ from that of the ARN,
	// which is "*" or "" for resources of central services.
	Region string
	// Type is the type within the product: "instance", "bucket", "IPAM".
	Type string
	// ID is the rest of the ARN: the resource's ID or name.
	ID string
	// ARN is the name as Tag listed it, or, of a resource that only a service of its own listed, made from the fields
	// above.
	ARN string
}

// String returns "REGION SERVICE/TYPE/ID", which is unique within an account.
func (r Resource) String() string { return r.Region + " " + r.Service + "/" + r.Type + "/" + r.ID }

// Found is a resource with its tags that were asked for, as the folder has them: what is saved.
type Found struct {
	// Resource is the resource.
	Resource Resource
	// Tags are those that were asked for, sorted by their keys. Other tags of the resource are not recorded.
	Tags []untag.Tag
}

// name is what files call a resource of a region: SERVICE/TYPE/ID in one spelling, whatever listed it. Services
// disagree about the case of a type, and IDs are case-sensitive. Neither a product nor a type has a slash.
func name(service, resourceType, id string) string {
	service, resourceType = strings.ToLower(service), strings.ToLower(resourceType)
	if service == "vpc" && strings.HasPrefix(resourceType, "ipam") { // VPC IPAM is a product of its own, by another name in some ARNs
		service = untag.ServiceVPCIPAM
	}
	return service + "/" + resourceType + "/" + id
}

// arnOf makes the ARN of a resource that no ARN was listed of.
func arnOf(r Resource) string {
	return "arn:acs:" + r.Service + ":" + r.Region + ":" + r.Account + ":" + r.Type + "/" + r.ID
}
