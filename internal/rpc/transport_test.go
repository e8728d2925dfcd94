package rpc_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// serve answers over a socket. The client's connections are its own.
func serve(t *testing.T, handler http.HandlerFunc, change ...func(*untag.Config)) (*rpc.Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := untag.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	change = append([]func(*untag.Config){func(c *untag.Config) { c.Endpoint = server.URL; c.Retry.BaseDelay = time.Millisecond }}, change...)
	return newClient(t, transport, change...), server
}

func writeSuccess(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, success) }

// TestTLS meets a server that nobody vouches for, one that speaks no TLS and one of an old version.
func TestTLS(t *testing.T) {
	t.Parallel()
	trusted := httptest.NewUnstartedServer(http.HandlerFunc(writeSuccess))
	trusted.Config.ErrorLog = quiet
	trusted.StartTLS()
	defer trusted.Close()
	old := httptest.NewUnstartedServer(http.HandlerFunc(writeSuccess))
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10} //nolint:gosec // on purpose
	old.Config.ErrorLog = quiet
	old.StartTLS()
	defer old.Close()
	plain := httptest.NewServer(http.HandlerFunc(writeSuccess))
	defer plain.Close()
	unknown := httptest.NewUnstartedServer(http.HandlerFunc(writeSuccess))
	unknown.Config.ErrorLog = quiet
	unknown.StartTLS()
	defer unknown.Close()
	for _, test := range []struct {
		name   string
		server *httptest.Server
		pool   bool
		host   string
		ok     bool
	}{
		{"trusted", trusted, true, "", true},
		{"an unknown authority", unknown, false, "", false},
		{"another name", trusted, true, "localhost", false},
		{"TLS 1.1", old, true, "", false},
		{"no TLS", plain, false, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			seen := new(observed)
			transport := untag.NewTransport()
			defer transport.CloseIdleConnections()
			if test.pool {
				transport.TLSClientConfig.RootCAs = test.server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // httptest's
			}
			host, err := url.Parse(test.server.URL)
			require.NoError(t, err)
			if test.host != "" {
				host.Host = net.JoinHostPort(test.host, host.Port())
			}
			client := newClient(t, transport, seen.config, func(c *untag.Config) { c.Endpoint = host.Host; c.Retry.BaseDelay = time.Millisecond })
			_, err = client.Do(t.Context(), request())
			if test.ok {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, untag.ErrUnavailable)
			assert.True(t, isNotAttempted(err), "%v", err)
			assert.Len(t, seen.attempts, 1, "not retried: %v", err)
		})
	}
}

// TestConnectionsOverASocket breaks real connections.
func TestConnectionsOverASocket(t *testing.T) {
	t.Parallel()
	hijack := func(t *testing.T, w http.ResponseWriter) *net.TCPConn {
		t.Helper()
		conn, _, err := w.(http.Hijacker).Hijack() //nolint:forcetypeassert // HTTP/1.1
		require.NoError(t, err)
		return conn.(*net.TCPConn) //nolint:forcetypeassert // over TCP
	}
	for _, test := range []struct {
		name   string
		breaks func(*testing.T, *net.TCPConn)
	}{
		{"a reset", func(_ *testing.T, c *net.TCPConn) { _ = c.SetLinger(0) }},
		{"an end", func(*testing.T, *net.TCPConn) {}},
		{"half a header", func(_ *testing.T, c *net.TCPConn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le") }},
		{"half a body", func(_ *testing.T, c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"+success)
		}},
		{"half a chunk", func(_ *testing.T, c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n16\r\n"+success[:10])
		}},
		{"no last chunk", func(_ *testing.T, c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n"+success+"\r\n")
		}},
		{"no HTTP", func(_ *testing.T, c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH\r\n\r\n") }},
		{"a header without an end", func(_ *testing.T, c *net.TCPConn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX: ")
			line := make([]byte, 64<<10)
			for i := range line {
				line[i] = 'x'
			}
			for range 32 {
				if _, err := c.Write(line); err != nil {
					return
				}
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) > 2 {
					writeSuccess(w, r)
					return
				}
				conn := hijack(t, w)
				test.breaks(t, conn)
				assert.NoError(t, conn.Close())
			}, func(c *untag.Config) { c.Retry.MaxAttempts = 2 })
			_, err := client.Do(t.Context(), request())
			assert.True(t, isUnknown(err), "%v", err)
			require.ErrorIs(t, err, untag.ErrUnavailable)
			assert.EqualValues(t, 2, asked.Load(), "nothing below repeats a request")
			_, err = client.Do(t.Context(), request())
			require.NoError(t, err)
		})
	}
}

func TestConnectionRefusedOverASocket(t *testing.T) {
	t.Parallel()
	client, server := serve(t, writeSuccess)
	server.Close()
	_, err := client.Do(t.Context(), request())
	require.ErrorIs(t, err, untag.ErrUnavailable)
	assert.True(t, isNotAttempted(err), "%v", err)
	callErr, ok := errors.AsType[*untag.CallError](err)
	require.True(t, ok)
	assert.Equal(t, 5, callErr.Attempts)
}

// TestConnecting has net/http's own transport on a network in memory that connects slowly, or not at all.
func TestConnecting(t *testing.T) {
	t.Parallel()
	blocked := func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
	pipe := func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, there) }()
		return here, nil
	}
	for _, test := range []struct {
		name     string
		endpoint string
		dial     func(context.Context, string, string) (net.Conn, error)
		unknown  bool
	}{
		{"no connection", "http://localhost", blocked, false},
		{"no TLS handshake", "https://gateway.example", pipe, false},
		{"no answer", "http://localhost", pipe, true},
	} {
		for _, how := range []string{"canceled", "deadline", "time-out"} {
			t.Run(test.name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					transport := untag.NewTransport()
					transport.Proxy = nil
					transport.DialContext = test.dial
					transport.TLSHandshakeTimeout = time.Hour
					defer transport.CloseIdleConnections()
					client := newClient(t, transport, func(c *untag.Config) {
						c.Endpoint = test.endpoint
						c.Retry.MaxAttempts = 1
						c.Timeout = time.Minute
					})
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					switch how {
					case "canceled":
						time.AfterFunc(time.Second, cancel)
					case "deadline":
						ctx, cancel = context.WithTimeout(t.Context(), time.Second)
						defer cancel()
					}
					_, err := client.Do(ctx, request())
					if how == "canceled" {
						require.ErrorIs(t, err, context.Canceled)
					} else {
						require.ErrorIs(t, err, context.DeadlineExceeded)
					}
					assert.Equal(t, test.unknown, isUnknown(err), "%v", err)
					assert.Equal(t, !test.unknown, isNotAttempted(err), "%v", err)
				})
			})
		}
	}
}
