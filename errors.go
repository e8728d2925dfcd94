package untag

import "errors"

// The kinds of failure, for errors.Is. They are the same for every service. An error may be of two kinds: a call whose
// connection broke is [ErrUnavailable] and [ErrOutcomeUnknown].
var (
	// ErrInvalidRequest says that the request or the Config breaks a rule, so that nothing was sent. A *ValidationError
	// lists the problems.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrInvalidParameter says that the service refused the request because a parameter is wrong, or that the region
	// has no endpoint: its host does not exist. The SDK does not repeat the call.
	ErrInvalidParameter = errors.New("invalid parameter")
	// ErrUnauthenticated says that the credentials are missing, wrong or expired, or that the provider gave none. The
	// SDK repeats the call once if an expired token was renewed, and as Retry says if a nonce had been used before or
	// if a provider fails that has had credentials.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrPermissionDenied says that the credentials are valid and not allowed to do this, for lack of a permission or
	// because the account is overdue. The SDK does not repeat the call.
	ErrPermissionDenied = errors.New("permission denied")
	// ErrNotFound says that a resource does not exist. The SDK does not repeat the call.
	ErrNotFound = errors.New("not found")
	// ErrQuotaExceeded says that a quota other than the rate of calls is used up. The SDK does not repeat the call.
	ErrQuotaExceeded = errors.New("quota exceeded")
	// ErrThrottled says that there were too many calls, by the code, by HTTP 429, or by the header x-acs-retry-after
	// whatever the code. A request that was refused so had no effect. The SDK repeats a
	// single call for as long as Retry.MaxThrottle says, a call of UntagMany or TagMany as long as its context lets it.
	ErrThrottled = errors.New("throttled")
	// ErrUnavailable says that the service, or the way to it, is out of order: a code or a status of an outage, a
	// failed or broken connection, an attempt that timed out, an answer that broke off or confirms nothing, a refusal
	// for the moment only, such as SystemBusy or HTTP 409. The SDK repeats the call as Retry says.
	ErrUnavailable = errors.New("service unavailable")
	// ErrClockSkew says that the local clock is too far from the service's, which allows 15 minutes. The SDK repeats
	// the call once, with the clock of the answer's Date header, if that is more than 4 minutes off.
	ErrClockSkew = errors.New("clock skew")
	// ErrPartialFailure says that the service carried out the call, and that some resources failed, or all. Only Tag
	// answers so. A *tag.PartialError names them; the others are done.
	ErrPartialFailure = errors.New("partial failure")
	// ErrOutcomeUnknown says that a request was sent and no verdict came. The tags may or may not be gone, or written;
	// repeating the call is safe. No read has it: an answer that does not come is ErrUnavailable.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotAttempted says of any call that nothing was sent. Of a resource in a run of UntagMany or TagMany it says that
	// nothing was sent for it, or that a call with it and others was refused as a whole before the run ended.
	ErrNotAttempted = errors.New("not attempted")
)
