package signature

import (
	"crypto/sha1"
	"encoding/base64"
)

// V1 returns the value of the Signature parameter for a request to the path "/". The canonical query holds all other
// parameters, those of a form body too.
func (s *Signer) V1(scratch []byte, method string, canonicalQuery []byte) (signature string, grown []byte) {
	buf := scratch[:0]
	buf = append(buf, method...)
	buf = append(buf, "&%2F&"...)
	buf = appendEscaped(buf, canonicalQuery)
	n := len(buf)
	buf = appendMAC(&s.v1, buf, buf)

	var text [(sha1.Size + 2) / 3 * 4]byte
	base64.StdEncoding.Encode(text[:], buf[n:])
	return string(text[:]), buf
}
