package untagtest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"

	"github.com/untag-go/untag"
)

// Digest returns a digest over all tags of all resources of the account, system tags too: 64 hexadecimal digits. It does
// not depend on the order in which resources or tags came, nor on resources without tags, nor on [Choices]. Two accounts
// with equal resources and tags have the same digest, whatever their number. It takes about a second for a million tags.
func (c *Cloud) Digest() string {
	type state struct {
		of   identity
		tags tagset
	}
	s := c.resources
	s.mu.RLock()
	states := make([]state, 0, s.count)
	for _, r := range s.all {
		if r != nil && len(r.live) > 0 {
			of := r.scope.of
			of.id = r.id
			states = append(states, state{of, r.live})
		}
	}
	s.mu.RUnlock()
	// A sum of hashes has no order.
	var sum [4]uint64
	var text []byte
	for _, st := range states {
		for _, t := range st.tags {
			text = appendTag(text[:0], st.of, t)
			add(&sum, sha256.Sum256(text))
		}
	}
	var digest [32]byte
	for i, word := range sum {
		binary.BigEndian.PutUint64(digest[8*i:], word)
	}
	return hex.EncodeToString(digest[:])
}

// appendTag writes each part with its length before it, so that no two tags give the same bytes.
func appendTag(dst []byte, of identity, t untag.Tag) []byte {
	for _, part := range []string{of.product, of.region, of.kind, of.id, t.Key, t.Value} {
		dst = binary.AppendUvarint(dst, uint64(len(part)))
		dst = append(dst, part...)
	}
	if t.System {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// add adds a hash to a sum, modulo 2^256.
func add(sum *[4]uint64, hash [32]byte) {
	var carry uint64
	for i := 3; i >= 0; i-- {
		sum[i], carry = bits.Add64(sum[i], binary.BigEndian.Uint64(hash[8*i:]), carry)
	}
}
