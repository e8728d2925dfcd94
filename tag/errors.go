package tag

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
)

// ResourceError is the failure of one resource in an answer that is otherwise a success. errors.Is finds its kind,
// errors.As an [*untag.APIError] and a *tea.SDKError in it. It is a value, unlike the other errors of the SDK, because it
// is an element of an answer first: Failed is a list of them that a program reads and copies.
type ResourceError struct {
	// ResourceARN is the name of the resource as the answer has it, which may spell out a "*" of the request.
	ResourceARN string
	// Code is the service's, such as CodeInvalidResourceIDNotFound, and Message its text, in one line.
	Code, Message string
	// RequestID is that of the whole answer.
	RequestID string
	// Kind is one of the Err values of package untag, by Code. It is [untag.ErrOutcomeUnknown] if the resource was not
	// looked at, as one that was throttled, and the answer of an earlier attempt of the call was lost. Unwrap returns it.
	Kind error

	action string // "": UntagResources
}

// Error says in one line which resource failed, with what code, message and request ID.
func (e ResourceError) Error() string {
	return fmt.Sprintf("%s: %s: %s (request ID %s)",
		redact.Line(e.ResourceARN), redact.Line(e.Code), redact.Message(e.Message), redact.Line(e.RequestID))
}

// Unwrap returns Kind.
func (e ResourceError) Unwrap() error { return e.Kind }

// As fills an **untag.APIError, or a **tea.SDKError, with a fresh value that says the same; errors.As calls it. Its
// StatusCode is 200, its Attempts is 0, and its Region that of the ARN, if that names one.
func (e ResourceError) As(target any) bool {
	apiErr := &untag.APIError{
		Service: service.Name, Action: cmp.Or(e.action, operation.Action), StatusCode: http.StatusOK,
		Code: e.Code, Message: e.Message, RequestID: e.RequestID, Kind: e.Kind,
	}
	if arn, err := split(e.ResourceARN); err == nil && arn.Region != "*" {
		apiErr.Region = arn.Region
	}
	if own, ok := target.(**untag.APIError); ok {
		*own = apiErr
		return true
	}
	return apiErr.As(target)
}

// PartialError says that some resources of a call failed, or all; the others are done. errors.Is finds
// [untag.ErrPartialFailure] in it.
type PartialError struct {
	// Region is the region that was called, and RequestID the service's name for the request.
	Region, RequestID string
	// Total is how many resources the call named.
	Total int
	// Failed are those that failed, at least one, in the order of the answer.
	Failed []ResourceError

	action string // "": UntagResources
}

// Error says in one line how many resources failed, and names the first.
func (e *PartialError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s in %s: %d of %d resources failed (request ID %s)",
		service.Name, cmp.Or(e.action, operation.Action), redact.Line(e.Region), len(e.Failed), e.Total, redact.Line(e.RequestID))
	if len(e.Failed) > 0 {
		first := e.Failed[0]
		fmt.Fprintf(&b, ", the first: %s: %s: %s", redact.Line(first.ResourceARN), redact.Line(first.Code), redact.Message(first.Message))
	}
	return b.String()
}

// Unwrap returns [untag.ErrPartialFailure].
func (e *PartialError) Unwrap() error { return untag.ErrPartialFailure }

// Is reports whether every failed resource is of the kind target; errors.Is calls it. So errors.Is(err,
// untag.ErrNotFound) means that all that failed do not exist.
func (e *PartialError) Is(target error) bool {
	for _, failed := range e.Failed {
		if !errors.Is(failed.Kind, target) {
			return false
		}
	}
	return len(e.Failed) > 0
}
