package signature

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// EmptyBodyHash is HashBody of an empty body.
const EmptyBodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const algorithmV3 = "ACS3-HMAC-SHA256"

// Header is one header to sign. Name is in lower case.
type Header struct {
	Name, Value string
}

// HashBody returns the lower-case hex SHA-256 of a body: the value of the header x-acs-content-sha256.
func HashBody(body []byte) string {
	if len(body) == 0 {
		return EmptyBodyHash
	}
	sum := sha256.Sum256(body)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// AuthorizationV3 returns the value of the Authorization header for a request to the path "/". The headers are those to sign, sorted
// by name: host, content-type if there is one, and every x-acs- header. The query is canonical, the secret may have any length.
func AuthorizationV3(
	scratch []byte, method string, query []byte, headers []Header, bodyHash, accessKeyID, accessKeySecret string,
) (authorization string, grown []byte) {
	buf := AppendCanonicalV3(scratch[:0], method, query, headers, bodyHash)
	mac := macV3(sha256.Sum256(buf), accessKeySecret)

	buf = append(buf[:0], algorithmV3+" Credential="...)
	buf = append(buf, accessKeyID...)
	buf = append(buf, ",SignedHeaders="...)
	buf = appendNames(buf, headers)
	buf = append(buf, ",Signature="...)
	buf = hex.AppendEncode(buf, mac[:])
	return string(buf), buf
}

// AppendCanonicalV3 appends the canonical request, the text whose hash is signed. It is exported for tests: it may hold a security token, so
// it must never be logged.
func AppendCanonicalV3(dst []byte, method string, query []byte, headers []Header, bodyHash string) []byte {
	dst = append(dst, method...)
	dst = append(dst, "\n/\n"...)
	dst = append(dst, query...)
	dst = append(dst, '\n')
	for _, h := range headers {
		dst = append(dst, h.Name...)
		dst = append(dst, ':')
		dst = append(dst, strings.TrimSpace(h.Value)...)
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	dst = appendNames(dst, headers)
	dst = append(dst, '\n')
	return append(dst, bodyHash...)
}

func appendNames(dst []byte, headers []Header) []byte {
	for i, h := range headers {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, h.Name...)
	}
	return dst
}

// macV3 returns HMAC-SHA256(secret, "ACS3-HMAC-SHA256\n" + hex(hash)). The key is the raw secret; V3 derives none from it. Both
// messages have a fixed size, so everything, key material above all, stays on the stack.
func macV3(hash [sha256.Size]byte, secret string) [sha256.Size]byte {
	key := append(make([]byte, 0, blockSize), secret...)
	if len(key) > blockSize {
		sum := sha256.Sum256(key)
		key = append(key[:0], sum[:]...)
	}

	var inner [blockSize + len(algorithmV3) + 1 + 2*sha256.Size]byte
	fillBlock((*[blockSize]byte)(inner[:]), key, innerPad)
	n := blockSize + copy(inner[blockSize:], algorithmV3+"\n")
	hex.Encode(inner[n:], hash[:])
	sum := sha256.Sum256(inner[:])

	var outer [blockSize + sha256.Size]byte
	fillBlock((*[blockSize]byte)(outer[:]), key, outerPad)
	copy(outer[blockSize:], sum[:])
	return sha256.Sum256(outer[:])
}
