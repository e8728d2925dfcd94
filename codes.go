package untag

// The error codes that the API gateway answers for every service, as [APIError.Code] has them. Throttling comes with
// HTTP 400, an outage with 503 or 500, a key that is not found with 404; the SDK goes by the code, not by the status.
// The codes of an operation's own document are in its package.
const (
	CodeThrottling              = "Throttling"                                 // too many calls
	CodeThrottlingUser          = "Throttling.User"                            // too many calls of the account
	CodeThrottlingAPI           = "Throttling.Api"                             // too many calls of the operation
	CodeRejectedThrottling      = "Rejected.Throttling"                        // too many calls
	CodeServiceUnavailable      = "ServiceUnavailable"                         // an outage; the call is repeated
	CodeInternalError           = "InternalError"                              // an outage; the call is repeated
	CodeSignatureDoesNotMatch   = "SignatureDoesNotMatch"                      // the secret does not belong to the access key ID
	CodeIncompleteSignature     = "IncompleteSignature"                        // a part of the signature is missing or malformed
	CodeSignatureNonceUsed      = "SignatureNonceUsed"                         // the nonce came before; the call is repeated
	CodeInvalidAccessKeyID      = "InvalidAccessKeyId.NotFound"                // there is no such access key
	CodeInactiveAccessKeyID     = "InvalidAccessKeyId.Inactive"                // the access key is disabled
	CodeMissingSecurityToken    = "MissingSecurityToken"                       // a temporary key without its token
	CodeMalformedSecurityToken  = "InvalidSecurityToken.Malformed"             // the token is no token
	CodeMismatchedSecurityToken = "InvalidSecurityToken.MismatchWithAccessKey" // the token belongs to another access key
	CodeExpiredSecurityToken    = "InvalidSecurityToken.Expired"               // the token has expired
	CodeInvalidTimeStampExpired = "InvalidTimeStamp.Expired"                   // the local clock is more than 15 minutes off
	CodeInvalidTimeStampFormat  = "InvalidTimeStamp.Format"                    // the date of the request is malformed
	CodeIllegalTimestamp        = "IllegalTimestamp"                           // the local clock is more than 15 minutes off, or the timestamp is missing
	CodeForbiddenRAM            = "Forbidden.RAM"                              // a RAM policy does not allow it
	CodeInvalidProtocolNeedSSL  = "InvalidProtocol.NeedSsl"                    // the service takes HTTPS only
	CodeInvalidAPINotFound      = "InvalidApi.NotFound"                        // the endpoint does not know the operation
	CodeInvalidActionNotFound   = "InvalidAction.NotFound"                     // the endpoint does not know the operation
	CodeInvalidProductNotFound  = "InvalidProduct.NotFound"                    // the endpoint does not know the product
	CodeUnsupportedEndpoint     = "InvalidOperation.NotSupportedEndpoint"      // the endpoint does not serve this region
)
