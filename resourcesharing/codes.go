package resourcesharing

// Code is an error code of the service, as [untag.APIError] has it. It is another name for string, so that the
// constants compare with APIError.Code and with strings of any source.
type Code = string

// The error codes of UntagResources by its document, with the HTTP status that it gives them. The SDK goes by the code, not
// by the status. Codes that every service answers, such as [untag.CodeThrottlingUser], are in package untag.
const (
	CodeInvalidParameterResourceType       Code = "InvalidParameter.ResourceType"       // HTTP 400
	CodeMissingParameterResourceIDs        Code = "MissingParameter.ResourceIds"        // HTTP 400
	CodeMissingParameterResourceType       Code = "MissingParameter.ResourceType"       // HTTP 400
	CodeInvalidParameterTagKey             Code = "InvalidParameter.TagKey"             // HTTP 400
	CodeNumberExceedResourceIDs            Code = "NumberExceed.ResourceIds"            // HTTP 400
	CodeNumberExceedTagKeys                Code = "NumberExceed.TagKeys"                // HTTP 400
	CodeDuplicateTagKey                    Code = "Duplicate.TagKey"                    // HTTP 400
	CodeInvalidResourceIDNotFound          Code = "InvalidResourceId.NotFound"          // HTTP 400
	CodeMissingParameterTagKeysOrDeleteAll Code = "MissingParameter.TagKeysOrDeleteAll" // HTTP 400
	CodeInternalError                      Code = "InternalError"                       // HTTP 500
	CodeNoPermission                       Code = "NoPermission"                        // HTTP 403
)

// The codes that other operations add to those, by their documents.
const (
	CodeInvalidParameterNextToken       Code = "InvalidParameter.NextToken"       // HTTP 400, ListTagResources
	CodeMissingParameterResourceIDOrTag Code = "MissingParameter.ResourceIdOrTag" // HTTP 400, ListTagResources
	CodeMissingParameterTagKey          Code = "MissingParameter.TagKey"          // HTTP 400, ListTagResources
	CodeNumberExceedTags                Code = "NumberExceed.Tags"                // HTTP 400, ListTagResources
	CodeInvalidParameterResourceID      Code = "InvalidParameter.ResourceId"      // HTTP 400, TagResources
	CodeInvalidParameterRegionID        Code = "InvalidParameter.RegionId"        // HTTP 400, TagResources
	CodeMissingParameterTags            Code = "MissingParameter.Tags"            // HTTP 400, TagResources
)
