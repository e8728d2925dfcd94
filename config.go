package untag

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/untag-go/untag/internal/chain"
	"github.com/untag-go/untag/internal/redact"
)

// The names of the services, as errors, hooks and log records give them.
const (
	ServiceTag             = "tag"             // Tag 2018-08-28, package tag
	ServiceECS             = "ecs"             // Elastic Compute Service 2014-05-26, package ecs
	ServiceVPCIPAM         = "vpcipam"         // VPC IP Address Manager 2023-02-28, package vpc
	ServiceResourceSharing = "resourcesharing" // Resource Sharing 2020-01-10, package resourcesharing
)

// Config says how a client reaches a service. The zero value of every field is its default. So the zero Config is
// usable when requests name their region: it takes credentials from the default chain and calls the public endpoint of
// the region.
//
// The New functions of the service packages check a Config and return a [*ValidationError] of all its problems. Clients
// keep a copy, so a Config may be changed and used again after New.
//
// Whatever prints, logs or marshals a Config leaves out the credentials.
type Config struct {
	// Region is the region of requests that name none: lower-case letters, digits and hyphens, such as "cn-hangzhou",
	// at most 64 bytes. Whether it exists is left to the DNS. "": every request must name its own.
	Region string
	// Credentials signs the requests. nil: a chain of the client's own, as [DefaultCredentials] returns one (environment variables,
	// RRSA, profiles of the command line and of the SDKs, instance role, credentials URI), resolved at the first call.
	Credentials CredentialProvider
	// Endpoint replaces the endpoint of every region, whatever Network says: "host", "host:port" or
	// "https://host[:port]". "http://" is taken only to a loopback name or address, where no one listens in. "": by
	// region and Network.
	Endpoint string
	// Network chooses between public endpoints (NetworkPublic, the zero value) and those inside a VPC network
	// (NetworkVPC).
	Network Network
	// Signature is the signature scheme. The zero value is SignatureV3. Bearer tokens are sent in the manner of V3 either way.
	Signature SignatureVersion
	// HTTPClient sends the requests. nil: one that all clients share, with a transport of NewTransport. It is not
	// changed: clients take a copy, with its Transport, Jar and Timeout. Redirects are never followed, whatever its
	// CheckRedirect says. One without a Transport uses http.DefaultTransport, which may speak HTTP/2.
	HTTPClient *http.Client
	// Timeout bounds one HTTP attempt, from the connection to the end of the body. 0: 30 s. Negative: none. A whole
	// call is bounded by its context. The end of either shows as context.DeadlineExceeded in a call's error; ctx.Err()
	// tells which it was.
	Timeout time.Duration
	// Retry says how often and how fast a call is repeated. The zero value: 5 attempts, and up to a minute of
	// throttling.
	Retry Retry
	// Rate is how many calls per second each client made from this Config starts at most in one region, its single
	// calls and runs taken together. It may be a fraction. While the service throttles, calls go slower than that. 0:
	// 95 % of the operation's published quota; where none is published (removing with tag, all of ecs), no limit until the service
	// throttles. Negative: no limit, and no slow-down by throttling either; only a pause that the service names is
	// kept.
	Rate float64
	// Validation is how strictly requests are checked before they are sent. The zero value, ValidateDocumented, is the
	// strictest.
	Validation Validation
	// Logger gets a record of every HTTP attempt: at info level if the call is repeated after it, else at debug level.
	// A record has the service, action, region, number, duration, status and request ID of the attempt, and the code
	// and the error of one that failed. nil: silent.
	Logger *slog.Logger
	// OnCall is called at the beginning of every call, those of UntagMany and TagMany and each page of a list too, with the
	// context of the call. It suits traces. The context that it returns takes the place of the call's; nil leaves that as
	// it was. The function that it returns is called once, at the end of the call, with the call's error, nil on success;
	// it may be nil. Both run on the goroutine that makes the call, of which UntagMany and TagMany have many at a time. A
	// request that Validation refuses makes no call. nil: none.
	OnCall func(context.Context, Call) (context.Context, func(error))
	// OnAttempt is called after every HTTP attempt with the context of the call, which waits until it returns. It runs
	// on the goroutine that makes the call, possibly on many at the same time. It suits metrics. nil: none.
	OnAttempt func(context.Context, Attempt)
	// UserAgent is added to the end of the SDK's own User-Agent, "untag/VERSION (OS; ARCHITECTURE) GOVERSION", after a
	// space. Printable ASCII. "": nothing is added.
	UserAgent string
}

// Retry says how often and how fast a call is repeated. Repeating is safe: removing a tag that is gone is taken to
// succeed.
//
// A call is repeated after throttling, an outage of the service, a failed or broken connection, a time-out of one
// attempt, an answer that broke off and a nonce that was used before; and once after a refusal for the clock or for an
// expired token, if correcting the clock or asking for credentials again gave something new. Other refusals end it. So
// do a host that does not exist, a certificate that is not trusted, and a provider without credentials, unless it had
// some before.
type Retry struct {
	// MaxAttempts is how many HTTP requests one call makes at most, not counting those that were throttled while
	// MaxThrottle lets the call wait. 0: 5. 1 or negative: exactly one; a throttled answer ends a single call then,
	// too.
	MaxAttempts int
	// BaseDelay and MaxDelay bound the pause between attempts. The one after the nth attempt is drawn evenly from zero
	// to BaseDelay × 2ⁿ⁻¹, at most MaxDelay (full jitter). It is longer where the service asks for more, for up to a
	// minute. 0: 200 ms and 20 s. Negative: New refuses the Config.
	BaseDelay, MaxDelay time.Duration
	// MaxThrottle is how long throttling may hold one single call, in all its pauses. Within it, throttled answers are
	// no attempts; a call that would have to wait longer ends with ErrThrottled. 0: 1 min. Negative: throttled answers
	// count as attempts. Runs of UntagMany and TagMany wait out the throttling of calls as long as their context lets them; in
	// them, MaxThrottle bounds how long a resource is sent again that an answer of Tag names as throttled by itself.
	MaxThrottle time.Duration
}

// Network is the network that endpoints are reached through. New refuses values other than the constants.
type Network int

// The networks. Hosts are those of the vendor's endpoint lists of August 2026. A region that these do not have follows
// the rule.
const (
	// NetworkPublic is the internet: SERVICE.REGION.aliyuncs.com, with a few exceptions of tag and ecs.
	NetworkPublic Network = iota
	// NetworkVPC is the inside of a VPC network: SERVICE-vpc.REGION.aliyuncs.com. VPC IPAM has no such endpoint, so
	// vpc.New refuses it unless Endpoint is set.
	NetworkVPC
)

// SignatureVersion is a scheme of signing requests. New refuses values other than the constants.
type SignatureVersion int

// The signature schemes.
const (
	// SignatureV3 is ACS3-HMAC-SHA256: headers carry the signature.
	SignatureV3 SignatureVersion = iota
	// SignatureV1 is HMAC-SHA1, for older gateways. The vendor calls it discontinued. A form body carries key ID, token
	// and signature, never the URL.
	SignatureV1
)

// Validation is how strictly requests are checked before they are sent. New refuses values other than the constants.
type Validation int

// The levels, the strictest first. The UntagResourcesRequest of each service says which rules there are.
const (
	// ValidateDocumented refuses what the operation's document forbids, though it is not shown that the service
	// enforces all of it: the text of tag keys, for instance. Such a problem says how to send the request anyway.
	ValidateDocumented Validation = iota
	// ValidateCertain refuses only what every source agrees that the service refuses: too many resources or keys, a key
	// twice, a malformed ARN.
	ValidateCertain
	// ValidateNone skips all checks but those against what is unsafe to send: presence and syntax of the region, no
	// resources, an empty resource, neither keys nor All, All with keys, and in UntagMany and TagMany a Concurrency out of range.
	ValidateNone
)

// Call describes a call to [Config.OnCall]. A call is one HTTP request and its repetitions; a run of UntagMany or TagMany
// makes many, and a list makes one for each page.
type Call struct {
	// Service is one of the Service constants, Action is the operation, such as "UntagResources", and Region is the region that is called.
	Service, Action, Region string
	// Resources is how many resources the call names. A list that selects by tags alone names none.
	Resources int
}

// Attempt describes one HTTP attempt of a call to [Config.OnAttempt].
type Attempt struct {
	// Service is one of the Service constants, Action is the operation, such as "UntagResources", and Region is the region that was called.
	Service, Action, Region string
	// Number counts the attempts of the call from 1, throttled ones too.
	Number int
	// Start is when the request was sent, after the waits for the rate limiter and for credentials.
	Start time.Time
	// Duration is the time from Start to the end of the answer's body, or to the failure.
	Duration time.Duration
	// Wait is the pause before the next attempt, 0 if there is none.
	Wait time.Duration
	// StatusCode is that of the answer. 0: no answer came.
	StatusCode int
	// Code is the service's error code. "": success, or not an answer of the service.
	Code string
	// RequestID is the service's. "": the answer has none, or none came.
	RequestID string
	// Credentials names who gave the keys that signed, without the keys: the source of the default chain, as
	// DefaultCredentials describes it, or the ProviderName of another provider. "": static credentials, or no name.
	Credentials string
	// Err is nil if the service carried the request out, even if some resources of it failed (Tag). Otherwise it is an
	// *APIError, or a *CallError if no answer came.
	Err error
}

// NewTransport returns a new transport as the SDK uses it by default: HTTP/1.1, so that no request is replayed below
// the SDK once the service may have seen a byte of it; TLS 1.2 or newer; proxies from the environment; 10 s to connect
// and 10 s for the TLS handshake; 64 idle connections for each host, closed after 90 s; up to 256 KiB of headers in an
// answer. Each call returns a transport of its own, with connections of its own. Change it before its first use to add
// a proxy, a CA or more connections:
//
//	transport := untag.NewTransport()
//	transport.TLSClientConfig.RootCAs = pool
//	config.HTTPClient = &http.Client{Transport: transport}
func NewTransport() *http.Transport {
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		Protocols:           http1,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		// The largest real answers are a few KB; a longer header is an attack or a broken proxy.
		MaxResponseHeaderBytes: 256 << 10,
		OnProxyConnectResponse: refusedByProxy,
	}
}

// String returns "public" or "vpc".
func (n Network) String() string {
	return name(int(n), "public", "vpc")
}

// String returns "V3" or "V1".
func (v SignatureVersion) String() string {
	return name(int(v), "V3", "V1")
}

// String returns "documented", "certain" or "none".
func (v Validation) String() string {
	return name(int(v), "documented", "certain", "none")
}

func name(value int, names ...string) string {
	if value < 0 || value >= len(names) {
		return fmt.Sprintf("unknown(%d)", value)
	}
	return names[value]
}

// String describes the settings that are data, in one line. Of the credentials it shows only the type of the provider,
// of an Endpoint neither user nor password, and of HTTPClient, Logger and the hooks nothing.
func (c Config) String() string {
	return fmt.Sprintf("untag.Config{Region:%q Credentials:%s Endpoint:%q Network:%s Signature:%s Timeout:%s Retry:%+v Rate:%g Validation:%s UserAgent:%q}",
		c.Region, c.credentials(), c.endpoint(), c.Network, c.Signature, c.Timeout, c.Retry, c.Rate, c.Validation, c.UserAgent)
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Format writes String for every verb: fmt would print the fields of %+v, and with them the credentials.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue is String, for package log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON writes the settings that String describes, under the names of the fields. Durations are in nanoseconds;
// Credentials is the type of the provider. There is no way back: a Config is not read from JSON.
func (c Config) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Region      string
		Credentials string
		Endpoint    string
		Network     string
		Signature   string
		Timeout     time.Duration
		Retry       Retry
		Rate        float64
		Validation  string
		UserAgent   string
	}{
		c.Region, c.credentials(), c.endpoint(), c.Network.String(), c.Signature.String(),
		c.Timeout, c.Retry, c.Rate, c.Validation.String(), c.UserAgent,
	})
}

// credentials names the provider's type, since its value may print its secrets, or the source of a default chain.
func (c Config) credentials() string {
	if c.Credentials == nil {
		return "default chain"
	}
	if own, ok := c.Credentials.(*chain.Provider); ok {
		return own.String()
	}
	return fmt.Sprintf("%T", c.Credentials)
}

// endpoint leaves out user and password, which do not belong there: New refuses them, but a Config may be printed before.
func (c Config) endpoint() string {
	if at := strings.LastIndexByte(c.Endpoint, '@'); at >= 0 {
		return redact.Removed + redact.Line(c.Endpoint[at:])
	}
	return redact.Line(c.Endpoint)
}
