package rpc

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/static"
)

// keys are the credentials of one attempt.
type keys struct{ id, secret, token, bearer string }

// secrets lists what must not show in any text about an attempt made with k.
func (k keys) secrets() []string { return []string{k.id, k.secret, k.token, k.bearer} }

// guard stands between the calls and a credential provider. Providers know no context, and those of credentials-go
// neither lock nor share: fifty calls at once make fifty refreshes that race, a first use of the default chain by two
// goroutines may pin it to a member that failed, and a missing Expiration makes them panic.
//
// So one refresh runs at a time, on a goroutine of its own, and every call that waits shares its result or leaves when
// its context ends. That goroutine stays for a moment after the last request, so that a busy client does not start one
// for every call. Providers that cannot block are asked on the caller's goroutine.
type guard struct {
	provider untag.CredentialProvider // nil: the default chain
	inline   bool                     // the provider answers from memory and is safe for concurrent use

	mu      sync.Mutex
	current *refresh      // running or waiting to run, nil if none
	worker  chan *refresh // takes the next refresh; nil while no goroutine is there
}

// refresh is one question to the provider. keys and err are set when done is closed.
type refresh struct {
	done chan struct{}
	keys keys
	err  error
}

// linger is how long the guard's goroutine waits for another request.
const linger = 50 * time.Millisecond

func newGuard(provider untag.CredentialProvider) *guard {
	return &guard{provider: provider, inline: answersFromMemory(provider)}
}

// answersFromMemory knows our own static credentials and those of credentials-go: both are immutable.
func answersFromMemory(provider untag.CredentialProvider) bool {
	if _, ok := provider.(*static.Provider); ok {
		return true
	}
	credential, ok := provider.(credentials.Credential)
	if !ok {
		return false
	}
	kind := reflect.TypeOf(provider)
	if kind.Kind() != reflect.Pointer || kind.Elem().PkgPath() != reflect.TypeFor[credentials.Config]().PkgPath() {
		return false // a wrapper of the caller's may do anything
	}
	switch tea.StringValue(credential.GetType()) {
	case "access_key", "sts", "bearer":
		return true
	}
	return false
}

// get returns the provider's present credentials. The error is a *credentialsError, or ctx's.
func (g *guard) get(ctx context.Context) (keys, error) {
	if g.inline {
		return ask(g.provider)
	}
	if err := ctx.Err(); err != nil {
		return keys{}, err
	}
	r := g.join()
	select {
	case <-r.done:
		return r.keys, r.err
	case <-ctx.Done():
		return keys{}, ctx.Err()
	}
}

// renewed returns credentials from a refresh that began after the call to renewed:
// one that is under way may still deliver the token that has expired.
func (g *guard) renewed(ctx context.Context) (keys, error) {
	if g.inline {
		return g.get(ctx)
	}
	g.mu.Lock()
	running := g.current
	g.mu.Unlock()
	if running != nil {
		select {
		case <-running.done:
		case <-ctx.Done():
			return keys{}, ctx.Err()
		}
	}
	return g.get(ctx)
}

// join returns the refresh that is under way, or starts one.
func (g *guard) join() *refresh {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current == nil {
		g.current = &refresh{done: make(chan struct{})}
		if g.worker == nil {
			g.worker = make(chan *refresh, 1) // never blocks: there is one refresh at a time
			go g.work(g.worker)
		}
		g.worker <- g.current
	}
	return g.current
}

// work answers requests until none has come for a while.
func (g *guard) work(requests <-chan *refresh) {
	idle := time.NewTimer(linger)
	defer idle.Stop()
	for {
		select {
		case r := <-requests:
			r.keys, r.err = ask(g.chain())
			g.mu.Lock()
			g.current = nil
			if r.err != nil && g.isDefault() {
				g.provider = nil // the chain may have settled on a member that fails: build it anew
			}
			g.mu.Unlock()
			close(r.done)
			idle.Reset(linger)
		case <-idle.C:
			g.mu.Lock()
			stop := g.current == nil
			if stop {
				g.worker = nil
			}
			g.mu.Unlock()
			if stop {
				return
			}
			idle.Reset(linger)
		}
	}
}

// defaultChain marks the provider that the guard made itself.
type defaultChain struct{ untag.CredentialProvider }

func (g *guard) isDefault() bool {
	_, ok := g.provider.(defaultChain)
	return ok
}

// chain returns the provider; only the worker calls it, so the default chain is made once and by one goroutine.
func (g *guard) chain() untag.CredentialProvider {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.provider == nil {
		credential, err := credentials.NewCredential(nil)
		if err != nil {
			return failing{err}
		}
		g.provider = defaultChain{credential}
	}
	return g.provider
}

type failing struct{ err error }

func (f failing) GetCredential() (*credentials.CredentialModel, error) { return nil, f.err }

// ask asks a provider and turns whatever goes wrong into an error that quotes nothing secret.
func ask(provider untag.CredentialProvider) (k keys, err error) {
	defer func() {
		if value := recover(); value != nil {
			k, err = keys{}, &credentialsError{text: "the credential provider failed: " + redact.Panic(value)}
		}
	}()
	model, err := provider.GetCredential()
	if err != nil {
		cause := redact.Provider(err)
		return keys{}, &credentialsError{text: "no credentials: " + cause.Error(), cause: cause}
	}
	if model == nil {
		return keys{}, &credentialsError{text: "the credential provider gave no credentials"}
	}
	k = keys{
		id: tea.StringValue(model.AccessKeyId), secret: tea.StringValue(model.AccessKeySecret),
		token: tea.StringValue(model.SecurityToken), bearer: tea.StringValue(model.BearerToken),
	}
	if k.bearer != "" && (k.id == "" || tea.StringValue(model.Type) == "bearer") {
		k = keys{bearer: k.bearer}
	} else {
		k.bearer = ""
		if k.id == "" || k.secret == "" {
			return keys{}, &credentialsError{text: "the credential provider gave no access key ID or no secret"}
		}
	}
	for _, part := range k.secrets() {
		if strings.ContainsFunc(part, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return keys{}, &credentialsError{text: "the credential provider gave a key or token with a control character in it, such as a line break"}
		}
	}
	return k, nil
}

// credentialsError says why there are no credentials.
type credentialsError struct {
	text  string
	cause error // scrubbed, nil if there is none
}

func (e *credentialsError) Error() string { return e.text }

func (e *credentialsError) Unwrap() error { return e.cause }

func isCredentials(err error) bool {
	_, ok := errors.AsType[*credentialsError](err)
	return ok
}
