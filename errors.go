package untag

import "errors"

// The kinds of failure, for errors.Is. They hold for every service.
var (
	// ErrInvalidRequest: never sent, the request or the configuration breaks a rule. See ValidationError.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrInvalidParameter: sent and refused, a parameter is wrong.
	ErrInvalidParameter = errors.New("invalid parameter")
	// ErrUnauthenticated: the credentials are missing, wrong or expired, or could not be had.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrPermissionDenied: the credentials are valid and not allowed to do this.
	ErrPermissionDenied = errors.New("permission denied")
	// ErrNotFound: a resource does not exist.
	ErrNotFound = errors.New("not found")
	// ErrQuotaExceeded: a quota other than the rate of calls is used up.
	ErrQuotaExceeded = errors.New("quota exceeded")
	// ErrThrottled: too many calls; the request had no effect.
	ErrThrottled = errors.New("throttled")
	// ErrUnavailable: the service, or the way to it, is out of order.
	ErrUnavailable = errors.New("service unavailable")
	// ErrClockSkew: the local clock is too far from the service's.
	ErrClockSkew = errors.New("clock skew")
	// ErrPartialFailure: some resources of the call failed, the others succeeded. See tag.PartialError.
	ErrPartialFailure = errors.New("partial failure")
	// ErrOutcomeUnknown: a request was sent and no verdict came. The tags may or may not be gone; repeating the call is safe.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotAttempted: nothing was sent for this resource.
	ErrNotAttempted = errors.New("not attempted")
)
