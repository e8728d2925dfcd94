package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text reports whether s is valid UTF-8 without control characters.
func Text(s string) bool {
	return printableASCII(s) || utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// printableASCII reports whether every byte of s is from 0x20 to 0x7E, as nearly every identifier's are. It looks at
// eight bytes at a time, the last of them again where they overlap: a call has up to 50 ARNs of 70 bytes, and byte by
// byte this would be most of what checking them takes.
func printableASCII(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if s[i] < 0x20 || s[i] > 0x7E {
				return false
			}
		}
		return true
	}
	bad := suspects(s[len(s)-8:])
	for ; len(s) > 8; s = s[8:] {
		bad |= suspects(s)
	}
	return bad&0x8080808080808080 == 0
}

// suspects returns a word with the high bit of a byte set if one of the first eight bytes of s is not printable ASCII.
// Where all are, no byte borrows from its neighbour or carries into it.
func suspects(s string) uint64 {
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const ones = 0x0101010101010101
	return w | (w - ones*0x20) | (w + ones)
}
