package endpoint

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// parseAuthority reads host[:port] in lower case. It returns it in its plain form, and whether the host is a loopback one.
func parseAuthority(authority string) (plain string, loopback bool, err error) {
	host, port := splitPort(authority)
	if strings.Count(port, ":") > 1 {
		return "", false, errors.New("holds more than one colon: write an IPv6 address in brackets")
	}
	if strings.HasPrefix(host, "[") {
		host, loopback, err = checkIPv6(host)
	} else {
		loopback, err = checkName(host)
	}
	if err != nil {
		return "", false, err
	}
	if port != "" {
		err = checkPort(port[1:])
	}
	return host + port, loopback, err
}

// splitPort cuts authority before the port's colon. The colons of an IPv6 address stand in brackets.
func splitPort(authority string) (host, port string) {
	start := 0
	if strings.HasPrefix(authority, "[") {
		start = strings.IndexByte(authority, ']') + 1
	}
	if colon := strings.IndexByte(authority[start:], ':'); colon >= 0 {
		return authority[:start+colon], authority[start+colon:]
	}
	return authority, ""
}

func checkPort(port string) error {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || port[0] == '0' {
		return errors.New("has a port that is not a number from 1 to 65535")
	}
	return nil
}

// checkIPv6 refuses IPv4 addresses in IPv6 form as well: URL parsers differ on them, and nobody needs one.
func checkIPv6(host string) (plain string, loopback bool, err error) {
	addr, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
	if err != nil || !strings.HasSuffix(host, "]") || !addr.Is6() || addr.Is4In6() {
		return "", false, errors.New("holds brackets, but not around an IPv6 address")
	}
	return "[" + addr.String() + "]", addr.IsLoopback(), nil
}

// checkName checks a DNS name or an IPv4 address. A name whose last label is a number must be an address of four decimal numbers: no
// top-level domain is a number, and some resolvers read 127.1, 0x7f.1 and 2130706433 as addresses.
func checkName(name string) (loopback bool, err error) {
	if name == "" {
		return false, errors.New("has no host")
	}
	if len(name) > 253 {
		return false, errors.New("has a host of more than 253 bytes")
	}
	last := ""
	for last = range strings.SplitSeq(name, ".") {
		if err := checkLabel(last); err != nil {
			return false, err
		}
	}
	if isNumber(last) {
		addr, err := netip.ParseAddr(name)
		if err != nil {
			return false, errors.New("has a host that looks like an IPv4 address, but is not four decimal numbers")
		}
		return addr.IsLoopback(), nil
	}
	return name == "localhost", nil // and no name below it: resolvers may ask the DNS for those
}

// checkLabel checks one part of a name. Underscores are for the service names of container networks.
func checkLabel(label string) error {
	if label == "" {
		return errors.New("has a host with an empty label: a dot at an end, or two in a row")
	}
	if len(label) > 63 {
		return errors.New("has a host with a label of more than 63 bytes")
	}
	for i := range len(label) {
		if c := label[i]; !isLower(c) && !isDigit(c) && c != '-' && c != '_' {
			return errors.New("has a host that holds something other than letters, digits, dots, hyphens and underscores")
		}
	}
	if label[0] == '-' || label[len(label)-1] == '-' {
		return errors.New("has a host with a label that starts or ends with a hyphen")
	}
	return nil
}

// isNumber reports whether an address parser would take the label for a number: decimal, octal or hexadecimal.
func isNumber(label string) bool {
	if digits, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}
