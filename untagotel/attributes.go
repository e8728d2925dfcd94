package untagotel

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// system is the value of rpc.system.name. The conventions have none for Alibaba Cloud's API; this is their name of the
// provider, in cloud.provider. The attribute of the request ID is named after it, as aws.request_id is.
const system = "alibaba_cloud"

// The attributes that the conventions have none for.
const (
	keyRequestID   = attribute.Key("alibaba_cloud.request_id")
	keyOutcome     = attribute.Key("untag.outcome")
	keyResources   = attribute.Key("untag.resource.count")
	keyFailed      = attribute.Key("untag.resource.failed_count")
	keyFailedCodes = attribute.Key("untag.resource.failed_codes")
	keyAttempts    = attribute.Key("untag.attempt.count")
	keyWait        = attribute.Key("untag.attempt.wait") // in seconds
)

const (
	maxToken = 64
	other    = "_OTHER" // the conventions' word for what does not belong to a known set
)

// method is the fully qualified name of an operation, and the name of its spans.
func method(service, action string) string { return service + "/" + action }

// base returns the attributes that everything of a call has. It is full: what is appended goes into a copy.
func base(method, region string) []attribute.KeyValue {
	return []attribute.KeyValue{semconv.RPCSystemNameKey.String(system), semconv.RPCMethod(method), semconv.CloudRegion(region)}
}

// withError adds what went wrong: both values are few, and neither is added when it is empty.
func withError(attributes []attribute.KeyValue, errorType, code string) []attribute.KeyValue {
	if errorType != "" {
		attributes = append(attributes, semconv.ErrorTypeKey.String(errorType))
	}
	if code != "" {
		attributes = append(attributes, semconv.RPCResponseStatusCode(code))
	}
	return attributes
}

// codeToken is an error code as it may be exported. Whoever answers in the place of the service may call anything a code,
// and what is exported must neither quote a request nor make a series of its own of each answer. Codes are letters and
// digits in parts, and begin with a capital, which resource IDs do not.
func codeToken(code string) string {
	if code == "" || code[0] >= 'A' && code[0] <= 'Z' && made(code, func(c byte) bool {
		return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
	}) {
		return code
	}
	return other
}

// idToken is a request ID as it may be exported, "" if it is none: they are hexadecimal digits and hyphens.
func idToken(id string) string {
	if made(id, func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'f' || c >= '0' && c <= '9' || c == '-' }) {
		return id
	}
	return ""
}

// made reports whether s is made of nothing but what is allowed, and not long.
func made(s string, allowed func(byte) bool) bool {
	if len(s) > maxToken {
		return false
	}
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}
