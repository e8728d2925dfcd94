package endpoint

import (
	"errors"
	"strings"
)

// Target is where requests go. Scheme is https or http; Host is in lower case, has :port when there is one, and an IPv6 address in
// brackets. "Scheme://Host/" is a URL of exactly that host.
type Target struct {
	Scheme, Host string
}

// Parse reads the endpoint that a caller sets to override Host: "host", "host:port" or "https://host[:port]", where one "/" may follow.
// Without a scheme it is https. http is accepted only for a loopback name or address, so that no request travels in the clear.
// Everything else that a URL can hold is refused.
func Parse(override string) (Target, error) {
	if err := checkBytes(override); err != nil {
		return Target{}, err
	}
	scheme, authority, found := strings.Cut(strings.ToLower(override), "://")
	if !found {
		scheme, authority = "https", scheme
	}
	if scheme != "https" && scheme != "http" {
		return Target{}, errors.New("has a scheme other than https")
	}
	authority = strings.TrimSuffix(authority, "/")
	if strings.Contains(authority, "/") {
		return Target{}, errors.New("holds a path: only a host and a port are allowed")
	}
	host, loopback, err := parseAuthority(authority)
	if err != nil {
		return Target{}, err
	}
	if scheme == "http" && !loopback {
		return Target{}, errors.New("uses http, which is allowed only to a loopback host such as localhost or 127.0.0.1: use https")
	}
	return Target{Scheme: scheme, Host: host}, nil
}

// checkBytes refuses what is never part of a host, and says why. Parsers disagree about these bytes, and where two disagree a request can end
// up at a host that nobody checked.
func checkBytes(override string) error {
	if override == "" {
		return errors.New("is empty")
	}
	for i := range len(override) {
		switch c := override[i]; {
		case c == '@':
			return errors.New("holds a user name or a password: credentials do not belong in an endpoint")
		case c == '?':
			return errors.New("holds a query: only a host and a port are allowed")
		case c == '#':
			return errors.New("holds a fragment: only a host and a port are allowed")
		case c == '%':
			return errors.New("holds a percent sign: neither encoded characters nor IPv6 zones are allowed")
		case c <= ' ' || c == 0x7f:
			return errors.New("holds a space or a control character")
		case c > 0x7f:
			return errors.New("holds a character that is not ASCII: write an international name in its xn-- form")
		}
	}
	return nil
}
