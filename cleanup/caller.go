package cleanup

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/credentials-go/credentials"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/identity"
	"github.com/untag-go/untag/internal/redact"
)

// guard is the credential provider that all calls of a job but the question for the caller use. Before it gives out an access
// key that it has not given out before, it asks STS whose that is, with the very key, and refuses one of another account: in
// each attempt of each call, before it is signed.
type guard struct {
	config   untag.Config // of the question
	provider untag.CredentialProvider

	mu      sync.Mutex
	account string // "": not known yet
	known   string // the last access key that belongs to it, or bearer token
	who     Identity
	refused *AccountError
}

// errOtherAccount is found in the errors of calls, which do not show the error of a provider itself.
var errOtherAccount = errors.New("the credentials belong to another account than the job")

// GetCredential is called for every attempt of every call.
func (g *guard) GetCredential() (*credentials.CredentialModel, error) {
	model, err := g.checked(context.Background())
	if provider, ok := errors.AsType[*providerError](err); ok {
		return nil, provider.cause // which the client takes care not to show
	}
	return model, err
}

// checked returns the credentials of a key that belongs to the account.
func (g *guard) checked(ctx context.Context) (*credentials.CredentialModel, error) {
	model, err := g.provider.GetCredential()
	switch {
	case err != nil:
		return nil, &providerError{err}
	case model == nil:
		return nil, errNoCredentials
	}
	id := tea.StringValue(model.AccessKeyId)
	if id == "" {
		id = tea.StringValue(model.BearerToken)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if id != "" && id == g.known {
		return model, nil
	}
	who, err := g.ask(ctx, model)
	if err != nil {
		return nil, err
	}
	if g.account != "" && who.Account != g.account {
		g.refused = &AccountError{Want: g.account, Have: who.Account}
		return nil, errOtherAccount
	}
	g.account, g.known, g.who, g.refused = who.Account, id, who, nil
	return model, nil
}

// askTimeout bounds the question within a call of another operation, whose own context the provider does not have.
const askTimeout = time.Minute

// ask asks STS who the credentials belong to.
func (g *guard) ask(ctx context.Context, model *credentials.CredentialModel) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	config := g.config
	config.Credentials = fixed{model}
	who, err := identity.Caller(ctx, config)
	return Identity{Account: who.Account, Type: who.Type, ARN: who.ARN, UserID: who.UserID}, err
}

// claim is the question that Create, Open and every step begin with. It asks STS even if the key is known. It stops waiting
// for a provider when ctx ends.
func (g *guard) claim(ctx context.Context, account string) (Identity, error) {
	g.mu.Lock()
	g.account, g.known = account, ""
	g.mu.Unlock()
	answer := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if value := recover(); value != nil {
				err = noIdentity(errors.New("the credential provider failed: " + redact.Panic(value)))
			}
			answer <- err
		}()
		_, err = g.checked(ctx)
	}()
	var err error
	select {
	case err = <-answer:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	provider, failed := errors.AsType[*providerError](err)
	switch {
	case errors.Is(err, errOtherAccount):
		return Identity{}, g.refused
	case failed:
		return Identity{}, noIdentity(redact.Provider(provider.cause))
	case err == nil:
		return g.who, nil
	case errors.Is(err, errNoCredentials):
		return Identity{}, noIdentity(err)
	}
	return Identity{}, err
}

// providerError is what a provider says, which may quote secrets.
type providerError struct{ cause error }

func (e *providerError) Error() string { return e.cause.Error() }
func (e *providerError) Unwrap() error { return e.cause }

var errNoCredentials = errors.New("the credential provider gave no credentials")

func noIdentity(cause error) error {
	return &untag.CallError{Service: "sts", Action: "GetCallerIdentity", Kind: untag.ErrUnauthenticated, Err: cause}
}

// explain puts the account that was refused in the place of an error that only says so.
func (g *guard) explain(err error) error {
	if !errors.Is(err, errOtherAccount) {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refused == nil {
		return err
	}
	return &explainedError{err, g.refused}
}

// explainedError is a call's error with the accounts.
type explainedError struct {
	call    error
	account *AccountError
}

func (e *explainedError) Error() string   { return e.account.Error() }
func (e *explainedError) Unwrap() []error { return []error{e.call, e.account} }

// fixed gives one set of credentials.
type fixed struct{ model *credentials.CredentialModel }

func (f fixed) GetCredential() (*credentials.CredentialModel, error) { return f.model, nil }
