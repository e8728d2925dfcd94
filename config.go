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

	"github.com/untag-go/untag/internal/redact"
)

// The services, as errors, hooks and log records name them.
const (
	ServiceTag             = "tag"             // Tag 2018-08-28
	ServiceECS             = "ecs"             // Elastic Compute Service 2014-05-26
	ServiceVPCIPAM         = "vpcipam"         // VPC IP Address Manager 2023-02-28, package vpc
	ServiceResourceSharing = "resourcesharing" // Resource Sharing 2020-01-10
)

// Config says how a client reaches a service. The zero value is usable when requests name their region:
// it takes credentials from the default chain and the public endpoint of the region.
// Clients copy it, so it may be changed and used again after New.
//
// Everything of a Config that prints, logs or marshals leaves out the credentials.
type Config struct {
	// Region is the region of requests without one, such as "cn-hangzhou". "": every request must name its own.
	Region string
	// Credentials signs the requests. nil: the default chain of credentials-go (environment variables, OIDC, CLI and
	// profile files, instance role, credentials URI), resolved at the first call.
	Credentials CredentialProvider
	// Endpoint replaces the endpoint of every region: "host", "host:port" or "https://host[:port]".
	// "http://" is taken only to a loopback name or address, where no one listens in. "": by region and network.
	Endpoint string
	// Network chooses between public endpoints (the zero value) and those inside a VPC network.
	Network Network
	// Signature is the signature scheme. The zero value is SignatureV3. Bearer tokens are sent in the manner of V3 either way.
	Signature SignatureVersion
	// HTTPClient sends the requests. nil: one that all clients share, on NewTransport. It is never changed,
	// and redirects are never followed, whatever its CheckRedirect says.
	HTTPClient *http.Client
	// Timeout bounds one HTTP attempt, from the connection to the end of the body. 0: 30 s. Negative: none.
	// A whole call is bounded by its context. Both show as context.DeadlineExceeded in a call's error;
	// ctx.Err() tells them apart.
	Timeout time.Duration
	// Retry says how often and how fast a call is repeated.
	Retry Retry
	// Rate is the number of calls a second and region that each client made from this Config starts at most.
	// 0: 95 % of the operation's published quota, and where none is published no limit until the service throttles.
	// Negative: no limit; a pause named by the service is obeyed all the same.
	Rate float64
	// Validation says how much a request must break a rule to be refused before it is sent.
	Validation Validation
	// Logger gets a record of every attempt: at info level if the call repeats it, else at debug level. nil: silent.
	Logger *slog.Logger
	// OnCall is called round every call, those of UntagMany too. The context it returns is the call's, nil for the one it
	// was given; the function it returns is called once with the call's error, and may be nil. It suits traces. nil: none.
	OnCall func(context.Context, Call) (context.Context, func(error))
	// OnAttempt is called after every HTTP attempt, on the goroutine that made it, possibly many at the same time.
	// It suits metrics. nil: none.
	OnAttempt func(context.Context, Attempt)
	// UserAgent is added to the SDK's own User-Agent.
	UserAgent string
}

// Retry says how often and how fast a call is repeated. Repeating is safe: removing a tag that is gone succeeds.
type Retry struct {
	// MaxAttempts is the number of HTTP requests of one call, whatever the reason to repeat.
	// 0: 5. 1 or negative: exactly one.
	MaxAttempts int
	// BaseDelay and MaxDelay bound the pause between attempts: it is drawn evenly from zero to
	// BaseDelay × 2ⁿ, at most MaxDelay (full jitter). 0: 200 ms and 20 s.
	BaseDelay, MaxDelay time.Duration
	// MaxThrottle is how long throttling may hold one single call. Within it, throttled answers are no attempts;
	// past it the call ends with ErrThrottled. 0: 1 min. Negative: throttled answers count as attempts.
	// Runs of UntagMany wait as long as their context lets them.
	MaxThrottle time.Duration
}

// Network is the network that endpoints are reached through.
type Network int

// The networks.
const (
	NetworkPublic Network = iota // over the internet
	NetworkVPC                   // from inside a VPC network; VPC IPAM has no such endpoint
)

// SignatureVersion is a scheme of signing requests.
type SignatureVersion int

// The signature schemes.
const (
	SignatureV3 SignatureVersion = iota // ACS3-HMAC-SHA256: headers carry the signature
	SignatureV1                         // HMAC-SHA1, for older gateways: a form body carries key ID, token and signature, never the URL
)

// Validation is a level of checking requests before they are sent.
type Validation int

// The levels.
const (
	// ValidateDocumented refuses what the operation's document forbids, though it is not shown that the service enforces all of it.
	ValidateDocumented Validation = iota
	// ValidateCertain refuses only what every source agrees that the service refuses.
	ValidateCertain
	// ValidateNone skips all checks but those against what is unsafe to send: region syntax, no resources,
	// an empty resource, neither keys nor All, All with keys.
	ValidateNone
)

// Call describes a call to a hook.
type Call struct {
	Service, Action, Region string
	Resources               int // how many resources it names
}

// Attempt describes one HTTP attempt to a hook.
type Attempt struct {
	Service, Action, Region string
	Number                  int // from 1
	Start                   time.Time
	Duration                time.Duration // from sending to the end of the body
	Wait                    time.Duration // the pause before the next attempt, 0 if there is none
	StatusCode              int           // 0: no answer came
	Code                    string        // the service's error code, "" on success
	RequestID               string
	Err                     error // nil on success
}

// NewTransport returns a new transport as the SDK uses it by default: HTTP/1.1, so that no request is replayed
// below the SDK once the service may have seen a byte of it; TLS 1.2 or newer; proxies from the environment;
// 64 idle connections a host. Change it before its first use to add a proxy, a CA or more connections:
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
	}
}

func (n Network) String() string {
	return name(int(n), "public", "vpc")
}

func (v SignatureVersion) String() string {
	return name(int(v), "V3", "V1")
}

func (v Validation) String() string {
	return name(int(v), "documented", "certain", "none")
}

func name(value int, names ...string) string {
	if value < 0 || value >= len(names) {
		return fmt.Sprintf("unknown(%d)", value)
	}
	return names[value]
}

// String describes the Config without its credentials.
func (c Config) String() string {
	return fmt.Sprintf("untag.Config{Region:%q Credentials:%s Endpoint:%q Network:%s Signature:%s Timeout:%s Retry:%+v Rate:%g Validation:%s UserAgent:%q}",
		c.Region, c.credentials(), c.endpoint(), c.Network, c.Signature, c.Timeout, c.Retry, c.Rate, c.Validation, c.UserAgent)
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// Format writes String for every verb: fmt would print the fields of %+v, and with them the credentials.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue describes the Config without its credentials.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON writes the settings that are data, without the credentials.
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

// credentials names the provider's type; its value may print its secrets.
func (c Config) credentials() string {
	if c.Credentials == nil {
		return "default chain"
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
