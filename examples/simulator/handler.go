package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/untag-go/untag/untagtest"
)

// handler is the account, with paths of its own beside those of the services. They ask for no key: listen on a loopback address.
func handler(cloud *untagtest.Cloud) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /simulator/resources", func(w http.ResponseWriter, r *http.Request) {
		unhurried(w)
		n, err := cloud.Load(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%d resources\n", n)
	})
	mux.HandleFunc("GET /simulator/resources", func(w http.ResponseWriter, _ *http.Request) {
		unhurried(w)
		_ = cloud.Dump(w) // the reader is gone
	})
	mux.HandleFunc("GET /simulator/digest", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, cloud.Digest()) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/simulator/") {
			mux.ServeHTTP(w, r)
			return
		}
		cloud.ServeHTTP(w, r)
	})
}

// unhurried gives a million resources the time that they take.
func unhurried(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
}

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

// log writes a line for each request, before its answer leaves. The lock is held for the line alone: a client that does not
// read its answer keeps nobody waiting.
type log struct {
	hide  *strings.Replacer // removes a secret that a client sent where none belongs
	mu    sync.Mutex
	lines *json.Encoder
}

func (l *log) write(call untagtest.Call) {
	parameters := make(map[string][]string, len(call.Parameters))
	for name, values := range call.Parameters {
		for _, value := range values {
			parameters[l.hide.Replace(name)] = append(parameters[l.hide.Replace(name)], l.hide.Replace(value))
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.lines.Encode(line{ // the reader of the lines may be gone; the server goes on
		call.Time.UTC(), call.Service, l.hide.Replace(call.Action), l.hide.Replace(call.Region), call.SignatureVersion,
		parameters, call.Verdict, call.Status, call.RequestID,
	})
}
