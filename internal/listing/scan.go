package listing

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Scanner reads the documented shape of a list from JSON that encoding/json has found to be valid. A page has tens of thousands
// of short texts, for which encoding/json takes three times as long, and looks at them three times more where a type
// decodes itself. The Scanner gives up at the first surprise, so that encoding/json decides what that means.
type Scanner struct {
	data []byte
	at   int
	odd  bool // it gave up
}

// Scan reads an array of objects, which may stand alone or in an object under the name inner: element is called at each of
// them, and calls Object. It reports whether all was as expected; if not, what element did counts for nothing.
func Scan(list []byte, inner string, element func(s *Scanner)) bool {
	s := &Scanner{data: list}
	if list[0] != '{' {
		s.Array(element)
	} else {
		s.Object(func(name []byte) bool {
			s.odd = s.odd || !s.Is(name, inner)
			s.Array(element)
			return true
		})
	}
	return !s.odd && s.at == len(list)
}

// Array calls element at each element of an array.
func (s *Scanner) Array(element func(s *Scanner)) {
	if !s.accept('[') {
		s.odd = true
		return
	}
	for first := true; !s.odd && !s.accept(']'); first = false {
		if !first && !s.accept(',') {
			s.odd = true
			return
		}
		element(s)
	}
}

// Object calls field with the name of each member of an object. It reads the value, or returns false to pass over it.
func (s *Scanner) Object(field func(name []byte) bool) {
	if !s.accept('{') {
		s.odd = true
		return
	}
	for first := true; !s.odd && !s.accept('}'); first = false {
		if !first && !s.accept(',') {
			s.odd = true
			return
		}
		name, plain := s.literal()
		if !plain || !s.accept(':') {
			s.odd = true // a name with escapes may be any
			return
		}
		if !field(name) {
			s.skip()
		}
	}
}

// Is compares a name with that of a field. One that differs in the case of its letters is a surprise: encoding/json takes it.
func (s *Scanner) Is(name []byte, field string) bool {
	if string(name) == field {
		return true
	}
	s.odd = s.odd || len(name) == len(field) && bytes.EqualFold(name, []byte(field))
	return false
}

// String reads a text. One that is equal to like shares its memory: a page has the same keys again and again.
func (s *Scanner) String(like string) string {
	literal, plain := s.literal()
	if s.odd || plain && string(literal) == like {
		return like
	}
	if plain {
		return string(literal)
	}
	var text string
	if json.Unmarshal(literal, &text) != nil { // with its quotes
		s.odd = true
	}
	return text
}

// literal reads a string: its bytes if they stand for themselves, else all of it.
func (s *Scanner) literal() (text []byte, plain bool) {
	if !s.accept('"') {
		s.odd = true
		return nil, false
	}
	start, ascii := s.at, true
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			text = s.data[start:s.at]
			s.at++
			if ascii || utf8.Valid(text) {
				return text, true
			}
			return s.data[start-1 : s.at], false // encoding/json says what invalid UTF-8 becomes
		case c == '\\':
			for ; s.at < len(s.data) && s.data[s.at] != '"'; s.at++ {
				if s.data[s.at] == '\\' {
					s.at++
				}
			}
			s.at++
			return s.data[start-1 : min(s.at, len(s.data))], false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.odd = true
	return nil, false
}

// skip passes over a value.
func (s *Scanner) skip() {
	s.space()
	for depth := 0; s.at < len(s.data); {
		switch s.data[s.at] {
		case '"':
			s.literal()
			if depth == 0 {
				return
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return // of a number or a word, at the end of what it stands in
			}
			if depth--; depth == 0 {
				s.at++
				return
			}
		case ',':
			if depth == 0 {
				return
			}
		}
		s.at++
	}
}

// accept passes over a byte that stands next.
func (s *Scanner) accept(c byte) bool {
	s.space()
	if s.at == len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *Scanner) space() {
	for s.at < len(s.data) && (s.data[s.at] == ' ' || s.data[s.at] == '\n' || s.data[s.at] == '\r' || s.data[s.at] == '\t') {
		s.at++
	}
}
