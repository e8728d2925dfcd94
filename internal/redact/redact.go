// Package redact keeps secrets and line breaks out of everything that prints.
// It works on text that others wrote: messages of the service, of proxies and of credential providers.
package redact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Removed stands where text was taken out.
const Removed = "[removed]"

// minSecret is the shortest string that Text looks for. Shorter ones are words
// of ordinary messages more often than they are secrets.
const minSecret = 6

// Line returns s as one line: line breaks, control and formatting characters become spaces.
// Invalid UTF-8 is replaced. A string that is clean is returned as it is.
func Line(s string) string {
	clean := utf8.ValidString(s) && strings.IndexFunc(s, breaksLine) < 0
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		if breaksLine(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// breaksLine also catches bidirectional overrides (class Cf), which make a log line read as another.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Message is Line without any string to sign: the gateway quotes it,
// with the access key ID, when a signature does not match.
func Message(s string) string {
	return cutUserinfo(cutStringToSign(Line(s)))
}

// Text is Message without the secrets either, plain or escaped: percent-encoded, as URLs, forms and strings to sign
// hold them, with backslashes, as JSON does, also inside of JSON, or as character references, as HTML and XML do.
func Text(s string, secrets ...string) string {
	if isToken(s) && !holds(s, secrets) {
		return s // as every request ID is
	}
	s = remove(s, secrets)
	s = remove(Message(s), secrets) // what Message changed may have completed a secret
	if holds(s, secrets) {
		return Removed // completed by the marks of what was removed
	}
	return s
}

// isToken reports whether s is made of letters, digits, dots and hyphens alone, so that nothing in it can be escaped.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

func holds(s string, secrets []string) bool {
	for _, secret := range secrets {
		if len(secret) >= minSecret && strings.Contains(s, secret) {
			return true
		}
	}
	return false
}

func remove(s string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		s = strings.ReplaceAll(s, secret, Removed)
		if strings.ContainsAny(s, `%+\&`) {
			s = removeEscaped(s, secret)
		}
	}
	return s
}

func removeEscaped(s, secret string) string {
	var b strings.Builder
	kept := 0
	for i := 0; i < len(s); {
		n := escapedPrefix(s[i:], secret)
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[kept:i])
		b.WriteString(Removed)
		i += n
		kept = i
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}

// escapedPrefix returns the length of what stands for secret at the start of s, 0 if nothing does.
// Each byte may be escaped in a way of its own: encoders differ in which ones they escape.
func escapedPrefix(s, secret string) int {
	n := 0
	for i := range len(secret) {
		if secret[i] == '%' {
			return escapedPercent(s, secret[i+1:], n)
		}
		size := escapedByte(s[n:], secret[i])
		if size == 0 {
			return 0
		}
		n += size
	}
	return n
}

// escapedPercent goes on with a percent sign at s[n:] and the rest of a secret after it. Escaped, the sign looks like
// the start of its own escape (%, %25, %2525), so that only what follows tells how often it was escaped.
func escapedPercent(s, rest string, n int) int {
	if n >= len(s) || s[n] != '%' {
		if size := escapedByte(s[n:], '%'); size > 0 { // by a backslash
			return whole(s, rest, n+size)
		}
		return 0
	}
	longest := 0
	for n++; ; n += 2 {
		longest = max(longest, whole(s, rest, n))
		if !strings.HasPrefix(s[n:], "25") {
			return longest
		}
	}
}

// whole is n and the length of what stands for rest at s[n:], 0 if nothing does.
func whole(s, rest string, n int) int {
	if rest == "" {
		return n
	}
	if size := escapedPrefix(s[n:], rest); size > 0 {
		return n + size
	}
	return 0
}

// escapedByte returns the length of what stands for c at the start of s: c, %XX, %25XX and so on, \u00XX or \c behind any number
// of backslashes, a character reference, or + for a space.
func escapedByte(s string, c byte) int {
	switch {
	case s == "":
		return 0
	case s[0] == '%':
		for n := 1; len(s) >= n+2; n += 2 {
			if isHex(s[n:n+2], c) {
				return n + 2
			}
			if s[n:n+2] != "25" {
				break
			}
		}
	case s[0] == '\\':
		if size := behindBackslashes(s, c); size > 0 {
			return size
		}
	case s[0] == '&':
		if size := reference(s, c); size > 0 {
			return size
		}
	case s[0] == '+' && c == ' ':
		return 1
	}
	if s[0] == c {
		return 1
	}
	return 0
}

// behindBackslashes is escapedByte for a text that begins with a backslash.
func behindBackslashes(s string, c byte) int {
	rest := strings.TrimLeft(s, `\`)
	slashes := len(s) - len(rest)
	switch {
	case len(rest) >= 5 && rest[:3] == "u00" && isHex(rest[3:5], c):
		return slashes + 5
	case c == '\\':
		return min(2, slashes) &^ 1
	case rest != "" && rest[0] == c:
		return slashes + 1
	}
	return 0
}

// reference is escapedByte for a text that begins with an ampersand: &#61; &#x3D; &amp;
func reference(s string, c byte) int {
	name, _, ok := strings.Cut(s[1:min(len(s), 12)], ";")
	if !ok {
		return 0
	}
	size := len(name) + len("&;")
	if digits, numeric := strings.CutPrefix(name, "#"); numeric {
		base := 10
		if digits != "" && digits[0]|0x20 == 'x' {
			digits, base = digits[1:], 16
		}
		if n, err := strconv.ParseUint(digits, base, 32); err != nil || n != uint64(c) {
			return 0
		}
		return size
	}
	if of, known := references[name]; known && of == c {
		return size
	}
	return 0
}

// references are the names for characters of secrets and tokens in HTML and XML.
var references = map[string]byte{
	"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "equals": '=', "plus": '+', "sol": '/', "percnt": '%', "lowbar": '_', "period": '.', "colon": ':',
}

// isHex reports whether the two hexadecimal digits are those of c, in either case.
func isHex(digits string, c byte) bool {
	const lower = "0123456789abcdef"
	return digits[0]|0x20 == lower[c>>4] && digits[1]|0x20 == lower[c&15]
}

// cutStringToSign drops everything after the first mention of a string to sign.
func cutStringToSign(s string) string {
	for i := range len(s) {
		if c := s[i] | 0x20; c != 's' && c != 'c' {
			continue
		}
		for _, phrase := range [...]string{
			"string to sign", "stringtosign", "string-to-sign", "string_to_sign", "canonicalrequest", "canonical request",
		} {
			if end := i + len(phrase); end <= len(s) && strings.EqualFold(s[i:end], phrase) {
				return s[:end] + " " + Removed
			}
		}
	}
	return s
}

// cutUserinfo masks what stands between "//" and the last "@" of a word: the user and password of a proxy's URL, for one.
// A password may hold any of "/?#" though it should not, so these do not end the search.
func cutUserinfo(s string) string {
	rest := s
	var b strings.Builder
	for {
		at := strings.Index(rest, "//")
		if at < 0 {
			break
		}
		authority := rest[at+2:]
		end := strings.IndexAny(authority, " \"'<>")
		if end < 0 {
			end = len(authority)
		}
		sign := strings.LastIndexByte(authority[:end], '@')
		b.WriteString(rest[:at+2])
		if sign >= 0 {
			b.WriteString(Removed)
			authority = authority[sign:]
		}
		rest = authority
	}
	if b.Len() == 0 {
		return s
	}
	b.WriteString(rest)
	return b.String()
}
