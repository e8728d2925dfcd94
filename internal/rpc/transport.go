package rpc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"

	"github.com/untag-go/untag"
)

// kindOf tells the kind of a call that got no answer.
func kindOf(failure error) error {
	if dnsErr, ok := errors.AsType[*net.DNSError](failure); ok && dnsErr.IsNotFound && !toProxy(failure) {
		return untag.ErrInvalidParameter // a region without this service, most likely
	}
	return untag.ErrUnavailable
}

// transient reports whether the same request may fare better later.
// A host that does not exist, a certificate that is not trusted and the rules of a proxy stay as they are.
func transient(failure error) bool {
	if dnsErr, ok := errors.AsType[*net.DNSError](failure); ok {
		return !dnsErr.IsNotFound
	}
	return !refusedByTLS(failure) && !refusedByProxy(failure)
}

// refusedByProxy reports whether no way leads through the proxy, now or later: it refuses, or it does not exist.
func refusedByProxy(failure error) bool {
	if dnsErr, ok := errors.AsType[*net.DNSError](failure); ok {
		return dnsErr.IsNotFound && toProxy(failure)
	}
	proxyErr, ok := errors.AsType[*untag.ProxyError](failure)
	if !ok {
		return false
	}
	switch proxyErr.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return proxyErr.StatusCode < http.StatusInternalServerError
}

// toProxy reports whether it was the proxy that could not be reached.
func toProxy(failure error) bool {
	opErr, ok := errors.AsType[*net.OpError](failure)
	return ok && opErr.Op == "proxyconnect"
}

func refusedByTLS(failure error) bool {
	if failure == nil {
		return false
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](failure); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](failure); ok {
		return true
	}
	if _, ok := errors.AsType[x509.HostnameError](failure); ok {
		return true
	}
	if _, ok := errors.AsType[x509.CertificateInvalidError](failure); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](failure); ok {
		return true // the peer speaks no TLS
	}
	if _, ok := errors.AsType[tls.AlertError](failure); ok {
		return true
	}
	if errors.Is(failure, http.ErrSchemeMismatch) {
		return true // it speaks HTTP
	}
	text := failure.Error()
	return strings.Contains(text, "tls: protocol version not supported") || strings.Contains(text, "tls: server selected unsupported protocol version")
}

// beforeSending reports whether a failure can only have come before the request was written.
func beforeSending(failure error) bool {
	if opErr, ok := errors.AsType[*net.OpError](failure); ok && (opErr.Op == "dial" || opErr.Op == "proxyconnect") {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](failure); ok {
		return true
	}
	if _, ok := errors.AsType[*untag.ProxyError](failure); ok {
		return true
	}
	return refusedByTLS(failure)
}

// progress watches how far a request gets. net/http reports a time-out while connecting and one while waiting for the
// answer by the same error, and only the second may have had an effect.
type progress struct {
	trace httptrace.ClientTrace
	state atomic.Int32
}

// The states of a request. A RoundTripper that is not net/http's reports none and stays unreported.
const (
	unreported int32 = iota
	connecting
	connected
)

func (p *progress) watch(ctx context.Context) context.Context {
	p.trace.GetConn = func(string) { p.state.Store(connecting) }
	p.trace.GotConn = func(httptrace.GotConnInfo) { p.state.Store(connected) }
	return httptrace.WithClientTrace(ctx, &p.trace)
}

// maySent reports whether the service may have seen the request that failed so.
func (p *progress) maySent(failure error) bool {
	switch p.state.Load() {
	case connecting:
		return false
	case connected:
		return true
	}
	return !beforeSending(failure)
}
