package rpc

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"sync"
	"weak"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/static"
)

// keys are the credentials of one attempt.
type keys struct{ id, secret, token, bearer string }

// guard stands between the calls and a credential provider. Providers know no context, and those of credentials-go
// neither lock nor share: fifty calls at once make fifty refreshes that race, a first use of the default chain by two
// goroutines may pin it to a member that failed, and a missing Expiration makes them panic.
//
// So one refresh runs at a time, on a goroutine of its own, and every call that waits shares its result or leaves when
// its context ends. That goroutine stays while calls are under way, so that a busy client does not start one for each.
// Providers that cannot block, and calls that cannot leave, need none.
type guard struct {
	provider untag.CredentialProvider // nil: the default chain
	inline   bool                     // the provider answers from memory and is safe for concurrent use

	mu       sync.Mutex
	calls    int           // under way
	answered bool          // the provider has given credentials before
	current  *refresh      // running or waiting to run, nil if none
	worker   chan *refresh // takes the next refresh; nil while no goroutine is there
}

// refresh is one question to the provider. keys and err are set when done is closed.
type refresh struct {
	done chan struct{}
	keys keys
	err  error
}

func newGuard(provider untag.CredentialProvider) *guard {
	return &guard{provider: provider, inline: answersFromMemory(provider)}
}

// guards has the guard of every provider of credentials-go that a client uses: clients that share one share its guard,
// or their refreshes would race. A caller's own provider is told how it is called, and may lock.
var guards struct {
	mu sync.Mutex
	of map[untag.CredentialProvider]weak.Pointer[guard]
}

// guardOf returns the guard of a provider, which lives as long as a client that uses it.
func guardOf(provider untag.CredentialProvider) *guard {
	fresh := newGuard(provider)
	if fresh.inline || !isVendors(provider) {
		return fresh
	}
	guards.mu.Lock()
	defer guards.mu.Unlock()
	if known := guards.of[provider].Value(); known != nil {
		return known
	}
	if guards.of == nil {
		guards.of = make(map[untag.CredentialProvider]weak.Pointer[guard])
	}
	guards.of[provider] = weak.Make(fresh)
	runtime.AddCleanup(fresh, forgetGuard, provider)
	return fresh
}

func forgetGuard(provider untag.CredentialProvider) {
	guards.mu.Lock()
	defer guards.mu.Unlock()
	if guards.of[provider].Value() == nil { // else a later client has a guard anew
		delete(guards.of, provider)
	}
}

// answersFromMemory knows our own static credentials and those of credentials-go: both are immutable.
func answersFromMemory(provider untag.CredentialProvider) bool {
	if _, ok := provider.(*static.Provider); ok {
		return true
	}
	credential, ok := provider.(credentials.Credential)
	if !ok || !isVendors(provider) {
		return false
	}
	switch tea.StringValue(credential.GetType()) {
	case "access_key", "sts", "bearer":
		return true
	}
	return false
}

// isVendors reports whether a provider is one of credentials-go itself: a wrapper of the caller's may do anything.
func isVendors(provider untag.CredentialProvider) bool {
	kind := reflect.TypeOf(provider)
	return kind != nil && kind.Kind() == reflect.Pointer && kind.Elem().PkgPath() == reflect.TypeFor[credentials.Config]().PkgPath()
}

// enter and leave stand round every call.
func (g *guard) enter() {
	if g.inline {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls++
}

func (g *guard) leave() {
	if g.inline {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls--
	if g.calls == 0 {
		g.dismiss()
	}
}

// dismiss lets the goroutine end when it has done what it was asked for. It is called with the lock.
func (g *guard) dismiss() {
	if g.worker != nil {
		close(g.worker)
		g.worker = nil
	}
}

// get returns the provider's present credentials. The error is a *credentialsError, or ctx's.
func (g *guard) get(ctx context.Context) (keys, error) {
	if err := ctx.Err(); err != nil {
		return keys{}, err
	}
	if g.inline { // else provider is behind the lock
		if own, ok := g.provider.(*static.Provider); ok {
			var k keys
			k.id, k.secret, k.token = own.Keys()
			return k, k.check()
		}
		return ask(g.provider)
	}
	r := g.join(ctx)
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
func (g *guard) join(ctx context.Context) *refresh {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current != nil {
		return g.current
	}
	r := &refresh{done: make(chan struct{})}
	g.current = r
	if ctx.Done() == nil { // this call waits for the answer, however long that takes
		g.mu.Unlock()
		defer g.mu.Lock()
		g.answer(r)
		return r
	}
	if g.worker == nil {
		g.worker = make(chan *refresh, 1) // never blocks: there is one refresh at a time
		go g.work(g.worker)
	}
	g.worker <- r
	return r
}

// hasAnswered reports whether the provider has given credentials before.
func (g *guard) hasAnswered() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.answered
}

func (g *guard) work(requests <-chan *refresh) {
	for r := range requests {
		g.answer(r)
	}
}

// answer asks the provider.
func (g *guard) answer(r *refresh) {
	r.err = &credentialsError{text: "the credential provider ended its goroutine"} // as a test's FailNow does
	returned := false
	defer func() {
		g.mu.Lock()
		g.current = nil
		g.answered = g.answered || r.err == nil
		if r.err != nil && g.isDefault() {
			g.provider = nil // the chain may have settled on a member that fails: build it anew
		}
		if !returned {
			g.dismiss()
		}
		g.mu.Unlock()
		close(r.done)
	}()
	r.keys, r.err = ask(g.chain())
	returned = true
}

// defaultChain marks the provider that the guard made itself.
type defaultChain struct{ untag.CredentialProvider }

func (g *guard) isDefault() bool {
	_, ok := g.provider.(defaultChain)
	return ok
}

// chain returns the provider; it is called within a refresh, so the default chain is made by one goroutine at a time.
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
		text := "no credentials: " + cause.Error()
		if _, ok := provider.(defaultChain); ok { // whose own text is long, and says last what is needed first
			text = "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or Config.Credentials; the default chain: " + cause.Error()
		}
		return keys{}, &credentialsError{text: text, cause: cause}
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
	}
	return k, k.check()
}

// check refuses keys that cannot sign, or cannot stand in a header.
func (k keys) check() error {
	if k.bearer == "" && (k.id == "" || k.secret == "") {
		return &credentialsError{text: "the credential provider gave no access key ID or no secret"}
	}
	for _, part := range [...]string{k.id, k.secret, k.token, k.bearer} {
		for i := range len(part) {
			if part[i] < ' ' || part[i] == 0x7f {
				return &credentialsError{text: "the credential provider gave a key or token with a control character in it, such as a line break"}
			}
		}
	}
	return nil
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
