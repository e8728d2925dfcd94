package untagtest

import (
	"cmp"
	"crypto/subtle"
	"slices"
	"sync"
)

// The codes of credentials. Of those that no document at hand explains, the comments in find say when they are given.
var (
	noAccessKey       = refusal{404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."}
	inactiveAccessKey = refusal{403, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."}
	noToken           = refusal{400, "MissingSecurityToken", "SecurityToken is mandatory for this action."}
	malformedToken    = refusal{400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."}
	foreignToken      = refusal{400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."}
	expiredToken      = refusal{400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."}
	usedNonce         = refusal{400, "SignatureNonceUsed", "Specified signature nonce was used already."}
)

type keyring struct {
	mu sync.RWMutex
	// Secrets stand behind a second pointer: fmt calls no method of an unexported field, but it shows no more than the address of
	// a pointer there.
	keys    map[string][]*accessKey
	bearers []*accessKey
}

type accessKey struct {
	secret, token string
	expired       bool
}

func newKeyring() *keyring { return &keyring{keys: map[string][]*accessKey{}} }

func (k *keyring) allow(id, secret, token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh := &accessKey{secret: secret, token: token}
	for i, known := range k.keys[id] {
		if known.token == token {
			k.keys[id][i] = fresh
			return
		}
	}
	k.keys[id] = append(k.keys[id], fresh)
}

func (k *keyring) expire(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range k.keys[id] {
		k.keys[id][i].expired = true
	}
}

func (k *keyring) allowBearer(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bearers = append(k.bearers, &accessKey{token: token})
}

func (k *keyring) size() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.keys) + len(k.bearers)
}

// has tells whether an access key ID is known, with its token unless id stands alone; or a bearer token.
func (k *keyring) has(id, token string, alone bool) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if id == "" {
		return slices.ContainsFunc(k.bearers, func(known *accessKey) bool { return same(known.token, token) })
	}
	return slices.ContainsFunc(k.keys[id], func(known *accessKey) bool { return alone || same(known.token, token) })
}

// accountOf is the joined account that knows the key of a request, or this one.
func (c *Cloud) accountOf(in *request) *Cloud {
	joined := c.joined.Load()
	if joined == nil {
		return c
	}
	var id, token string
	switch in.scheme {
	case "V3":
		id, _, _, _ = parseAuthorization(in.http.Header.Get("Authorization"))
		token = in.http.Header.Get("X-Acs-Security-Token")
	case bearerScheme:
		token = cmp.Or(in.http.Header.Get("X-Acs-Bearer-Token"), in.value("BearerToken"))
	default:
		id, token = in.value("AccessKeyId"), in.value("SecurityToken")
	}
	for _, alone := range []bool{false, true} {
		if c.keys.has(id, token, alone) {
			return c
		}
		for _, other := range *joined {
			if other.keys.has(id, token, alone) {
				return other
			}
		}
	}
	return c
}

// find returns the secret of an access key ID that came with a token, or with none ("").
func (k *keyring) find(id, token string) (secret string, reason *refusal) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	known := k.keys[id]
	if len(known) == 0 {
		return "", &noAccessKey
	}
	for _, key := range known {
		switch {
		case !same(key.token, token):
		case key.expired && token == "":
			return "", &inactiveAccessKey
		case key.expired:
			return "", &expiredToken
		default:
			return key.secret, nil
		}
	}
	if token == "" {
		return "", &noToken
	}
	// A token of another key, or one beside a permanent key, does not match; one that no key has is malformed.
	for _, keys := range k.keys {
		for _, key := range keys {
			if same(key.token, token) {
				return "", &foreignToken
			}
		}
	}
	return "", &malformedToken
}

// bearer checks a bearer token. An unknown one is malformed: no document at hand names its code.
func (k *keyring) bearer(token string) *refusal {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, known := range k.bearers {
		if same(known.token, token) {
			return nil
		}
	}
	return &malformedToken
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
