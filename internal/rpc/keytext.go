package rpc

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// marks are quotation marks that come along when a key is copied out of code or a document.
const marks = "\"'`“”‘’„«»「」"

// flawOf says what is wrong with the text of a key or token: "that ends with a space (U+0020)". "": nothing is. Keys are
// of printable ASCII. Plain spaces inside are let pass: none comes from copying, and invented keys of tests have them.
func flawOf(text string) string {
	if isClean(text) {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	switch {
	case strings.ContainsRune(marks, first):
		return "that begins with a quotation mark"
	case strings.ContainsRune(marks, last):
		return "that ends with a quotation mark"
	}
	for i, r := range text {
		var what string
		switch {
		case r == utf8.RuneError:
			what = "a byte that is not UTF-8"
		case r == '\uFEFF':
			what = "a byte order mark (U+FEFF)"
		case r == '\n' || r == '\r':
			what = "a control character, a line break"
		case unicode.IsControl(r):
			what = fmt.Sprintf("a control character (%U)", r)
		case unicode.IsSpace(r):
			if r == ' ' && i > 0 && i+1 < len(text) {
				continue
			}
			what = fmt.Sprintf("a space (%U)", r)
		case unicode.Is(unicode.Cf, r):
			what = fmt.Sprintf("an invisible character (%U)", r)
		case r > unicode.MaxASCII:
			what = fmt.Sprintf("a character that no key has (%U)", r)
		default:
			continue
		}
		switch {
		case i == 0:
			return "that begins with " + what
		case i+utf8.RuneLen(max(r, 0)) >= len(text):
			return "that ends with " + what
		}
		return "with " + what + " inside"
	}
	return ""
}

// isClean reports whether text is printable ASCII without spaces and without quotation marks at its ends.
func isClean(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return text == "" || !strings.ContainsRune("\"'`", rune(text[0])) && !strings.ContainsRune("\"'`", rune(text[len(text)-1]))
}
