package untagtest

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// pair is one parameter of a query or form.
type pair struct{ name, value string }

var errEscape = errors.New("malformed percent-encoding")

// parsePairs takes a query or form apart. All names and values share one string. A malformed escape ends it.
func parsePairs(raw string) ([]pair, error) {
	if raw == "" {
		return nil, nil
	}
	// The capacity is a guess with a bound: a body of ampersands is no reason to reserve megabytes.
	pairs := make([]pair, 0, min(strings.Count(raw, "&")+1, 128))
	var text strings.Builder
	text.Grow(len(raw))
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		start := text.Len()
		if !unescape(&text, name) {
			return pairs, errEscape
		}
		middle := text.Len()
		if !unescape(&text, value) {
			return pairs, errEscape
		}
		// A Builder never changes what is written, so a part of its string stays what it is.
		all := text.String()
		pairs = append(pairs, pair{all[start:middle], all[middle:]})
	}
	return pairs, nil
}

func unescape(dst *strings.Builder, s string) bool {
	for {
		i := strings.IndexAny(s, "%+")
		if i < 0 {
			dst.WriteString(s)
			return true
		}
		dst.WriteString(s[:i])
		if s[i] == '+' {
			dst.WriteByte(' ')
			s = s[i+1:]
			continue
		}
		if len(s) < i+3 {
			return false
		}
		high, low := unhex(s[i+1]), unhex(s[i+2])
		if high < 0 || low < 0 {
			return false
		}
		dst.WriteByte(byte(high<<4 | low))
		s = s[i+3:]
	}
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// sorted returns the pairs sorted byte-wise by name, and by value where a name stands twice. It leaves its argument as it is.
func sorted(pairs []pair) []pair {
	order := func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return cmp.Compare(a.value, b.value)
	}
	if slices.IsSortedFunc(pairs, order) {
		return pairs
	}
	return slices.SortedFunc(slices.Values(pairs), order)
}

// appendCanonical appends sorted pairs as a signature covers them, leaving out the one named except.
func appendCanonical(dst []byte, pairs []pair, except string) []byte {
	start := len(dst)
	for _, p := range pairs {
		if except != "" && p.name == except {
			continue
		}
		if len(dst) > start {
			dst = append(dst, '&')
		}
		dst = appendEscaped(dst, p.name)
		dst = append(dst, '=')
		dst = appendEscaped(dst, p.value)
	}
	return dst
}

// appendEscaped percent-encodes all but letters, digits, "-", "_", "." and "~".
func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if unreserved[c] {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

var unreserved = func() (table [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") {
		table[c] = true
	}
	return table
}()
