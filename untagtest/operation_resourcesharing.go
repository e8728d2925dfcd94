package untagtest

// The codes of the Resource Sharing document.
var (
	shareNoResources = refusal{400, "MissingParameter.ResourceIds", "You must specify ResourceIds."}
	shareNoType      = refusal{400, "MissingParameter.ResourceType", "You must specify ResourceType."}
	shareNoTags      = refusal{400, "MissingParameter.TagKeysOrDeleteAll", "You must specify TagKeys or DeleteAll."}
	shareManyIDs     = refusal{400, "NumberExceed.ResourceIds", "The maximum number of ResourceIds is exceeded."}
	shareManyKeys    = refusal{400, "NumberExceed.TagKeys", "The maximum number of TagKeys is exceeded."}
	shareBadType     = refusal{400, "InvalidParameter.ResourceType", "The ResourceType parameter is invalid."}
	shareBadKey      = refusal{400, "InvalidParameter.TagKey", "The TagKey parameter is invalid."}
	shareDuplicate   = refusal{400, "Duplicate.TagKey", "The TagKey contains duplicate keys."}
	shareDead        = refusal{400, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records."}
)

// untagShares is ResourceSharing 2020-01-10 UntagResources. The document does not say what All beside keys means: here it
// removes all tags.
func (c *Cloud) untagShares(in *request) ([]failure, *refusal) {
	p, reason := in.parameters("ResourceId")
	if reason != nil {
		return nil, reason
	}
	_, badKey := firstBad(p.keys, otherKey)
	reason = first(
		check{p.kind == "", shareNoType},
		check{p.kind != shareType, shareBadType},
		check{len(p.ids) == 0, shareNoResources},
		check{len(p.ids) > shareMaxResources, shareManyIDs},
		check{len(p.keys) == 0 && !p.all, shareNoTags},
		check{len(p.keys) > shareMaxKeys, shareManyKeys},
		check{duplicate(p.keys), shareDuplicate},
		check{badKey, shareBadKey},
	)
	if reason != nil {
		return nil, reason
	}
	return nil, c.resources.untagAll(in.identities(p), p.keys, p.all, &shareDead)
}
