package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/chain"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/static"
)

// keys are the credentials of one attempt.
type keys struct {
	id, secret, token, bearer string
	source                    string // who gave them, for people; "": static credentials, and providers that do not say
}

// guard stands between the calls and a credential provider. Providers know no context, and those of credentials-go
// neither lock nor share: fifty calls at once make fifty refreshes that race, a first use of the default chain by two
// goroutines may pin it to a member that failed, and a missing Expiration makes them panic.
//
// So one refresh runs at a time, on a goroutine of its own, and every call that waits shares its result or leaves when
// its context ends. That goroutine stays while calls are under way, so that a busy client does not start one for each.
// What is in memory needs none: static credentials, and those that a default chain holds.
type guard struct {
	provider untag.CredentialProvider
	inline   bool            // the provider answers from memory and is safe for concurrent use
	chain    *chain.Provider // the provider, if it is a default chain: it can tell what it has in memory

	answered atomic.Bool // the provider has given credentials before

	mu      sync.Mutex
	calls   int           // under way
	current *refresh      // running or waiting to run, nil if none
	worker  chan *refresh // takes the next refresh; nil while no goroutine is there
}

// refresh is one question to the provider. keys and err are set when done is closed.
type refresh struct {
	done chan struct{}
	keys keys
	err  error
}

// newGuard returns the guard of a provider, nil for a default chain of its own.
func newGuard(provider untag.CredentialProvider) *guard {
	if provider == nil {
		provider = chain.New()
	}
	own, _ := provider.(*chain.Provider)
	return &guard{provider: provider, inline: answersFromMemory(provider), chain: own}
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

// enter and leave stand around every call.
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
	if g.inline {
		if own, ok := g.provider.(*static.Provider); ok {
			var k keys
			k.id, k.secret, k.token = own.Keys()
			return k, k.check()
		}
		return ask(g.provider)
	}
	if g.chain != nil {
		if model, ok := g.chain.Cached(); ok {
			g.answered.Store(true)
			return read(model)
		}
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
// one that is under way may still deliver the token that has expired. refused are the credentials that had expired.
func (g *guard) renewed(ctx context.Context, refused keys) (keys, error) {
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
	if g.chain != nil {
		g.chain.Forget(refused.id, refused.token)
	}
	return g.get(ctx)
}

// join returns the refresh that is under way, or starts one.
func (g *guard) join() *refresh {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current != nil {
		return g.current
	}
	r := &refresh{done: make(chan struct{})}
	g.current = r
	if g.worker == nil {
		g.worker = make(chan *refresh, 1) // never blocks: there is one refresh at a time
		go g.work(g.worker)
	}
	g.worker <- r
	return r
}

// hasAnswered reports whether the provider has given credentials before.
func (g *guard) hasAnswered() bool { return g.answered.Load() }

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
		if r.err == nil {
			g.answered.Store(true)
		}
		g.mu.Lock()
		g.current = nil
		if !returned {
			g.dismiss()
		}
		g.mu.Unlock()
		close(r.done)
	}()
	r.keys, r.err = ask(g.provider)
	returned = true
}

// ask asks a provider and turns whatever goes wrong into an error that quotes nothing secret.
func ask(provider untag.CredentialProvider) (k keys, err error) {
	defer func() {
		if value := recover(); value != nil {
			k, err = keys{}, &credentialsError{text: "the credential provider failed: " + redact.Panic(value)}
		}
	}()
	model, err := provider.GetCredential()
	if err != nil {
		return keys{}, refusalOf(provider, err)
	}
	if model == nil {
		return keys{}, &credentialsError{text: "the credential provider gave no credentials"}
	}
	return read(model)
}

// refusalOf is a provider's error. The texts of the default chain are safe to show. Those of others may quote secrets, so
// their words are sifted; what a service's refusal among them says is put in front, whole.
func refusalOf(provider untag.CredentialProvider, err error) error {
	if own, ok := errors.AsType[*chain.Error](err); ok {
		if _, ours := provider.(*chain.Provider); ours {
			return &credentialsError{text: own.Error(), cause: own.Unwrap()}
		}
	}
	cause := redact.Provider(err)
	if code, requestID := refusal(err.Error()); code != "" {
		return &credentialsError{text: "no credentials: refused with " + code + ", request ID " + requestID + ": " + cause.Error(), cause: cause}
	}
	return &credentialsError{text: "no credentials: " + cause.Error(), cause: cause}
}

var (
	codeForm      = regexp.MustCompile(`^[A-Za-z][A-Za-z.]{0,63}$`)
	requestIDForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
)

// refusal finds the answer of STS that credentials-go puts into its errors, and returns its code and request ID. "" for both
// where there is none, or where they do not look like what they are.
func refusal(text string) (code, requestID string) {
	_, rest, found := strings.Cut(text, "{")
	if !found {
		return "", ""
	}
	var data struct{ RequestId, Code string } //nolint:revive // as the service writes it
	if json.NewDecoder(strings.NewReader("{"+rest)).Decode(&data) != nil || !codeForm.MatchString(data.Code) || !requestIDForm.MatchString(data.RequestId) {
		return "", ""
	}
	return data.Code, data.RequestId
}

// read takes the keys out of a provider's answer.
func read(model *credentials.CredentialModel) (keys, error) {
	k := keys{
		id: tea.StringValue(model.AccessKeyId), secret: tea.StringValue(model.AccessKeySecret),
		token: tea.StringValue(model.SecurityToken), bearer: tea.StringValue(model.BearerToken),
	}
	if k.bearer != "" && (k.id == "" || tea.StringValue(model.Type) == "bearer") {
		k = keys{bearer: k.bearer}
	} else {
		k.bearer = ""
	}
	if name := tea.StringValue(model.ProviderName); name != "" {
		k.source = redact.Text(name, k.id, k.secret, k.token, k.bearer)
	}
	return k, k.check()
}

// check refuses keys that cannot sign, cannot stand in a header, or were not copied cleanly: the service would answer
// SignatureDoesNotMatch, which points elsewhere. The error tells what is wrong and not what the key is.
func (k keys) check() error {
	if k.bearer == "" && (k.id == "" || k.secret == "") {
		return k.unusable("no access key ID or no secret")
	}
	for _, part := range [...]struct{ name, value string }{
		{"an access key ID", k.id},
		{"an access key secret", k.secret},
		{"a security token", k.token},
		{"a bearer token", k.bearer},
	} {
		if flaw := flawOf(part.value); flaw != "" {
			return k.unusable(part.name + " " + flaw)
		}
	}
	return nil
}

func (k keys) unusable(what string) error {
	text := "the credential provider gave " + what
	if k.source != "" {
		text = k.source + ": " + text
	}
	return &credentialsError{text: text}
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
