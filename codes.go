package untag

// The error codes that the API gateway answers for every service, as APIError.Code has them.
// The codes of an operation's own document are in its package.
const (
	CodeThrottling              = "Throttling"
	CodeThrottlingUser          = "Throttling.User" // too many calls of the account
	CodeThrottlingAPI           = "Throttling.Api"  // too many calls of the operation
	CodeRejectedThrottling      = "Rejected.Throttling"
	CodeServiceUnavailable      = "ServiceUnavailable"
	CodeInternalError           = "InternalError"
	CodeSignatureDoesNotMatch   = "SignatureDoesNotMatch" // the secret does not belong to the access key ID
	CodeIncompleteSignature     = "IncompleteSignature"
	CodeSignatureNonceUsed      = "SignatureNonceUsed"
	CodeInvalidAccessKeyID      = "InvalidAccessKeyId.NotFound"
	CodeInactiveAccessKeyID     = "InvalidAccessKeyId.Inactive"
	CodeMissingSecurityToken    = "MissingSecurityToken"
	CodeMalformedSecurityToken  = "InvalidSecurityToken.Malformed"
	CodeMismatchedSecurityToken = "InvalidSecurityToken.MismatchWithAccessKey"
	CodeExpiredSecurityToken    = "InvalidSecurityToken.Expired"
	CodeInvalidTimeStampExpired = "InvalidTimeStamp.Expired" // the local clock is more than 15 minutes off
	CodeInvalidTimeStampFormat  = "InvalidTimeStamp.Format"
	CodeIllegalTimestamp        = "IllegalTimestamp"
	CodeForbiddenRAM            = "Forbidden.RAM" // a RAM policy does not allow it
	CodeInvalidProtocolNeedSSL  = "InvalidProtocol.NeedSsl"
	CodeInvalidAPINotFound      = "InvalidApi.NotFound"
	CodeInvalidActionNotFound   = "InvalidAction.NotFound"
	CodeInvalidProductNotFound  = "InvalidProduct.NotFound"
	CodeUnsupportedEndpoint     = "InvalidOperation.NotSupportedEndpoint" // the region's endpoint does not serve the operation
)
