package signature

import (
	"crypto/sha1"
	"encoding/base64"
	"slices"
)

// SignatureV1 returns the value of the Signature parameter for a request to the path "/". The canonical query holds all other
// parameters, those of a form body too. The secret may have any length.
//
//nolint:revive // V1 alone, beside AuthorizationV3, would not say what it returns.
func SignatureV1(scratch []byte, method string, canonicalQuery []byte, accessKeySecret string) (signature string, grown []byte) {
	key := append(make([]byte, 0, blockSize), accessKeySecret...)
	key = append(key, '&')
	if len(key) > blockSize {
		sum := sha1.Sum(key)
		key = append(key[:0], sum[:]...)
	}

	// The string to sign grows with the query, so the scratch holds it, behind room for the inner block. The block is there only
	// while the hash is taken: scratch memory outlives the call, and growing it would leave copies behind.
	buf := slices.Grow(scratch[:0], blockSize)[:blockSize]
	buf = append(buf, method...)
	buf = append(buf, "&%2F&"...)
	buf = appendEscaped(buf, canonicalQuery)
	block := (*[blockSize]byte)(buf)
	fillBlock(block, key, innerPad)
	sum := sha1.Sum(buf)
	clear(block[:])

	var outer [blockSize + sha1.Size]byte
	fillBlock((*[blockSize]byte)(outer[:]), key, outerPad)
	copy(outer[blockSize:], sum[:])
	sum = sha1.Sum(outer[:])

	var text [(sha1.Size + 2) / 3 * 4]byte
	base64.StdEncoding.Encode(text[:], sum[:])
	return string(text[:]), buf
}
