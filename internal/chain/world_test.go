package chain_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/chain"
)

// Canaries. None of them may show in an error, in a log or in the name of a source.
const (
	canaryID     = "LTAI5tCanaryKeyIdZx81QwEr"
	canarySecret = "Canary0SecretTy77UiOpAsDfGhJkL"
	canaryToken  = "CAISCanaryToken41GhJkLz99qq"
	canaryAccess = "CanaryAccessToken77x99"
	issuedID     = "STS.CanaryIssuedIdZx81"
	issuedSecret = "CanaryIssued0Secret55UiOpAsDf"
	issuedToken  = "CAISCanaryIssuedToken66GhJk"
)

const roleARN = "acs:ram::1234567890123456:role/r"

// world is a machine: a home directory, an environment without the variables of the chain, and the servers that it asks.
// The tests that have one set the environment and http.DefaultTransport, so none is parallel.
type world struct {
	t       *testing.T
	home    string
	mu      sync.Mutex
	asked   []string                    // METHOD scheme://host/path of every request
	forms   []url.Values                // of those to STS
	proxied []string                    // what the proxy saw
	answers map[string]http.HandlerFunc // by host
	proxy   *httptest.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "ALIBABA") || strings.HasPrefix(name, "ALICLOUD") {
			t.Setenv(name, "")
		}
	}
	w := &world{t: t, home: t.TempDir()}
	t.Setenv("HOME", w.home)
	t.Setenv("USERPROFILE", w.home)
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	w.answers = map[string]http.HandlerFunc{
		"sts.aliyuncs.com":          w.sts,
		"100.100.100.200":           w.metadata,
		"uri.example":               w.session,
		"portal.example":            w.cloudSSO,
		"oauth.aliyun.com":          w.oauth,
		"oauth.alibabacloud.com":    w.oauth,
		"127.0.0.1":                 w.session,
		"sts-vpc.cn-a.internal":     w.sts,
		"sts.cn-b.aliyuncs.com":     w.sts,
		"sts-vpc.cn-c.aliyuncs.com": w.sts,
	}
	handler := http.HandlerFunc(w.serve)
	secure, plain := httptest.NewTLSServer(handler), httptest.NewServer(handler)
	w.proxy = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.proxied = append(w.proxied, r.Method+" "+r.RequestURI)
		http.Error(rw, "no way through", http.StatusBadGateway)
	}))
	for _, server := range []*httptest.Server{secure, plain, w.proxy} {
		t.Cleanup(server.Close)
	}
	before := http.DefaultTransport
	transport := before.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	pool := x509.NewCertPool()
	pool.AddCert(secure.Certificate())
	transport.TLSClientConfig.RootCAs, transport.TLSClientConfig.ServerName = pool, "example.com"
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		switch {
		case address == w.proxy.Listener.Addr().String():
		case strings.HasSuffix(address, ":443"):
			address = secure.Listener.Addr().String()
		default:
			address = plain.Listener.Addr().String()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = before })
	return w
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host, _, _ := strings.Cut(r.Host, ":")
	w.mu.Lock()
	w.asked = append(w.asked, r.Method+" "+scheme+"://"+host+r.URL.Path)
	answer := w.answers[host]
	w.mu.Unlock()
	if answer == nil {
		http.Error(rw, "nobody", http.StatusTeapot)
		return
	}
	answer(rw, r)
}

func issued(expires time.Time) string {
	return fmt.Sprintf(`"AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":%q,"Expiration":%q`,
		issuedID, issuedSecret, issuedToken, expires.UTC().Format("2006-01-02T15:04:05Z"))
}

func (w *world) session(rw http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(rw, `{"Code":"Success",`+issued(time.Now().Add(time.Hour))+`}`)
}

// sts checks the signature by the protocol's words alone.
func (w *world) sts(rw http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"AccessKeyId", "SecurityToken", "Signature", "OIDCToken"} {
		assert.Empty(w.t, r.URL.Query().Get(name), "%s is in the URL", name)
	}
	w.mu.Lock()
	w.forms = append(w.forms, r.Form)
	w.mu.Unlock()
	switch secrets := map[string]string{canaryID: canarySecret, issuedID: issuedSecret}; r.Form.Get("Action") {
	case "AssumeRole":
		pairs := make([]string, 0, len(r.Form))
		escape := func(s string) string {
			return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
		}
		for _, name := range slices.Sorted(maps.Keys(r.Form)) {
			if name != "Signature" {
				pairs = append(pairs, escape(name)+"="+escape(r.Form.Get(name)))
			}
		}
		mac := hmac.New(sha1.New, []byte(secrets[r.Form.Get("AccessKeyId")]+"&"))
		mac.Write([]byte("POST&%2F&" + escape(strings.Join(pairs, "&"))))
		if base64.StdEncoding.EncodeToString(mac.Sum(nil)) != r.Form.Get("Signature") {
			refuse(rw, 400, "SignatureDoesNotMatch", "the string to sign is POST&%2F&AccessKeyId%3D"+canaryID)
			return
		}
	case "AssumeRoleWithOIDC":
		assert.Empty(w.t, r.Form.Get("AccessKeyId"))
	default:
		refuse(rw, 404, "InvalidAction.NotFound", "no such action")
		return
	}
	_, _ = io.WriteString(rw, `{"RequestId":"5F2B2C4E-0000-5000-8000-000000000001","Credentials":{`+issued(time.Now().Add(time.Hour))+`}}`)
}

func refuse(rw http.ResponseWriter, status int, code, message string) {
	rw.WriteHeader(status)
	_, _ = fmt.Fprintf(rw, `{"RequestId":"5F2B2C4E-0000-5000-8000-0000000000FF","HostId":"sts.aliyuncs.com","Code":%q,"Message":%q}`, code, message)
}

func refusing(status int, code, message string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) { refuse(rw, status, code, message) }
}

// metadata is that of an instance in normal mode with a role.
func (w *world) metadata(rw http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/latest/api/token" && r.Method == http.MethodPut:
		_, _ = io.WriteString(rw, "metadata-token")
	case path == "/latest/meta-data/ram/security-credentials/":
		_, _ = io.WriteString(rw, "attached\n")
	case strings.HasPrefix(path, "/latest/meta-data/ram/security-credentials/"):
		w.session(rw, r)
	default:
		http.NotFound(rw, r)
	}
}

func (w *world) cloudSSO(rw http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+canaryAccess || r.URL.Path != "/cloud-credentials" {
		http.Error(rw, `{"ErrorCode":"InvalidToken","ErrorMessage":"bad token `+canaryAccess+`","RequestId":"R-1"}`, http.StatusUnauthorized)
		return
	}
	_, _ = io.WriteString(rw, `{"RequestId":"R","CloudCredential":{`+issued(time.Now().Add(time.Hour))+`}}`)
}

func (w *world) oauth(rw http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+canaryAccess || r.URL.Path != "/v1/exchange" {
		http.Error(rw, `{"error":"invalid_token","error_description":"expired `+canaryAccess+`","requestId":"R-2"}`, http.StatusUnauthorized)
		return
	}
	text := `{"requestId":"R",` + issued(time.Now().Add(time.Hour)) + `}`
	_, _ = io.WriteString(rw, strings.NewReplacer(`"A`, `"a`, `"SecurityToken"`, `"securityToken"`, `"E`, `"e`).Replace(text))
}

func (w *world) write(path, text string) {
	w.t.Helper()
	path = filepath.Join(w.home, path)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o640))
}

// profiles writes config.json. The first profile is the current one; others lie beside it with fields that no SDK knows.
func (w *world) profiles(profiles ...string) {
	w.t.Helper()
	profiles = append(profiles, `{"name":"bystander","mode":"RsaKeyPair","private_key":"/k","endpoint":"e.example","sts_endpoint":"s.example","future":[1]}`)
	w.write(".aliyun/config.json", `{"current":"p","profiles":[`+strings.Join(profiles, ",\n")+`],"meta_path":"/m","plugin":{}}`)
}

// disk is everything below the home directory.
func (w *world) disk() map[string]string {
	w.t.Helper()
	all := make(map[string]string)
	require.NoError(w.t, filepath.WalkDir(w.home, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = fmt.Sprintf("%s %s %s", info.Mode(), info.ModTime(), data)
		return err
	}))
	return all
}

// get asks a new chain, and checks that nothing on the disk changes and nothing secret shows.
func (w *world) get() (*credentials.CredentialModel, *chain.Provider, error) {
	w.t.Helper()
	before := w.disk()
	p := chain.New()
	m, err := p.GetCredential()
	assert.Equal(w.t, before, w.disk(), "the user's files")
	var out strings.Builder
	fmt.Fprintf(&out, "%v %+v %#v %s", p, p, p, err)
	for e := err; e != nil; {
		fmt.Fprintf(&out, " %v %+v %#v", e, e, e)
		wrapper, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = wrapper.Unwrap()
	}
	for _, secret := range []string{canaryID, canarySecret, canaryToken, canaryAccess, issuedID, issuedSecret, issuedToken} {
		assert.NotContains(w.t, out.String(), secret)
	}
	if err != nil {
		assert.NotContains(w.t, err.Error(), "\n")
		own := new(chain.Error)
		assert.ErrorAs(w.t, err, &own)
	}
	return m, p, err
}
