package tag

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/rpc"
)

// ResourceError is the failure of one resource in an answer that is otherwise a success.
// errors.Is finds its kind, errors.As an *untag.APIError and a *tea.SDKError in it.
type ResourceError struct {
	ResourceARN, Code, Message, RequestID string
	Kind                                  error // one of the Err values of package untag; what Unwrap returns
}

// Error says in one line which resource failed and why.
func (e ResourceError) Error() string {
	return fmt.Sprintf("%s: %s: %s (request ID %s)",
		redact.Line(e.ResourceARN), redact.Line(e.Code), redact.Message(e.Message), redact.Line(e.RequestID))
}

// Unwrap returns the kind.
func (e ResourceError) Unwrap() error { return e.Kind }

// As fills an *untag.APIError, or a *tea.SDKError, that says the same.
func (e ResourceError) As(target any) bool {
	apiErr := &untag.APIError{
		Service: operation.Service, Action: operation.Action, StatusCode: http.StatusOK,
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

// PartialError says that some resources of a call failed; the others are done.
type PartialError struct {
	Region, RequestID string
	Total             int // resources of the call
	Failed            []ResourceError
}

// Error says in one line how many resources failed, and names the first.
func (e *PartialError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s in %s: %d of %d resources failed (request ID %s)",
		operation.Service, operation.Action, redact.Line(e.Region), len(e.Failed), e.Total, redact.Line(e.RequestID))
	if len(e.Failed) > 0 {
		first := e.Failed[0]
		fmt.Fprintf(&b, ", the first: %s: %s: %s", redact.Line(first.ResourceARN), redact.Line(first.Code), redact.Message(first.Message))
	}
	return b.String()
}

// Unwrap returns untag.ErrPartialFailure.
func (e *PartialError) Unwrap() error { return untag.ErrPartialFailure }

// Is reports whether every failed resource is of the kind target.
func (e *PartialError) Is(target error) bool {
	for _, failed := range e.Failed {
		if !errors.Is(failed.Kind, target) {
			return false
		}
	}
	return len(e.Failed) > 0
}

// resourceErrors types an answer's failures.
func resourceErrors(answer rpc.Answer) []ResourceError {
	if len(answer.Failed) == 0 {
		return nil
	}
	failed := make([]ResourceError, 0, len(answer.Failed))
	for _, item := range answer.Failed {
		failed = append(failed, ResourceError{
			ResourceARN: item.ResourceARN, Code: item.Code, Message: item.Message, RequestID: answer.RequestID,
			Kind: rpc.Classify(operation.Service, http.StatusBadRequest, item.Code, item.Message).Kind,
		})
	}
	return failed
}
