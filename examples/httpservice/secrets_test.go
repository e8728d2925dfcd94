package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

// TestNoSecretIsWritten has a service that echoes its requests, in what is logged and in what is answered.
func TestNoSecretIsWritten(t *testing.T) { // not in parallel: it sets the default logger
	const id, secret, token = "LTAI5tHttpCanaryKeyId01", "HttpCanarySecret01", "CAISHttpCanaryToken01"
	var written bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++ // the calls come one after another
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		text := fmt.Sprintf("%s %s %s %v %s", id, secret, token, r.Header, body)
		fmt.Fprintf(w, `{"RequestId":%q,"Code":%q,"Message":%q}`, text, text, text)
	}))
	defer server.Close()
	for _, signature := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
		s, _ := newService(t, untag.Config{
			Region: "cn-hangzhou", Endpoint: server.URL, Signature: signature, Logger: slog.Default(),
			Credentials: untag.StaticCredentials(id, secret, token),
		})
		answer := post(t.Context(), s, "?confirm=true", two)
		assert.NotEqual(t, http.StatusOK, answer.Code)
		written.Write(answer.Body.Bytes())
	}
	assert.NotZero(t, requests)
	assert.Contains(t, written.String(), `"outcome":"refused"`)
	assert.Contains(t, written.String(), `"msg":"untag"`)
	for _, hidden := range []string{id, secret, token} {
		assert.NotContains(t, written.String(), hidden)
	}
}
