package untag

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alibabacloud-go/tea/tea"

	"github.com/untag-go/untag/internal/redact"
)

// APIError is an error answer of a service, or an answer that is none of the service's.
// Its texts come from the service; a client removes secrets, signatures and line breaks from them.
//
// It is of one kind: errors.Is(err, untag.ErrThrottled). errors.As finds a *tea.SDKError in it too,
// so that code written for the vendor's SDKs keeps working.
type APIError struct {
	Service, Action, Region string
	StatusCode              int    // of the HTTP answer
	Code                    string // the service's; "" for an answer that is none of the service's (HTML, truncated, empty)
	Message                 string
	RequestID, HostID       string
	Recommend               string              // the service's troubleshooting URL
	RetryAfter              time.Duration       // what the service asked to wait, 0 if it did not
	AccessDenied            *AccessDeniedDetail // what was denied and by which policy, when the service says so
	Attempts                int                 // HTTP requests made for the call
	Kind                    error               // one of the Err values; what Unwrap returns
}

// AccessDeniedDetail says why access was denied. All fields are the service's words and may be empty.
type AccessDeniedDetail struct {
	PolicyType               string
	NoPermissionType         string
	AuthAction               string
	AuthPrincipalType        string
	AuthPrincipalOwnerID     string
	AuthPrincipalDisplayName string
	EncodedDiagnosticMessage string // DecodeDiagnosticMessage of RAM explains it
}

// Error says in one line which call failed, with what code, message, status, request ID and number of attempts.
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
		b.WriteString("an answer that is none of the service's")
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

// Unwrap returns the kind.
func (e *APIError) Unwrap() error { return e.Kind }

// As fills a **tea.SDKError, the error type of the vendor's SDKs, with a fresh value.
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
