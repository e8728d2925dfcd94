package rpc_test

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httptrace"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// TestCallersHTTPClientIsUnchanged shares one between two SDK clients and its owner.
func TestCallersHTTPClientIsUnchanged(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("ResourceType") == "instance" {
			writeSuccess(w, r)
			return
		}
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	var asked atomic.Int64
	transport := untag.NewTransport()
	defer transport.CloseIdleConnections()
	own := &http.Client{
		Transport: transport, Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { asked.Add(1); return nil },
	}
	before := *own
	var work sync.WaitGroup
	for range 2 {
		config := settings(nil)
		config.HTTPClient, config.Endpoint = own, server.URL
		client, err := rpc.New(config, anyService)
		require.NoError(t, err)
		for range 10 {
			work.Go(func() {
				_, err := client.Do(t.Context(), request())
				assert.NoError(t, err)
			})
			work.Go(func() {
				call := callOf(t, 100)
				_, err := client.Do(t.Context(), call)
				assert.ErrorIs(t, err, untag.ErrUnavailable)
			})
			work.Go(func() {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
				assert.NoError(t, err)
				response, err := own.Do(r)
				if assert.NoError(t, err) {
					assert.NoError(t, response.Body.Close())
				}
			})
		}
	}
	work.Wait()
	assert.EqualValues(t, 20, asked.Load(), "only its owner's requests follow redirects")
	assert.EqualValues(t, 20, elsewhere.Load())
	assert.Same(t, before.Transport, own.Transport)
	assert.Same(t, before.Jar, own.Jar)
	assert.Equal(t, before.Timeout, own.Timeout)
	assert.Equal(t, reflect.ValueOf(before.CheckRedirect).Pointer(), reflect.ValueOf(own.CheckRedirect).Pointer())
}

// TestRedirectsAreRefused answers with every redirect there is, to another host that must never hear of it.
func TestRedirectsAreRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304, 305, 307, 308} {
		for _, own := range []bool{false, true} {
			var elsewhere atomic.Int64
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				elsewhere.Add(1)
				assert.Empty(t, r.Header.Get("Authorization"))
				writeSuccess(w, r)
			}))
			var asked atomic.Int64
			client, server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.Header().Set("Location", other.URL+"/?a=b")
				w.WriteHeader(status)
			}, func(c *untag.Config) {
				if own {
					c.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
				}
			})
			for _, call := range []rpc.Call{request(), callOf(t, 9000)} {
				asked.Store(0)
				_, err := client.Do(t.Context(), call)
				apiErr, ok := errors.AsType[*untag.APIError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, status, apiErr.StatusCode)
				assert.Empty(t, apiErr.Code)
				assert.EqualValues(t, 1, asked.Load(), status)
			}
			assert.Zero(t, elsewhere.Load(), status)
			other.Close()
			server.Close()
		}
	}
}

func TestSharedTransport(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(writeSuccess))
	defer server.Close()
	config := settings(nil)
	config.HTTPClient, config.Endpoint = nil, server.URL
	var reused []bool
	for range 3 {
		client, err := rpc.New(config, anyService)
		require.NoError(t, err)
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = append(reused, info.Reused) }})
		_, err = client.Do(ctx, request())
		require.NoError(t, err)
		defer client.CloseIdleConnections()
	}
	assert.Equal(t, []bool{false, true, true}, reused, "clients without an HTTPClient share one; a caller's own trace works")
}
