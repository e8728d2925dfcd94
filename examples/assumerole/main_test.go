package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/exampletest"
	"github.com/untag-go/untag/untagtest"
)

// Tests that change http.DefaultTransport, the only way to credentials-go, are not parallel.

const roleARN = "acs:ram::1234567890123456:role/untagger"

// trust makes credentials-go use a transport until the test ends.
func trust(t *testing.T, transport http.RoundTripper) {
	t.Helper()
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = transport
}

func TestOutput(t *testing.T) {
	trust(t, http.DefaultTransport) // which the program changes
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, run(t.Context(), nil, &stdout, &stderr), stderr.String())
	exampletest.Output(t, stdout.String())
}

// fakeSTS gives keys that last for a time, and notes what it was asked.
type fakeSTS struct {
	*httptest.Server
	cloud *untagtest.Cloud
	last  time.Duration
	once  func(key string) // called before a key is given, with the one before it

	mu    sync.Mutex
	asked []url.Values
	keys  []string
}

func newSTS(t *testing.T, cloud *untagtest.Cloud, last time.Duration) *fakeSTS {
	t.Helper()
	s := &fakeSTS{cloud: cloud, last: last}
	s.Server = httptest.NewTLSServer(s)
	t.Cleanup(s.Close)
	trust(t, s.Client().Transport)
	return s
}

func (s *fakeSTS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	s.asked = append(s.asked, r.Form)
	if s.once != nil && len(s.keys) > 0 {
		s.once(s.keys[len(s.keys)-1])
	}
	key, secret, token := fmt.Sprintf("STS.test-%d", len(s.keys)+1), rand.Text(), rand.Text()
	s.keys = append(s.keys, key)
	s.cloud.AllowKey(key, secret, token)
	_ = json.NewEncoder(w).Encode(map[string]any{"Credentials": map[string]string{
		"AccessKeyId": key, "AccessKeySecret": secret, "SecurityToken": token,
		"Expiration": time.Now().Add(s.last).UTC().Format(time.RFC3339),
	}})
}

// role returns credentials of the role, which a user with this key assumes.
func role(t *testing.T, endpoint, id, secret string) untag.CredentialProvider {
	t.Helper()
	user, err := providers.NewStaticAKCredentialsProviderBuilder().WithAccessKeyId(id).WithAccessKeySecret(secret).Build()
	require.NoError(t, err)
	credentials, err := assumeRole(user, roleARN, endpoint)
	require.NoError(t, err)
	return credentials
}

func arns(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("arn:acs:oss:*:*:bucket/b-%d", i))
	}
	return strings.Join(list, ",")
}

func TestOneKeyForManyCalls(t *testing.T) {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	sts := newSTS(t, cloud, time.Hour)
	config := cloud.Config()
	config.Credentials = role(t, sts.Listener.Addr().String(), "a-user", "the-secret-of-it")
	var out bytes.Buffer
	require.NoError(t, removeTags(t.Context(), &out, config, arns(500), "env,owner"))
	assert.Equal(t, 500, strings.Count(out.String(), "done: "))
	assert.Equal(t, 10, cloud.CallCount())
	require.Len(t, sts.asked, 1)
	assert.Equal(t, "AssumeRole", sts.asked[0].Get("Action"))
	assert.Equal(t, roleARN, sts.asked[0].Get("RoleArn"))
	assert.Equal(t, "untag", sts.asked[0].Get("RoleSessionName"))
	assert.Equal(t, "3600", sts.asked[0].Get("DurationSeconds"))
	assert.Equal(t, "a-user", sts.asked[0].Get("AccessKeyId"))
}

// TestKeysExpireDuringARun ends each key when the next one is given, also under calls that are on their way.
func TestKeysExpireDuringARun(t *testing.T) {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	sts := newSTS(t, cloud, 3*time.Minute) // which is renewed at once
	sts.once = cloud.ExpireKey
	config := cloud.Config()
	config.Credentials = role(t, sts.Listener.Addr().String(), "a-user", "the-secret-of-it")
	var out bytes.Buffer
	require.NoError(t, removeTags(t.Context(), &out, config, arns(200), "env"))
	assert.Equal(t, 200, strings.Count(out.String(), "done: "))
	assert.GreaterOrEqual(t, len(sts.keys), 2, "the first call goes alone; those that go together share a key")
}

func TestFailuresAreAllTold(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	var out bytes.Buffer
	err := removeTags(t.Context(), &out, cloud.Config(), arns(2), "env")
	require.ErrorIs(t, err, untag.ErrNotFound)
	assert.ErrorContains(t, err, "bucket/b-0")
	assert.ErrorContains(t, err, "bucket/b-1")
	assert.Empty(t, out.String())
	require.ErrorIs(t, removeTags(t.Context(), &out, untag.Config{Region: "no region"}, arns(2), "env"), untag.ErrInvalidRequest)
}

func TestItAsksFirst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no -yes", []string{"-role-arn", roleARN, "-arns", "a,b", "-keys", "env"}, 1, "nothing was sent: add -yes to remove env from a,b"},
		{"no role", []string{"-arns", "a,b", "-keys", "env", "-yes"}, 2, "it takes -role-arn"},
		{"no resources", []string{"-role-arn", roleARN, "-keys", "env", "-yes"}, 2, "it takes -role-arn"},
		{"no keys", []string{"-role-arn", roleARN, "-arns", "a,b", "-yes"}, 2, "it takes -role-arn"},
		{"-yes alone", []string{"-yes"}, 2, "it takes -role-arn"},
		{"an argument", []string{"x"}, 2, "it takes -role-arn"},
		{"an unknown flag", []string{"-role", roleARN}, 2, "-role"},
		{"help", []string{"-h"}, 0, "-role-arn"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, test.code, run(t.Context(), test.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), test.want)
			assert.Empty(t, stdout.String())
		})
	}
}
