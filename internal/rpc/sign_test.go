package rpc_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/untagtest"
)

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
