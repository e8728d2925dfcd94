package faults_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// What must never show in an error, a log record or a hook.
const (
	keyID         = "canaryAccessKeyID0001"
	keySecret     = "canaryAccessKeySecret0001"
	sessionToken  = "canarySecurityToken+0001/="
	proxyPassword = "canaryProxyPassword0001"
)

const region = "cn-hangzhou"

// world is what one run of one scenario happens in: an account behind a TLS server, toxiproxy in front of that, and the
// transport and the configuration of a client. A fault is on between strike and heal.
type world struct {
	t         *testing.T
	scenario  *scenario
	cloud     *untagtest.Cloud
	listener  *countingListener
	server    *http.Server
	proxy     *toxiproxy.Proxy
	tls       *tls.Config // of the server
	transport *http.Transport
	config    untag.Config
	labels    context.Context // of the goroutines of the client

	fault    func(http.ResponseWriter, *http.Request) // answers in the account's place while the fault is on
	before   func(http.ResponseWriter, *http.Request) // runs before every request, fault or not
	faulty   atomic.Bool
	onStrike []func()
	onHeal   []func()
	onClose  []func()
	divided  bool   // the resources are in two regions
	cancel   func() // ends the context of the run
	release  func() // lets a blocking credential provider return

	seen     atomic.Int32 // requests that reached the server whole
	attempts atomic.Int32 // that the client says it made
	records  records

	mu      sync.Mutex
	nonces  map[string]int
	secrets []string // signatures of the requests
}

// toxics is toxiproxy without its HTTP interface.
var toxics = sync.OnceValue(func() *toxiproxy.ApiServer {
	return toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
})

func newWorld(t *testing.T, s *scenario) *world {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, scenario: s,
		cloud:    untagtest.NewCloud(),
		listener: &countingListener{Listener: listener},
		nonces:   map[string]int{},
		// A server that offers HTTP/2: the client must not take it.
		tls:       &tls.Config{Certificates: []tls.Certificate{pki().good}, NextProtos: []string{"h2", "http/1.1"}},
		transport: untag.NewTransport(),
		labels:    context.Background(),
	}
	w.proxy = toxiproxy.NewProxy(toxics(), t.Name(), "127.0.0.1:0", listener.Addr().String())
	if err := w.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	w.cloud.AllowKey(keyID, keySecret, sessionToken)
	w.transport.TLSClientConfig.RootCAs = pki().trusted
	w.config = untag.Config{
		Region: region, Endpoint: "https://" + w.proxy.Listen,
		Credentials: untag.StaticCredentials(keyID, keySecret, sessionToken),
		HTTPClient:  &http.Client{Transport: w.transport},
		Timeout:     30 * time.Second,
		Retry:       untag.Retry{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond},
	}
	s.arrange(w)
	w.config.Logger = w.records.logger()
	w.listen()
	return w
}

// listen starts the server. Without a certificate it speaks no TLS.
func (w *world) listen() {
	w.server = &http.Server{Handler: w, TLSConfig: w.tls, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	var listener net.Listener = w.listener
	if w.tls != nil {
		listener = tls.NewListener(listener, w.tls)
	}
	go func() { _ = w.server.Serve(listener) }()
}

// close ends the world. The client is gone by then.
func (w *world) close() {
	_ = w.server.Close()
	for _, f := range w.onClose {
		f()
	}
	w.proxy.Stop()
}

// strike turns the fault on.
func (w *world) strike() {
	w.faulty.Store(true)
	w.unlabelled(w.onStrike)
}

// heal turns the fault off.
func (w *world) heal() {
	w.faulty.Store(false)
	w.unlabelled(w.onHeal)
}

// unlabelled calls functions on the client's goroutine; what they start is not the client's.
func (w *world) unlabelled(functions []func()) {
	pprof.SetGoroutineLabels(context.Background())
	defer pprof.SetGoroutineLabels(w.labels)
	for _, f := range functions {
		f()
	}
}

// ServeHTTP is the service's side of every connection.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.seen.Add(1)
	w.note(r)
	if r.ProtoMajor != 1 {
		w.t.Errorf("the request came by %s", r.Proto)
	}
	if w.before != nil {
		w.before(rw, r)
	}
	if w.fault != nil && w.faulty.Load() {
		w.fault(rw, r)
		return
	}
	w.cloud.ServeHTTP(rw, r)
}

// note remembers what may come only once.
func (w *world) note(r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.nonces[r.Header.Get("X-Acs-Signature-Nonce")]++
	_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	if signature != "" {
		w.secrets = append(w.secrets, signature)
	}
}

// replays are the requests that came more than once.
func (w *world) replays() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, times := range w.nonces {
		n += times - 1
	}
	return n
}

// carriedOut carries a request out and returns the answer that the account would give.
func (w *world) carriedOut(r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	w.cloud.ServeHTTP(recorder, r)
	return recorder
}

// toxic adds one of toxiproxy's to every connection while the fault is on.
func (w *world) toxic(kind, stream string, attributes map[string]any) {
	definition, err := json.Marshal(map[string]any{"name": kind, "type": kind, "stream": stream, "attributes": attributes})
	if err != nil {
		w.t.Fatal(err)
	}
	w.onStrike = append(w.onStrike, func() {
		if _, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(string(definition))); err != nil {
			w.t.Errorf("toxic %s: %v", kind, err)
		}
	})
	w.onHeal = append(w.onHeal, func() {
		if err := w.proxy.Toxics.RemoveToxic(context.Background(), kind); err != nil {
			w.t.Errorf("toxic %s: %v", kind, err)
		}
	})
}

// countingListener counts the connections that are open.
type countingListener struct {
	net.Listener
	open atomic.Int32
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return &countedConn{Conn: conn, open: &l.open}, nil
}

type countedConn struct {
	net.Conn
	once sync.Once
	open *atomic.Int32
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}

// reset breaks a connection as the crash of a host does: with RST, not with an end of TLS or of TCP.
func (c *countedConn) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// hijack takes a connection over to write what no HTTP server would.
func hijack(rw http.ResponseWriter) (conn net.Conn, reset func()) {
	conn, _, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	under := conn
	if secured, ok := conn.(*tls.Conn); ok {
		under = secured.NetConn()
	}
	return conn, under.(*countedConn).reset
}

// service is one of the two that scenarios are run for: ECS refuses a call for one bad resource, Tag names it.
type service struct {
	name string
	new  func(untag.Config) (client, error)
	id   func(untagtest.Resource) string

	clients  map[deed]func(client) client // that do something else with its calls
	pageSize int                          // of the lists, for pages of three resources
}

// resource returns the nth one.
func resource(n int) untagtest.Resource {
	return untagtest.Resource{
		Product: "ecs", Region: region, Type: "instance", ID: fmt.Sprintf("i-fault%04d", n),
		Tags: map[string]string{removed: "1", kept: "1"},
	}
}

// The keys of every resource.
const removed, kept = "faults.env", "faults.kept"

// written is the key that calls write.
const written = "faults.new"

// valueOf is the value that the nth resource gets: the second half of a bulk run brings another set of tags than the first.
func valueOf(n int) string {
	if n < bulkSize/2 {
		return firstValue
	}
	return secondValue
}

const firstValue, secondValue = "first-set", "second-set"

// fill puts n resources into the account and returns their names for the service.
func (w *world) fill(s service, n int) []string {
	var names []string
	w.divided = w.scenario.regions && n > singleSize
	for i := range n {
		r := w.resource(i)
		w.cloud.Put(r)
		names = append(names, s.id(r))
	}
	return names
}

// otherRegion has every other resource of a bulk run, where the scenario has two regions.
const otherRegion = "cn-beijing"

// resource returns the nth one of this world.
func (w *world) resource(n int) untagtest.Resource {
	r := resource(n)
	if w.divided && n%2 == 1 {
		r.Region = otherRegion
	}
	return r
}

// twoRegions lets every name of a host lead to the server.
func twoRegions(arrange func(*world)) func(*world) {
	return func(w *world) {
		w.config.Endpoint = ""
		w.transport.TLSClientConfig.ServerName = "127.0.0.1"
		w.transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, w.proxy.Listen)
		}
		arrange(w)
	}
}

// done reports whether the nth resource has lost its tag, or got its new one. No other may change.
func (w *world) done(d deed, n int) bool {
	if d != writes {
		return w.gone(n)
	}
	r := w.resource(n)
	tags, _ := w.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
	if value, there := tags[written]; there && value != valueOf(n) || tags[kept] != "1" || tags[removed] != "1" {
		w.t.Errorf("resource %d has tags that nobody asked for: %v", n, tags)
	}
	return tags[written] != ""
}

// gone reports whether the nth resource has lost its tag. The other tag must stay.
func (w *world) gone(n int) bool {
	r := w.resource(n)
	tags, ok := w.cloud.Tags(r.Product, r.Region, r.Type, r.ID)
	if !ok || tags[kept] != "1" {
		w.t.Errorf("resource %d lost a tag that nobody asked to remove: %v", n, tags)
	}
	return tags[removed] == ""
}

// canaries lists all that must not show.
func (w *world) canaries() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Concat([]string{keySecret, sessionToken, "canarySecurityToken", proxyPassword, keyID, "RegionId="}, w.secrets)
}
