package untagtest_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

const (
	keyID     = "AKID"
	keySecret = "SECRET"
)

var versions = map[untagtest.Service]string{
	untagtest.Tag: "2018-08-28", untagtest.ECS: "2014-05-26", untagtest.VPCIPAM: "2023-02-28", untagtest.ResourceSharing: "2020-01-10",
}

var hosts = map[untagtest.Service]string{
	untagtest.Tag: "tag.cn-hangzhou.aliyuncs.com", untagtest.ECS: "ecs-cn-hangzhou.aliyuncs.com",
	untagtest.VPCIPAM: "vpcipam.cn-hangzhou.aliyuncs.com", untagtest.ResourceSharing: "resourcesharing.cn-hangzhou.aliyuncs.com",
}

var nonces atomic.Int64

// call is a request before it is signed. Its zero values are those of a good call.
type call struct {
	service        untagtest.Service
	params         map[string]string
	query          map[string]string // with form, V3: what stands in the query all the same
	base           string            // scheme and host; "": https and the host of cn-hangzhou
	method, path   string
	v1, form       bool
	id, secret     string
	token, bearer  string
	date, nonce    string
	accept         string
	headers        map[string]string   // set before signing
	edit           func(*http.Request) // after signing
	version, verb  string
	unsignedHeader string // left out of SignedHeaders
}

func newCloud() *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	cloud.AllowKey(keyID, keySecret, "")
	return cloud
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// percent is the encoding of the signatures, by way of net/url.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func canonical(params map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		parts = append(parts, percent(name)+"="+percent(params[name]))
	}
	return strings.Join(parts, "&")
}

// request signs the call, by V3 unless it says otherwise.
func (c call) request(t testing.TB) *http.Request {
	t.Helper()
	params := maps.Clone(c.params)
	if params == nil {
		params = map[string]string{}
	}
	base := or(c.base, "https://"+hosts[c.service])
	method, nonce := or(c.method, http.MethodPost), or(c.nonce, fmt.Sprintf("nonce-%d", nonces.Add(1)))
	date := or(c.date, time.Now().UTC().Format("2006-01-02T15:04:05Z"))
	version, verb := or(c.version, versions[c.service]), or(c.verb, "UntagResources")
	id, secret := or(c.id, keyID), or(c.secret, keySecret)
	if c.v1 {
		maps.Copy(params, map[string]string{
			"Action": verb, "Version": version, "AccessKeyId": id, "SignatureMethod": "HMAC-SHA1",
			"SignatureVersion": "1.0", "SignatureNonce": nonce, "Timestamp": date,
		})
		if c.token != "" {
			params["SecurityToken"] = c.token
		}
		mac := hmac.New(sha1.New, []byte(secret+"&"))
		mac.Write([]byte(method + "&%2F&" + percent(canonical(params))))
		params["Signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	if c.bearer != "" {
		params["SignatureType"] = "BEARERTOKEN"
	}
	query, body := canonical(params), ""
	if c.form {
		query, body = canonical(c.query), query
	}
	r, err := http.NewRequestWithContext(t.Context(), method, base+or(c.path, "/")+"?"+query, strings.NewReader(body))
	require.NoError(t, err)
	if c.form {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", or(c.accept, "application/json"))
	if !c.v1 {
		hash := sha256.Sum256([]byte(body))
		for name, value := range map[string]string{
			"x-acs-action": verb, "x-acs-version": version, "x-acs-date": date, "x-acs-signature-nonce": nonce,
			"x-acs-content-sha256": hex.EncodeToString(hash[:]), "x-acs-security-token": c.token, "x-acs-bearer-token": c.bearer,
		} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
	}
	for name, value := range c.headers {
		r.Header.Set(name, value)
	}
	if !c.v1 && c.bearer == "" {
		r.Header.Set("Authorization", c.authorize(r, query, id, secret))
	}
	if c.edit != nil {
		c.edit(r)
	}
	return r
}

func (c call) authorize(r *http.Request, query, id, secret string) string {
	headers := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-acs-") {
			headers[lower] = r.Header.Get(name)
		}
	}
	delete(headers, c.unsignedHeader)
	names := slices.Sorted(maps.Keys(headers))
	lines := []string{r.Method, "/", query}
	for _, name := range names {
		lines = append(lines, name+":"+headers[name])
	}
	lines = append(lines, "", strings.Join(names, ";"), headers["x-acs-content-sha256"])
	hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	return fmt.Sprintf("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%x", id, strings.Join(names, ";"), mac.Sum(nil))
}

// reply is an answer, in JSON or XML.
type reply struct {
	Status          int         `json:"-" xml:"-"`
	Header          http.Header `json:"-" xml:"-"`
	Text            string      `json:"-" xml:"-"`
	RequestID       string      `json:"RequestId" xml:"RequestId"`
	HostID          string      `json:"HostId" xml:"HostId"`
	Code            string
	Message         string
	Recommend       string
	FailedResources struct{ FailedResource []item }
}

type item struct {
	ResourceARN string
	Result      struct{ Code, Message string }
}

func decode(t testing.TB, status int, header http.Header, text []byte) reply {
	t.Helper()
	answer := reply{Status: status, Header: header, Text: string(text)}
	switch header.Get("Content-Type") {
	case "application/json;charset=utf-8":
		require.NoError(t, json.Unmarshal(text, &answer), "%s", text)
	case "text/xml;charset=utf-8":
		require.NoError(t, xml.Unmarshal(text, &answer), "%s", text)
	}
	return answer
}

// failed are the codes of FailedResources by ARN.
func (r reply) failed() map[string]string {
	codes := map[string]string{}
	for _, f := range r.FailedResources.FailedResource {
		codes[f.ResourceARN] = f.Result.Code
	}
	return codes
}

// status is HTTP status and code.
func (r reply) status() string { return fmt.Sprintf("%d %s", r.Status, r.Code) }

// send makes a call in memory.
func send(t testing.TB, cloud *untagtest.Cloud, c call) reply {
	t.Helper()
	return do(t, cloud.Config().HTTPClient, c.request(t))
}

func do(t testing.TB, client *http.Client, r *http.Request) reply {
	t.Helper()
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return decode(t, response.StatusCode, response.Header, text)
}

// record answers a request without a socket or a transport.
func record(t testing.TB, cloud *untagtest.Cloud, r *http.Request) reply {
	t.Helper()
	w := httptest.NewRecorder()
	cloud.ServeHTTP(w, r)
	return decode(t, w.Code, w.Header(), w.Body.Bytes())
}

// list makes name.1 to name.n of a format with the number in it.
func list(params map[string]string, name, format string, n int) map[string]string {
	params = maps.Clone(params)
	for i := 1; i <= n; i++ {
		params[fmt.Sprintf("%s.%d", name, i)] = fmt.Sprintf(format, i)
	}
	return params
}

// with returns params changed by pairs of name and value; the value "-" takes the name out.
func with(params map[string]string, pairs ...string) map[string]string {
	params = maps.Clone(params)
	for i := 0; i < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "-" {
			delete(params, pairs[i])
		}
	}
	return params
}

// good has parameters of a call that succeeds when the resources of stock are there.
var good = map[untagtest.Service]map[string]string{
	untagtest.Tag:             {"RegionId": "cn-hangzhou", "ResourceARN.1": "arn:acs:ecs:cn-hangzhou:*:instance/i-1", "TagKey.1": "env"},
	untagtest.ECS:             {"RegionId": "cn-hangzhou", "ResourceType": "instance", "ResourceId.1": "i-1", "TagKey.1": "env"},
	untagtest.VPCIPAM:         {"RegionId": "cn-hangzhou", "ResourceType": "IPAM", "ResourceId.1": "ipam-1", "TagKey.1": "env"},
	untagtest.ResourceSharing: {"RegionId": "cn-hangzhou", "ResourceType": "ResourceShare", "ResourceId.1": "rs-1", "TagKey.1": "env"},
}

var (
	instance = untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: "i-1", Tags: map[string]string{"env": "a", "team": "b"}}
	ipam     = untagtest.Resource{Product: "vpcipam", Region: "cn-hangzhou", Type: "IPAM", ID: "ipam-1", Tags: map[string]string{"env": "a", "team": "b"}}
	share    = untagtest.Resource{Product: "resourcesharing", Region: "cn-hangzhou", Type: "ResourceShare", ID: "rs-1", Tags: map[string]string{"env": "a", "team": "b"}}
	stock    = map[untagtest.Service]untagtest.Resource{untagtest.Tag: instance, untagtest.ECS: instance, untagtest.VPCIPAM: ipam, untagtest.ResourceSharing: share}
)

func stocked() *untagtest.Cloud {
	cloud := newCloud()
	cloud.Put(instance, ipam, share)
	return cloud
}

// tagsOf returns the tags of a resource that must be there.
func tagsOf(t testing.TB, cloud *untagtest.Cloud, r untagtest.Resource) map[string]string {
	t.Helper()
	tags, ok := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
	require.True(t, ok)
	return tags
}
