// Package endpoint decides which host a request goes to: the one that a product has in a region and network, or the one that the
// caller's configuration names instead.
//
// Both inputs come from outside, and a region often from inside an ARN, so both are checked byte by byte here rather than parsed
// leniently: whatever passes can be put into a URL without changing which host that URL names. Errors are fragments to follow a field
// path, such as "is empty". They never repeat the value, because an endpoint may hold a password by mistake.
package endpoint
