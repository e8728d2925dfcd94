package main

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/untag-go/untag"
)

// connection is how a verb reaches the account, and who says that it may.
type connection struct {
	base        untag.Config // of the demo's account
	credentials untag.CredentialProvider
	live, yes   bool
	account     string
	endpoint    string
	rate        float64
	concurrency int
	unasked     bool // STS is not asked whose the credentials are
	traffic     *traffic
}

// reads adds the flags of a verb that reads the account.
func (c *connection) reads(f *flags) {
	f.group("ACCOUNT")
	f.yes(&c.live, "live", "work on the real account")
	f.text(&c.account, "account", "ID", "whose account it is: refuse to go on if the credentials are another's")
	f.text(&c.endpoint, "endpoint", "HOST", "call this host instead of each region's own, such as http://127.0.0.1:8080 of examples/simulator")
	f.real(&c.rate, "rate", "N", "calls a second in each region; otherwise 95 % of the published quota; negative: no limit but throttling")
}

// writes adds the flags of a verb that changes the account.
func (c *connection) writes(f *flags) {
	c.reads(f)
	f.yes(&c.yes, "yes", "do not ask for a typed confirmation")
}

// config is the configuration of the clients.
func (c *connection) config() untag.Config {
	config := c.base
	config.Endpoint, config.Rate, config.UserAgent = cmp.Or(c.endpoint, config.Endpoint), c.rate, "untag-command"
	if config.Credentials == nil {
		if c.credentials == nil {
			c.credentials = untag.DefaultCredentials() // one for all clients: what is shown is what signs
		}
		config.Credentials = c.credentials
	}
	if c.traffic != nil {
		config.OnAttempt = c.traffic.onAttempt
	}
	return config
}

// endpointName is what reports have as the endpoint: a host without anything secret that a URL might hold.
func (c *connection) endpointName() string {
	if c.endpoint == "" {
		return "by region"
	}
	if u, err := url.Parse(c.endpoint); err == nil && u.Host != "" {
		return u.Host
	}
	host, _, _ := strings.Cut(c.endpoint, "/")
	return host[strings.LastIndexByte(host, '@')+1:]
}
