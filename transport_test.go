package untag_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
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
