package main

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// lineWidth is the widest line that the command prints, but for names that are longer by themselves. It leaves the last
// of 80 columns empty: some terminals begin a new line when it is filled.
const lineWidth = 79

// clean makes one line of a text of unknown origin, for a terminal or a page. most bounds its characters.
func clean(s string, most int) string {
	s = printable(s, false)
	count := 0
	for i := range s {
		if count == most {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// printable replaces what a terminal would obey, and what changes the order in which letters are shown.
func printable(s string, lines bool) string {
	return strings.Map(func(r rune) rune {
		if lines && r == '\n' {
			return r
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// columns is how many columns of a terminal a text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case isWide(r):
		return 2
	}
	return 1
}

// isWide tells the characters that take two columns: those of Chinese, Japanese and Korean, and full-width forms.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd)
}

// cut shortens a line to a number of columns.
func cut(s string, most int) string {
	n := 0
	for i, r := range s {
		if n += runeColumns(r); n > most {
			return s[:i]
		}
	}
	return s
}

// shorten cuts a line between words, and says that it did.
func shorten(s string, most int) string {
	if columns(s) <= most {
		return s
	}
	s = cut(s, most-1)
	if at := strings.LastIndexByte(s, ' '); at > most/2 {
		s = strings.TrimRight(s[:at], " ")
	}
	return s + "…"
}

// padding is what a text lacks to a number of columns.
func padding(s string, to int) string { return strings.Repeat(" ", max(0, to-columns(s))) }

// wrap breaks lines between words, and between the characters of Chinese, which has no spaces. Each line that follows in
// the same paragraph begins with indent.
func wrap(s string, most int, indent string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		at := 0
		for _, word := range words(paragraph) {
			bare := strings.TrimRight(word, " ")
			if at > columns(indent) && at+columns(bare) > most {
				text := strings.TrimRight(b.String(), " ")
				b.Reset()
				b.WriteString(text + "\n" + indent)
				at = columns(indent)
			}
			b.WriteString(word)
			at += columns(word)
		}
	}
	return b.String()
}

// words are the pieces of a line that stay whole, each with the spaces after it.
func words(line string) []string {
	var all []string
	begin, last := 0, rune(0)
	for i, r := range line {
		afterSpace := last == ' ' && r != ' ' && strings.TrimSpace(line[begin:i]) != ""
		betweenWide := (isWide(r) || isWide(last)) && i > 0 && r != ' ' && !strings.ContainsRune("，。、；：！？）」”》…%.,;:)]}\"'", r) && !strings.ContainsRune("（「“《(\"'[", last)
		if afterSpace || betweenWide {
			all = append(all, line[begin:i])
			begin = i
		}
		last = r
	}
	return append(all, line[begin:])
}

// number writes 1234567 as 1,234,567.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// round leaves about three digits.
func round(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Minute:
		return d.Round(time.Minute)
	case d >= 10*time.Second:
		return d.Round(time.Second)
	case d >= time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
