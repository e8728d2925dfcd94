package faults_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// serverTLS makes the server's side of TLS wrong while the fault is on.
func serverTLS(change func(*tls.Config)) func(*world) {
	return func(w *world) {
		good, bad := w.tls, w.tls.Clone()
		change(bad)
		w.tls = &tls.Config{NextProtos: good.NextProtos, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if w.faulty.Load() {
				return bad, nil
			}
			return good, nil
		}}
	}
}

func certificate(choose func(identities) tls.Certificate) func(*world) {
	return serverTLS(func(c *tls.Config) { c.Certificates = []tls.Certificate{choose(pki())} })
}

// untrusted is a call that is not repeated: the next attempt would fare the same. A bulk run sends nothing more to that region.
var untrusted = fails(1, untag.ErrUnavailable, untag.ErrNotAttempted)

var tlsFaults = []scenario{
	{
		name:    "an unknown authority",
		arrange: certificate(func(p identities) tls.Certificate { return p.unknownAuthority }),
		single:  untrusted, bulk: all(notAttempted),
	},
	{
		name:    "an expired certificate",
		arrange: certificate(func(p identities) tls.Certificate { return p.expired }),
		single:  untrusted, bulk: all(notAttempted),
	},
	{
		name:    "a certificate that is not valid yet",
		arrange: certificate(func(p identities) tls.Certificate { return p.notYet }),
		single:  untrusted, bulk: all(notAttempted),
	},
	{
		name:    "a certificate of another name",
		arrange: certificate(func(p identities) tls.Certificate { return p.otherName }),
		single:  untrusted, bulk: all(notAttempted),
	},
	{
		name:    "a server that speaks TLS 1.1 at most",
		arrange: serverTLS(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }),
		single:  untrusted, bulk: all(notAttempted),
	},
	{
		name: "a server that wants a certificate of the client",
		// TLS 1.3 tells the client only after it has sent its request.
		arrange: serverTLS(func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:      "a server that speaks no TLS",
		arrange:   func(w *world) { w.tls = nil },
		permanent: true,
		single:    untrusted, bulk: all(notAttempted),
	},
}

// named makes the client ask a nameserver of ours for the host.
func named(w *world, configure func(*nameserver)) *nameserver {
	n, err := newNameserver()
	if err != nil {
		w.t.Fatal(err)
	}
	configure(n)
	n.start()
	w.transport.DialContext = (&net.Dialer{Resolver: n.resolver(), Timeout: shortly / 2}).DialContext
	_, port, _ := net.SplitHostPort(w.proxy.Listen)
	w.config.Endpoint = "tag.faults.example:" + port
	w.onStrike = append(w.onStrike, func() { n.broken.Store(true) })
	w.onHeal = append(w.onHeal, func() { n.broken.Store(false) })
	w.onClose = append(w.onClose, n.close)
	return n
}

// throughProxy makes the client go through an HTTP proxy, which answers CONNECT with something else than a tunnel.
func throughProxy(answer string) func(*world) {
	return func(w *world) {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			w.t.Fatal(err)
		}
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer func() { _ = conn.Close() }()
					if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
						_, _ = io.WriteString(conn, answer)
					}
				}()
			}
		}()
		w.onClose = append(w.onClose, func() { _ = listener.Close() })
		proxy := &url.URL{Scheme: "http", User: url.UserPassword("user", proxyPassword), Host: listener.Addr().String()}
		w.transport.Proxy = func(*http.Request) (*url.URL, error) {
			if w.faulty.Load() {
				return proxy, nil
			}
			return nil, nil
		}
	}
}

var namingFaults = []scenario{
	{
		name:    "NXDOMAIN",
		arrange: func(w *world) { named(w, func(n *nameserver) { n.rcode = dnsmessage.RCodeNameError }) },
		single:  fails(1, untag.ErrInvalidParameter, untag.ErrNotAttempted),
		bulk:    all(notAttempted),
	},
	{
		name:    "SERVFAIL",
		arrange: func(w *world) { named(w, func(n *nameserver) { n.rcode = dnsmessage.RCodeServerFailure }) },
		single:  unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name: "a nameserver that does not answer", timed: true,
		arrange: func(w *world) {
			named(w, func(n *nameserver) { n.silent = true })
		},
		single: unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name:    "a proxy that wants another password",
		arrange: throughProxy("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
		single:  fails(1, untag.ErrUnavailable, untag.ErrNotAttempted), bulk: all(notAttempted), // it will want it again
	},
	{
		name:    "a proxy that cannot reach the service",
		arrange: throughProxy("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
		single:  unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name:    "a proxy that hangs up",
		arrange: throughProxy(""),
		single:  unsent, bulk: all(notAttempted), recovers: true,
	},
}

// TestOneRegionMissing shows that a region whose host does not exist ends for itself in a run over several regions.
func TestOneRegionMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &scenario{arrange: func(w *world) {
		n := named(w, func(n *nameserver) { n.rcode, n.only = dnsmessage.RCodeNameError, "tag.cn-beijing." })
		w.config.Endpoint = "" // by region
		_, port, _ := net.SplitHostPort(w.proxy.Listen)
		dialer := &net.Dialer{Resolver: n.resolver()}
		w.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, _ := net.SplitHostPort(address)
			return dialer.DialContext(ctx, network, net.JoinHostPort(host, port))
		}
	}})
	defer w.close()
	w.strike()
	var arns []string
	for i := range bulkSize {
		r := resource(i)
		r.Region = []string{"cn-hangzhou", "cn-beijing"}[i%2]
		w.cloud.Put(r)
		arns = append(arns, r.ARN())
	}
	c, err := tag.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdleConnections()
	count := map[string]int{}
	for arn, err := range c.UntagMany(t.Context(), tag.UntagManyRequest{ResourceARNs: slices.Values(arns), TagKeys: []string{removed}}) {
		where := "cn-hangzhou"
		if strings.Contains(arn, "cn-beijing") {
			where = "cn-beijing"
		}
		count[fmt.Sprintf("%s %s", where, outcomeNames[outcomeOf(err)])]++
	}
	if count["cn-hangzhou done"] != bulkSize/2 || count["cn-beijing not attempted"] != bulkSize/2 || len(count) != 2 {
		t.Errorf("came to %v", count)
	}
	for _, call := range w.cloud.Calls() {
		if call.Region != "cn-hangzhou" || call.Verdict != untagtest.VerdictOK {
			t.Errorf("the service saw %s", call)
		}
	}
}
