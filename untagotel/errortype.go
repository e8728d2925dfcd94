package untagotel

import (
	"context"
	"errors"
	"net"

	"github.com/untag-go/untag"
)

// The values of error.type. They are those of errors.Is for the SDK's kinds, and the same for spans and metrics.
const (
	errorPartial      = "partial_failure"
	errorCanceled     = "canceled"
	errorTimeout      = "timeout"
	errorUnavailable  = "unavailable"
	errorNotAttempted = "not_attempted"
)

// errorTypes gives every kind of error its value, first match first. What ends a call may be of several kinds: a caller
// who gives up while a call waits is the reason, whatever it waits for, while a deadline that passes while the service
// throttles is the service's doing. ErrUnavailable comes late, because every time-out of the network is of that kind too.
var errorTypes = [...]struct {
	kind error
	name string
}{
	{untag.ErrUnauthenticated, "unauthenticated"}, // before canceled: a provider's own context may have ended
	{context.Canceled, errorCanceled},
	{untag.ErrThrottled, "throttled"},
	{untag.ErrInvalidRequest, "invalid_request"},
	{untag.ErrInvalidParameter, "invalid_parameter"},
	{untag.ErrPermissionDenied, "permission_denied"},
	{untag.ErrNotFound, "not_found"},
	{untag.ErrQuotaExceeded, "quota_exceeded"},
	{untag.ErrClockSkew, "clock_skew"},
	{context.DeadlineExceeded, errorTimeout},
	{untag.ErrUnavailable, errorUnavailable},
	{untag.ErrNotAttempted, errorNotAttempted},
}

// errorType is the reason of a failure in one word, "" for nil. It does not say what is known of the resources.
func errorType(err error) string {
	if err == nil {
		return ""
	}
	for _, t := range errorTypes {
		if !errors.Is(err, t.kind) {
			continue
		}
		if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() && t.name == errorUnavailable {
			return errorTimeout // one that is not context's
		}
		return t.name
	}
	return other
}
