package faults_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
)

// provider is a credential provider that a test writes.
type provider struct {
	ask func() (*credentials.CredentialModel, error)
}

func (p *provider) GetCredential() (*credentials.CredentialModel, error) { return p.ask() }

func model(id, secret, token string) *credentials.CredentialModel {
	return &credentials.CredentialModel{AccessKeyId: &id, AccessKeySecret: &secret, SecurityToken: &token}
}

// failing is a provider that gives the good keys, and does something else while the fault is on.
func failing(ask func(w *world) (*credentials.CredentialModel, error)) func(*world) {
	return func(w *world) {
		w.config.Credentials = &provider{func() (*credentials.CredentialModel, error) {
			if w.faulty.Load() {
				return ask(w)
			}
			return model(keyID, keySecret, sessionToken), nil
		}}
	}
}

// expiring lets the token end at the second request after the strike. The provider has another one from then on, or the same.
func expiring(renews bool) func(*world) {
	return func(w *world) {
		var expired atomic.Bool
		var requests atomic.Int32
		var once sync.Once
		w.config.Credentials = &provider{func() (*credentials.CredentialModel, error) {
			if renews && expired.Load() {
				return model(keyID, keySecret, sessionToken+"renewed"), nil
			}
			return model(keyID, keySecret, sessionToken), nil
		}}
		w.before = func(http.ResponseWriter, *http.Request) {
			if w.faulty.Load() && requests.Add(1) == 2 {
				once.Do(func() {
					expired.Store(true)
					w.cloud.ExpireKey(keyID)
					w.cloud.AllowKey(keyID, keySecret, sessionToken+"renewed")
				})
			}
		}
	}
}

// noCredentials is a call that ends before anything is sent, with no HTTP attempt.
var noCredentials = fails(0, untag.ErrUnauthenticated, untag.ErrNotAttempted)

var credentialFaults = []scenario{
	{
		name: "an STS token that expires after the first call, and the provider has a new one", permanent: true, warm: true, concurrency: 1,
		arrange: expiring(true),
		single:  succeeds(1), bulk: all(done),
	},
	{
		name: "an STS token that expires after the first call, and the provider has no other", permanent: true, concurrency: 1,
		arrange: expiring(false),
		single:  succeeds(1), bulk: tally{done: 50, refused: 50, notAttempted: 20},
	},
	{
		name: "an STS token that has expired", permanent: true,
		arrange: func(w *world) { w.cloud.ExpireKey(keyID) },
		single:  fails(1, untag.ErrUnauthenticated), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name: "a wrong secret", permanent: true,
		arrange: func(w *world) {
			w.config.Credentials = untag.StaticCredentials(keyID, keySecret+"x", sessionToken)
		},
		single: fails(1, untag.ErrUnauthenticated), bulk: tally{refused: 50, notAttempted: 70},
	},
	{
		name: "a provider that blocks", permanent: true, bound: 300 * time.Millisecond, holds: 1,
		arrange: func(w *world) {
			released := make(chan struct{})
			w.release = func() { close(released) }
			failing(func(*world) (*credentials.CredentialModel, error) {
				<-released
				return model(keyID, keySecret, sessionToken), nil
			})(w)
		},
		single: fails(0, context.DeadlineExceeded, untag.ErrNotAttempted), bulk: all(notAttempted),
	},
	{
		name: "a provider that fails, and quotes a secret", permanent: true,
		arrange: failing(func(*world) (*credentials.CredentialModel, error) {
			return nil, fmt.Errorf("cannot parse the profile: access_key_secret = %s", keySecret)
		}),
		single: noCredentials, bulk: all(notAttempted),
	},
	{
		name: "a provider that panics, with a secret", permanent: true,
		arrange: failing(func(*world) (*credentials.CredentialModel, error) { panic("secret " + keySecret) }),
		single:  noCredentials, bulk: all(notAttempted),
	},
	{
		name: "a provider that gives nothing", permanent: true,
		arrange: failing(func(*world) (*credentials.CredentialModel, error) { return nil, nil }),
		single:  noCredentials, bulk: all(notAttempted),
	},
	{
		name: "a provider that gives an empty key", permanent: true,
		arrange: failing(func(*world) (*credentials.CredentialModel, error) { return model("", "", ""), nil }),
		single:  noCredentials, bulk: all(notAttempted),
	},
	{
		name: "a provider that gives a token with a line break", permanent: true,
		arrange: failing(func(*world) (*credentials.CredentialModel, error) {
			return model(keyID, keySecret, sessionToken+"\r\nX-Injected: 1"), nil
		}),
		single: noCredentials, bulk: all(notAttempted),
	},
	{
		name: "a reset, and a provider that fails from then on", permanent: true,
		arrange: func(w *world) {
			var asked atomic.Int32
			failing(func(*world) (*credentials.CredentialModel, error) {
				if asked.Add(1) > 1 {
					return nil, errors.New("the instance role is gone")
				}
				return model(keyID, keySecret, sessionToken), nil
			})(w)
			w.fault = func(rw http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				_, reset := hijack(rw)
				reset()
			}
		},
		single: fails(1, untag.ErrUnauthenticated, untag.ErrOutcomeUnknown), bulk: tally{unknown: 50, notAttempted: 70},
	},
}
