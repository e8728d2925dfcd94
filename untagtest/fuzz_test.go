package untagtest_test

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// FuzzServeHTTP reads a request from a wire. Whatever it is, it gets one well-formed answer.
func FuzzServeHTTP(f *testing.F) {
	for _, c := range []call{
		{service: tag, params: good[tag]},
		{service: ecs, params: good[ecs], form: true},
		{service: vpc, params: good[vpc], v1: true, form: true},
		{service: rs, params: good[rs], v1: true, method: http.MethodGet, accept: "*/*"},
		{service: tag, params: good[tag], bearer: "bearer"},
		{service: tag, params: arn("arn:acs:::"), base: "http://127.0.0.1"},
	} {
		var wire bytes.Buffer
		require.NoError(f, c.request(f).Write(&wire))
		f.Add(wire.Bytes())
	}
	f.Add([]byte("POST /?%zz HTTP/1.1\r\nHost: ecs.aliyuncs.com\r\nAuthorization: ACS3-HMAC-SHA256 ,;=,Credential=;\r\n\r\n"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
		if err != nil || r.ContentLength > 1<<20 {
			return
		}
		cloud := stocked()
		cloud.AllowBearer("bearer")
		w := httptest.NewRecorder()
		defer func() {
			if p := recover(); p != nil {
				assert.Equal(t, http.ErrAbortHandler, p, "a body that breaks off gets no answer")
			}
		}()
		cloud.ServeHTTP(w, r)
		check(t, cloud, decode(t, w.Code, w.Header(), w.Body.Bytes()))
	})
}

func check(t *testing.T, cloud *untagtest.Cloud, answer reply) {
	t.Helper()
	require.Equal(t, answer.RequestID, answer.Header.Get("x-acs-request-id"))
	require.NotEmpty(t, answer.Header.Get("Date"))
	calls := cloud.Calls()
	require.Len(t, calls, 1)
	require.Equal(t, answer.Status, calls[0].Status)
	switch {
	case answer.Status == http.StatusOK:
		require.Empty(t, answer.Code)
	case answer.Code == "":
		require.Contains(t, answer.Text, "<html>")
	default:
		require.Equal(t, answer.Code, calls[0].Verdict)
		require.NotEmpty(t, answer.Message)
	}
}

// verbs are all actions that a service may be asked for.
var verbs = []string{
	"UntagResources", "TagResources", "ListTagResources", "ListTagKeys", "ListTagValues", "ListSupportResourceTypes", "DescribeRegions",
	"ListAssociatedResourceRules", "GetCallerIdentity",
}

// FuzzParameters signs whatever parameters it is given, so that they reach the operations.
func FuzzParameters(f *testing.F) {
	for i, service := range services {
		query := url.Values{}
		for name, value := range good[service] {
			query.Set(name, value)
		}
		for verb := range verbs {
			f.Add(i, verb, query.Encode())
			f.Add(i, verb, query.Encode()+"&All=true&TagKey.2=&ResourceId.50=x&ResourceARN.3=arn:acs:oss:*:*:bucket/a/b")
			f.Add(i, verb, query.Encode()+"&Tag.1.Key=a&Tag.1.Value=&Tag.20.Key=b&Tags=%7B%22a%22%3A%22b%22%7D&NextToken=x&MaxResults=5&PageSize=1&MaxResult=1")
		}
	}
	f.Fuzz(func(t *testing.T, service, verb int, query string) {
		values, err := url.ParseQuery(query)
		if err != nil || len(query) > 4096 {
			return
		}
		params := map[string]string{}
		for name := range values {
			params[name] = values.Get(name)
		}
		cloud := stocked()
		before := cloud.Digest()
		action := verbs[uint(verb)%uint(len(verbs))]
		answer := send(t, cloud, call{service: services[uint(service)%4], verb: action, params: params, form: true})
		if strings.EqualFold(params["SignatureType"], "BEARERTOKEN") {
			return
		}
		check(t, cloud, answer)
		require.NotEqual(t, "SignatureDoesNotMatch", answer.Code, answer.Message)
		if answer.Status != http.StatusOK || !strings.HasPrefix(action, "Untag") && !strings.HasPrefix(action, "Tag") {
			require.Equal(t, before, cloud.Digest(), "a read and a refused call change nothing")
		}
	})
}

// BenchmarkCall makes calls of 50 resources in memory. Its µs/call is the time from the client's Do to the answer; the other
// numbers hold the test's own slow signing too.
func BenchmarkCall(b *testing.B) {
	for name, c := range map[string]call{
		"ecs/V3":      {service: ecs, params: list(good[ecs], "ResourceId", "i-bp1j6qtvdm8w0z1o0%03d", 50)},
		"ecs/V1/form": {service: ecs, params: list(good[ecs], "ResourceId", "i-bp1j6qtvdm8w0z1o0%03d", 50), v1: true, form: true},
		"tag/V3":      {service: tag, params: list(good[tag], "ResourceARN", "arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1j6qtvdm8w0z1o0%03d", 50)},
	} {
		b.Run(name, func(b *testing.B) {
			cloud := newCloud()
			cloud.AllowAnyResource()
			cloud.KeepCalls(100)
			client := cloud.Config().HTTPClient
			b.ReportAllocs()
			var spent time.Duration
			for b.Loop() {
				r := c.request(b)
				start := time.Now()
				response, err := client.Do(r)
				spent += time.Since(start)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Fatal(err, response)
				}
				response.Body.Close()
			}
			b.ReportMetric(float64(spent.Nanoseconds())/1e3/float64(b.N), "µs/call")
		})
	}
}
