package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

const (
	userID     = "LTAI5tRoleCanaryKeyId01"
	userSecret = "RoleCanarySecret01"
	userToken  = "CAISRoleCanaryToken01"
)

func checkHidden(t *testing.T, text string) {
	t.Helper()
	for _, hidden := range []string{userID, userSecret, userToken, "Signature="} {
		assert.NotContains(t, text, hidden)
	}
}

// TestNoSecretIsWritten runs the program with the credentials of the environment and an STS that fails, in several ways.
func TestNoSecretIsWritten(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", userID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", userSecret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", userToken)
	t.Setenv("ALIBABA_CLOUD_STS_REGION", "")
	var asked []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, r.Host+" "+r.URL.Query().Get("AccessKeyId")+" "+string(body))
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"Code":"NoPermission","Message":"%s %s %s %s %s %v"}`, userID, userSecret, userToken, r.URL, body, r.Header)
	}))
	defer server.Close()
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		dialer := tls.Dialer{Config: server.Client().Transport.(*http.Transport).TLSClientConfig}
		return dialer.DialContext(ctx, network, server.Listener.Addr().String())
	}
	for name, transport := range map[string]*http.Transport{
		"refused": {DialTLSContext: dial},
		"unreachable": {DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no way to " + userSecret)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			trust(t, transport)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"-role-arn", roleARN, "-arns", arns(2), "-keys", "env", "-yes"}, &stdout, &stderr)
			assert.Equal(t, 1, code)
			assert.Empty(t, stdout.String())
			assert.Contains(t, stderr.String(), "not attempted")
			checkHidden(t, stderr.String())
		})
	}
	require.NotEmpty(t, asked)
	for _, question := range asked {
		assert.Contains(t, question, "sts.aliyuncs.com "+userID)
		assert.Contains(t, question, "RoleArn=acs%3Aram%3A%3A1234567890123456%3Arole%2Funtagger")
	}
}

// TestRefusedRole has an STS that refuses: the account gets no call.
func TestRefusedRole(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"Code":"NoPermission","Message":"%s may not assume it"}`, userID)
	}))
	defer server.Close()
	trust(t, server.Client().Transport)
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	config := cloud.Config()
	config.Credentials = role(t, server.Listener.Addr().String(), userID, userSecret)
	var out bytes.Buffer
	err := removeTags(t.Context(), &out, config, arns(2), "env")
	require.ErrorIs(t, err, untag.ErrUnauthenticated)
	require.ErrorIs(t, err, untag.ErrNotAttempted)
	assert.Zero(t, cloud.CallCount())
	assert.Empty(t, out.String())
	checkHidden(t, fmt.Sprintf("%v %+v %#v", err, err, err))
}
