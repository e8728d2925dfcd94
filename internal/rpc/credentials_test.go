package rpc_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

// TestProviderEndsItsGoroutine asks by calls that cannot leave too: it must not be the caller's goroutine that ends.
func TestProviderEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	client := newClient(t, play(ok), with(provider(func() (*credentials.CredentialModel, error) {
		runtime.Goexit()
		return nil, nil
	})))
	var work sync.WaitGroup
	returned := make(chan error, 20)
	for i := range 20 {
		work.Go(func() {
			ctx := t.Context()
			if i%2 == 0 {
				ctx = context.Background() //nolint:usetesting // one that cannot end
			}
			_, err := client.Do(ctx, request())
			returned <- err
		})
	}
	work.Wait()
	require.Len(t, returned, 20)
	for range 20 {
		err := <-returned
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		assert.ErrorContains(t, err, "the credential provider ended its goroutine")
	}
}

// TestRefusalInProvidersError takes code and request ID out of the answer of STS that credentials-go puts into its errors.
func TestRefusalInProvidersError(t *testing.T) {
	t.Parallel()
	const id = "5F2B2C4E-0000-5000-8000-0000000000FF"
	for _, test := range []struct{ name, text, says string }{
		{
			"a refusal", `refresh session token failed: {"RequestId":"` + id + `","HostId":"sts.aliyuncs.com","Code":"NoPermission","Message":"You are not authorized"}`,
			"no credentials: refused with NoPermission, request ID " + id + ": refresh session token failed: …",
		},
		{"no answer", "refresh session token failed: connection refused", "no credentials: refresh session token failed: connection refused"},
		{"a secret as the code", `failed: {"RequestId":"` + id + `","Code":"LTAI5tCanaryKeyIdZx81QwEr"}`, "no credentials: failed: …"},
		{"a secret as the request ID", `failed: {"RequestId":"LTAI5tCanaryKeyIdZx81QwEr","Code":"NoPermission"}`, "no credentials: failed: …"},
		{"cut off", `failed: {"RequestId":"` + id, "no credentials: failed: …"},
	} {
		_, err := newClient(t, play(ok), with(provider(func() (*credentials.CredentialModel, error) {
			return nil, errors.New(test.text)
		}))).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrUnauthenticated, test.name)
		assert.ErrorContains(t, err, test.says, test.name)
		assert.NotContains(t, err.Error(), "Canary", test.name)
	}
}

// TestAttemptNamesWhoSigned has the name that a provider gives itself, without what is secret in it.
func TestAttemptNamesWhoSigned(t *testing.T) {
	t.Parallel()
	named := model(keyID, keySecret, "")
	named.ProviderName = tea.String("vault of " + keyID)
	for want, source := range map[string]untag.CredentialProvider{
		"":                   untag.StaticCredentials(keyID, keySecret, ""),
		"vault of [removed]": provider(func() (*credentials.CredentialModel, error) { return named, nil }),
	} {
		var seen []string
		client := newClient(t, play(ok), with(source), func(c *untag.Config) {
			c.OnAttempt = func(_ context.Context, a untag.Attempt) { seen = append(seen, a.Credentials) }
		})
		_, err := client.Do(t.Context(), request())
		require.NoError(t, err)
		assert.Equal(t, []string{want}, seen)
	}
}
