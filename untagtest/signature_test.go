package untagtest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

type vector struct {
	ID, Scheme, Method, Body, AK, SK, Token, Date, Authorization, Signature string
	RequestURI                                                              string `json:"request_uri"`
	CanonicalRequest                                                        string `json:"canonical_request"`
	StringToSign                                                            string `json:"string_to_sign"`
	Query, Headers                                                          map[string]string
}

// request rebuilds the request, with a signature of the caller's choice if there is one.
func (v vector) request(forged string) *http.Request {
	query := url.Values{}
	for name, value := range v.Query {
		query.Set(name, value)
	}
	if v.Scheme == "RPC-HMAC-SHA1" {
		query.Set("Signature", or(forged, v.Signature))
	}
	target := "/?" + query.Encode()
	if v.RequestURI != "" && forged == "" {
		target = v.RequestURI
	}
	r := httptest.NewRequest(v.Method, target, strings.NewReader(v.Body))
	for name, value := range v.Headers {
		r.Header.Set(name, value)
	}
	if host := v.Headers["host"]; host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
	if v.Authorization != "" {
		authorization := v.Authorization
		if forged != "" {
			authorization = strings.Replace(authorization, v.Signature, forged, 1)
		}
		r.Header.Set("Authorization", authorization)
	}
	r.Header.Set("Accept", "application/json")
	return r
}

func TestVectors(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var vectors []vector
	require.NoError(t, json.Unmarshal(text, &vectors))
	require.Len(t, vectors, 14)
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				date, err := time.Parse(time.RFC3339, v.Date)
				require.NoError(t, err)
				time.Sleep(time.Until(date))
				cloud := untagtest.NewCloud()
				cloud.AllowKey(v.AK, v.SK, v.Token)

				answer := record(t, cloud, v.request(strings.Repeat("0", 64)))
				assert.Equal(t, "SignatureDoesNotMatch", answer.Code)
				assert.Contains(t, answer.Message, v.StringToSign)
				assert.Contains(t, answer.Message, v.AK)
				if v.CanonicalRequest != "" {
					assert.Contains(t, answer.Message, v.CanonicalRequest)
				}

				answer = record(t, cloud, v.request(""))
				assert.NotContains(t, answer.Code, "Signature")
				assert.NotContains(t, answer.Code, "InvalidAccessKeyId")
				assert.NotContains(t, answer.Code, "Token")
				answer = record(t, cloud, v.request(""))
				assert.Equal(t, "SignatureNonceUsed", answer.Code, "only a good signature uses up its nonce")
			})
		})
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func query(old, changed string) func(*http.Request) {
	return func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, changed, 1) }
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }
	rows := []struct {
		name   string
		call   call
		code   string
		status int
	}{
		{"V3 in the query", call{}, "", 200},
		{"V3 in a form", call{form: true}, "", 200},
		{"V3 by GET", call{method: http.MethodGet}, "", 200},
		{"V1 in the query", call{v1: true}, "", 200},
		{"V1 in a form", call{v1: true, form: true}, "", 200},
		{"V1 by GET", call{v1: true, method: http.MethodGet}, "", 200},
		{"V3 with a token", call{id: "STS", secret: "S", token: "token"}, "", 200},
		{"V1 with a token", call{v1: true, id: "STS", secret: "S", token: "token"}, "", 200},
		{"bearer", call{bearer: "bearer"}, "", 200},
		{"14 minutes late", call{date: ago(14 * time.Minute)}, "", 200},
		{"14 minutes early", call{date: ago(-14 * time.Minute)}, "", 200},

		{"nothing", call{edit: func(r *http.Request) { r.Header.Del("Authorization") }}, "IncompleteSignature", 400},
		{"V3 malformed", call{edit: header("Authorization", "ACS3-HMAC-SHA256 nonsense")}, "IncompleteSignature", 400},
		{"V3 without a space", call{edit: header("Authorization", "ACS3-HMAC-SHA256")}, "IncompleteSignature", 400},
		{"V3 without a date", call{edit: func(r *http.Request) { r.Header.Del("X-Acs-Date") }}, "IncompleteSignature", 400},
		{"V3 without a nonce", call{headers: map[string]string{"x-acs-signature-nonce": ""}}, "IncompleteSignature", 400},
		{"V3 host not signed", call{unsignedHeader: "host"}, "IncompleteSignature", 400},
		{"V3 content-type not signed", call{form: true, unsignedHeader: "content-type"}, "IncompleteSignature", 400},
		{"V3 x-acs- header not signed", call{unsignedHeader: "x-acs-version"}, "IncompleteSignature", 400},
		{"V3 header added", call{edit: header("x-acs-extra", "1")}, "IncompleteSignature", 400},
		{"V3 upper-case signature", call{edit: func(r *http.Request) {
			head, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(signature))
		}}, "SignatureDoesNotMatch", 400},
		{"V3 other secret", call{secret: "other"}, "SignatureDoesNotMatch", 400},
		{"V3 query changed", call{edit: query("env", "dev")}, "SignatureDoesNotMatch", 400},
		{"V3 query lengthened", call{edit: func(r *http.Request) { r.URL.RawQuery += "&TagKey.2=x" }}, "SignatureDoesNotMatch", 400},
		{"V3 header changed", call{edit: header("x-acs-action", "TagResources")}, "SignatureDoesNotMatch", 400},
		{"V3 body hash of another body", call{headers: map[string]string{"x-acs-content-sha256": strings.Repeat("0", 64)}}, "SignatureDoesNotMatch", 400},
		{"V1 other secret", call{v1: true, secret: "other"}, "SignatureDoesNotMatch", 400},
		{"V1 query changed", call{v1: true, edit: query("env", "dev")}, "SignatureDoesNotMatch", 400},
		{"V1 malformed base64", call{v1: true, edit: query("Signature=", "Signature=%21")}, "SignatureDoesNotMatch", 400},
		{"V1 other method", call{v1: true, edit: query("HMAC-SHA1", "HMAC-SHA256")}, "IncompleteSignature", 400},
		{"V1 without a nonce", call{v1: true, edit: query("SignatureNonce", "Nonce")}, "IncompleteSignature", 400},
		{"V1 without a signature", call{v1: true, edit: query("Signature=", "Sign=")}, "IncompleteSignature", 400},
		{"bearer without a nonce", call{bearer: "bearer", headers: map[string]string{"x-acs-signature-nonce": ""}}, "IncompleteSignature", 400},
		{"bearer unknown", call{bearer: "other"}, "InvalidSecurityToken.Malformed", 400},

		{"V3 key with a space at its end", call{id: keyID + " "}, "InvalidAccessKeyId.NotFound", 404},
		{"V3 key with a tab at its end", call{id: keyID + "\t"}, "InvalidAccessKeyId.NotFound", 404},
		{"V3 key with a space at its beginning", call{id: " " + keyID}, "InvalidAccessKeyId.NotFound", 404},
		{"V1 key with a space at its end", call{v1: true, id: keyID + " "}, "InvalidAccessKeyId.NotFound", 404},
		{"V3 secret with a space at its end", call{secret: keySecret + " "}, "SignatureDoesNotMatch", 400},
		{"V3 key unknown", call{id: "nobody"}, "InvalidAccessKeyId.NotFound", 404},
		{"V1 key unknown", call{v1: true, id: "nobody"}, "InvalidAccessKeyId.NotFound", 404},
		{"key disabled", call{id: "OLD", secret: "S"}, "InvalidAccessKeyId.Inactive", 403},
		{"token missing", call{id: "STS", secret: "S"}, "MissingSecurityToken", 400},
		{"token unknown", call{id: "STS", secret: "S", token: "x"}, "InvalidSecurityToken.Malformed", 400},
		{"token of another key", call{id: "STS", secret: "S", token: "token2"}, "InvalidSecurityToken.MismatchWithAccessKey", 400},
		{"token expired", call{id: "STS3", secret: "S", token: "token3"}, "InvalidSecurityToken.Expired", 400},
		{"token renewed", call{id: "STS3", secret: "S", token: "token4"}, "", 200},

		{"V3 too late", call{date: ago(16 * time.Minute)}, "InvalidTimeStamp.Expired", 400},
		{"V3 too early", call{date: ago(-16 * time.Minute)}, "IllegalTimestamp", 400},
		{"V1 too late", call{v1: true, date: ago(16 * time.Minute)}, "InvalidTimeStamp.Expired", 400},
		{"V3 date malformed", call{date: "yesterday"}, "InvalidTimeStamp.Format", 400},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			cloud.AllowKey("STS", "S", "token")
			cloud.AllowKey("STS2", "S", "token2")
			cloud.AllowKey("STS3", "S", "token3")
			cloud.AllowKey("OLD", "S", "")
			cloud.ExpireKey("STS3")
			cloud.ExpireKey("OLD")
			cloud.AllowKey("STS3", "S", "token4")
			cloud.AllowBearer("bearer")
			row.call.service, row.call.params = untagtest.ECS, good[untagtest.ECS]
			answer := send(t, cloud, row.call)
			assert.Equal(t, row.code, answer.Code, answer.Message)
			assert.Equal(t, row.status, answer.Status)
			assert.Equal(t, row.code == "", len(tagsOf(t, cloud, instance)) == 1, "changed if and only if it succeeds")
			assert.NotContains(t, answer.Text, keySecret)
		})
	}
}

func TestAllowKeyReplacesTheSecret(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.AllowKey(keyID, "new", "")
	c := call{service: untagtest.ECS, params: good[untagtest.ECS]}
	assert.Equal(t, "SignatureDoesNotMatch", send(t, cloud, c).Code)
	c.secret = "new"
	assert.Empty(t, send(t, cloud, c).Code)
}

func TestNonces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.AllowKey("OTHER", "S", "")
		c := call{service: untagtest.ECS, params: good[untagtest.ECS], nonce: "n"}
		assert.Empty(t, send(t, cloud, c).Code)
		assert.Equal(t, "SignatureNonceUsed", send(t, cloud, c).Code)
		v1 := c
		v1.v1 = true
		assert.Equal(t, "SignatureNonceUsed", send(t, cloud, v1).Code, "for either scheme")
		other := c
		other.id, other.secret = "OTHER", "S"
		assert.Empty(t, send(t, cloud, other).Code, "another key has its own nonces")
		time.Sleep(15*time.Minute - time.Nanosecond)
		assert.Equal(t, "SignatureNonceUsed", send(t, cloud, c).Code)
		time.Sleep(time.Nanosecond)
		assert.Empty(t, send(t, cloud, c).Code)
		for range 5 {
			time.Sleep(14 * time.Minute)
			assert.Equal(t, "SignatureNonceUsed", send(t, cloud, c).Code)
			time.Sleep(time.Minute)
			assert.Empty(t, send(t, cloud, c).Code)
		}
	})
}

// TestCanonicalForm sends what a client may send and a proxy may make of it; the signature covers the meaning.
func TestCanonicalForm(t *testing.T) {
	t.Parallel()
	special := with(good[ecs], "TagKey.2", "a b+c*~/键&=%", "TagKey.3", "", "TagKey.10", "x")
	reorder := func(r *http.Request) {
		parts := strings.Split(r.URL.RawQuery, "&")
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
		r.URL.RawQuery = strings.Join(parts, "&")
	}
	authorization := func(old, changed string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), old, changed))
		}
	}
	rows := []struct {
		name string
		edit func(*http.Request)
		v3   string
		v1   string
	}{
		{"as it is", nil, "", ""},
		{"another order", reorder, "", ""},
		{"plus for a space", query("a%20b", "a+b"), "", ""},
		{"lower-case escapes", func(r *http.Request) { r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "%E9", "%e9") }, "", ""},
		{"bare characters", func(r *http.Request) { r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "%2A", "*") }, "", ""},
		{"escaped tilde", query("~", "%7E"), "", ""},
		{"empty value without =", query("TagKey.3=", "TagKey.3"), "", ""},
		{"empty parts", query("TagKey.3=", "&TagKey.3=&"), "", ""},
		{"a plus for a plus", query("%2B", "+"), "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"name twice", query("TagKey.3=", "TagKey.3=&TagKey.3="), "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"spaces around a header", header("x-acs-version", "  2014-05-26 "), "", ""},
		{"spaces in Authorization", authorization(",", ", "), "", ""},
		{"signed headers in another order", authorization("host;x-acs-action", "x-acs-action;host"), "IncompleteSignature", ""},
		{"another key ID", authorization("Credential="+keyID, "Credential=nobody"), "InvalidAccessKeyId.NotFound", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := call{service: ecs, params: special, edit: row.edit}
			answer := send(t, stocked(), c)
			assert.Equal(t, row.v3, answer.Code, answer.Message)
			if strings.Contains(row.name, "header") || strings.Contains(row.name, "Authorization") || strings.Contains(row.name, "key ID") {
				return
			}
			c.v1 = true
			answer = send(t, stocked(), c)
			assert.Equal(t, row.v1, answer.Code, answer.Message)
		})
	}
}

// TestMessagesShowWhatTheGatewayShows: clients have to scrub these messages, so they must hold what real ones hold.
func TestMessagesShowWhatTheGatewayShows(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.AllowKey("STS", "S", "token+/==")
	c := call{service: ecs, params: good[ecs], id: "STS", secret: "other", token: "token+/=="}
	message := send(t, cloud, c).Message
	assert.Contains(t, message, "AccessKeyId [STS]")
	assert.Contains(t, message, "server StringToSign is [ACS3-HMAC-SHA256\n")
	assert.Contains(t, message, "x-acs-security-token:token+/==\n")
	c.v1 = true
	message = send(t, cloud, c).Message
	assert.Contains(t, message, "server string to sign is:POST&%2F&AccessKeyId%3DSTS%26Action%3DUntagResources%26")
	assert.Contains(t, message, "%26SecurityToken%3Dtoken%252B%252F%253D%253D%26")
	assert.NotContains(t, message, "Signature%3D")
}
