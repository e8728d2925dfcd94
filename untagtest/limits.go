package untagtest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of the documents, kept apart from the SDK's on purpose: the two shall be able to disagree. Those of one
// service stand in its table.
const (
	defaultTagsPerResource = 20
	maxTextLength          = 128 // of keys and values, in characters

	// maxBody bounds what a call may send, and maxURI "/?" and query: for long ones users saw the 414 page of a gateway.
	// The real bounds are not documented; 8 KiB is what such gateways allow unless told otherwise.
	maxBody = 1 << 20
	maxURI  = 8 << 10
)

// duplicate returns whether a key stands twice.
func duplicate(keys []string) bool {
	for i, k := range keys {
		for _, other := range keys[:i] {
			if k == other {
				return true
			}
		}
	}
	return false
}

// reserved tells whether a key starts as the cloud's own do. How the prefixes are compared is documented nowhere; here
// their case matters.
func reserved(key string) bool {
	return strings.HasPrefix(key, "aliyun") || strings.HasPrefix(key, "acs:")
}

func hasURL(s string) bool { return strings.Contains(s, "http://") || strings.Contains(s, "https://") }

// within tells whether a text is UTF-8 of at most so many characters.
func within(s string, most int) bool { return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most }

// plainText is the rule of Tag and Resource Sharing for keys to remove, by choice: the documents say no more than that
// invalid keys exist.
func plainText(s string) bool {
	return within(s, maxTextLength) && !strings.ContainsFunc(s, unicode.IsControl)
}

// firstBad returns the first key that breaks the rule.
func firstBad(keys []string, rule func(string) bool) (string, bool) {
	for _, k := range keys {
		if !rule(k) {
			return k, true
		}
	}
	return "", false
}

// isWord tells whether word is one of the words, which have a space on both sides.
func isWord(words, word string) bool {
	return word != "" && !strings.Contains(word, " ") && strings.Contains(words, " "+word+" ")
}
