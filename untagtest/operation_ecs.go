package untagtest

// The codes of the ECS document. It has none for a call without resources: that is the general MissingParameter of ECS.
var (
	ecsNoRegion    = refusal{404, "MissingParameter.RegionId", "The parameter - RegionId should not be null"}
	ecsNoType      = refusal{404, "MissingParameter.ResourceType", "The parameter - ResourceType should not be null"}
	ecsNoTags      = refusal{404, "MissingParameter.Tags", "The parameter - Tags should not be null"}
	ecsNoResources = refusal{400, "MissingParameter", `The input parameter "ResourceId" that is mandatory for processing this request is not supplied.`}
	ecsManyIDs     = refusal{400, "NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50"}
	ecsManyKeys    = refusal{400, "NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20"}
	ecsBadType     = refusal{404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records."}
	ecsDuplicate   = refusal{400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key."}
	ecsBadKey      = refusal{400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid."}
	ecsConflict    = refusal{403, "Param.Conflict", "The parameters All and TagKey.N conflict."}
)

// untagECS is Ecs 2014-05-26 UntagResources. A type is known when it is one of the 17, or was Put.
func (c *Cloud) untagECS(in *request) ([]failure, *refusal) {
	p, reason := in.parameters("ResourceId")
	if reason != nil {
		return nil, reason
	}
	_, badKey := firstBad(p.keys, ecsKey)
	reason = first(
		check{p.kind == "", ecsNoType},
		check{!isWord(ecsTypes, p.kind) && !c.resources.hasKind(string(ECS), p.kind), ecsBadType},
		check{len(p.ids) == 0, ecsNoResources},
		check{len(p.ids) > ecsMaxResources, ecsManyIDs},
		check{len(p.keys) == 0 && !p.all, ecsNoTags},
		check{len(p.keys) > 0 && p.all, ecsConflict},
		check{len(p.keys) > ecsMaxKeys, ecsManyKeys},
		check{duplicate(p.keys), ecsDuplicate},
		check{badKey, ecsBadKey},
	)
	if reason != nil {
		return nil, reason
	}
	return nil, c.resources.untagAll(in.identities(p), p.keys, p.all, &dead)
}
