package rpc

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/untag-go/untag"
)

// Scope says how far an error answer reaches in a bulk run.
type Scope int

// The scopes.
const (
	ScopeUnclear  Scope = iota // of one resource or of the whole request: splitting will tell
	ScopeResource              // one of the call's resources is at fault
	ScopeTags                  // the same for every resource with the same tags or keys in the request
	ScopeRequest               // the same for every resource
	ScopeRegion                // the same for every resource of the region
	ScopeWait                  // throttled: the call may be repeated later
	ScopeRetry                 // an outage: retried, then the outcome is unknown
)

// String names the scope.
func (s Scope) String() string {
	return [...]string{"unclear", "resource", "tags", "request", "region", "wait", "retry"}[s]
}

// Verdict is what an error answer says of its call.
type Verdict struct {
	Kind  error
	Scope Scope
}

// securityTokenExpired stands in the message of ECS's InvalidParameter for an expired STS token.
const securityTokenExpired = "SecurityToken.Expired"

// Looked reports whether a refusal of this scope was given after a look at the resources that it is about. Only such a
// one says what became of an earlier attempt whose answer was lost: that it had no effect either. What a gateway, a
// policy or a rule for the request refuses says nothing: it may have been other when the earlier attempt came.
func (s Scope) Looked() bool { return s == ScopeResource }

// Classify tells what an error code means. It goes by the code, not by the status: ECS answers 404 for a missing
// parameter, Tag 403 for an invalid one, throttling is 400. The status decides only where the code is unknown or empty, and
// where it is 429.
// The message is read for one case alone, an expired token that ECS hides in it.
func (s *Service) Classify(status int, code, message string) Verdict {
	if code == "InvalidParameter" && strings.Contains(message, securityTokenExpired) {
		return Verdict{untag.ErrUnauthenticated, ScopeRequest}
	}
	if code != "" && status/100 == 2 {
		status = http.StatusBadRequest // an error code inside an answer that is otherwise a success
		if n, err := strconv.Atoi(numeric(code)); err == nil {
			status = n
		}
	}
	if status == http.StatusTooManyRequests {
		return throttled
	}
	words := spoken(code)
	for _, table := range [...][]Rule{s.Rules, rules} {
		for _, rule := range table {
			if rule.matches(code, words) {
				return rule.Verdict
			}
		}
	}
	switch {
	case status >= 500, status < 400, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return outage
	case status == http.StatusConflict && (words != "" || code == ""):
		return outage // somebody else is at it; another call will be let in
	}
	return Verdict{unknownKind(status, code), ScopeUnclear}
}

// unknownKind judges a code that no document names by its last dotted part, then its first, then the status.
func unknownKind(status int, code string) error {
	last := code[strings.LastIndexByte(code, '.')+1:]
	switch {
	case strings.HasPrefix(last, "NotFound"), strings.HasPrefix(last, "NotExist"):
		return untag.ErrNotFound
	case strings.HasPrefix(last, "Forbidden"), strings.HasPrefix(last, "NoPermission"), strings.HasPrefix(last, "AccessDenied"),
		strings.HasPrefix(last, "NotAuthorized"), strings.HasPrefix(last, "Unauthorized"):
		return untag.ErrPermissionDenied
	case strings.HasPrefix(last, "QuotaExceed"), strings.HasPrefix(last, "LimitExceed"):
		return untag.ErrQuotaExceeded
	case strings.HasPrefix(code, "Invalid"), strings.HasPrefix(code, "Illegal"),
		last == "Malformed", last == "FormatError", last == "NotSupported", last == "Mismatch":
		return untag.ErrInvalidParameter
	}
	if code == "" && status == http.StatusNotFound {
		return untag.ErrInvalidParameter // a page of somebody else's: it says nothing of the resource
	}
	switch status {
	case http.StatusUnauthorized, http.StatusProxyAuthRequired:
		return untag.ErrUnauthenticated
	case http.StatusForbidden:
		return untag.ErrPermissionDenied
	case http.StatusNotFound:
		return untag.ErrNotFound
	default:
		return untag.ErrInvalidParameter
	}
}

// ScopeOf tells how far the error of a call reaches. Errors that are no answers reach as far as their cause:
// credentials concern the whole run, a host that does not exist concerns its region.
func (s *Service) ScopeOf(err error) Scope {
	if apiErr, ok := errors.AsType[*untag.APIError](err); ok {
		switch { // a header or a page may have said so, whatever the code
		case errors.Is(apiErr.Kind, untag.ErrUnavailable):
			return ScopeRetry
		case errors.Is(apiErr.Kind, untag.ErrThrottled):
			return ScopeWait
		}
		return s.Classify(apiErr.StatusCode, apiErr.Code, apiErr.Message).Scope
	}
	callErr, ok := errors.AsType[*untag.CallError](err)
	switch {
	case !ok:
	case errors.Is(callErr.Kind, untag.ErrUnauthenticated):
		return ScopeRequest
	case errors.Is(callErr.Kind, untag.ErrInvalidParameter), refusedByTLS(callErr.Err), refusedByProxy(callErr.Err):
		return ScopeRegion // the host does not exist, nobody there can be trusted, or no way leads there
	case errors.Is(callErr.Kind, untag.ErrThrottled):
		return ScopeWait
	}
	return ScopeRetry
}
