package rpc_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/markdown"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/untagtest"
)

// provider is a CredentialProvider that may block, fail and change.
type provider func() (*credentials.CredentialModel, error)

func (p provider) GetCredential() (*credentials.CredentialModel, error) { return p() }

func model(id, secret, token string) *credentials.CredentialModel {
	m := &credentials.CredentialModel{AccessKeyId: tea.String(id), AccessKeySecret: tea.String(secret)}
	if token != "" {
		m.SecurityToken = tea.String(token)
	}
	return m
}

// diary notes what happens in which order.
type diary struct {
	mu    sync.Mutex
	notes []string
}

func (d *diary) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, what)
}

// TryAcquire, Acquire and Release make a diary the slot of a call, which the limiter takes when the call's time has come.
func (d *diary) TryAcquire() bool              { d.note("pace"); return true }
func (d *diary) Acquire(context.Context) error { d.note("pace"); return nil }
func (d *diary) Release()                      { d.note("release") }

// notesOf makes a call that the service plays so, and returns what happened. A send has to be signed.
func notesOf(t *testing.T, steps ...step) []string {
	t.Helper()
	log := new(diary)
	for i, then := range steps {
		steps[i] = func(r *http.Request) (*http.Response, error) {
			assert.NotEmpty(t, r.Header.Get("Authorization"), "sent before signed")
			log.note("send")
			return then(r)
		}
	}
	client := newClient(t, play(steps...), func(c *untag.Config) {
		c.Credentials = provider(func() (*credentials.CredentialModel, error) {
			log.note("credentials")
			return model(keyID, keySecret, ""), nil
		})
		c.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
			log.note("begin")
			return ctx, func(error) { log.note("finish") }
		}
		c.OnAttempt = func(context.Context, untag.Attempt) { log.note("report") }
	})
	call := request()
	call.Slot = log
	_, err := client.Do(t.Context(), call)
	require.NoError(t, err)
	return log.notes
}

func TestOrderOfChain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		notes := notesOf(t, refuse(http.StatusServiceUnavailable, "ServiceUnavailable"), fail(errReset), ok)
		attempt := []string{"pace", "credentials", "send", "release", "report"}
		assert.Equal(t, slices.Concat([]string{"begin"}, attempt, attempt, attempt, []string{"finish"}), notes)
	})
}

// TestDiagramOfChain compares the steps of the README's diagram with what happens. Steps that leave no note in the diary
// are skipped; that the request is signed before it is sent is asserted where it is sent.
func TestDiagramOfChain(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	diagram := ""
	for _, block := range markdown.Parse(string(text)).Blocks {
		if block.Language == "mermaid" {
			diagram = block.Text
		}
	}
	next := make(map[string]string)
	var edges []string
	for _, edge := range regexp.MustCompile(`(?m)^\s*(\w+) -->(?:\|[^|]*\|)? (\w+)`).FindAllStringSubmatch(diagram, -1) {
		edges = append(edges, edge[1]+" "+edge[2])
		if next[edge[1]] == "" { // the first edge of a step is the way on, except at the two that may refuse or repeat
			next[edge[1]] = edge[2]
		}
	}
	require.Subset(t, edges, []string{"validate encode", "report finish", "report pace"})
	next["validate"], next["report"] = "encode", "finish"
	var steps []string
	for step := "validate"; step != ""; step = next[step] {
		require.NotContains(t, steps, step, "a circle")
		require.NotContains(t, []string{"call", "class", "click", "end", "graph", "style", "subgraph"}, step, "a word of Mermaid's own")
		steps = append(steps, step)
	}

	noted := slices.DeleteFunc(notesOf(t, ok), func(note string) bool { return note == "release" })
	assert.Equal(t, noted, slices.DeleteFunc(slices.Clone(steps), func(step string) bool { return !slices.Contains(noted, step) }))
	assert.Equal(t, []string{"validate", "encode", "begin", "pace", "credentials", "sign", "send", "read", "classify", "report", "finish"}, steps[:11])
}

func TestInvalidRequestAsksNobody(t *testing.T) {
	t.Parallel()
	config := settings(play(fail(errReset)))
	config.Credentials = provider(func() (*credentials.CredentialModel, error) {
		t.Error("credentials were asked for")
		return nil, errReset
	})
	config.OnCall = func(ctx context.Context, _ untag.Call) (context.Context, func(error)) {
		t.Error("a call was reported")
		return ctx, nil
	}
	service, err := ecs.New(config)
	require.NoError(t, err)
	_, err = service.UntagResources(t.Context(), ecs.UntagResourcesRequest{Region: "cn-hangzhou"})
	require.ErrorIs(t, err, untag.ErrInvalidRequest)

	client, err := rpc.New(config, anyService)
	require.NoError(t, err)
	for _, region := range []string{"", "cn-hangzhou.evil.example", "cn-hangzhou/", "x@y-z"} {
		call := request()
		call.Region = region
		_, err = client.Do(t.Context(), call)
		require.ErrorIs(t, err, untag.ErrInvalidRequest, "%q", region)
	}
}

func TestEveryAttemptIsSignedAnew(t *testing.T) {
	t.Parallel()
	for _, version := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
		t.Run(version.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := play(refuse(http.StatusServiceUnavailable, "ServiceUnavailable", "X-Acs-Retry-After: 2000"), fail(errReset), cutOff(http.StatusOK, "{"), refuse(http.StatusBadRequest, "Throttling.User"), ok)
				client := newClient(t, service, func(c *untag.Config) { c.Signature = version; c.Retry.BaseDelay = time.Minute })
				_, err := client.Do(t.Context(), request())
				require.NoError(t, err)
				seen := make(map[string]bool)
				for _, m := range service.messages() {
					nonce, date, signed := m.header.Get("X-Acs-Signature-Nonce"), m.header.Get("X-Acs-Date"), m.header.Get("Authorization")
					if version == untag.SignatureV1 {
						nonce, date, signed = m.parameter("SignatureNonce"), m.parameter("Timestamp"), m.parameter("Signature")
					}
					assert.Regexp(t, regexp.MustCompile(`^[0-9a-f]{32}$`), nonce)
					assert.Equal(t, m.at.UTC().Format("2006-01-02T15:04:05Z"), date)
					assert.False(t, seen[nonce] || seen[signed], "used before")
					seen[nonce], seen[signed] = true, true
				}
				assert.Len(t, service.messages(), 5)
				assert.GreaterOrEqual(t, waits(service.messages())[0], 2*time.Second, "the dates must differ")
			})
		})
	}
}

// callOf is a call whose query has exactly n bytes.
func callOf(t *testing.T, n int) rpc.Call {
	t.Helper()
	q := new(signature.Query)
	q.Add("RegionId", "cn-hangzhou")
	fixed := q.Len()
	q = new(signature.Query)
	q.Add("RegionId", "cn-hangzhou")
	q.Add("ResourceId.1", strings.Repeat("i", n-fixed-len("&ResourceId.1=")))
	require.Len(t, q.Bytes(), n)
	return rpc.Call{Operation: &operation, Region: "cn-hangzhou", Resources: 1, Query: q}
}

// verifyV3 computes the signature of what came over the wire from the protocol's words alone.
func verifyV3(t *testing.T, m message) {
	t.Helper()
	authorization := m.header.Get("Authorization")
	match := regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$`).FindStringSubmatch(authorization)
	require.NotNil(t, match, authorization)
	hash := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	names := strings.Split(match[2], ";")
	assert.True(t, slices.IsSorted(names))
	var lines strings.Builder
	for _, name := range names {
		value := m.header.Get(name)
		if name == "host" {
			value = m.host
		}
		lines.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	must := []string{"host"}
	for name := range m.header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || lower == "content-type" {
			must = append(must, lower)
		}
	}
	assert.ElementsMatch(t, must, names)
	assert.Equal(t, hash(m.body), m.header.Get("X-Acs-Content-Sha256"))
	canonical := "POST\n/\n" + m.url.RawQuery + "\n" + lines.String() + "\n" + match[2] + "\n" + hash(m.body)
	mac := hmac.New(sha256.New, []byte(keySecret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hash(canonical)))
	assert.Equal(t, hex.EncodeToString(mac.Sum(nil)), match[3])
	assert.Equal(t, keyID, match[1])
}

func TestQueryOrFormBody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		bytes int
		form  bool
	}{{"short", 100, false}, {"the longest query", 8000, false}, {"one byte more", 8001, true}, {"long", 60_000, true}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := play(ok)
			call := callOf(t, test.bytes)
			_, err := newClient(t, service).Do(t.Context(), call)
			require.NoError(t, err)
			m := service.messages()[0]
			if test.form {
				assert.Empty(t, m.url.RawQuery)
				assert.Equal(t, string(call.Query.Bytes()), m.body)
				assert.Equal(t, "application/x-www-form-urlencoded", m.header.Get("Content-Type"))
			} else {
				assert.Equal(t, string(call.Query.Bytes()), m.url.RawQuery)
				assert.Empty(t, m.body)
				assert.Empty(t, m.header.Get("Content-Type"))
			}
			verifyV3(t, m)
		})
	}
}

// wire records what a server reads from its socket.
func wire(t *testing.T, then http.Handler) (server *httptest.Server, recorded *script) {
	t.Helper()
	recorded = play(ok)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		echo := r.Clone(r.Context())
		echo.URL.RawQuery = r.URL.RawQuery
		recorded.record(echo)
		r.Body = http.NoBody
		if body := recorded.messages()[len(recorded.messages())-1].body; body != "" {
			r.Body = bodyOf(body)
		}
		then.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, recorded
}

// TestSignedBytesAreOnTheWire sends over a socket to the account of untagtest, which checks signatures by its own code.
func TestSignedBytesAreOnTheWire(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		version   untag.SignatureVersion
		token     string
		bytes     int
		inBody    bool
		signature string
	}{
		{"V3", untag.SignatureV3, "", 0, false, "V3"},
		{"V3 long", untag.SignatureV3, "", 8001, true, "V3"},
		{"V3 with a token", untag.SignatureV3, stsToken, 0, false, "V3"},
		{"V3 with a token, long", untag.SignatureV3, stsToken, 20_000, true, "V3"},
		{"V1", untag.SignatureV1, "", 0, true, "V1"},
		{"V1 with a token", untag.SignatureV1, stsToken, 0, true, "V1"},
		{"V1 long", untag.SignatureV1, "", 20_000, true, "V1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := untagtest.NewCloud()
			cloud.AllowKey(keyID, keySecret, test.token)
			cloud.AllowAnyResource()
			server, recorded := wire(t, cloud)
			transport := untag.NewTransport()
			defer transport.CloseIdleConnections()
			client := newClient(t, transport, func(c *untag.Config) {
				c.Endpoint = server.URL
				c.Signature = test.version
				c.Credentials = untag.StaticCredentials(keyID, keySecret, test.token)
			})
			call := request()
			if test.bytes > 0 {
				q := new(signature.Query)
				q.Add("RegionId", "cn-hangzhou")
				q.Add("ResourceId.1", "i-"+strings.Repeat("x", 120))
				q.Add("ResourceType", "instance")
				keys := make([]string, 0, 20)
				for i := range 20 {
					keys = append(keys, strings.Repeat("ü", test.bytes/120)+string(rune('a'+i)))
				}
				q.AddList("TagKey", keys)
				call.Query = q
			}
			_, err := client.Do(t.Context(), call)
			if test.bytes > 0 && err != nil { // the account may find the keys too long, but only after the signature was good
				require.NotErrorIs(t, err, untag.ErrUnauthenticated)
				require.ErrorIs(t, err, untag.ErrInvalidParameter)
			} else {
				require.NoError(t, err)
			}
			require.Len(t, cloud.Calls(), 1)
			assert.Equal(t, test.signature, cloud.Calls()[0].SignatureVersion)
			assert.Equal(t, test.inBody, cloud.Calls()[0].Form)

			m := recorded.messages()[0]
			assert.Equal(t, strings.TrimPrefix(server.URL, "http://"), m.host, "with its port")
			assert.Equal(t, "/", m.url.Path)
			assert.Contains(t, m.header.Get("User-Agent"), "untag/")
			for _, secret := range []string{keySecret, keyID, stsToken} {
				assert.NotContains(t, m.url.String(), secret)
			}
			if test.version == untag.SignatureV3 {
				verifyV3(t, m)
				assert.Equal(t, test.token, m.header.Get("X-Acs-Security-Token"))
				return
			}
			assert.Empty(t, m.url.RawQuery, "key ID, token and signature must stay out of the URL")
			for name, values := range m.header {
				for _, secret := range []string{keyID, stsToken, m.parameter("Signature")} {
					assert.NotContains(t, strings.Join(values, " "), secret, name)
				}
				assert.False(t, strings.HasPrefix(name, "X-Acs-") || name == "Authorization", name)
			}
			assert.Equal(t, keyID, m.parameter("AccessKeyId"))
			assert.Equal(t, test.token, m.parameter("SecurityToken"))
		})
	}
}

func TestBearerToken(t *testing.T) {
	t.Parallel()
	const token = "NobodysBearerTokenOfTests"
	bearer, err := credentials.NewCredential(new(credentials.Config).SetType("bearer").SetBearerToken(token))
	require.NoError(t, err)
	for _, test := range []struct {
		name        string
		credentials untag.CredentialProvider
		version     untag.SignatureVersion
		bytes       int
	}{
		{"of credentials-go", bearer, untag.SignatureV3, 0},
		{"long", bearer, untag.SignatureV3, 8000},
		{"V1 has none of its own", bearer, untag.SignatureV1, 0},
		{"of another provider", provider(func() (*credentials.CredentialModel, error) {
			return &credentials.CredentialModel{BearerToken: tea.String(token)}, nil
		}), untag.SignatureV3, 0},
		{"with keys beside it", provider(func() (*credentials.CredentialModel, error) {
			m := model(keyID, keySecret, "")
			m.BearerToken, m.Type = tea.String(token), tea.String("bearer")
			return m, nil
		}), untag.SignatureV3, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := untagtest.NewCloud()
			cloud.AllowBearer(token)
			cloud.AllowAnyResource()
			service := play(cloud.Config().HTTPClient.Transport.RoundTrip)
			call := request()
			if test.bytes > 0 {
				call = callOf(t, test.bytes)
			}
			_, err := newClient(t, service, func(c *untag.Config) {
				c.Credentials, c.Signature = test.credentials, test.version
				c.Retry.MaxAttempts = 1
			}).Do(t.Context(), call)
			require.NotErrorIs(t, err, untag.ErrUnauthenticated)
			require.Len(t, cloud.Calls(), 1, "%v", err)
			m := service.messages()[0]
			assert.Equal(t, token, m.header.Get("X-Acs-Bearer-Token"))
			assert.Equal(t, "BEARERTOKEN", m.parameter("SignatureType"))
			assert.Empty(t, m.header.Get("Authorization"))
			assert.NotContains(t, m.url.String()+m.body, token)
			assert.Equal(t, test.bytes > 0, m.url.RawQuery == "")
			assert.Equal(t, "BEARERTOKEN", cloud.Calls()[0].SignatureVersion)
		})
	}
}

func TestHostIsSignedWithItsPort(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ endpoint, host string }{
		{"", "ecs-cn-hangzhou.aliyuncs.com"},
		{"gateway.example", "gateway.example"},
		{"gateway.example:8443", "gateway.example:8443"},
		{"https://Gateway.Example:443/", "gateway.example:443"},
		{"http://127.0.0.1:8080", "127.0.0.1:8080"},
		{"http://[::1]:8080", "[::1]:8080"},
	} {
		t.Run(test.endpoint, func(t *testing.T) {
			t.Parallel()
			service := play(ok)
			_, err := newClient(t, service, func(c *untag.Config) { c.Endpoint = test.endpoint }).Do(t.Context(), request())
			require.NoError(t, err)
			m := service.messages()[0]
			assert.Equal(t, test.host, m.host)
			assert.Equal(t, test.host, m.url.Host)
			verifyV3(t, m)
		})
	}
}
