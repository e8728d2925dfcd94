// Package static holds credentials that never change. It is a leaf of its own so that the root package can hand
// them out as a CredentialProvider and the transport can tell that they need no refresh and never block.
package static

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/aliyun/credentials-go/credentials"
)

const masked = "untag.StaticCredentials(***)"

// Provider gives the same credentials for ever. It prints masked, whatever the verb.
type Provider struct{ keys *keys }

// keys stands behind a pointer: fmt calls no method of a value in an unexported field,
// but it prints no more than the address of a pointer there.
type keys struct{ id, secret, token string }

// New returns a Provider of an access key, or of an STS token when token is not empty.
func New(accessKeyID, accessKeySecret, securityToken string) *Provider {
	return &Provider{&keys{accessKeyID, accessKeySecret, securityToken}}
}

// GetCredential returns the credentials as the transport and the vendor's SDKs read them.
func (p *Provider) GetCredential() (*credentials.CredentialModel, error) {
	kind := "access_key"
	model := new(credentials.CredentialModel)
	model.SetAccessKeyId(p.keys.id).SetAccessKeySecret(p.keys.secret)
	if p.keys.token != "" {
		kind = "sts"
		model.SetSecurityToken(p.keys.token)
	}
	return model.SetType(kind).SetProviderName("static"), nil
}

// Keys returns the credentials by themselves.
func (p *Provider) Keys() (accessKeyID, accessKeySecret, securityToken string) {
	return p.keys.id, p.keys.secret, p.keys.token
}

// String returns a text without any part of the credentials.
func (p *Provider) String() string { return masked }

// GoString is String.
func (p *Provider) GoString() string { return masked }

// Format writes String for every verb.
func (p *Provider) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue is String.
func (p *Provider) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText is String; encoding/json uses it.
func (p *Provider) MarshalText() ([]byte, error) { return []byte(masked), nil }
