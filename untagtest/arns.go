package untagtest

import (
	"slices"
	"strings"
)

// The codes of the Tag documents of 2025 and 2026. Those of the 2024 document that they replaced (Invalid.ResourceIdARN and
// the 403s of InvalidParameter.*) are not given.
var (
	tagNoResources = refusal{403, "MissingParameter.ResourceIds", "You must specify ResourceIds."}
	tagManyARNs    = refusal{403, "NumberExceed.ResourceIds", "The maximum number of ResourceIds is exceeded."}
	tagNoKeys      = refusal{404, "MissingParameter.TagKey", "You must specify TagKey."}
	tagManyTags    = refusal{403, "NumberExceed.Tags", "The maximum number of Tags is exceeded."}
	tagDuplicate   = refusal{403, "Duplicate.TagKey", "The Tag.N.Key contains duplicate keys."}
	tagBadKey      = refusal{400, "InvalidParameter.TagKey", "The TagKey parameter is invalid. The following TagKeys are invalid: %s."}
	tagBadValue    = refusal{400, "InvalidParameter.TagValue", "The TagValue parameter is invalid. The following TagValues are invalid: %s."}
	tagBadTags     = refusal{400, "InvalidParameter.Tags", "The Tags parameter cannot be empty, and JSON parsing should adhere to the format of a Map."}
	tagNoFilter    = refusal{404, "MissingParameter.Tags", "You must specify Tags."}
	tagBadCategory = refusal{403, "InvalidParameter.Category", "The Category parameter is invalid."}
	tagBadPage     = refusal{400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`} // by choice: its table has none
	tagBadToken    = refusal{403, "Invalid.NextToken", "The parameter NextToken is invalid."}
	tagLimit       = refusal{403, "QuotaExceed.TagsPerResource", "The maximum number of tags for each resource is exceeded."}
	arnFormat      = refusal{400, "InvalidResourceARN.FormatError", "The format of parameter ResourceARN: %s is not valid, for the correct format, you can refer to the Recommend."}
	arnRegion      = refusal{400, "InvalidResourceARN.Region", "The Region specified in the ResourceARN parameter does not match the RegionId parameter, specifically: %s."}
	arnAccount     = refusal{400, "InvalidResourceARN.Account", "The Account specified in the ResourceARN parameter does not match the actual account, specifically: %s."}
	arnNoProduct   = refusal{403, "Missing.ServiceCode", "You must specify ServiceCode."}
	arnProduct     = refusal{400, "InvalidParameter.ServiceCode", "The parameter service code: %s in ResourceARN is not valid or not support."}
	arnType        = refusal{400, "InvalidParameter.ResourceType", "The parameter resource type: %s in ResourceARN is not valid or not support."}
	arnListType    = refusal{403, "InvalidParameter.ResourceType", "The parameter resource type: %s in ResourceARN is not valid or not support."}
)

// failedBody is the answer to a write of Tag.
type failedBody struct {
	envelope

	FailedResources struct{ FailedResource []failure }
}

// failure is an item of FailedResources.
type failure struct {
	ResourceARN string
	Result      struct{ Code, Message string }
}

func (b *failedBody) verdict() string {
	if len(b.FailedResources.FailedResource) > 0 {
		return VerdictPartialFailure
	}
	return VerdictOK
}

// untagARNs is UntagResources. A mistake in an ARN refuses the call, as the table of the document has it with an HTTP
// status; a resource that is dead or denied is listed in FailedResources. Keys that start with acs: are those of system
// tags.
func (c *Cloud) untagARNs(in *request) (body, *refusal) {
	arns, reason := in.array("ResourceARN", badNumber)
	if reason != nil {
		return nil, reason
	}
	keys, reason := in.array("TagKey", notFlat)
	if reason != nil {
		return nil, reason
	}
	badKey, isBad := firstBad(keys, plainText)
	_, isSystem := firstBad(keys, func(key string) bool { return !strings.HasPrefix(key, "acs:") })
	reason = first(
		check{len(arns) == 0, tagNoResources},
		check{len(arns) > tagMaxResources, tagManyARNs},
		check{len(keys) == 0, tagNoKeys},
		check{len(keys) > tagMaxTags, tagManyTags},
		check{duplicate(keys), tagDuplicate},
		check{isSystem, systemTag},
		check{isBad, *tagBadKey.with(badKey)},
	)
	if reason != nil {
		return nil, reason
	}
	return c.changeARNs(in, arns, change{remove: keys})
}

// tagARNs is TagResources. It fails resources as untagARNs does, those with too many tags among them: that QuotaExceed.
// TagsPerResource stands inside an answer is an assumption.
func (c *Cloud) tagARNs(in *request) (body, *refusal) {
	arns, reason := in.array("ResourceARN", badNumber)
	if reason != nil {
		return nil, reason
	}
	tags, ok := jsonTags(in.value("Tags"))
	emptyToo := c.chosen().TagTakesEmptyValues
	keys := keysOf(tags)
	badKey, isBadKey := firstBad(keys, func(key string) bool { return key != "" && plainText(key) && !reserved(key) })
	badValue, isBadValue := "", false
	for _, t := range tags {
		if !isBadValue && (!plainText(t.value) || t.value == "" && !emptyToo) {
			badValue, isBadValue = t.value, true
		}
	}
	reason = first(
		check{len(arns) == 0, tagNoResources},
		check{len(arns) > tagMaxResources, tagManyARNs},
		check{!ok || len(tags) == 0, tagBadTags},
		check{len(tags) > tagMaxTags, tagManyTags},
		check{duplicate(keys), tagDuplicate},
		check{isBadKey, *tagBadKey.with(badKey)},
		check{isBadValue, *tagBadValue.with(badValue)},
	)
	if reason != nil {
		return nil, reason
	}
	return c.changeARNs(in, arns, change{set: pairsOf(tags)})
}

func (c *Cloud) changeARNs(in *request, arns []string, what change) (body, *refusal) {
	resources := make([]identity, len(arns))
	for i, arn := range arns {
		var reason *refusal
		if resources[i], reason = c.parseARN(arn, in.region, false); reason != nil {
			return nil, reason
		}
	}
	reasons := c.resources.applyEach(resources, effect{
		change: what, dead: &dead, limit: &tagLimit, spoiled: func() *refusal { return c.faults.item(in) },
	})
	answer := new(failedBody)
	answer.FailedResources.FailedResource = []failure{}
	for i, reason := range reasons {
		if reason != nil {
			item := failure{ResourceARN: arns[i]}
			item.Result.Code, item.Result.Message = reason.code, reason.message
			answer.FailedResources.FailedResource = append(answer.FailedResources.FailedResource, item)
		}
	}
	return answer, nil
}

// listARNs is ListTagResources. An ARN whose ID is "*" stands for all resources of its type: documented nowhere, used by
// the vendor's own templates. A page counts resources, and lists none without tags, by choice.
func (c *Cloud) listARNs(in *request) (body, *refusal) {
	arns, reason := in.array("ResourceARN", badNumber)
	if reason != nil {
		return nil, reason
	}
	text, hasTags := in.param("Tags")
	tags, ok := jsonTags(text)
	choices := c.chosen()
	long := func(s string) bool { return !within(s, maxTextLength) }
	wanted, known := categories[in.value("Category")]
	reason = first(
		check{len(arns) > tagMaxResources, tagManyARNs},
		check{hasTags && (!ok || len(tags) == 0), tagBadTags},
		check{len(arns) == 0 && !hasTags && !choices.ListWithoutFilter, tagNoFilter},
		check{len(tags) > tagMaxTags, tagManyTags},
		check{duplicate(keysOf(tags)), tagDuplicate},
		check{slices.ContainsFunc(tags, func(t tagParameter) bool { return t.key == "" || long(t.key) }), *tagBadKey.with(text)},
		check{slices.ContainsFunc(tags, func(t tagParameter) bool { return long(t.value) }), *tagBadValue.with(text)},
		check{!known, tagBadCategory},
	)
	if reason != nil {
		return nil, reason
	}
	q := query{region: in.region, category: wanted, fault: in.fault.Page}
	if q.rows, reason = in.size("PageSize", tagPage, tagMaxPage, tagBadPage); reason != nil {
		return nil, reason
	}
	for _, arn := range arns {
		source, reason := c.parseARN(arn, in.region, true)
		if reason != nil {
			return nil, reason
		}
		if source.id == "*" {
			source.id = ""
		}
		q.sources = append(q.sources, source)
	}
	if q.fault == PageIgnoresFilter {
		q.sources = nil
	}
	for _, t := range tags {
		q.conditions = append(q.conditions, condition{t.key, t.value, t.value == "" && choices.EmptyValueMatchesAny})
	}
	page, ok := c.list(in, q)
	if !ok {
		return nil, &tagBadToken
	}
	return c.arnAnswer(page), nil
}

// categories are the values of Category in ListTagResources. Their case matters, by choice.
var categories = map[string]func(system bool) bool{
	"": nil, "All": nil,
	"Custom": func(system bool) bool { return !system },
	"System": func(system bool) bool { return system },
}

// parseARN reads arn:acs:product:region:account:type/id. An empty region or account is taken like "*": the current one.
func (c *Cloud) parseARN(arn, region string, listing bool) (identity, *refusal) {
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
	case account != "" && account != "*" && account != c.number:
		return identity{}, arnAccount.with(account)
	}
	resource := newIdentity(product, region, kind, id)
	switch {
	case listing && !c.resources.knowsARN(resource.product, resource.kind, true):
		return identity{}, arnListType.with(kind)
	case !listing && !c.resources.knowsARN(resource.product, resource.kind, false):
		return identity{}, arnType.with(kind)
	}
	return resource, nil
}

// knowsARN tells whether a product has a type. Only those with a table are known well enough to say no.
func (s *store) knowsARN(product, kind string, listing bool) bool {
	if !listing && s.isBare(product, kind) {
		return false
	}
	t := services[Service(product)]
	if t == nil || t.kinds == "" {
		return true
	}
	return isWord(t.changeable, kind) || listing && isWord(t.kinds, kind) || t.open && s.hasKind(product, kind)
}
