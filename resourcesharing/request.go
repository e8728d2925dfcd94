package resourcesharing

import (
	"cmp"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/byid"
)

// UntagResourcesRequest names resource shares and the tag keys to remove from them.
type UntagResourcesRequest struct {
	Region       string       // of the resource shares, such as "cn-hangzhou"; "": Config.Region
	ResourceType ResourceType // "": ResourceTypeResourceShare, the only one there is
	ResourceIDs  []string     // 1 to MaxResources
	TagKeys      []string     // up to MaxTagKeys, each once
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
		Region: r.Region, ResourceType: string(cmp.Or(r.ResourceType, ResourceTypeResourceShare)), ResourceIDs: r.ResourceIDs, TagKeys: r.TagKeys, All: r.All,
	}
}

// UntagResourcesResponse is the answer to a request that the service carried out for all its resource shares.
type UntagResourcesResponse struct {
	RequestID string
}

// ResourceType is a type of resource. Unknown values are sent: the service may learn new ones.
type ResourceType string

// ResourceTypeResourceShare is the only type that the operation's document names.
const ResourceTypeResourceShare ResourceType = "ResourceShare"
