package vpc

// Code is an error code of the service, as [untag.APIError] has it. It is another name for string, so that the
// constants compare with APIError.Code and with strings of any source.
type Code = string

// The error codes of UntagResources by its document, with the HTTP status that it gives them. The SDK goes by the code, not
// by the status. Codes that every service answers, such as [untag.CodeThrottlingUser], are in package untag.
const (
	CodeMissingParameterResourceIDs  Code = "MissingParameter.ResourceIds"  // HTTP 400
	CodeMissingParameterResourceType Code = "MissingParameter.ResourceType" // HTTP 400
	CodeIllegalParamSizeResourceIDs  Code = "IllegalParamSize.ResourceIds"  // HTTP 400
	CodeIllegalParamSizeTags         Code = "IllegalParamSize.Tags"         // HTTP 400
	CodeIllegalParamResourceType     Code = "IllegalParam.ResourceType"     // HTTP 400
	CodeMissingParameterTags         Code = "MissingParameter.Tags"         // HTTP 400
	CodeIllegalParamTagKey           Code = "IllegalParam.TagKey"           // HTTP 400
	CodeResourceNotFoundIPAM         Code = "ResourceNotFound.Ipam"         // HTTP 400
	CodeResourceNotFoundIPAMScope    Code = "ResourceNotFound.IpamScope"    // HTTP 400
	CodeResourceNotFoundIPAMPool     Code = "ResourceNotFound.IpamPool"     // HTTP 404
)

// The codes that other operations add to those, by their documents.
const (
	CodeDuplicatedParamTagKey Code = "DuplicatedParam.TagKey" // HTTP 400, UntagResources
	// CodeIllegalParamTagValue is in no table at hand; it stands to reason beside the one of keys.
	CodeIllegalParamTagValue Code = "IllegalParam.TagValue"
)
