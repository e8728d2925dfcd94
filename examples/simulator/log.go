package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag/untagtest"
)

// maxBody is more than the account takes, so that it sees a body that is too long.
const maxBody = 2 << 20

// line is what is written of a request. The account leaves key ID, token and signature out of the parameters.
type line struct {
	Time             time.Time           `json:"time"`
	Service          untagtest.Service   `json:"service"`
	Action           string              `json:"action"`
	Region           string              `json:"region"`
	SignatureVersion string              `json:"signatureVersion"`
	Parameters       map[string][]string `json:"parameters"`
	Verdict          string              `json:"verdict"` // OK, PartialFailure, or the error code
	Status           int                 `json:"status"`
	RequestID        string              `json:"requestId"`
}

// logged answers one request after another, so that each one's line can be told from the others'.
type logged struct {
	cloud   *untagtest.Cloud
	secrets []string

	mu    sync.Mutex
	lines io.Writer
}

func (l *logged) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A slow sender keeps only itself waiting: its body is read before the lock is taken.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the body is too long, or broke off", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cloud.ServeHTTP(w, r) // the account keeps one call, so that Calls costs the same for the millionth
	calls := l.cloud.Calls()
	l.write(calls[len(calls)-1])
}

func (l *logged) write(call untagtest.Call) {
	parameters := make(map[string][]string, len(call.Parameters))
	for name, values := range call.Parameters {
		for _, value := range values {
			parameters[l.clean(name)] = append(parameters[l.clean(name)], l.clean(value))
		}
	}
	encoder := json.NewEncoder(l.lines)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(line{ // the reader of the lines may be gone; the server goes on
		Time: call.Time.UTC(), Service: call.Service, Action: l.clean(call.Action), Region: l.clean(call.Region),
		SignatureVersion: call.SignatureVersion, Parameters: parameters,
		Verdict: call.Verdict, Status: call.Status, RequestID: call.RequestID,
	})
}

// clean removes a secret that a client sent where none belongs.
func (l *logged) clean(text string) string {
	for _, secret := range l.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}
