package main

import (
	"context"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/tag"
)

// These tests need sockets. Instead of an account they have a client that waits for them, so that no time has to pass.

// blocked is a client that is done with the first ARN, says so, and waits for the end of the request or of the service.
type blocked struct{ begun, ended chan string }

func (b blocked) UntagMany(ctx context.Context, req tag.UntagManyRequest) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for arn := range req.ResourceARNs {
			if !yield(arn, nil) {
				return
			}
			break
		}
		b.begun <- ""
		select {
		case <-ctx.Done():
			b.ended <- "context"
			yield("", ctx.Err())
		case <-req.Drain:
			b.ended <- "drain"
			yield("", untag.ErrNotAttempted)
		}
	}
}

// start serves a blocked client until stop is called, which returns serve's error.
func start(t *testing.T) (address string, client blocked, stop func() error) {
	t.Helper()
	client = blocked{make(chan string, 1), make(chan string, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	for range 10 { // another process may take the port in between
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		address = listener.Addr().String()
		require.NoError(t, listener.Close())
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, address, client) }()
		for len(ended) == 0 {
			if conn, err := new(net.Dialer).DialContext(ctx, "tcp", address); err == nil {
				require.NoError(t, conn.Close())
				return address, client, func() error { cancel(); return <-ended }
			}
		}
	}
	t.Fatal("no free port")
	return "", client, nil
}

const two = `{"arns": ["arn:acs:oss:*:*:bucket/a", "arn:acs:oss:*:*:bucket/b"], "keys": ["env"]}`

func send(ctx context.Context, method, url string, header http.Header) (status int, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(two))
	if err != nil {
		return 0, "", err
	}
	r.Header, r.Close = header, true
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func TestShutdownAnswersFirst(t *testing.T) {
	t.Parallel()
	address, client, stop := start(t)
	type answer struct {
		status int
		body   string
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		status, body, err := send(t.Context(), http.MethodPost, "http://"+address+"/untag?confirm=true", nil)
		answered <- answer{status, body, err}
	}()
	<-client.begun
	require.NoError(t, stop())
	assert.Equal(t, "drain", <-client.ended)
	got := <-answered
	require.NoError(t, got.err)
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.JSONEq(t, `[
		{"arn": "arn:acs:oss:*:*:bucket/a", "outcome": "done"},
		{"arn": "arn:acs:oss:*:*:bucket/b", "outcome": "notAttempted", "error": "not attempted"}
	]`, got.body)
	_, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	assert.Error(t, err, "nobody listens any more")
}

func TestClientThatGoesEndsItsRun(t *testing.T) {
	t.Parallel()
	address, client, stop := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-client.begun
		cancel()
	}()
	_, _, err := send(ctx, http.MethodPost, "http://"+address+"/untag?confirm=true", nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "context", <-client.ended)
	require.NoError(t, stop())
}

func TestOtherRequests(t *testing.T) {
	t.Parallel()
	address, _, stop := start(t)
	for _, test := range []struct {
		name, method, path string
		header             http.Header
		status             int
	}{
		{"GET", http.MethodGet, "/untag?confirm=true", nil, http.StatusMethodNotAllowed},
		{"another path", http.MethodPost, "/?confirm=true", nil, http.StatusNotFound},
		{"a page of another site", http.MethodPost, "/untag?confirm=true", http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		{"a page of another origin", http.MethodPost, "/untag?confirm=true", http.Header{"Origin": {"https://example.com"}}, http.StatusForbidden},
		{"no confirmation", http.MethodPost, "/untag", nil, http.StatusPreconditionRequired},
	} {
		status, _, err := send(t.Context(), test.method, "http://"+address+test.path, test.header)
		require.NoError(t, err, test.name)
		assert.Equal(t, test.status, status, test.name)
	}
	require.NoError(t, stop())
}

func TestListen(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	err = run(t.Context(), ":"+port, io.Discard)
	require.ErrorContains(t, err, "listen tcp 127.0.0.1:"+port, "the port is taken, and no host is the loopback")
	require.Error(t, run(t.Context(), "nonsense", io.Discard))

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	require.NoError(t, run(ctx, ":0", io.Discard), "it ends with its context")
}
