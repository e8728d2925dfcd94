package tag

import (
	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// UntagResourcesRequest names resources of one region and the tag keys to remove from them. The rules are those of Tag
// 2018-08-28 UntagResources. A request that breaks one is refused, at the levels [untag.ValidateDocumented] and
// [untag.ValidateCertain] unless a field says otherwise.
type UntagResourcesRequest struct {
	// Region is the region of the resources, such as "cn-hangzhou". "": Config.Region. Resources of services that are
	// deployed centrally take cn-hangzhou or the region that the service documents. Its syntax is checked at every
	// level.
	Region string
	// ResourceARNs are 1 to MaxResources names of the form "arn:acs:product:region:account:type/id"; see ARN. An ARN
	// may have "*" for the region, which means Region, and for the account. By the document they are of Region; only
	// untag.ValidateDocumented checks that. "*" as product, type or ID is refused. None at all, or an empty one, is
	// refused at every level.
	ResourceARNs []string
	// TagKeys are 1 to MaxTagKeys keys, each once. The document has no rule for their text. None at all is refused at
	// every level: the operation has no way to remove all tags.
	TagKeys []string
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks. UntagResources checks
// every request, so there is no need to call Validate before it.
func (r UntagResourcesRequest) Validate() error {
	return r.check(untag.ValidateDocumented)
}

// keyRules has no rules for a key's text: the document gives none.
var keyRules = validate.KeyRules{Most: MaxTagKeys}

func (r UntagResourcesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	if len(r.ResourceARNs) == 0 {
		check.Unsafe("ResourceARNs", "", "is empty; name at least one resource")
	}
	check.Count("ResourceARNs", len(r.ResourceARNs), MaxResources, "UntagMany takes any number")
	checkARNs(check, r.ResourceARNs, r.Region, false, "UntagMany calls the region of each ARN")
	check.AnyKeys(r.TagKeys)
	check.Count("TagKeys", len(r.TagKeys), keyRules.Most, "UntagMany takes any number")
	check.Keys(r.TagKeys, keyRules)
	return check.Err("UntagResourcesRequest")
}

// encode returns the parameters in the order of their names, as they are signed and sent. The caller frees the query.
func (r UntagResourcesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	q.Add("RegionId", r.Region)
	q.AddList("ResourceARN", r.ResourceARNs)
	q.AddList("TagKey", r.TagKeys)
	return q
}

// UntagResourcesResponse is the answer to a request that the service carried out, for all of its resources or for some.
// It is the zero value beside an error that is no [*PartialError].
type UntagResourcesResponse struct {
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Failed are the resources that failed, as PartialError has them, nil if all succeeded.
	Failed []ResourceError
}
