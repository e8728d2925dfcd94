package untagtest

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	nonceLife = 15 * time.Minute
	// maxNonces bounds one of the two generations, some 10 MB in all. A flood of calls forgets nonces early.
	maxNonces = 100_000
)

// nonces remembers what was used in the last 15 minutes, in two generations: the older one is dropped as a whole.
type nonces struct {
	mu            sync.Mutex
	fresh, former map[nonceKey]int64 // when it was used, in Unix nanoseconds
	turned        time.Time
}

// nonceKey is a digest of access key ID and nonce: a nonce may be as long as a client likes.
type nonceKey [16]byte

// use tells whether the nonce is new, and remembers it.
func (n *nonces) use(accessKeyID, nonce string, now time.Time) bool {
	digest := sha256.Sum256([]byte(accessKeyID + "\x00" + nonce))
	k := nonceKey(digest[:16])
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, generation := range []map[nonceKey]int64{n.fresh, n.former} {
		if used, ok := generation[k]; ok && now.UnixNano()-used < int64(nonceLife) {
			return false
		}
	}
	if n.fresh == nil || len(n.fresh) >= maxNonces || now.Sub(n.turned) >= nonceLife {
		n.former, n.fresh, n.turned = n.fresh, map[nonceKey]int64{}, now
	}
	n.fresh[k] = now.UnixNano()
	return true
}
