package cleanup_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// switching gives the credentials of one account, and from a moment on those of another.
type switching struct {
	now atomic.Pointer[untag.CredentialProvider]
}

func (s *switching) set(p untag.CredentialProvider) { s.now.Store(&p) }

func (s *switching) GetCredential() (*credentials.CredentialModel, error) {
	return (*s.now.Load()).GetCredential()
}

// TestAccountChanges has credentials that turn into those of another account in the middle of a run: that account sees the
// question who they belong to, and nothing else.
func TestAccountChanges(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"find", "remove"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud, other := account(600), untagtest.NewAccount("9999")
				other.AllowKey("other", "secret", "")
				cloud.Join(other)
				provider := new(switching)
				provider.set(cloud.Config().Credentials)
				config := cloud.Config()
				config.Credentials = provider
				j, err := cleanup.Create(t.TempDir()+"/job", config, keys("team"))
				require.NoError(t, err)
				if step == "remove" {
					find(t, j)
				}
				var n atomic.Int64
				cloud.After(func(untagtest.Call) {
					if n.Add(1) == 12 {
						provider.set(untag.StaticCredentials("other", "secret", ""))
					}
				})
				var last error
				if step == "find" {
					for _, err := range j.Find(t.Context(), cleanup.FindOptions{Concurrency: 2}) {
						last = err
					}
				} else {
					for _, err := range j.Remove(t.Context(), cleanup.RemoveOptions{Concurrency: 2}) {
						last = err
					}
				}
				require.ErrorIs(t, last, untag.ErrRunEnded)
				account, ok := errors.AsType[*cleanup.AccountError](last)
				require.True(t, ok, "%v", last)
				require.Equal(t, "9999", account.Have)
				for _, call := range other.Calls() {
					require.Equal(t, "GetCallerIdentity", call.Action)
				}
				// Every later step asks first.
				for _, err := range j.Find(t.Context(), cleanup.FindOptions{}) {
					last = err
				}
				require.Error(t, last)
				provider.set(cloud.Config().Credentials)
				if step == "find" {
					find(t, j)
				}
				remove(t, j)
				counts := count(results(t, j))
				require.Equal(t, 603, counts[cleanup.Removed]+counts[cleanup.Unknown])
				require.NoError(t, j.Close())
			})
		})
	}
}

// TestNewKey asks again for a new access key of the same account, and goes on.
func TestNewKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := account(600)
		cloud.AllowKey("second", "secret", "token")
		provider := new(switching)
		provider.set(cloud.Config().Credentials)
		config := cloud.Config()
		config.Credentials = provider
		j, err := cleanup.Create(t.TempDir()+"/job", config, keys("team"))
		require.NoError(t, err)
		find(t, j)
		asked := func() (n int) {
			for _, call := range cloud.Calls() {
				if call.Action == "GetCallerIdentity" {
					n++
				}
			}
			return n
		}
		before := asked()
		var n atomic.Int64
		cloud.After(func(untagtest.Call) {
			if n.Add(1) == 8 {
				provider.set(untag.StaticCredentials("second", "secret", "token"))
			}
		})
		require.Equal(t, 603, count(remove(t, j))[cleanup.Removed])
		require.Equal(t, before+2, asked(), "at the beginning, and for the new key")
		require.NoError(t, j.Close())
	})
}

type failing struct{ err error }

func (f failing) GetCredential() (*credentials.CredentialModel, error) {
	if f.err == nil {
		panic("hidden")
	}
	return nil, f.err
}

type empty struct{}

func (empty) GetCredential() (*credentials.CredentialModel, error) { return nil, nil } //nolint:nilnil // as a broken provider does

func TestNoCredentials(t *testing.T) {
	t.Parallel()
	cloud := account(1)
	for name, provider := range map[string]untag.CredentialProvider{
		"an error": failing{errors.New(`no profile in {"AccessKeySecret":"hidden12345"}`)}, "a panic": failing{}, "nothing": empty{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := cloud.Config()
			config.Credentials = provider
			_, err := cleanup.Create(t.TempDir()+"/job", config, keys("team"))
			require.Error(t, err)
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
			require.False(t, strings.Contains(err.Error(), "hidden"), err)
		})
	}
	require.Zero(t, cloud.CallCount())
}
