// Package chain is the default chain of credentials: it reads the sources that the vendor documents for its SDKs and its
// command line, in their order, and takes the first one that is set up.
//
// It differs from the chain of credentials-go where that one does harm. A source that is set up, even in part, and fails
// ends the chain: the next one may be another account's. It never writes to a file. The metadata service and plain HTTP
// are never asked through a proxy. Errors name the source, its mode, the refusal and the way out.
//
// It is a leaf: it knows nothing of the SDK.
package chain

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aliyun/credentials-go/credentials"
)

// ahead is how long before their end keys are renewed: a request must arrive, and clocks differ. The vendor's SDKs take as much.
const ahead = 3 * time.Minute

// keys are what a source gives: an access key, or a bearer token.
type keys struct {
	id, secret, token, bearer string
	expires                   time.Time // zero: they stay
}

func (k keys) usable() bool {
	return (k.id != "" || k.bearer != "") && (k.expires.IsZero() || time.Until(k.expires) > ahead)
}

// source is one member of the chain that is set up.
type source struct {
	name  string // for people, without secrets
	fetch func() (keys, error)
	held  keys
	live  bool // fetch reads memory, and is asked every time
}

// get returns the keys that are held, or new ones. Its errors are *Error.
func (s *source) get() (keys, error) {
	if s.held.usable() && !s.live {
		return s.held, nil
	}
	k, err := s.fetch()
	if err != nil {
		return keys{}, failure(s.name, err)
	}
	s.held = k
	return k, nil
}

// Provider is a default chain. It is a CredentialProvider of the SDK, and safe for concurrent use.
type Provider struct {
	signed atomic.Pointer[string]   // the name of the source that gave keys first; no other may follow it
	cached atomic.Pointer[snapshot] // what the source holds, to be read without the lock
	mu     sync.Mutex
	source *source // nil: to be looked for
}

// snapshot is a source that has keys.
type snapshot struct {
	name string
	keys keys
	live func() (keys, error) // nil, or how to read them anew without blocking
}

// New returns a chain that looks for its source when it is first asked.
func New() *Provider { return new(Provider) }

// GetCredential returns the present keys of the source, which ProviderName names. It may ask STS, the metadata service or
// a command, and wait for each up to about a minute. A failure is an *Error; after one, the source is read anew.
func (p *Provider) GetCredential() (*credentials.CredentialModel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cached.Load() == nil { // none yet, one that failed, or keys that the service refused
		found, err := look()
		if err != nil {
			return nil, err
		}
		if signed := p.signed.Load(); signed != nil && *signed != found.name {
			return nil, failure(*signed, fmt.Errorf("these credentials signed so far, and now the chain finds %s instead: "+
				"make a new client if that is meant", found.name))
		}
		p.source = found
	}
	k, err := p.source.get()
	if err != nil {
		p.cached.Store(nil)
		return nil, err
	}
	now := &snapshot{name: p.source.name, keys: k}
	if p.source.live {
		now.live = p.source.fetch
	}
	p.signed.Store(&now.name)
	p.cached.Store(now)
	return model(k, now.name), nil
}

// Cached is GetCredential when it would neither block nor fail.
func (p *Provider) Cached() (*credentials.CredentialModel, bool) {
	now := p.cached.Load()
	if now == nil {
		return nil, false
	}
	k := now.keys
	if now.live != nil {
		var err error
		if k, err = now.live(); err != nil {
			return nil, false
		}
	}
	return model(k, now.name), k.usable()
}

// Forget drops these keys, which the service took for expired, if they are still the ones that are held: the next question
// reads the source anew.
func (p *Provider) Forget(accessKeyID, securityToken string) {
	now := p.cached.Load()
	if now != nil && now.keys.id == accessKeyID && now.keys.token == securityToken {
		p.cached.CompareAndSwap(now, nil)
	}
}

// String names the source that signs: "default chain: environment variables". Before the first keys it is "default chain".
func (p *Provider) String() string {
	if signed := p.signed.Load(); signed != nil {
		return "default chain: " + *signed
	}
	return "default chain"
}

// GoString is String.
func (p *Provider) GoString() string { return p.String() }

// Format writes String for every verb.
func (p *Provider) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.String()) }

// LogValue is String.
func (p *Provider) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText is String; encoding/json uses it.
func (p *Provider) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

func model(k keys, name string) *credentials.CredentialModel {
	m := new(credentials.CredentialModel).SetProviderName(name)
	if k.bearer != "" {
		return m.SetType("bearer").SetBearerToken(k.bearer)
	}
	m.SetType("access_key").SetAccessKeyId(k.id).SetAccessKeySecret(k.secret)
	if k.token != "" {
		m.SetType("sts").SetSecurityToken(k.token)
	}
	return m
}

// look finds the first source that is set up. What is only probed, the metadata service without a variable that asks for
// it, comes last. The order is otherwise that of the vendor's documents.
func look() (*source, error) {
	var absent []string
	for _, member := range []func() (*source, string, error){
		environment, rrsa, commandLine, sharedFile, namedRole, uri, instanceRole,
	} {
		found, why, err := member()
		if err != nil || found != nil {
			return found, err
		}
		if why != "" {
			absent = append(absent, why)
		}
	}
	return nil, &Error{text: "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or Config.Credentials; " +
		"nothing else is set up either: " + strings.Join(absent, "; ")}
}
