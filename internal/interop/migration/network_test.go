package migration_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// Credentials of the simulated account. Those of the token are what its security token service hands out too.
const (
	accessKeyID     = "LTAI5tMigrationExample01"
	accessKeySecret = "migrationSecretMigration0001"
	stsKeyID        = "STS.NTMigrationExample000002"
	stsKeySecret    = "migrationSecretMigration0002"
	stsToken        = "CAIS+token/with=signs+of/base64=="
	roleARN         = "acs:ram::1234567890123456:role/untagger"
)

// network stands for the internet. Clients reach it through a proxy, as the environment tells them; behind the proxy, every host of the
// vendor is the account of the test, with a certificate that the tests trust. So the code of the pages runs as it stands.
type network struct {
	proxy, certificate string // the proxy's URL, and the file of the certificate
	servers            []*httptest.Server

	mu       sync.Mutex
	cloud    *untagtest.Cloud
	moved    bool // see setMoved
	requests []request
}

// request is a request as it arrived.
type request struct {
	scheme, host, proto, authorization string
	query                              url.Values
}

var world *network // nil where its certificate cannot be made trusted

func newNetwork() *network {
	n := &network{}
	certificate := n.newCertificate()
	secure := httptest.NewUnstartedServer(n.serve("https"))
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	secure.EnableHTTP2 = true // as the service may: what a client speaks is then its own choice
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	plain := n.serve("http")
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			tunnel(w, secure.Listener.Addr().String())
			return
		}
		plain(w, r)
	}))
	n.proxy = proxy.URL
	n.servers = []*httptest.Server{proxy, secure}
	return n
}

func (n *network) close() {
	for _, server := range n.servers {
		server.CloseClientConnections() // tunnels stay open as long as their clients keep them
		server.Close()
	}
	_ = os.Remove(n.certificate)
}

// newCertificate makes the certificate of all hosts and writes it to a file.
func (n *network) newCertificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"*.aliyuncs.com", "*.cn-hangzhou.aliyuncs.com"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(err)
	file, err := os.CreateTemp("", "migration-*.pem")
	must(err)
	must(pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	must(file.Close())
	n.certificate = file.Name()
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// tunnel connects a client with a server.
func tunnel(w http.ResponseWriter, server string) {
	out, err := net.Dial("tcp", server)
	must(err)
	in, _, err := http.NewResponseController(w).Hijack()
	must(err)
	go func() {
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	_, _ = io.WriteString(in, "HTTP/1.1 200 OK\r\n\r\n")
	_, _ = io.Copy(in, out)
	_ = in.Close()
}

// serve records a request and hands it to the account of the test, or answers for services that the account does not have.
func (n *network) serve(scheme string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		n.requests = append(n.requests, request{scheme, r.Host, r.Proto, r.Header.Get("Authorization"), r.URL.Query()})
		cloud, moved := n.cloud, n.moved
		n.moved = false
		n.mu.Unlock()
		switch {
		case moved:
			http.Redirect(w, r, r.URL.RequestURI(), http.StatusTemporaryRedirect)
		case strings.HasPrefix(r.Host, "sts."):
			writeJSON(w, map[string]any{"Credentials": map[string]string{
				"AccessKeyId": stsKeyID, "AccessKeySecret": stsKeySecret, "SecurityToken": stsToken,
				"Expiration": time.Now().Add(time.Hour).UTC().Format(time.RFC3339),
			}})
		default:
			cloud.ServeHTTP(w, r)
		}
	}
}

// setMoved makes the next request be redirected to where it was sent.
func (n *network) setMoved() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.moved = true
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	must(json.NewEncoder(w).Encode(value))
}

// instances and the other resources that the pages name.
const (
	instance = "i-bp1j6qtvdm8w0z1o0"
	gone     = "i-bp1j6qtvdm8w0gone"
)

var resources = []untagtest.Resource{
	{Product: "ecs", Type: "instance", ID: instance},
	{Product: "vpcipam", Type: "IPAMPOOL", ID: "ipam-pool-6rcq3tobayc20t"},
	{Product: "resourcesharing", Type: "ResourceShare", ID: "rs-6GRmdD3X"},
}

// newAccount returns an account that has the resources with the tags env and team, and puts it behind the network.
// Tests that use it share the network, so they are not parallel.
func newAccount(t *testing.T) *untagtest.Cloud {
	t.Helper()
	if world == nil {
		t.Skip("the certificate of the simulated network cannot be made trusted on this system")
	}
	cloud := untagtest.NewCloud()
	cloud.AllowKey(accessKeyID, accessKeySecret, "")
	cloud.AllowKey(stsKeyID, stsKeySecret, stsToken)
	for _, r := range resources {
		put(cloud, r)
	}
	world.mu.Lock()
	defer world.mu.Unlock()
	world.cloud, world.requests, world.moved = cloud, nil, false
	return cloud
}

func put(cloud *untagtest.Cloud, r untagtest.Resource) {
	r.Tags = map[string]string{"env": "test", "team": "blue"}
	cloud.Put(r)
}

// requireUntagged checks that every resource of the account has lost the tag env and kept the tag team, and gives it back.
func requireUntagged(t *testing.T, cloud *untagtest.Cloud, all ...untagtest.Resource) {
	t.Helper()
	for _, r := range all {
		tags, ok := cloud.Tags(r.Product, "cn-hangzhou", r.Type, r.ID)
		require.True(t, ok, r.ID)
		require.Equal(t, map[string]string{"team": "blue"}, tags, r.ID)
		put(cloud, r)
	}
}

// seen returns the requests since the last call of seen.
func seen() []request {
	world.mu.Lock()
	defer world.mu.Unlock()
	requests := world.requests
	world.requests = nil
	return requests
}
