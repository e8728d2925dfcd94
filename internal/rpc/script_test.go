package rpc_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
)

// The credentials of these tests are nobody's.
const (
	keyID     = "LTAI5tNobodysKeyIdOfTests"
	keySecret = "NobodysSecretOfTests/+=%&"
	stsToken  = "CAISNobodysTokenOfTests/+==&%"
)

// anyService and operation stand for any of them.
var (
	anyService = rpc.Service{Name: untag.ServiceECS, Product: "ecs", Version: "2014-05-26"}
	operation  = rpc.Operation{Action: "UntagResources"}
)

// message is one request as the script received it, and when.
type message struct {
	at     time.Time
	url    *url.URL
	host   string
	header http.Header
	body   string
}

// parameter is a parameter of the query, else of the form.
func (m message) parameter(name string) string {
	if values := m.url.Query(); values.Has(name) {
		return values.Get(name)
	}
	form, _ := url.ParseQuery(m.body)
	return form.Get(name)
}

// step answers one request.
type step func(*http.Request) (*http.Response, error)

// script is a service in memory that answers one request after the other; its last step repeats.
type script struct {
	mu    sync.Mutex
	steps []step
	sent  []message
}

func play(steps ...step) *script { return &script{steps: steps} }

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	n, m := s.record(r)
	if r.Body != nil {
		r = r.Clone(r.Context())
		r.Body = bodyOf(m.body)
	}
	return s.steps[min(n, len(s.steps)-1)](r)
}

// record keeps a request and tells how many came before.
func (s *script) record(r *http.Request) (int, message) {
	m := message{at: time.Now(), url: r.URL, host: r.Host, header: r.Header.Clone()}
	if r.Body != nil {
		data, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		m.body = string(data)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	return len(s.sent) - 1, m
}

func (s *script) messages() []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// answer is any answer; headers are "Name: value".
func answer(status int, body string, headers ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		response := &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: make(http.Header),
			ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
		}
		for _, line := range headers {
			name, value, _ := strings.Cut(line, ": ")
			response.Header.Set(name, value)
		}
		return response, nil
	}
}

const success = `{"RequestId":"R-success"}`

var ok = answer(http.StatusOK, success)

func refuse(status int, code string, headers ...string) step {
	return answer(status, `{"RequestId":"R-`+strconv.Itoa(status)+`","Code":"`+code+`","Message":"why"}`, headers...)
}

func fail(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// silent never answers.
func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func slow(d time.Duration, then step) step {
	return func(r *http.Request) (*http.Response, error) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return then(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// cutOff is an answer whose connection breaks in the middle of the body.
func cutOff(status int, body string) step {
	return func(r *http.Request) (*http.Response, error) {
		response, err := answer(status, body)(r)
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader([]byte(body)), brokenReader{}))
		response.ContentLength = -1
		return response, err
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// The failures of a network.
var (
	errReset   = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	errNoHost  = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "h", IsNotFound: true}}
	errNoDNS   = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "server misbehaving", Name: "h", IsTemporary: true}}
)

func settings(transport http.RoundTripper) untag.Config {
	return untag.Config{
		Credentials: untag.StaticCredentials(keyID, keySecret, ""),
		HTTPClient:  &http.Client{Transport: transport},
	}
}

// newClient returns a client that sends to transport.
func newClient(t *testing.T, transport http.RoundTripper, change ...func(*untag.Config)) *rpc.Client {
	t.Helper()
	config := settings(transport)
	for _, f := range change {
		f(&config)
	}
	client, err := rpc.New(config, anyService)
	require.NoError(t, err)
	return client
}

// request is a call in cn-hangzhou.
func request() rpc.Call {
	q := new(signature.Query)
	q.Add("RegionId", "cn-hangzhou")
	q.AddList("ResourceId", []string{"i-1", "i 2/ü"})
	q.Add("ResourceType", "instance")
	q.AddList("TagKey", []string{"", "~*'()"})
	return rpc.Call{Operation: &operation, Region: "cn-hangzhou", Resources: 2, Query: q}
}

func isUnknown(err error) bool      { return errors.Is(err, untag.ErrOutcomeUnknown) }
func isNotAttempted(err error) bool { return errors.Is(err, untag.ErrNotAttempted) }

// waits are the pauses between the requests of a script that answers at once.
func waits(sent []message) []time.Duration {
	all := make([]time.Duration, 0, len(sent))
	for i := 1; i < len(sent); i++ {
		all = append(all, sent[i].at.Sub(sent[i-1].at))
	}
	return all
}

func bodyOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }
