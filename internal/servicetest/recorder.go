// Package servicetest is what the tests of the four service packages share.
package servicetest

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/untag-go/untag"
)

// The credentials of Config. They are nobody's.
const (
	AccessKeyID     = "LTAI5tExampleKeyIdOfNobody"
	AccessKeySecret = "ExampleSecretOfNobody/+="
	SecurityToken   = "CAISExampleTokenOfNobody/+=="
)

// Sent is one request as a Recorder received it.
type Sent struct {
	Method, Scheme, Host, Path, RawQuery, Body string
	Header                                     http.Header
}

// Recorder is an http.RoundTripper that keeps every request and answers all of them alike, or one after another, without a network.
type Recorder struct {
	Status  int      // 0: 200
	Answer  string   // "": {"RequestId":"r"}
	Answers []string // of the first requests, in turn, instead of Answer; what begins {"Code" is HTTP 403

	mu   sync.Mutex
	sent []Sent
}

// Config returns a Config whose clients send to the recorder.
func (r *Recorder) Config() untag.Config {
	return untag.Config{
		Region:      "cn-hangzhou",
		Credentials: untag.StaticCredentials(AccessKeyID, AccessKeySecret, ""),
		HTTPClient:  &http.Client{Transport: r},
		Retry:       untag.Retry{MaxAttempts: 1},
	}
}

// Sent returns the requests so far.
func (r *Recorder) Sent() []Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent
}

// RoundTrip keeps the request and answers it.
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	body := ""
	if request.Body != nil {
		defer request.Body.Close()
		data, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, Sent{
		Method: request.Method, Scheme: request.URL.Scheme, Host: request.URL.Host, Path: request.URL.Path,
		RawQuery: request.URL.RawQuery, Body: body, Header: request.Header.Clone(),
	})
	status, answer := r.Status, r.Answer
	if n := len(r.sent); n <= len(r.Answers) {
		answer = r.Answers[n-1]
		if strings.HasPrefix(answer, `{"Code"`) {
			status = http.StatusForbidden
		}
	}
	if status == 0 {
		status = http.StatusOK
	}
	if answer == "" {
		answer = `{"RequestId":"r"}`
	}
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: request, Header: http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(answer)), Body: io.NopCloser(strings.NewReader(answer)),
	}, nil
}
