package untagtest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	algorithmV3  = "ACS3-HMAC-SHA256"
	bearerScheme = "BEARERTOKEN"
	dateFormat   = "2006-01-02T15:04:05Z"
	maxSkew      = 15 * time.Minute
)

// Dates: the protocol has two codes and does not say which is which. Here what is too old is expired, and what lies in the
// future is illegal.
var (
	incomplete   = refusal{400, "IncompleteSignature", "The request signature does not conform to Aliyun standards. %s"}
	mismatchedV3 = refusal{400, "SignatureDoesNotMatch", "Specified signature does not match our calculation. AccessKeyId [%s] server StringToSign is [%s] server CanonicalRequest is [%s]"}
	mismatchedV1 = refusal{400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation. server string to sign is:%s"}
	expiredDate  = refusal{400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}
	futureDate   = refusal{400, "IllegalTimestamp", "The specified time stamp is ahead of the service's clock."}
	badDate      = refusal{400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."}
)

// buffers lends room for canonical requests, which are several KB long.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// authenticate checks who made a call, and uses up its nonce if all is well.
func (c *Cloud) authenticate(in *request, clock time.Time) *refusal {
	var id, nonce string
	var reason *refusal
	switch in.scheme {
	case "V3":
		id, nonce, reason = c.verifyV3(in, clock)
	case "V1":
		id, nonce, reason = c.verifyV1(in, clock)
	case bearerScheme:
		id, nonce = bearerScheme, cmp.Or(in.http.Header.Get("X-Acs-Signature-Nonce"), in.value("SignatureNonce"))
		reason = c.keys.bearer(cmp.Or(in.http.Header.Get("X-Acs-Bearer-Token"), in.value("BearerToken")))
	default:
		return incomplete.with("Neither Authorization nor Signature is supplied.")
	}
	if reason != nil {
		return reason
	}
	in.keyID, in.temporary = id, cmp.Or(in.http.Header.Get("X-Acs-Security-Token"), in.value("SecurityToken"), in.value("BearerToken")) != "" || in.scheme == bearerScheme
	if nonce == "" {
		return incomplete.with("The signature nonce is not supplied.")
	}
	// The memory of nonces goes by the true time; an injected clock offset must not make it forget.
	if !c.nonces.use(id, nonce, time.Now()) {
		return &usedNonce
	}
	return nil
}

func (c *Cloud) verifyV3(in *request, clock time.Time) (id, nonce string, reason *refusal) {
	h := in.http.Header
	id, signed, signature, ok := parseAuthorization(h.Get("Authorization"))
	if !ok {
		return "", "", incomplete.with("The Authorization header is malformed.")
	}
	nonce = h.Get("X-Acs-Signature-Nonce")
	for _, name := range []string{"X-Acs-Date", "X-Acs-Content-Sha256"} {
		if h.Get(name) == "" {
			return "", "", incomplete.with(strings.ToLower(name) + " is not supplied.")
		}
	}
	if missing := unsigned(h, signed); missing != "" {
		return "", "", incomplete.with("SignedHeaders lacks " + missing + ", or is not in order.")
	}
	secret, reason := c.keys.find(id, h.Get("X-Acs-Security-Token"))
	if reason != nil {
		return "", "", reason
	}
	if reason := checkDate(h.Get("X-Acs-Date"), clock); reason != nil {
		return "", "", reason
	}

	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	bodyHash := sha256.Sum256(in.body)
	*buf = appendRequestV3((*buf)[:0], in, signed, bodyHash)
	requestHash := sha256.Sum256(*buf)
	toSign := hex.AppendEncode([]byte(algorithmV3+"\n"), requestHash[:])
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(toSign)
	var want [sha256.Size]byte
	got, err := hex.DecodeString(signature)
	hashed := same(h.Get("X-Acs-Content-Sha256"), hex.EncodeToString(bodyHash[:]))
	if err != nil || !hmac.Equal(got, mac.Sum(want[:0])) || signature != strings.ToLower(signature) || !hashed {
		return "", "", mismatchedV3.with(id).with(string(toSign)).with(string(*buf))
	}
	return id, nonce, nil
}

// parseAuthorization takes "ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…" apart.
func parseAuthorization(s string) (id string, signed []string, signature string, ok bool) {
	s, ok = strings.CutPrefix(s, algorithmV3+" ")
	if !ok {
		return "", nil, "", false
	}
	for part := range strings.SplitSeq(s, ",") {
		// A space may stand after a comma. One at the end belongs to the value: "ID " is another key than "ID".
		name, value, _ := strings.Cut(strings.TrimLeft(part, " "), "=")
		switch name {
		case "Credential":
			id = value
		case "SignedHeaders":
			signed = strings.Split(value, ";")
		case "Signature":
			signature = value
		}
	}
	return id, signed, signature, id != "" && len(signed) > 0 && signature != ""
}

// unsigned returns the header that had to be signed and is not: host, content-type and every x-acs-* that is there.
// The names must be sorted.
func unsigned(h http.Header, signed []string) string {
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") {
		return "host"
	}
	for name := range h {
		lower := strings.ToLower(name)
		if (lower == "content-type" || strings.HasPrefix(lower, "x-acs-")) && !slices.Contains(signed, lower) {
			return lower
		}
	}
	return ""
}

// appendRequestV3 appends the canonical request: what came, written as the signature covers it.
func appendRequestV3(dst []byte, in *request, signed []string, bodyHash [sha256.Size]byte) []byte {
	dst = append(dst, in.http.Method...)
	dst = append(dst, "\n/\n"...)
	dst = appendCanonical(dst, sorted(in.query), "")
	dst = append(dst, '\n')
	for _, name := range signed {
		value := in.http.Host
		if name != "host" {
			value = strings.Join(in.http.Header.Values(name), ",")
		}
		dst = append(dst, name...)
		dst = append(dst, ':')
		dst = append(dst, strings.TrimSpace(value)...)
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	for i, name := range signed {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, name...)
	}
	dst = append(dst, '\n')
	return hex.AppendEncode(dst, bodyHash[:])
}

func (c *Cloud) verifyV1(in *request, clock time.Time) (id, nonce string, reason *refusal) {
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"} {
		if in.value(name) == "" {
			return "", "", incomplete.with(name + " is not supplied.")
		}
	}
	if in.value("SignatureMethod") != "HMAC-SHA1" || in.value("SignatureVersion") != "1.0" {
		return "", "", incomplete.with("SignatureMethod must be HMAC-SHA1 and SignatureVersion 1.0.")
	}
	id = in.value("AccessKeyId")
	secret, reason := c.keys.find(id, in.value("SecurityToken"))
	if reason != nil {
		return "", "", reason
	}
	if reason := checkDate(in.value("Timestamp"), clock); reason != nil {
		return "", "", reason
	}

	canonical := appendCanonical(nil, sorted(in.merged()), "Signature")
	toSign := appendEscaped([]byte(in.http.Method+"&%2F&"), canonical)
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write(toSign)
	got, err := base64.StdEncoding.DecodeString(in.value("Signature"))
	if err != nil || !hmac.Equal(got, mac.Sum(nil)) {
		return "", "", mismatchedV1.with(string(toSign))
	}
	return id, in.value("SignatureNonce"), nil
}

func checkDate(date string, clock time.Time) *refusal {
	t, err := time.Parse(dateFormat, date)
	switch {
	case err != nil:
		return &badDate
	case clock.Sub(t) > maxSkew:
		return &expiredDate
	case t.Sub(clock) > maxSkew:
		return &futureDate
	}
	return nil
}
