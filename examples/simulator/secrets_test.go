package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const canaries = "canaryKeyId01 canarySecret01/+= canaryToken01/+="

func checkHidden(t *testing.T, text string) {
	t.Helper()
	for _, hidden := range []string{"canaryKeyId01", "canarySecret01", "canaryToken01"} {
		assert.NotContains(t, text, hidden)
	}
}

// TestMistakesShowNoSecret has flags that are wrong beside those that hold secrets.
func TestMistakesShowNoSecret(t *testing.T) {
	t.Parallel()
	words := strings.Fields(canaries)
	given := []string{"-access-key-id", words[0], "-access-key-secret", words[1], "-security-token", words[2]}
	for _, args := range [][]string{
		append(given, "-unknown"),
		append(given, "-h"),
		append(given, "x"),
		append(given, "-addr", "127.0.0.1:x"),
		append(given, "-any-resource=maybe"),
		append(given, "-resource", "x"),
		given[2:],
	} {
		var stdout, stderr bytes.Buffer
		run(t.Context(), args, &stdout, &stderr)
		assert.NotEmpty(t, stderr.String())
		checkHidden(t, stdout.String()+stderr.String())
	}
}

// TestLinesShowNoSecret sends a secret and a token where none belongs.
func TestLinesShowNoSecret(t *testing.T) {
	t.Parallel()
	words := strings.Fields(canaries)
	address, lines, stop := start(t, "-access-key-id", words[0], "-access-key-secret", words[1], "-security-token", words[2])
	for _, body := range []string{
		"Action=canarySecret01%2F%2B%3D&RegionId=canaryToken01%2F%2B%3D",
		"AccessKeyId=" + words[0] + "&Action=UntagResources&Version=2018-08-28&SignatureVersion=1.0&SecurityToken=canaryToken01%2F%2B%3D&Signature=canarySecret01%2F%2B%3D",
		"TagKey.1=canarySecret01%2F%2B%3D&canaryToken01%2F%2B%3D=x",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+words[0]+",SignedHeaders=host,Signature="+words[1])
		r.Header.Set("X-Acs-Security-Token", words[2])
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	assert.NotEmpty(t, lines.String())
	checkHidden(t, lines.String())
}
