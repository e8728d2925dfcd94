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

// Request is what V3 signs of a request to the path "/".
type Request struct {
	Method   string
	Query    []byte   // canonical
	Headers  []Header // sorted by name: host, content-type if there is one, and every x-acs- header
	BodyHash string   // HashBody of the body
}

// V3 returns the value of the Authorization header.
func (s *Signer) V3(scratch []byte, r Request) (authorization string, grown []byte) {
	buf := r.AppendCanonical(scratch[:0])
	hash := sha256.Sum256(buf)
	buf = append(buf[:0], algorithmV3+"\n"...)
	buf = hex.AppendEncode(buf, hash[:])
	mac := appendMAC(&s.v3, buf, buf)[len(buf):]

	var signature [2 * sha256.Size]byte
	hex.Encode(signature[:], mac)
	buf = append(buf[:0], algorithmV3+" Credential="...)
	buf = append(buf, s.accessKeyID...)
	buf = append(buf, ",SignedHeaders="...)
	buf = appendNames(buf, r.Headers)
	buf = append(buf, ",Signature="...)
	buf = append(buf, signature[:]...)
	return string(buf), buf
}

// AppendCanonical appends the canonical request, the text whose hash is signed. It is exported for tests: it may hold a
// security token, so it must never be logged.
func (r Request) AppendCanonical(dst []byte) []byte {
	dst = append(dst, r.Method...)
	dst = append(dst, "\n/\n"...)
	dst = append(dst, r.Query...)
	dst = append(dst, '\n')
	for _, h := range r.Headers {
		dst = append(dst, h.Name...)
		dst = append(dst, ':')
		dst = append(dst, strings.TrimSpace(h.Value)...)
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	dst = appendNames(dst, r.Headers)
	dst = append(dst, '\n')
	return append(dst, r.BodyHash...)
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
