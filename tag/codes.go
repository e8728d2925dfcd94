package tag

// Code is an error code of the service, as [untag.APIError] has it. It is another name for string, so that the
// constants compare with APIError.Code and with strings of any source.
type Code = string

// The error codes of UntagResources by its document, in the versions of June 2024 and February 2026, with the HTTP status
// that it gives them. The SDK goes by the code, not by the status. Some are of parameters that this operation does not
// have. Codes that every service answers, such as [untag.CodeThrottlingUser], are in package untag.
const (
	CodeInvalidParameterServiceCode   Code = "InvalidParameter.ServiceCode"   // HTTP 400
	CodeDuplicateTagKey               Code = "Duplicate.TagKey"               // HTTP 403
	CodeInvalidParameterCategory      Code = "InvalidParameter.Category"      // HTTP 403
	CodeMissingParameterCreateby      Code = "MissingParameter.Createby"      // HTTP 403
	CodeMissingParameterResourceIDs   Code = "MissingParameter.ResourceIds"   // HTTP 403
	CodeNoPermissionOperator          Code = "NoPermission.Operator"          // HTTP 403
	CodeNoPermissionSystemTag         Code = "NoPermission.SystemTag"         // HTTP 403
	CodeNoPermissionKeyCategory       Code = "NoPermissionKey.Category"       // HTTP 403
	CodeNoPermissionKeyOperator       Code = "NoPermissionKey.Operator"       // HTTP 403
	CodeNumberExceedResourceIDs       Code = "NumberExceed.ResourceIds"       // HTTP 403
	CodeNumberExceedTags              Code = "NumberExceed.Tags"              // HTTP 403
	CodeQuotaExceedTagsPerResource    Code = "QuotaExceed.TagsPerResource"    // HTTP 403
	CodeInvalidResourceIDARN          Code = "Invalid.ResourceIdARN"          // HTTP 403, listed in 2024 only
	CodeMissingServiceCode            Code = "Missing.ServiceCode"            // HTTP 403
	CodeInvalidParameterResourceType  Code = "InvalidParameter.ResourceType"  // HTTP 403/400
	CodeInvalidParameterTagKey        Code = "InvalidParameter.TagKey"        // HTTP 403/400
	CodeInvalidParameterTagValue      Code = "InvalidParameter.TagValue"      // HTTP 403/400
	CodeMissingTagKey                 Code = "Missing.TagKey"                 // HTTP 404
	CodeMissingParameterAliUID        Code = "MissingParameter.AliUid"        // HTTP 404
	CodeMissingParameterBid           Code = "MissingParameter.Bid"           // HTTP 404
	CodeMissingParameterTagKey        Code = "MissingParameter.TagKey"        // HTTP 404
	CodeInvalidResourceARNAccount     Code = "InvalidResourceARN.Account"     // HTTP 400, listed in 2026 only
	CodeInvalidResourceARNFormatError Code = "InvalidResourceARN.FormatError" // HTTP 400, listed in 2026 only
	CodeInvalidResourceARNRegion      Code = "InvalidResourceARN.Region"      // HTTP 400, listed in 2026 only
	CodeInvalidResourceIDNotFound     Code = "InvalidResourceId.NotFound"     // HTTP 200 in FailedResources
)

// The codes that other operations add to those, by their documents.
const (
	CodeInvalidParameterTags          Code = "InvalidParameter.Tags"          // HTTP 400, ListTagResources
	CodeInvalidParameterRegionID      Code = "InvalidParameter.RegionId"      // HTTP 400, ListTagResources
	CodeInvalidNextToken              Code = "Invalid.NextToken"              // HTTP 403, ListTagResources
	CodeMissingParameterRegionID      Code = "MissingParameter.RegionId"      // HTTP 404, ListTagResources
	CodeMissingParameterRemoveNum     Code = "MissingParameter.RemoveNum"     // HTTP 404, ListTagResources
	CodeMissingParameterResourceIDARN Code = "MissingParameter.ResourceIdARN" // HTTP 404, ListTagResources
	CodeMissingParameterTags          Code = "MissingParameter.Tags"          // HTTP 404, ListTagResources
	CodeNoMatchRemoveNum              Code = "NoMatch.RemoveNum"              // HTTP 404, ListTagResources
	CodeFuzzyQueryNotSupport          Code = "FuzzyQuery.NotSupport"          // HTTP 400, ListTagKeys
	CodeMetaTagKeyNotFound            Code = "MetaTagKeyNotFound"             // HTTP 403, ListTagValues
	CodeInvalidParameterSupportCode   Code = "InvalidParameter.SupportCode"   // HTTP 403, ListSupportResourceTypes
	CodeMissingData                   Code = "Missing.Data"                   // HTTP 404, ListSupportResourceTypes
	CodeNumberExceedTagKeys           Code = "NumberExceed.TagKeys"           // HTTP 400, ListResourcesByTag
	CodeInvalidParamterNextToken      Code = "InvalidParamter.NextToken"      // HTTP 403, ListResourcesByTag
	CodeFuzzyTypeNotSupport           Code = "FuzzyType.NotSupport"           // HTTP 403, ListResourcesByTag
	CodeInvalidParameterKey           Code = "InvalidParameter.Key"           // HTTP 403, ListResourcesByTag
	CodeMissingParameterKey           Code = "MissingParameter.Key"           // HTTP 404, ListResourcesByTag
)
