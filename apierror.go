package untag

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag/internal/redact"
)

// APIError is an error answer of a service, or what came in place of an answer of the service: an HTML page of a proxy, an
// empty answer or a cut-off one. Its texts come from the service; a client removes secrets, signatures and line breaks from
// them.
//
// errors.Is finds its kind, such as [ErrThrottled]. errors.As finds a *tea.SDKError in it, too, so that code written
// for the vendor's SDKs keeps working.
type APIError struct {
	// Service is one of the Service constants, Action is the operation, such as "UntagResources", and Region is the region
	// that was called.
	Service, Action, Region string
	// StatusCode is that of the HTTP answer. It tells little: the services answer 403 and 404 for parameters that are
	// wrong and 400 for throttling. It is 200 for a resource that an answer of Tag names as failed.
	StatusCode int
	// Code is the service's error code, one of the Code constants of this package, of the service's, or another one.
	// "": it is not an answer of the service, or one that names no code.
	Code string
	// Message is the service's in one line, or says what came instead of an answer.
	Message string
	// RequestID is what the service's support asks for, HostID the host that answered. Both may be "".
	RequestID, HostID string
	// Recommend is the URL of the service's troubleshooting page, or "".
	Recommend string
	// RetryAfter is how long the service asked to wait before the next call, 0 if it did not. The SDK keeps to it for
	// up to a minute at a time.
	RetryAfter time.Duration
	// AccessDenied says what was denied and by which policy; nil if the service does not say.
	AccessDenied *AccessDeniedDetail
	// Attempts is how many HTTP requests were made for the call, throttled ones too.
	Attempts int
	// Kind is one of the Err values. Unwrap returns it.
	Kind error
}

// AccessDeniedDetail says why access was denied. All fields are the service's words, and each may be empty.
type AccessDeniedDetail struct {
	PolicyType               string // of the policy that denied it
	NoPermissionType         string // whether a policy forbids it, or none allows it
	AuthAction               string // the RAM action that was missing, such as "tag:UntagResources"
	AuthPrincipalType        string // of the caller
	AuthPrincipalOwnerID     string // the account that the caller belongs to
	AuthPrincipalDisplayName string // of the caller
	EncodedDiagnosticMessage string // DecodeDiagnosticMessage of RAM explains it
}

// Error says in one line which call failed, with what code, message, status, request ID and number of attempts. Line
// breaks and a string to sign do not get into it.
func (e *APIError) Error() string {
	var b strings.Builder
	writeCall(&b, e.Service, e.Action, e.Region)
	switch {
	case e.Code != "":
		b.WriteString(redact.Line(e.Code))
		if e.Message != "" {
			b.WriteString(": ")
		}
	case e.Message == "":
		b.WriteString("not an answer of the service")
	}
	b.WriteString(redact.Message(e.Message))
	b.WriteString(" (HTTP ")
	b.WriteString(strconv.Itoa(e.StatusCode))
	if e.RequestID != "" {
		b.WriteString(", request ID ")
		b.WriteString(redact.Line(e.RequestID))
	}
	writeAttempts(&b, ", ", e.Attempts)
	b.WriteByte(')')
	return b.String()
}

// Unwrap returns Kind.
func (e *APIError) Unwrap() error { return e.Kind }

// As fills a **tea.SDKError, the error type of the vendor's SDKs, with a fresh value; errors.As calls it. Of any other
// target it reports false and leaves it as it is.
func (e *APIError) As(target any) bool {
	sdkErr, ok := target.(**tea.SDKError)
	if !ok {
		return false
	}
	data := map[string]any{"statusCode": e.StatusCode, "Code": e.Code, "Message": e.Message, "RequestId": e.RequestID}
	if e.HostID != "" {
		data["HostId"] = e.HostID
	}
	if e.Recommend != "" {
		data["Recommend"] = e.Recommend
	}
	fields := map[string]any{
		"code":    e.Code,
		"message": fmt.Sprintf("code: %d, %s request id: %s", e.StatusCode, e.Message, e.RequestID),
		"data":    data,
	}
	if e.AccessDenied != nil {
		detail := e.AccessDenied.fields()
		data["AccessDeniedDetail"] = detail
		fields["accessDeniedDetail"] = detail
	}
	*sdkErr = tea.NewSDKError(fields)
	_ = (*sdkErr).Error() // it keeps its text at the first call, which is a data race when two goroutines make that call
	return true
}

// fields has the names that the service and the vendor's SDKs use.
func (d *AccessDeniedDetail) fields() map[string]any {
	return map[string]any{
		"PolicyType":               d.PolicyType,
		"NoPermissionType":         d.NoPermissionType,
		"AuthAction":               d.AuthAction,
		"AuthPrincipalType":        d.AuthPrincipalType,
		"AuthPrincipalOwnerId":     d.AuthPrincipalOwnerID,
		"AuthPrincipalDisplayName": d.AuthPrincipalDisplayName,
		"EncodedDiagnosticMessage": d.EncodedDiagnosticMessage,
	}
}

// writeCall writes "tag UntagResources in cn-hangzhou: ".
func writeCall(b *strings.Builder, service, action, region string) {
	for _, part := range [...]string{service, action} {
		if part != "" {
			b.WriteString(redact.Line(part))
			b.WriteByte(' ')
		}
	}
	if region != "" {
		b.WriteString("in ")
		b.WriteString(redact.Line(region))
		b.WriteByte(' ')
	}
	if b.Len() == 0 {
		return
	}
	head := strings.TrimSuffix(b.String(), " ")
	b.Reset()
	b.WriteString(head)
	b.WriteString(": ")
}

func writeAttempts(b *strings.Builder, before string, attempts int) {
	if attempts <= 0 {
		return
	}
	b.WriteString(before)
	b.WriteString(strconv.Itoa(attempts))
	b.WriteString(" attempt")
	if attempts > 1 {
		b.WriteByte('s')
	}
}
