// Package rpc makes one call of an RPC-style operation: encode, sign, send, read, classify, and the retry loop around it.
//
//	call:    hooks → attempts until there is a verdict
//	attempt: pace → credentials → sign → send → read → classify
//
// Services validate and encode their requests before they come here, and give the answer its type afterwards.
package rpc

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/signature"
)

// Client calls the operations of one service. It is safe for concurrent use.
type Client struct {
	service  Service
	config   untag.Config // with its defaults filled in
	http     *http.Client
	direct   http.RoundTripper // of an http.Client that does no more than to call it; else nil
	override endpoint.Target   // zero: by region
	guard    *guard
	fixed    fixed
	signer   atomic.Pointer[signature.Signer] // of the last attempt's access key

	mu      sync.RWMutex // guards what is below
	regions map[string]*region
	lanes   map[laneKey]*lane
}

// sharedHTTP is the HTTP client of all SDK clients that were given none.
var sharedHTTP = sync.OnceValue(func() *http.Client {
	return &http.Client{Transport: untag.NewTransport(), CheckRedirect: refuseRedirect}
})

func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// New returns a client of service, or a *untag.ValidationError about the config.
func New(config untag.Config, service Service) (*Client, error) {
	target, err := checkConfig(config, service)
	if err != nil {
		return nil, err
	}
	c := &Client{
		service:  service,
		config:   withDefaults(config),
		http:     sharedHTTP(),
		override: target,
		guard:    guardOf(config.Credentials),
		fixed:    newFixed(service, userAgent(config.UserAgent)),
		regions:  make(map[string]*region),
		lanes:    make(map[laneKey]*lane),
	}
	if config.HTTPClient != nil {
		own := *config.HTTPClient // a copy: the caller's stays as it is
		own.CheckRedirect = refuseRedirect
		c.http = &own
	}
	if c.http.Jar == nil && c.http.Timeout == 0 {
		if c.direct = c.http.Transport; c.direct == nil {
			c.direct = http.DefaultTransport
		}
	}
	return c, nil
}

// CloseIdleConnections closes the connections that no call uses.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// Region returns the region of a request that names none.
func (c *Client) Region(named string) string {
	c.mustBe()
	return cmp.Or(named, c.config.Region)
}

// MaxAttempts is how many HTTP requests a call makes at most.
func (c *Client) MaxAttempts() int { return c.config.Retry.MaxAttempts }

// Timeout is how long an attempt may take; negative: there is no bound.
func (c *Client) Timeout() time.Duration { return c.config.Timeout }

// Validation returns the configured level.
func (c *Client) Validation() untag.Validation { return c.config.Validation }

// String names the client without its configuration.
func (c *Client) String() string {
	if c == nil {
		return "a Client that was not made by New"
	}
	return fmt.Sprintf("%s client (%s)", c.service.Name, c.config)
}

// Format writes String for every verb: fmt would print the fields of %+v, and with them the credentials.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// targetOf returns the endpoint of a region.
func (c *Client) targetOf(name string) (endpoint.Target, error) {
	if c.override != (endpoint.Target{}) {
		if name == "" && endpoint.IsCentral(c.service.Product) {
			return c.override, nil
		}
		return c.override, endpoint.CheckRegion(name)
	}
	host, err := endpoint.Host(c.service.Product, name, c.config.Network == untag.NetworkVPC)
	return endpoint.Target{Scheme: "https", Host: host}, err
}

func invalidRegion(name string, err error) error {
	return &untag.ValidationError{
		Request:  "request",
		Problems: []untag.Problem{{Field: "Region", Value: name, Reason: err.Error()}},
	}
}

// quotaShare is how much of a published quota a client takes by itself: clocks and networks are not exact.
const quotaShare = 0.95

func (c *Client) rate(op *Operation) float64 {
	return cmp.Or(c.config.Rate, quotaShare*op.Quota)
}

// checkConfig returns the endpoint's target, zero if it goes by region.
func checkConfig(config untag.Config, service Service) (endpoint.Target, error) {
	var problems []untag.Problem
	add := func(field, value, reason string) {
		problems = append(problems, untag.Problem{Field: field, Value: value, Reason: reason})
	}
	if config.Region != "" {
		if err := endpoint.CheckRegion(config.Region); err != nil {
			add("Region", config.Region, err.Error())
		}
	}
	var target endpoint.Target
	if config.Endpoint != "" {
		var err error
		if target, err = endpoint.Parse(config.Endpoint); err != nil {
			add("Endpoint", "", err.Error()) // without its value, which may hold a password
		}
	}
	switch config.Network {
	case untag.NetworkPublic:
	case untag.NetworkVPC:
		if config.Endpoint == "" && !endpoint.HasVPC(service.Product) {
			add("Network", config.Network.String(), "is not for "+service.Name+", which has no endpoint inside a VPC network; use NetworkPublic or set Endpoint")
		}
	default:
		add("Network", config.Network.String(), "is neither NetworkPublic nor NetworkVPC")
	}
	if config.Signature != untag.SignatureV3 && config.Signature != untag.SignatureV1 {
		add("Signature", config.Signature.String(), "is neither SignatureV3 nor SignatureV1")
	}
	if config.Validation < untag.ValidateDocumented || config.Validation > untag.ValidateNone {
		add("Validation", config.Validation.String(), "is none of ValidateDocumented, ValidateCertain and ValidateNone")
	}
	if math.IsNaN(config.Rate) || math.IsInf(config.Rate, 0) {
		add("Rate", fmt.Sprint(config.Rate), "is not a number of calls per second; use 0 for the default, a negative number for no limit")
	}
	for _, delay := range [...]struct {
		field string
		value time.Duration
	}{{"Retry.BaseDelay", config.Retry.BaseDelay}, {"Retry.MaxDelay", config.Retry.MaxDelay}} {
		if delay.value < 0 {
			add(delay.field, delay.value.String(), "is negative; use 0 for the default")
		}
	}
	if strings.ContainsFunc(config.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }) {
		add("UserAgent", config.UserAgent, "holds something other than printable ASCII")
	}
	if len(problems) > 0 {
		return endpoint.Target{}, &untag.ValidationError{Request: "Config", Problems: problems}
	}
	return target, nil
}

func withDefaults(config untag.Config) untag.Config {
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	retry := &config.Retry
	retry.MaxAttempts = max(1, cmp.Or(retry.MaxAttempts, 5))
	retry.BaseDelay = cmp.Or(retry.BaseDelay, 200*time.Millisecond)
	retry.MaxDelay = cmp.Or(retry.MaxDelay, 20*time.Second)
	retry.MaxThrottle = cmp.Or(retry.MaxThrottle, defaultMaxThrottle)
	return config
}

const (
	defaultTimeout     = 30 * time.Second
	defaultMaxThrottle = time.Minute
)

func userAgent(own string) string {
	agent := "untag/" + untag.Version + " (" + runtime.GOOS + "; " + runtime.GOARCH + ") " + runtime.Version()
	if own != "" {
		agent += " " + own
	}
	return agent
}
