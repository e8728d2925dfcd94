package signature

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"sync"
)

// Signer signs with one access key. It keeps keyed HMAC states, which cost six allocations and half the time of a short
// signature to make anew. It is safe for concurrent use.
type Signer struct {
	accessKeyID, accessKeySecret string

	v3, v1 sync.Pool // of hash.Hash
}

// NewSigner returns a signer. The secret may have any length.
func NewSigner(accessKeyID, accessKeySecret string) *Signer {
	s := &Signer{accessKeyID: accessKeyID, accessKeySecret: accessKeySecret}
	s.v3.New = func() any { return hmac.New(sha256.New, []byte(accessKeySecret)) } // V3 derives no key from the secret
	s.v1.New = func() any { return hmac.New(sha1.New, []byte(accessKeySecret+"&")) }
	return s
}

// Is reports whether the signer is that of an access key.
func (s *Signer) Is(accessKeyID, accessKeySecret string) bool {
	return s.accessKeyID == accessKeyID && s.accessKeySecret == accessKeySecret
}

// appendMAC appends the MAC of text to dst, which may share memory with it.
func appendMAC(states *sync.Pool, dst, text []byte) []byte {
	mac := states.Get().(hash.Hash) //nolint:forcetypeassert // New's
	mac.Reset()
	mac.Write(text)
	dst = mac.Sum(dst)
	states.Put(mac)
	return dst
}
