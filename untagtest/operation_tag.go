package untagtest

import "strings"

// The codes of the Tag document of 2026. Those of the 2024 document that it replaced (Invalid.ResourceIdARN and the 403s of
// InvalidParameter.*) are not given.
var (
	tagNoResources = refusal{403, "MissingParameter.ResourceIds", "You must specify ResourceIds."}
	tagManyARNs    = refusal{403, "NumberExceed.ResourceIds", "The maximum number of ResourceIds is exceeded."}
	tagNoKeys      = refusal{404, "MissingParameter.TagKey", "You must specify TagKey."}
	tagManyKeys    = refusal{403, "NumberExceed.Tags", "The maximum number of Tags is exceeded."}
	tagDuplicate   = refusal{403, "Duplicate.TagKey", "The Tag.N.Key contains duplicate keys."}
	tagBadKey      = refusal{400, "InvalidParameter.TagKey", "The TagKey parameter is invalid. The following TagKeys are invalid: %s."}
	tagSystemKey   = refusal{403, "NoPermission.SystemTag", "The user does not have permission to operate the system tag."}
	arnFormat      = refusal{400, "InvalidResourceARN.FormatError", "The format of parameter ResourceARN: %s is not valid, for the correct format, you can refer to the Recommend."}
	arnRegion      = refusal{400, "InvalidResourceARN.Region", "The Region specified in the ResourceARN parameter does not match the RegionId parameter, specifically: %s."}
	arnAccount     = refusal{400, "InvalidResourceARN.Account", "The Account specified in the ResourceARN parameter does not match the actual account, specifically: %s."}
	arnNoProduct   = refusal{403, "Missing.ServiceCode", "You must specify ServiceCode."}
	arnProduct     = refusal{400, "InvalidParameter.ServiceCode", "The parameter service code: %s in ResourceARN is not valid or not support."}
	arnType        = refusal{400, "InvalidParameter.ResourceType", "The parameter resource type: %s in ResourceARN is not valid or not support."}
)

// untagARNs is Tag 2018-08-28 UntagResources. A mistake in an ARN refuses the call, as the table of the document has it with
// an HTTP status; a resource that is dead or denied is listed in FailedResources. Keys that start with acs: are those of
// system tags.
func (c *Cloud) untagARNs(in *request) ([]failure, *refusal) {
	p, reason := in.parameters("ResourceARN")
	if reason != nil {
		return nil, reason
	}
	badKey, isBad := firstBad(p.keys, otherKey)
	_, isSystem := firstBad(p.keys, func(key string) bool { return !strings.HasPrefix(key, "acs:") })
	reason = first(
		check{len(p.ids) == 0, tagNoResources},
		check{len(p.ids) > tagMaxResources, tagManyARNs},
		check{len(p.keys) == 0, tagNoKeys},
		check{len(p.keys) > tagMaxKeys, tagManyKeys},
		check{duplicate(p.keys), tagDuplicate},
		check{isSystem, tagSystemKey},
	)
	if reason == nil && isBad {
		reason = tagBadKey.with(badKey)
	}
	if reason != nil {
		return nil, reason
	}
	resources := make([]identity, len(p.ids))
	for i, arn := range p.ids {
		if resources[i], reason = c.parseARN(arn, in.region); reason != nil {
			return nil, reason
		}
	}
	reasons := c.resources.untagEach(resources, p.keys, &dead, func() *refusal { return c.faults.item(in.region) })
	var failed []failure
	for i, reason := range reasons {
		if reason != nil {
			item := failure{ResourceARN: p.ids[i]}
			item.Result.Code, item.Result.Message = reason.code, reason.message
			failed = append(failed, item)
		}
	}
	return failed, nil
}

// parseARN reads arn:acs:product:region:account:type/id. An empty region or account is taken like "*": the current one.
func (c *Cloud) parseARN(arn, region string) (identity, *refusal) {
	rest, ok := strings.CutPrefix(arn, "arn:acs:")
	product, rest, ok1 := strings.Cut(rest, ":")
	where, rest, ok2 := strings.Cut(rest, ":")
	account, rest, ok3 := strings.Cut(rest, ":")
	kind, id, ok4 := strings.Cut(rest, "/")
	switch {
	case !ok || !ok1 || !ok2 || !ok3 || !ok4 || kind == "" || id == "":
		return identity{}, arnFormat.with(arn)
	case product == "":
		return identity{}, &arnNoProduct
	case strings.Trim(product, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "":
		return identity{}, arnProduct.with(product)
	case where != "" && where != "*" && where != region:
		return identity{}, arnRegion.with(where + ", " + region)
	case account != "" && account != "*" && account != accountID:
		return identity{}, arnAccount.with(account)
	}
	resource := newIdentity(product, region, kind, id)
	if !c.knowsType(resource) {
		return identity{}, arnType.with(kind)
	}
	return resource, nil
}

// knowsType tells whether a product has a type. Only three products are known well enough to say no.
func (c *Cloud) knowsType(r identity) bool {
	switch Service(r.product) {
	case ECS:
		return isWord(ecsTypes, r.kind) || c.resources.hasKind(r.product, r.kind)
	case VPCIPAM:
		return isWord(ipamTypes, strings.ToUpper(r.kind))
	case ResourceSharing:
		return strings.EqualFold(r.kind, shareType)
	}
	return true
}
