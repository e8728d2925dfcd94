package rpc

import (
	"encoding/json"
	"iter"
)

// members are the names and values of a JSON object, repeated ones too, which encoding/json has found to be valid and which
// begins with its brace. It reads each byte once and decodes none, so that a page of 64 MiB costs little more.
func members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for name, value := range items(object, true) {
			var text string
			if json.Unmarshal(name, &text) != nil || !yield(text, value) {
				return
			}
		}
	}
}

// elements are the values of a JSON list that is valid.
func elements(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, value := range items(list, false) {
			if !yield(value) {
				return
			}
		}
	}
}

// items are the parts of a valid object or list.
func items(data []byte, named bool) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		at := skipSpace(data, 1)
		for at < len(data) && data[at] != '}' && data[at] != ']' {
			var name []byte
			if named {
				end := endOf(data, at)
				name = data[at:end]
				at = skipSpace(data, skipSpace(data, end)+1)
			}
			end := endOf(data, at)
			if end <= at || !yield(name, data[at:end]) {
				return
			}
			if at = skipSpace(data, end); at < len(data) && data[at] == ',' {
				at = skipSpace(data, at+1)
			}
		}
	}
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\n' || data[at] == '\r' || data[at] == '\t') {
		at++
	}
	return at
}

// endOf returns where the value at data[at] ends.
func endOf(data []byte, at int) int {
	depth := 0
	for i := at; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return min(i+1, len(data))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	return len(data)
}
