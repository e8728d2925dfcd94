package untagtest

// The codes of the VPC IPAM document.
var (
	ipamNoResources = refusal{400, "MissingParameter.ResourceIds", "The input parameter ResourceIds that is mandatory for processing this request is not supplied."}
	ipamNoType      = refusal{400, "MissingParameter.ResourceType", "The input parameter ResourceType that is mandatory for processing this request is not supplied."}
	ipamNoTags      = refusal{400, "MissingParameter.Tags", "The input parameter Tags that is mandatory for processing this request is not supplied."}
	ipamManyIDs     = refusal{400, "IllegalParamSize.ResourceIds", "The number of Param ResourceIds exceeded the limit."}
	ipamManyKeys    = refusal{400, "IllegalParamSize.Tags", "The number of Parameter Tags exceeded the limit."}
	ipamBadType     = refusal{400, "IllegalParam.ResourceType", "The input parameter ResourceType is invalid."}
	ipamBadKey      = refusal{400, "IllegalParam.TagKey", "The input parameter TagKey is invalid."}
	ipamDead        = map[string]*refusal{
		"IPAM":      {400, "ResourceNotFound.Ipam", "The specified resource of ipam is not found."},
		"IPAMSCOPE": {400, "ResourceNotFound.IpamScope", "The specified resource of IPAM scope is not found."},
		"IPAMPOOL":  {404, "ResourceNotFound.IpamPool", "The dependent IPAM pool is not found."},
	}
)

// untagIPAM is VpcIpam 2023-02-28 UntagResources. The document does not say what All beside keys means: here it removes all
// tags. Duplicate keys are not forbidden.
func (c *Cloud) untagIPAM(in *request) ([]failure, *refusal) {
	p, reason := in.parameters("ResourceId")
	if reason != nil {
		return nil, reason
	}
	_, badKey := firstBad(p.keys, ipamKey)
	reason = first(
		check{p.kind == "", ipamNoType},
		check{!isWord(ipamTypes, p.kind), ipamBadType},
		check{len(p.ids) == 0, ipamNoResources},
		check{len(p.ids) > ipamMaxResources, ipamManyIDs},
		check{len(p.keys) == 0 && !p.all, ipamNoTags},
		check{len(p.keys) > ipamMaxKeys, ipamManyKeys},
		check{badKey, ipamBadKey},
	)
	if reason != nil {
		return nil, reason
	}
	return nil, c.resources.untagAll(in.identities(p), p.keys, p.all, ipamDead[p.kind])
}
