package rpc_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/rpc"
)

// counter is a provider that counts its calls, and those that overlap.
type counter struct {
	delay   time.Duration
	calls   atomic.Int64
	inside  atomic.Int64
	overlap atomic.Bool
	next    func(n int64) (*credentials.CredentialModel, error) // nil: always the same
}

func (c *counter) GetCredential() (*credentials.CredentialModel, error) {
	if c.inside.Add(1) > 1 {
		c.overlap.Store(true)
	}
	defer c.inside.Add(-1)
	n := c.calls.Add(1)
	if c.delay > 0 {
		time.Sleep(c.delay)
	}
	if c.next != nil {
		return c.next(n)
	}
	return model(keyID, keySecret, ""), nil
}

func with(source untag.CredentialProvider) func(*untag.Config) {
	return func(c *untag.Config) { c.Credentials = source }
}

func TestOneRefreshAtATime(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{50, 500} {
		synctest.Test(t, func(t *testing.T) {
			source := &counter{delay: 10 * time.Millisecond}
			client := newClient(t, play(ok), with(source))
			var work sync.WaitGroup
			for range calls {
				work.Go(func() {
					_, err := client.Do(t.Context(), request())
					assert.NoError(t, err)
				})
			}
			work.Wait()
			assert.False(t, source.overlap.Load(), "two refreshes at a time")
			assert.EqualValues(t, 1, source.calls.Load(), "all wait for the same")
			_, err := client.Do(t.Context(), request())
			require.NoError(t, err)
			assert.EqualValues(t, 2, source.calls.Load(), "asked anew for every attempt")
		})
	}
}

// TestRefreshesNeverOverlap has calls that come all the time, some of which cannot leave.
func TestRefreshesNeverOverlap(t *testing.T) {
	t.Parallel()
	source := new(counter)
	client := newClient(t, play(ok), with(source))
	var work sync.WaitGroup
	for range 16 {
		work.Go(func() {
			for n := range 50 {
				ctx := t.Context()
				if n%3 == 0 {
					ctx = context.Background() //nolint:usetesting // one that cannot end
				}
				_, err := client.Do(ctx, request())
				assert.NoError(t, err)
			}
		})
	}
	work.Wait()
	assert.False(t, source.overlap.Load())
	assert.LessOrEqual(t, source.calls.Load(), int64(800))
}

func TestChangedTokenIsPickedUp(t *testing.T) {
	t.Parallel()
	source := &counter{next: func(n int64) (*credentials.CredentialModel, error) {
		return model(keyID, keySecret, stsToken+strings.Repeat("x", int(n))), nil
	}}
	service := play(ok)
	client := newClient(t, service, with(source))
	for range 3 {
		_, err := client.Do(t.Context(), request())
		require.NoError(t, err)
	}
	for i, m := range service.messages() {
		assert.Equal(t, stsToken+strings.Repeat("x", i+1), m.header.Get("X-Acs-Security-Token"))
	}
}

// TestBlockingProvider asks a provider that blocks: calls end with their contexts, and one goroutine stays until it returns.
// It is not parallel: it counts the goroutines of the process.
func TestBlockingProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		source := &counter{next: func(int64) (*credentials.CredentialModel, error) {
			<-release
			return model(keyID, keySecret, ""), nil
		}}
		service := play(ok)
		client := newClient(t, service, with(source))
		before := runtime.NumGoroutine()
		var work sync.WaitGroup
		for range 50 {
			work.Go(func() {
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				_, err := client.Do(ctx, request())
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.True(t, isNotAttempted(err), "%v", err)
				assert.Equal(t, 100*time.Millisecond, time.Since(start))
			})
		}
		work.Wait()
		synctest.Wait()
		assert.EqualValues(t, 1, source.calls.Load())
		for i := 0; i < 1000 && runtime.NumGoroutine()-before > 1; i++ {
			runtime.Gosched() // what has done its work may still be on its way out
		}
		assert.LessOrEqual(t, runtime.NumGoroutine()-before, 1, "one goroutine waits for the provider")
		work.Go(func() { // it comes in time for the old question's answer
			_, err := client.Do(t.Context(), request())
			assert.NoError(t, err)
		})
		synctest.Wait()
		close(release)
		work.Wait()
		assert.EqualValues(t, 1, source.calls.Load())
		assert.Len(t, service.messages(), 1)
	})
}

func TestProviderThatGoesWrong(t *testing.T) {
	t.Parallel()
	const canary = "Zx81QwErTy77UiOpAsDfGhJkLz"
	cause := errors.New("the role is " + canary)
	for _, test := range []struct {
		name   string
		answer func() (*credentials.CredentialModel, error)
		says   string
	}{
		{"a panic", func() (*credentials.CredentialModel, error) { panic("got " + canary) }, "panic (string)"},
		{"a nil pointer", func() (*credentials.CredentialModel, error) {
			var m *credentials.CredentialModel
			return model(*m.AccessKeyId, "", ""), nil
		}, "panic (runtime.errorString)"},
		{"panic(nil)", func() (*credentials.CredentialModel, error) { panic(nil) }, "panic (*runtime.PanicNilError)"},
		{"an error", func() (*credentials.CredentialModel, error) { return nil, cause }, "no credentials: the role is …"},
		{"an error beside credentials", func() (*credentials.CredentialModel, error) { return model(keyID, keySecret, ""), cause }, "no credentials: the role is …"},
		{"nothing", func() (*credentials.CredentialModel, error) { return nil, nil }, "gave no credentials"}, //nolint:nilnil // on purpose
		{"an empty model", func() (*credentials.CredentialModel, error) { return new(credentials.CredentialModel), nil }, "no access key ID or no secret"},
		{"no key ID", func() (*credentials.CredentialModel, error) { return model("", keySecret, stsToken), nil }, "no access key ID or no secret"},
		{"no secret", func() (*credentials.CredentialModel, error) { return model(keyID, "", stsToken), nil }, "no access key ID or no secret"},
		{"an empty bearer token", func() (*credentials.CredentialModel, error) {
			return &credentials.CredentialModel{BearerToken: tea.String(""), Type: tea.String("bearer")}, nil
		}, "no access key ID or no secret"},
		{"a line break in the token", func() (*credentials.CredentialModel, error) {
			return model(keyID, keySecret, canary+"\r\nX-Evil: 1"), nil
		}, "a control character"},
		{"a line break in the key ID", func() (*credentials.CredentialModel, error) { return model(canary+"\n", keySecret, ""), nil }, "a control character"},
		{"a tab in the secret", func() (*credentials.CredentialModel, error) { return model(keyID, canary+"\t", ""), nil }, "a control character"},
		{"a NUL in the bearer token", func() (*credentials.CredentialModel, error) {
			return &credentials.CredentialModel{BearerToken: tea.String(canary + "\x00")}, nil
		}, "a control character"},
		{"the end of its goroutine", func() (*credentials.CredentialModel, error) { runtime.Goexit(); return nil, nil }, "ended its goroutine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := play(ok)
			broken := true
			client := newClient(t, service, with(provider(func() (*credentials.CredentialModel, error) {
				if broken {
					return test.answer()
				}
				return model(keyID, keySecret, ""), nil
			})))
			for range 2 {
				_, err := client.Do(t.Context(), request())
				require.ErrorIs(t, err, untag.ErrUnauthenticated)
				assert.True(t, isNotAttempted(err) && !isUnknown(err), "%v", err)
				assert.ErrorContains(t, err, test.says)
				assert.NotContains(t, err.Error(), canary)
				assert.Equal(t, rpc.ScopeRequest, anyService.ScopeOf(err))
			}
			assert.Empty(t, service.messages())
			broken = false
			_, err := client.Do(t.Context(), request())
			require.NoError(t, err, "the next refresh is a new chance")
		})
	}
}

// TestCredentialsFailBetweenAttempts loses the credentials after an attempt without a verdict.
func TestCredentialsFailBetweenAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &counter{next: func(n int64) (*credentials.CredentialModel, error) {
			if n > 1 {
				return nil, errors.New("gone")
			}
			return model(keyID, keySecret, ""), nil
		}}
		_, err := newClient(t, play(fail(errReset)), with(source)).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		assert.True(t, isUnknown(err), "%v", err)
	})
}

func TestExpiredToken(t *testing.T) {
	t.Parallel()
	const ecsForm = `{"RequestId":"R","Code":"InvalidParameter","Message":"The specified parameter \"SecurityToken.Expired\" is not valid."}`
	expired := map[string]step{"InvalidSecurityToken.Expired": refuse(400, "InvalidSecurityToken.Expired"), "the form of ECS": answer(400, ecsForm)}
	for form, refusal := range expired {
		for _, test := range []struct {
			name     string
			tokens   string // one for each question
			attempts int
			ok       bool
		}{
			{"another token", "abbb", 2, true},
			{"the same token", "aaaa", 1, false},
			{"the same token, then another", "aabb", 1, false},
			{"another token that has expired too", "acdd", 2, false},
		} {
			t.Run(form+", "+test.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					source := &counter{next: func(n int64) (*credentials.CredentialModel, error) {
						return model(keyID, keySecret, stsToken+test.tokens[n-1:n]), nil
					}}
					service := play(func(r *http.Request) (*http.Response, error) {
						if strings.HasSuffix(r.Header.Get("X-Acs-Security-Token"), "b") {
							return ok(r)
						}
						return refusal(r)
					})
					_, err := newClient(t, service, with(source)).Do(t.Context(), request())
					assert.Len(t, service.messages(), test.attempts)
					if test.ok {
						require.NoError(t, err)
						return
					}
					require.ErrorIs(t, err, untag.ErrUnauthenticated)
					assert.False(t, isUnknown(err))
				})
			})
		}
	}
	t.Run("of static credentials", func(t *testing.T) {
		t.Parallel()
		service := play(expired["the form of ECS"])
		_, err := newClient(t, service, with(untag.StaticCredentials(keyID, keySecret, stsToken))).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		assert.Len(t, service.messages(), 1)
	})
	t.Run("and the provider fails", func(t *testing.T) {
		t.Parallel()
		source := &counter{next: func(n int64) (*credentials.CredentialModel, error) {
			if n > 1 {
				return nil, errors.New("gone")
			}
			return model(keyID, keySecret, stsToken), nil
		}}
		_, err := newClient(t, play(refuse(400, "InvalidSecurityToken.Expired")), with(source)).Do(t.Context(), request())
		apiErr, ok := errors.AsType[*untag.APIError](err)
		require.True(t, ok)
		assert.Equal(t, "InvalidSecurityToken.Expired", apiErr.Code)
	})
	t.Run("within one attempt", func(t *testing.T) {
		t.Parallel()
		source := &counter{next: func(n int64) (*credentials.CredentialModel, error) {
			return model(keyID, keySecret, stsToken+strings.Repeat("x", int(n))), nil
		}}
		service := play(refuse(400, "InvalidSecurityToken.Expired"), ok)
		_, err := newClient(t, service, with(source), func(c *untag.Config) { c.Retry.MaxAttempts = 1 }).Do(t.Context(), request())
		require.ErrorIs(t, err, untag.ErrUnauthenticated)
		assert.Len(t, service.messages(), 1)
	})
}

// TestRenewalWaitsForAFreshAnswer expires a token while a refresh that began before delivers it once more.
func TestRenewalWaitsForAFreshAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var token atomic.Value
		token.Store("a")
		source := &counter{next: func(int64) (*credentials.CredentialModel, error) {
			m := model(keyID, keySecret, stsToken+token.Load().(string)) //nolint:forcetypeassert // stored above
			time.Sleep(2 * time.Second)
			return m, nil
		}}
		refused := false
		service := play(slow(time.Second, func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.Header.Get("X-Acs-Security-Token"), "a") {
				refused = true
				return refuse(400, "InvalidSecurityToken.Expired")(r)
			}
			return ok(r)
		}))
		client := newClient(t, service, with(source))
		var work sync.WaitGroup
		work.Go(func() { _, err := client.Do(t.Context(), request()); assert.NoError(t, err) })
		time.Sleep(2500 * time.Millisecond) // the first call is on its way; this refresh still gets the old token
		work.Go(func() { _, err := client.Do(t.Context(), request()); assert.NoError(t, err) })
		time.Sleep(100 * time.Millisecond)
		token.Store("b")
		work.Wait()
		assert.True(t, refused)
	})
}

func goroutinesCreated() uint64 {
	sample := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// TestGoroutinesOfCalls is not parallel: it counts the goroutines of the process.
func TestGoroutinesOfCalls(t *testing.T) {
	static, err := credentials.NewCredential(new(credentials.Config).SetType("access_key").SetAccessKeyId(keyID).SetAccessKeySecret(keySecret))
	require.NoError(t, err)
	sts, err := credentials.NewCredential(new(credentials.Config).SetType("sts").SetAccessKeyId(keyID).SetAccessKeySecret(keySecret).SetSecurityToken(stsToken))
	require.NoError(t, err)
	bearer, err := credentials.NewCredential(new(credentials.Config).SetType("bearer").SetBearerToken(stsToken))
	require.NoError(t, err)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keyID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keySecret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "")
	chained := untag.DefaultCredentials()
	const calls = 500
	for _, test := range []struct {
		name   string
		source untag.CredentialProvider
		ctx    context.Context
		most   uint64
	}{
		{"static", untag.StaticCredentials(keyID, keySecret, ""), t.Context(), 0},
		{"static of credentials-go", static, t.Context(), 0},
		{"STS of credentials-go", sts, t.Context(), 0},
		{"bearer of credentials-go", bearer, t.Context(), 0},
		{"a call that cannot leave", new(counter), context.Background(), calls}, //nolint:usetesting // one that cannot end
		{"a default chain that has its keys", chained, t.Context(), 1},
		{"others", new(counter), t.Context(), calls},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, play(ok), with(test.source))
			before := goroutinesCreated()
			for range calls {
				_, err := client.Do(test.ctx, request())
				require.NoError(t, err)
			}
			assert.LessOrEqual(t, goroutinesCreated()-before, test.most+10, "the rest is the test's")
		})
	}
	t.Run("a call of many attempts", func(t *testing.T) {
		client := newClient(t, play(refuse(503, "ServiceUnavailable")), with(new(counter)), func(c *untag.Config) {
			c.Retry = untag.Retry{MaxAttempts: calls, BaseDelay: 1, MaxDelay: 1}
		})
		before := goroutinesCreated()
		_, err := client.Do(t.Context(), request())
		require.Error(t, err)
		assert.LessOrEqual(t, goroutinesCreated()-before, uint64(11))
	})
}

// TestSharedProviderIsForgotten frees what clients share that share a provider of credentials-go, once all of them are gone.
func TestSharedProviderIsForgotten(t *testing.T) {
	t.Parallel()
	freed := make(chan struct{})
	func() {
		source, err := credentials.NewCredential(new(credentials.Config).SetType("credentials_uri").SetURLCredential("http://127.0.0.1:1/"))
		require.NoError(t, err)
		runtime.SetFinalizer(source, func(any) { close(freed) })
		for range 2 {
			_, err := newClient(t, play(ok), with(source)).Do(t.Context(), request())
			require.ErrorIs(t, err, untag.ErrUnauthenticated)
		}
	}()
	for {
		runtime.GC()
		select {
		case <-freed:
			return
		case <-t.Context().Done():
			t.Fatal("still held")
		case <-time.After(time.Millisecond):
		}
	}
}
