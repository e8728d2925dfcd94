package ecs

// Code is an error code of the service, as [untag.APIError] has it. It is another name for string, so that the
// constants compare with APIError.Code and with strings of any source.
type Code = string

// The error codes of UntagResources by its document, with the HTTP status that it gives them. The SDK goes by the code, not
// by the status. Some are of parameters that this operation does not have. Codes that every service answers, such as
// [untag.CodeThrottlingUser], are in package untag.
const (
	CodeMissingParameterTagOwnerUID   Code = "MissingParameter.TagOwnerUid"   // HTTP 404
	CodeMissingParameterTagOwnerBid   Code = "MissingParameter.TagOwnerBid"   // HTTP 404
	CodeMissingParameterResourceType  Code = "MissingParameter.ResourceType"  // HTTP 404
	CodeMissingParameterTags          Code = "MissingParameter.Tags"          // HTTP 404
	CodeMissingParameterRegionID      Code = "MissingParameter.RegionId"      // HTTP 404
	CodePermissionDeniedTagOwnerUID   Code = "PermissionDenied.TagOwnerUid"   // HTTP 403
	CodePermissionDeniedScope         Code = "PermissionDenied.Scope"         // HTTP 403
	CodeNumberExceedResourceIDs       Code = "NumberExceed.ResourceIds"       // HTTP 400
	CodeNumberExceedTags              Code = "NumberExceed.Tags"              // HTTP 400
	CodeDuplicateTagKey               Code = "Duplicate.TagKey"               // HTTP 400
	CodeInvalidResourceIDNotFound     Code = "InvalidResourceId.NotFound"     // HTTP 404
	CodeInvalidResourceTypeNotFound   Code = "InvalidResourceType.NotFound"   // HTTP 404
	CodeInvalidTagKeyMalformed        Code = "InvalidTagKey.Malformed"        // HTTP 400
	CodeInvalidTagValueMalformed      Code = "InvalidTagValue.Malformed"      // HTTP 400
	CodeOperationDeniedQuotaExceed    Code = "OperationDenied.QuotaExceed"    // HTTP 400
	CodeInvalidResourceIDNotSupported Code = "InvalidResourceId.NotSupported" // HTTP 403
	CodeInvalidTagMismatch            Code = "InvalidTag.Mismatch"            // HTTP 400
	CodeInvalidTagCount               Code = "InvalidTagCount"                // HTTP 400
	CodeInvalidRegionIDNotFound       Code = "InvalidRegionId.NotFound"       // HTTP 404
	CodeInvalidScope                  Code = "Invalid.Scope"                  // HTTP 400
	CodeNoPermissionTag               Code = "NoPermission.Tag"               // HTTP 403

	// CodeParamConflict is not in the table of the document, but in the vendor's API metadata: All with TagKeys.
	CodeParamConflict Code = "Param.Conflict" // HTTP 403
)

// The codes that other operations add to those, by their documents.
const (
	CodeQuotaExceedTags          Code = "QuotaExceed.Tags"          // HTTP 403, TagResources
	CodeInvalidParameterTagValue Code = "InvalidParameter.TagValue" // HTTP 400, ListTagResources
)
