package untag_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// These tests have credentials-go itself. They set the environment, so none is parallel.

// bareEnvironment has nothing that the default chain could find.
func bareEnvironment(t *testing.T) (home string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "ALIBABA_CLOUD_") {
			t.Setenv(name, "")
		}
	}
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	return home
}

// issuer hands out credentials over HTTP, as a credentials URI does.
type issuer struct {
	*httptest.Server
	asked   atomic.Int64
	inside  atomic.Int64
	overlap atomic.Bool
	delay   time.Duration
	answer  func(n int64) string
}

func issue(t *testing.T, answer func(n int64) string) *issuer {
	t.Helper()
	i := &issuer{answer: answer}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if i.inside.Add(1) > 1 {
			i.overlap.Store(true)
		}
		defer i.inside.Add(-1)
		n := i.asked.Add(1)
		time.Sleep(i.delay)
		_, _ = io.WriteString(w, i.answer(n))
	}))
	t.Cleanup(i.Close)
	return i
}

// temporary are credentials that last, or do not.
func temporary(token string, lifetime time.Duration) string {
	return fmt.Sprintf(`{"Code":"Success","AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":%q,"Expiration":%q}`,
		hiddenID, hiddenSecret, token, time.Now().Add(lifetime).UTC().Format("2006-01-02T15:04:05Z"))
}

// knownCloud knows the keys of temporary.
func knownCloud(tokens ...string) *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	cloud.AllowAnyResource()
	for _, token := range tokens {
		cloud.AllowKey(hiddenID, hiddenSecret, token)
	}
	return cloud
}

func chained(t *testing.T, cloud *untagtest.Cloud, provider untag.CredentialProvider) *ecs.Client {
	t.Helper()
	config := cloud.Config()
	config.Credentials = provider
	client, err := ecs.New(config)
	require.NoError(t, err)
	return client
}

func TestDefaultChain(t *testing.T) {
	write := func(t *testing.T, home, name, text string) {
		t.Helper()
		path := filepath.Join(home, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for _, test := range []struct {
		name  string
		token string
		setUp func(t *testing.T, home string)
	}{
		{"environment", "", func(t *testing.T, _ string) {
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", hiddenID)
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", hiddenSecret)
		}},
		{"environment with a token", hiddenToken, func(t *testing.T, _ string) {
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", hiddenID)
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", hiddenSecret)
			t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", hiddenToken)
		}},
		{"command line profile", "", func(t *testing.T, home string) {
			write(t, home, ".aliyun/config.json", fmt.Sprintf(`{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":%q,"access_key_secret":%q}]}`, hiddenID, hiddenSecret))
		}},
		{"profile file", "", func(t *testing.T, home string) {
			write(t, home, ".alibabacloud/credentials", "[default]\ntype = access_key\naccess_key_id = "+hiddenID+"\naccess_key_secret = "+hiddenSecret+"\n")
		}},
		{"credentials URI", hiddenToken, func(t *testing.T, _ string) {
			t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", issue(t, func(int64) string { return temporary(hiddenToken, time.Hour) }).URL)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := bareEnvironment(t)
			client := chained(t, knownCloud(test.token), nil)
			_, err := client.UntagResources(t.Context(), instance)
			require.ErrorIs(t, err, untag.ErrUnauthenticated, "nothing is there yet")
			require.ErrorIs(t, err, untag.ErrNotAttempted)
			require.ErrorContains(t, err, "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or Config.Credentials; ")
			test.setUp(t, home)
			_, err = client.UntagResources(t.Context(), instance)
			require.NoError(t, err, "the chain is asked anew after a failure")
		})
	}
}

// TestDefaultChainAtFirstCall resolves the chain when it is needed, not when the client is made.
func TestDefaultChainAtFirstCall(t *testing.T) {
	bareEnvironment(t)
	client := chained(t, knownCloud(""), nil)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", hiddenID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", hiddenSecret)
	_, err := client.UntagResources(t.Context(), instance)
	require.NoError(t, err)
}

// TestDefaultChainConcurrentFirstUse makes first calls at the same time. The chain of credentials-go notes the member that
// it asks before it knows that it has something, so a second caller meanwhile gets that member's failure.
func TestDefaultChainConcurrentFirstUse(t *testing.T) {
	for range 5 {
		bareEnvironment(t)
		source := issue(t, func(int64) string { return temporary(hiddenToken, time.Hour) })
		source.delay = 10 * time.Millisecond
		t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", source.URL)
		client := chained(t, knownCloud(hiddenToken), nil)
		var work sync.WaitGroup
		for range 50 {
			work.Go(func() {
				_, err := client.UntagResources(t.Context(), instance)
				assert.NoError(t, err)
			})
		}
		work.Wait()
		assert.EqualValues(t, 1, source.asked.Load())
	}
}

// TestOneRefreshOfSharedCredentials has two services that share a provider, whose refreshes would race.
func TestOneRefreshOfSharedCredentials(t *testing.T) {
	bareEnvironment(t)
	source := issue(t, func(int64) string { return temporary(hiddenToken, time.Hour) })
	source.delay = 10 * time.Millisecond
	shared, err := credentials.NewCredential(new(credentials.Config).SetType("credentials_uri").SetURLCredential(source.URL))
	require.NoError(t, err)
	cloud := knownCloud(hiddenToken)
	config := cloud.Config()
	config.Credentials = shared
	instances, err := ecs.New(config)
	require.NoError(t, err)
	tags, err := tag.New(config)
	require.NoError(t, err)
	var work sync.WaitGroup
	for range 25 {
		work.Go(func() {
			_, err := instances.UntagResources(t.Context(), instance)
			assert.NoError(t, err)
		})
		work.Go(func() {
			_, err := tags.UntagResources(t.Context(), tag.UntagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:*:instance/i-1"}, TagKeys: []string{"k"}})
			assert.NoError(t, err)
		})
	}
	work.Wait()
	assert.False(t, source.overlap.Load())
	assert.EqualValues(t, 1, source.asked.Load())
}

// TestChangedTokenOfChain gives credentials that are about to expire, so that every question is a refresh.
func TestChangedTokenOfChain(t *testing.T) {
	bareEnvironment(t)
	tokens := []string{hiddenToken + "1", hiddenToken + "2", hiddenToken + "3"}
	source := issue(t, func(n int64) string { return temporary(tokens[n-1], time.Minute) })
	t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", source.URL)
	cloud := knownCloud()
	client := chained(t, cloud, nil)
	for _, token := range tokens {
		cloud.ExpireKey(hiddenID)
		cloud.AllowKey(hiddenID, hiddenSecret, token)
		_, err := client.UntagResources(t.Context(), instance)
		require.NoError(t, err)
	}
}

func TestBlockingChainEndsWithContext(t *testing.T) {
	bareEnvironment(t)
	release := make(chan struct{})
	source := issue(t, func(int64) string { <-release; return temporary(hiddenToken, time.Hour) })
	t.Setenv("ALIBABA_CLOUD_CREDENTIALS_URI", source.URL)
	client := chained(t, knownCloud(hiddenToken), nil)
	var work sync.WaitGroup
	for range 20 {
		work.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			start := time.Now()
			_, err := client.UntagResources(ctx, instance)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorIs(t, err, untag.ErrNotAttempted)
			assert.Less(t, time.Since(start), 2*time.Second)
		})
	}
	work.Wait()
	assert.EqualValues(t, 1, source.asked.Load())
	close(release)
	_, err := client.UntagResources(t.Context(), instance)
	require.NoError(t, err)
	assert.EqualValues(t, 1, source.asked.Load(), "the late answer is used")
}

// redirected sends what credentials-go asks the metadata service and STS to a server of the test.
func redirected(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	plain := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	t.Cleanup(plain.Close)
	before := http.DefaultTransport
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	transport.TLSClientConfig.RootCAs = pool
	transport.DisableKeepAlives = true // credentials-go makes a transport for every request, and never closes it
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "http" {
			return url.Parse(plain.URL)
		}
		return nil, nil //nolint:nilnil // no proxy
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "100.100.100.200:80" { // our own chain asks without a proxy
			address = plain.Listener.Addr().String()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = before })
	return server
}

// TestMissingExpiration has STS and the metadata service leave out the Expiration, on which credentials-go panics.
func TestMissingExpiration(t *testing.T) {
	const keys = `"AccessKeyId":"` + hiddenID + `","AccessKeySecret":"` + hiddenSecret + `","SecurityToken":"` + hiddenToken + `"`
	complete := atomic.Bool{}
	server := redirected(t, func(w http.ResponseWriter, r *http.Request) {
		all := keys
		if complete.Load() {
			all += `,"Expiration":"` + time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z") + `"`
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/api/token"):
			_, _ = io.WriteString(w, "metadata-token")
		case strings.Contains(r.URL.Path, "/security-credentials/"):
			_, _ = io.WriteString(w, `{"Code":"Success",`+all+`}`)
		default:
			_, _ = io.WriteString(w, `{"RequestId":"R","Credentials":{`+all+`}}`)
		}
	})
	host := strings.TrimPrefix(server.URL, "https://")
	instanceRole := func(t *testing.T) untag.CredentialProvider {
		t.Helper()
		t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
		provider, err := credentials.NewCredential(new(credentials.Config).SetType("ecs_ram_role").SetRoleName("role"))
		require.NoError(t, err)
		return provider
	}
	const panics = "the credential provider failed: panic (runtime.errorString)"
	for _, test := range []struct {
		name     string
		says     string
		provider func(t *testing.T) untag.CredentialProvider
	}{
		{"STS", panics, func(t *testing.T) untag.CredentialProvider {
			t.Helper()
			provider, err := credentials.NewCredential(new(credentials.Config).SetType("ram_role_arn").SetAccessKeyId("id").SetAccessKeySecret("secret").
				SetRoleArn("acs:ram::1:role/r").SetRoleSessionName("s").SetSTSEndpoint(host))
			require.NoError(t, err)
			return provider
		}},
		{"the metadata service", panics, instanceRole},
		{"the default chain", "role of this instance, named by ALIBABA_CLOUD_ECS_METADATA: the answer of the metadata service has no Expiration", func(t *testing.T) untag.CredentialProvider {
			t.Helper()
			t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "")
			t.Setenv("ALIBABA_CLOUD_ECS_METADATA", "role")
			return nil
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			bareEnvironment(t)
			complete.Store(false)
			provider := test.provider(t)
			client := chained(t, knownCloud(hiddenToken), provider)
			for range 2 {
				_, err := client.UntagResources(t.Context(), instance)
				require.ErrorIs(t, err, untag.ErrUnauthenticated)
				require.ErrorIs(t, err, untag.ErrNotAttempted)
				require.ErrorContains(t, err, test.says)
				c := new(cage)
				c.print(err)
				c.check(t)
			}
			complete.Store(true)
			_, err := client.UntagResources(t.Context(), instance)
			require.NoError(t, err)
		})
	}
}

// TestMalformedProfile has files that credentials-go quotes in its errors.
func TestMalformedProfile(t *testing.T) {
	for _, test := range []struct{ name, path, text string }{
		{"a line without =", ".alibabacloud/credentials", "[default]\ntype = access_key\naccess_key_id = " + hiddenID + "\naccess_key_secret " + hiddenSecret + "\n"},
		{"a secret alone", ".alibabacloud/credentials", hiddenSecret + "\n"},
		{"no section end", ".alibabacloud/credentials", "[default\naccess_key_secret = " + hiddenSecret + "\n"},
		{"another section", ".alibabacloud/credentials", "[other]\ntype = access_key\naccess_key_secret = " + hiddenSecret + "\n"},
		{"an unknown type", ".alibabacloud/credentials", "[default]\ntype = " + hiddenSecret + "\n"},
		{"JSON with a comma too many", ".aliyun/config.json", `{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"` + hiddenID + `","access_key_secret":"` + hiddenSecret + `","sts_token":"` + hiddenToken + `",}]}`},
		{"JSON cut off", ".aliyun/config.json", `{"profiles":[{"access_key_secret" : "` + hiddenSecret},
		{"the other file's form", ".aliyun/config.json", "[default]\naccess_key_id = " + hiddenID + "\naccess_key_secret = " + hiddenSecret + "\nsts_token: " + hiddenToken},
		{"a secret as the mode", ".aliyun/config.json", `{"current":"default","profiles":[{"name":"default","mode":"` + hiddenSecret + `"}]}`},
		{"a secret as the current profile", ".aliyun/config.json", `{"current":"` + hiddenSecret + `","profiles":[{"name":"default","mode":"AK"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(bareEnvironment(t), test.path)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, []byte(test.text), 0o600))
			_, err := chained(t, knownCloud(), nil).UntagResources(t.Context(), instance)
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
			assert.NotContains(t, err.Error(), "\n")
			c := new(cage)
			c.print(err)
			c.check(t)
		})
	}
}

// TestRefusedRefresh has a credentials URI answer with keys that credentials-go quotes because one is missing.
func TestRefusedRefresh(t *testing.T) {
	bareEnvironment(t)
	source := issue(t, func(int64) string {
		return `{"AccessKeyId":"` + hiddenID + `","AccessKeySecret":"` + hiddenSecret + `","SecurityToken":"` + hiddenToken + `"}`
	})
	provider, err := credentials.NewCredential(new(credentials.Config).SetType("credentials_uri").SetURLCredential(source.URL + "/?key=" + hiddenID))
	require.NoError(t, err)
	_, err = chained(t, knownCloud(), provider).UntagResources(t.Context(), instance)
	require.ErrorIs(t, err, untag.ErrUnauthenticated)
	c := new(cage)
	c.print(err)
	c.check(t)
}
