package rpc

import "github.com/untag-go/untag/internal/redact"

// Secrets are what no text of an attempt may show: its keys and its signature.
type Secrets struct{ all [5]string }

func secretsOf(k keys, signature string) *Secrets {
	return &Secrets{[...]string{k.id, k.secret, k.token, k.bearer, signature}}
}

// Text returns a text for people without the secrets, strings to sign and line breaks.
func (s *Secrets) Text(text string) string { return redact.Text(text, s.all[:]...) }

// Name returns a name as it is unless it holds a secret: it is compared with what was sent.
func (s *Secrets) Name(name string) string {
	if redact.Holds(name, s.all[:]...) {
		return s.Text(name)
	}
	return name
}
