package cleanup

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/resourcesharing"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/vpc"
)

// ownFound is a resource that a service of its own listed.
type ownFound struct {
	id   string
	tags []untag.Tag
}

// ownClient is a service that lists, writes and removes the tags of its own resources, by type and ID.
type ownClient interface {
	product() string // as ARNs have it
	list(ctx context.Context, region, resourceType string, ids []string, filters []untag.TagFilter, token string) (found []ownFound, next string, err error)
	untagMany(ctx context.Context, resourceType string, keys []string, m *many) iter.Seq2[string, error]
	tagMany(ctx context.Context, resourceType string, m *many) iter.Seq2[string, error]
	CloseIdleConnections()
}

// ownTypes are the types that the services document. A type of a later edition than a region has is refused there, see
// isAbsent.
var ownTypes = map[string][]string{
	untag.ServiceECS: textsOf(
		ecs.ResourceTypeInstance, ecs.ResourceTypeDisk, ecs.ResourceTypeSnapshot, ecs.ResourceTypeImage, ecs.ResourceTypeSecurityGroup,
		ecs.ResourceTypeVolume, ecs.ResourceTypeENI, ecs.ResourceTypeDDH, ecs.ResourceTypeDDHCluster, ecs.ResourceTypeKeyPair,
		ecs.ResourceTypeLaunchTemplate, ecs.ResourceTypeReservedInstance, ecs.ResourceTypeSnapshotPolicy,
		ecs.ResourceTypeElasticityAssurance, ecs.ResourceTypeCapacityReservation, ecs.ResourceTypeCommand, ecs.ResourceTypeInvocation,
		ecs.ResourceType("activation"), ecs.ResourceType("managedinstance"),
	),
	untag.ServiceVPCIPAM:         textsOf(vpc.ResourceTypeIPAM, vpc.ResourceTypeIPAMScope, vpc.ResourceTypeIPAMPool),
	untag.ServiceResourceSharing: textsOf(resourcesharing.ResourceTypeResourceShare),
}

func textsOf[T ~string](types ...T) []string {
	all := make([]string, len(types))
	for i, t := range types {
		all[i] = string(t)
	}
	return all
}

// ownService returns the route of a service with operations of its own for a type, as that service spells it.
func ownService(product, resourceType string) (route, bool) {
	for service, types := range ownTypes {
		if product != service { // their products in ARNs are the names of the services
			continue
		}
		if i := slices.IndexFunc(types, func(t string) bool { return strings.EqualFold(t, resourceType) }); i >= 0 {
			return route{service, types[i]}, true
		}
	}
	return route{}, false
}

// ownListings are those of the services of their own, in a region.
func ownListings(spec Spec) []listing {
	var all []listing
	for _, service := range [...]string{untag.ServiceECS, untag.ServiceVPCIPAM, untag.ServiceResourceSharing} {
		for _, resourceType := range ownTypes[service] {
			for _, key := range spec.Keys {
				all = append(all, listing{Service: service, Type: resourceType, Key: key, Any: true})
			}
			for _, t := range spec.Tags {
				all = append(all, listing{Service: service, Type: resourceType, Key: t.Key, Value: t.Value})
			}
		}
	}
	return all
}

type ownECS struct{ *ecs.Client }

func (ownECS) product() string { return untag.ServiceECS }

func (c ownECS) list(ctx context.Context, region, resourceType string, ids []string, filters []untag.TagFilter, token string) ([]ownFound, string, error) {
	response, err := c.ListTagResources(ctx, ecs.ListTagResourcesRequest{
		Region: region, ResourceType: ecs.ResourceType(resourceType), ResourceIDs: ids, Tags: filters, NextToken: token,
	})
	found := make([]ownFound, len(response.Resources))
	for i, r := range response.Resources {
		found[i] = ownFound{r.ResourceID, r.Tags}
	}
	return found, response.NextToken, err
}

type ownVPC struct{ *vpc.Client }

func (ownVPC) product() string { return untag.ServiceVPCIPAM }

func (c ownVPC) list(ctx context.Context, region, resourceType string, ids []string, filters []untag.TagFilter, token string) ([]ownFound, string, error) {
	response, err := c.ListTagResources(ctx, vpc.ListTagResourcesRequest{
		Region: region, ResourceType: vpc.ResourceType(resourceType), ResourceIDs: ids, Tags: filters, NextToken: token,
	})
	found := make([]ownFound, len(response.Resources))
	for i, r := range response.Resources {
		found[i] = ownFound{r.ResourceID, r.Tags}
	}
	return found, response.NextToken, err
}

type ownSharing struct{ *resourcesharing.Client }

func (ownSharing) product() string { return untag.ServiceResourceSharing }

func (c ownSharing) list(ctx context.Context, region, resourceType string, ids []string, filters []untag.TagFilter, token string) ([]ownFound, string, error) {
	response, err := c.ListTagResources(ctx, resourcesharing.ListTagResourcesRequest{
		Region: region, ResourceType: resourcesharing.ResourceType(resourceType), ResourceIDs: ids, Tags: filters, NextToken: token,
	})
	found := make([]ownFound, len(response.Resources))
	for i, r := range response.Resources {
		found[i] = ownFound{r.ResourceID, r.Tags}
	}
	return found, response.NextToken, err
}

// checkWrite holds a tag against the documented rules of the service that would write it.
func checkWrite(via route, t untag.Tag) error {
	tags := []untag.Tag{t}
	switch via.service {
	case untag.ServiceECS:
		return ecs.TagResourcesRequest{Region: anyRegion, ResourceType: ecs.ResourceType(via.resourceType), ResourceIDs: []string{"i"}, Tags: tags}.Validate()
	case untag.ServiceVPCIPAM:
		return vpc.TagResourcesRequest{Region: anyRegion, ResourceType: vpc.ResourceType(via.resourceType), ResourceIDs: []string{"i"}, Tags: tags}.Validate()
	case untag.ServiceResourceSharing:
		return resourcesharing.TagResourcesRequest{Region: anyRegion, ResourceType: resourcesharing.ResourceType(via.resourceType), ResourceIDs: []string{"i"}, Tags: tags}.Validate()
	}
	return tag.TagResourcesRequest{Region: anyRegion, ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i"}, Tags: tags}.Validate()
}

// limits are those of a service's operations. Rates are in calls per second and region, 0 where none is published.
type limits struct {
	listResources, untagResources, untagKeys, tagResources, tagPairs int
	listRate, untagRate, tagRate                                     float64
}

func limitsOf(via route) limits {
	switch via.service {
	case untag.ServiceECS:
		return limits{ecs.MaxListResources, ecs.MaxResources, ecs.MaxTagKeys, ecs.MaxTagResources, ecs.MaxTags, 0, 0, 0}
	case untag.ServiceVPCIPAM:
		return limits{
			vpc.MaxListResources, vpc.MaxResources, vpc.MaxTagKeys, vpc.MaxTagResources, vpc.MaxTags,
			vpc.PublishedListRate, vpc.PublishedRate, vpc.PublishedRate,
		}
	case untag.ServiceResourceSharing:
		return limits{
			resourcesharing.MaxListResources, resourcesharing.MaxResources, resourcesharing.MaxTagKeys, resourcesharing.MaxTagResources, resourcesharing.MaxTags,
			resourcesharing.PublishedListRate, resourcesharing.PublishedRate, resourcesharing.PublishedTagRate,
		}
	}
	return limits{tag.MaxListResources, tag.MaxResources, tag.MaxTagKeys, tag.MaxTagResources, tag.MaxTags, tag.PublishedListRate, 0, tag.PublishedTagRate}
}

func readsPerCall(via route) int { return limitsOf(via).listResources }
