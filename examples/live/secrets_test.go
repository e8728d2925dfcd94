package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestNoSecretIsWritten has the default chain find canaries, and a service that echoes.
func TestNoSecretIsWritten(t *testing.T) {
	const id, secret, token = "LTAI5tLiveCanaryKeyId01", "LiveCanarySecret01", "CAISLiveCanaryToken01"
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", id)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", token)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++ // the calls come one after another
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		text := fmt.Sprintf("%s %s %s %v %s", id, secret, token, r.Header, body)
		fmt.Fprintf(w, `{"RequestId":%q,"Code":%q,"Message":%q}`, text, text, text)
	}))
	defer server.Close()
	var out bytes.Buffer
	wanted := resources{
		keys: []string{"k"}, arns: []string{"arn:acs:oss:*:*:bucket/b"}, instances: []string{"i"}, ipams: []string{"i"}, shares: []string{"r"},
	}
	for _, signature := range []untag.SignatureVersion{untag.SignatureV3, untag.SignatureV1} {
		config := untag.Config{Region: "cn-hangzhou", Endpoint: server.URL, Signature: signature, Retry: untag.Retry{MaxAttempts: 1}}
		err := untagAll(t.Context(), &out, config, wanted)
		require.Error(t, err)
		fmt.Fprintf(&out, "%v %+v %#v", err, err, err)
	}
	assert.Equal(t, 8, requests)
	for _, args := range [][]string{nil, {"-h"}, {"-unknown"}, {"x"}, {"-region", "cn-hangzhou", "-keys", "k", "-instances", "i"}} {
		fmt.Fprintln(&out, run(t.Context(), args, &out, &out))
	}
	for _, hidden := range []string{id, secret, token} {
		assert.NotContains(t, out.String(), hidden)
	}
}
