package tag

import (
	"context"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

// TagResourcesRequest names resources of one region, of any service, and the tags that all of them get. The rules are
// those of Tag 2018-08-28 TagResources. A request that breaks one is refused, at the levels [untag.ValidateDocumented]
// and [untag.ValidateCertain] unless a field says otherwise.
type TagResourcesRequest struct { //nolint:revive // after the operation
	// Region is the region of the resources, such as "cn-hangzhou". "": Config.Region. Resources of services that are
	// deployed centrally take cn-hangzhou or the region that the service documents. Its syntax is checked at every
	// level.
	Region string
	// ResourceARNs are 1 to MaxTagResources ARNs; see ARN. An ARN may have "*" for the region and the account. By the
	// document they are of Region; only untag.ValidateDocumented checks that. None at all, or an empty one, is refused
	// at every level.
	ResourceARNs []string
	// Tags are 1 to MaxTags tags, each with another key. None at all is refused at every level, as is invalid UTF-8, which
	// would be written as something else; a system tag is refused unless Config.Validation is untag.ValidateNone. By
	// the documents keys and values have 1 to 128 characters and do not start with "aliyun" or "acs:".
	// untag.ValidateDocumented alone checks that, and refuses control characters. Whether a value may be empty is not
	// clear: the reference page says no, the console takes it.
	Tags []untag.Tag
}

// Validate checks the request by itself at the level [untag.ValidateDocumented] and returns a [*untag.ValidationError]
// of all its problems, or nil. Region must be set; a client puts in its own before it checks.
func (r TagResourcesRequest) Validate() error { return r.check(untag.ValidateDocumented) }

var tagRules = validate.TagRules{
	Most: MaxTags, Keys: validate.KeyRules{Reserved: true, MaxLength: 128},
	MaxValue: 128, NoEmptyValue: true, ReservedValues: []string{"aliyun", "acs:"}, JSON: true,
}

func (r TagResourcesRequest) check(level untag.Validation) error {
	check := validate.New(level)
	check.Region(r.Region)
	if len(r.ResourceARNs) == 0 {
		check.Unsafe("ResourceARNs", "", "is empty; name at least one resource")
	}
	check.Count("ResourceARNs", len(r.ResourceARNs), MaxTagResources, "TagMany takes any number")
	checkARNs(check, r.ResourceARNs, r.Region, false, "TagMany calls the region of each ARN")
	check.AnyTags(r.Tags)
	check.Count("Tags", len(r.Tags), tagRules.Most, "TagMany takes any number")
	check.Tags(r.Tags, tagRules)
	return check.Err("TagResourcesRequest")
}

// encode returns the parameters in the order of their names, as they are signed and sent. The caller frees the query.
func (r TagResourcesRequest) encode() *signature.Query {
	q := signature.NewQuery()
	q.Add("RegionId", r.Region)
	q.AddList("ResourceARN", r.ResourceARNs)
	q.Add("Tags", tagsJSON(r.Tags))
	return q
}

// TagResourcesResponse is the answer to a request that the service carried out, for all of its resources or for some.
// It is the zero value beside an error that is no [*PartialError].
type TagResourcesResponse struct { //nolint:revive // after the operation
	// RequestID is the service's name for the request, for its support.
	RequestID string
	// Failed are the resources that failed, as PartialError has them, nil if all succeeded.
	Failed []ResourceError
}

// TagResources writes tags to up to [MaxTagResources] resources of one region. A key that a resource has gets the new
// value. Repeating a call is safe, and the SDK does as Config.Retry says; but a value that somebody else set between two
// attempts is lost. The service has no way to write only if a value is still the old one.
//
// Its errors are those of UntagResources: a [*PartialError] names the resources that failed, such as those that would
// have more tags than they may ([CodeQuotaExceedTagsPerResource]).
func (c *Client) TagResources(ctx context.Context, req TagResourcesRequest) (TagResourcesResponse, error) {
	calls := c.open(ctx)
	req.Region = calls.Region(req.Region)
	if err := req.check(calls.Validation()); err != nil {
		return TagResourcesResponse{}, err
	}
	w := write{region: req.Region, arns: req.ResourceARNs, tags: req.Tags}
	requestID, failed, err := w.do(ctx, calls, tagResources)
	return TagResourcesResponse{RequestID: requestID, Failed: failed}, err
}
