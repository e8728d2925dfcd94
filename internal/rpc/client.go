// Package rpc makes one call of an RPC-style operation: encode, sign, send, read, classify, and the retry loop round it.
//
//	call:    hooks → attempts until there is a verdict
//	attempt: pace → credentials → sign → send → read → classify
//
// Services validate and encode their requests before they come here, and give the answer its type afterwards.
package rpc

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/endpoint"
	"github.com/untag-go/untag/internal/pace"
)

// Operation describes an operation to the transport.
type Operation struct {
	Service string  // untag.ServiceTag and so on, as errors and hooks name it
	Product string  // the first part of its host names: "tag"
	Version string  // of the API: "2018-08-28"
	Action  string  // "UntagResources"
	Quota   float64 // published, in calls per second and region; 0: none is
}

// Client calls one operation. It is safe for concurrent use.
type Client struct {
	op       Operation
	config   untag.Config // with its defaults filled in
	http     *http.Client
	direct   http.RoundTripper // of an http.Client that does no more than to call it; else nil
	override endpoint.Target   // zero: by region
	guard    *guard
	clock    clock
	fixed    fixed

	mu      sync.RWMutex
	regions map[string]*region
}

// region is where the calls of one region go, and how fast.
type region struct {
	name    string
	target  endpoint.Target
	limiter *pace.Limiter
}

// maxRegions bounds the memory that region names of a caller's input can take; there are about fifty real ones.
const maxRegions = 4096

// sharedHTTP is the HTTP client of all SDK clients that were given none.
var sharedHTTP = sync.OnceValue(func() *http.Client {
	return &http.Client{Transport: untag.NewTransport(), CheckRedirect: refuseRedirect}
})

func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// New returns a client of op, or a *untag.ValidationError about the config.
func New(config untag.Config, op Operation) (*Client, error) {
	target, err := checkConfig(config, op)
	if err != nil {
		return nil, err
	}
	c := &Client{
		op:       op,
		config:   withDefaults(config),
		http:     sharedHTTP(),
		override: target,
		guard:    guardOf(config.Credentials),
		fixed:    newFixed(op, userAgent(config.UserAgent)),
		regions:  make(map[string]*region),
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
func (c *Client) Region(named string) string { return cmp.Or(named, c.config.Region) }

// MaxAttempts is how many HTTP requests a call makes at most.
func (c *Client) MaxAttempts() int { return c.config.Retry.MaxAttempts }

// Validation returns the configured level.
func (c *Client) Validation() untag.Validation { return c.config.Validation }

// String names the client without its configuration.
func (c *Client) String() string {
	return fmt.Sprintf("%s client (%s)", c.op.Service, c.config)
}

// Format writes String for every verb: fmt would print the fields of %+v, and with them the credentials.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// region returns where the calls of a region go. The error is a *untag.ValidationError.
func (c *Client) region(name string) (*region, error) {
	c.mu.RLock()
	known := c.regions[name]
	c.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	target := c.override
	if err := endpoint.CheckRegion(name); err != nil {
		return nil, invalidRegion(name, err)
	}
	if target == (endpoint.Target{}) {
		host, err := endpoint.Host(c.op.Product, name, c.config.Network == untag.NetworkVPC)
		if err != nil {
			return nil, invalidRegion(name, err)
		}
		target = endpoint.Target{Scheme: "https", Host: host}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.regions[name]; known != nil {
		return known, nil
	}
	if len(c.regions) >= maxRegions {
		clear(c.regions) // calls under way keep theirs
	}
	fresh := &region{name, target, pace.New(c.rate())}
	c.regions[name] = fresh
	return fresh, nil
}

func invalidRegion(name string, err error) error {
	return &untag.ValidationError{
		Request:  "request",
		Problems: []untag.Problem{{Field: "Region", Value: name, Reason: err.Error()}},
	}
}

// quotaShare is how much of a published quota a client takes by itself: clocks and networks are not exact.
const quotaShare = 0.95

func (c *Client) rate() float64 {
	return cmp.Or(c.config.Rate, quotaShare*c.op.Quota)
}

// checkConfig returns the endpoint's target, zero if it goes by region.
func checkConfig(config untag.Config, op Operation) (endpoint.Target, error) {
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
		if config.Endpoint == "" && !endpoint.HasVPC(op.Product) {
			add("Network", config.Network.String(), "is not for "+op.Service+", which has no endpoint inside a VPC network; use NetworkPublic or set Endpoint")
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
	config.Timeout = cmp.Or(config.Timeout, 30*time.Second)
	retry := &config.Retry
	retry.MaxAttempts = max(1, cmp.Or(retry.MaxAttempts, 5))
	retry.BaseDelay = cmp.Or(retry.BaseDelay, 200*time.Millisecond)
	retry.MaxDelay = cmp.Or(retry.MaxDelay, 20*time.Second)
	retry.MaxThrottle = cmp.Or(retry.MaxThrottle, defaultMaxThrottle)
	return config
}

const defaultMaxThrottle = time.Minute

func userAgent(own string) string {
	agent := "untag/" + untag.Version + " (" + runtime.GOOS + "; " + runtime.GOARCH + ") " + runtime.Version()
	if own != "" {
		agent += " " + own
	}
	return agent
}

// hooks calls OnCall round the call, if there is one.
func (c *Client) hooks(ctx context.Context, call Call) (context.Context, func(error)) {
	if c.config.OnCall == nil {
		return ctx, ignore
	}
	hooked, done := c.config.OnCall(ctx, untag.Call{Service: c.op.Service, Action: c.op.Action, Region: call.Region, Resources: call.Resources})
	if hooked == nil {
		hooked = ctx
	}
	if done == nil {
		done = ignore
	}
	return hooked, done
}

func ignore(error) {}
