package tag

import (
	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// UntagResourcesRequest names resources and the tag keys to remove from them.
type UntagResourcesRequest struct {
	Region       string   // of the resources, such as "cn-hangzhou"; "": Config.Region. Centrally deployed services use cn-hangzhou
	ResourceARNs []string // 1 to MaxResources, each "arn:acs:product:region:account:type/id"; see ARN
	TagKeys      []string // 1 to MaxTagKeys, each once
}

// Validate checks the request by itself at the level untag.ValidateDocumented and returns a *untag.ValidationError
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
// UntagResources checks every request, so there is no need to call Validate before it.
func (r UntagResourcesRequest) Validate() error {
	return r.check(untag.ValidateDocumented)
}

// keyRules has no rules for a key's text: the document gives none.
var keyRules = validate.KeyRules{Most: MaxTagKeys, Unique: true}

func (r UntagResourcesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	if len(r.ResourceARNs) == 0 {
		check.Unsafe("ResourceARNs", "", "is empty; name at least one resource")
	}
	check.Count("ResourceARNs", len(r.ResourceARNs), MaxResources, "UntagMany takes any number")
	var parts ARN
	for i, arn := range r.ResourceARNs {
		switch err := parts.parse(arn); {
		case err == nil:
		case arn == "":
			check.Unsafe(validate.Index("ResourceARNs", i), arn, err.Error())
		default:
			check.Certain(validate.Index("ResourceARNs", i), arn, err.Error())
		}
	}
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

// UntagResourcesResponse is the answer to a request that the service carried out for some or all of its resources.
type UntagResourcesResponse struct {
	RequestID string
	Failed    []ResourceError // empty if all succeeded
}
