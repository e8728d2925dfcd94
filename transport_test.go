package untag_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

func TestNewTransport(t *testing.T) {
	t.Parallel()
	transport := untag.NewTransport()
	require.NotNil(t, transport.Protocols)
	assert.True(t, transport.Protocols.HTTP1())
	assert.False(t, transport.Protocols.HTTP2())
	assert.False(t, transport.Protocols.UnencryptedHTTP2())
	assert.False(t, transport.ForceAttemptHTTP2)
	assert.EqualValues(t, tls.VersionTLS12, transport.TLSClientConfig.MinVersion)
	assert.False(t, transport.TLSClientConfig.InsecureSkipVerify)
	assert.Equal(t, 64, transport.MaxIdleConnsPerHost)
	assert.Zero(t, transport.MaxIdleConns, "no limit over all hosts")
	assert.Equal(t, 90*time.Second, transport.IdleConnTimeout)
	assert.Equal(t, reflect.ValueOf(http.ProxyFromEnvironment).Pointer(), reflect.ValueOf(transport.Proxy).Pointer())

	other := untag.NewTransport()
	assert.NotSame(t, transport, other)
	assert.NotSame(t, transport.TLSClientConfig, other.TLSClientConfig)
}

func TestNewTransportSpeaksHTTP1(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Proto)) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := untag.NewTransport()
	transport.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(server.URL)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, "HTTP/1.1", response.Proto)
	assert.GreaterOrEqual(t, response.TLS.Version, uint16(tls.VersionTLS12))
}

func TestNewTransportRefusesOldTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10} //nolint:gosec // an old server
	server.StartTLS()
	defer server.Close()
	transport := untag.NewTransport()
	transport.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	response, err := (&http.Client{Transport: transport}).Get(server.URL)
	if err == nil {
		response.Body.Close()
	}
	require.ErrorContains(t, err, "protocol version")
}

// TestProxyRefuses: what a proxy answers to CONNECT must not read like an answer of the service, nor show the proxy's password.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ status, attempts int }{
		{http.StatusForbidden, 1},
		{http.StatusProxyAuthRequired, 1},
		{http.StatusTooManyRequests, 3},
		{http.StatusBadGateway, 3},
		{http.StatusServiceUnavailable, 3},
	} {
		t.Run(http.StatusText(test.status), func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, http.MethodConnect, r.Method)
				asked.Add(1)
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			proxy, err := url.Parse(server.URL)
			require.NoError(t, err)
			host := proxy.Host
			proxy.User = url.UserPassword("proxy-user", "proxy-password")
			transport := untag.NewTransport()
			transport.Proxy = http.ProxyURL(proxy)
			client, err := tag.New(untag.Config{
				Region: "cn-hangzhou", Credentials: untag.StaticCredentials("key-id", "key-secret", ""),
				HTTPClient: &http.Client{Transport: transport}, Retry: untag.Retry{MaxAttempts: 3, BaseDelay: time.Microsecond},
			})
			require.NoError(t, err)
			_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{
				ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
			})
			require.ErrorIs(t, err, untag.ErrNotAttempted)
			require.ErrorIs(t, err, untag.ErrUnavailable)
			refused, ok := errors.AsType[*untag.ProxyError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, &untag.ProxyError{Proxy: host, Target: "tag.cn-hangzhou.aliyuncs.com:443", StatusCode: test.status}, refused)
			assert.EqualValues(t, test.attempts, asked.Load())
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "proxy-")
		})
	}
}

// TestProxyDoesNotExist: the mistake is in the proxy's name, not in the region's.
func TestProxyDoesNotExist(t *testing.T) {
	t.Parallel()
	transport := untag.NewTransport()
	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.invalid:3128"})
	dials := 0
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, &net.DNSError{Err: "no such host", Name: "proxy.invalid", IsNotFound: true}
	}
	client, err := tag.New(untag.Config{
		Region: "cn-hangzhou", Credentials: untag.StaticCredentials("key-id", "key-secret", ""), HTTPClient: &http.Client{Transport: transport},
	})
	require.NoError(t, err)
	_, err = client.UntagResources(t.Context(), tag.UntagResourcesRequest{
		ResourceARNs: []string{"arn:acs:oss:*:*:bucket/logs"}, TagKeys: []string{"env"},
	})
	require.ErrorIs(t, err, untag.ErrUnavailable)
	require.ErrorIs(t, err, untag.ErrNotAttempted)
	require.NotErrorIs(t, err, untag.ErrInvalidParameter)
	assert.Equal(t, "tag UntagResources in cn-hangzhou: proxyconnect tcp: lookup proxy.invalid: no such host (1 attempt); nothing was sent", err.Error())
	assert.Equal(t, 1, dials)
}
