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
// eight bytes at a time: a call has up to 50 ARNs of 70 bytes, and this is most of what checking them takes.
func printableASCII(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for len(s) >= 8 {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		below := (w - ones*0x20) & ^w // the high bit of a byte below 0x20
		above := (w + ones) | w       // the high bit of a byte from 0x7F on
		if (below|above)&highs != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}
