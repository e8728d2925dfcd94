package rpc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Element is an XML element. Names are compared without regard to case: some services write them in lower case.
type Element struct {
	name     string
	text     string // its own text
	value    string // the same without white space around it
	children []*Element
	raw      []byte // the text as it comes in, piece by piece
}

// Is reports whether the element has that name.
func (e *Element) Is(name string) bool { return strings.EqualFold(e.name, name) }

// Child returns the first child of that name, nil if there is none.
func (e *Element) Child(name string) *Element {
	for _, child := range e.children {
		if child.Is(name) {
			return child
		}
	}
	return nil
}

// Text returns the text of the first child of that name that has one.
func (e *Element) Text(name string) string {
	for _, child := range e.children {
		if child.Is(name) && child.value != "" {
			return child.value
		}
	}
	return ""
}

// Value is the element's own text, without white space around it.
func (e *Element) Value() string { return e.value }

// Raw is the element's own text as it is, with the white space around it.
func (e *Element) Raw() string { return e.text }

// RawText returns the text of the first child of that name as it is, "" if there is none.
func (e *Element) RawText(name string) string {
	if child := e.Child(name); child != nil {
		return child.text
	}
	return ""
}

// Children are the elements in it, in their order.
func (e *Element) Children() []*Element { return e.children }

// isResponse reports whether the element is the root of an operation's answer, <UntagResourcesResponse>, not of a page.
func (e *Element) isResponse() bool { return strings.HasSuffix(strings.ToLower(e.name), "response") }

// maxDepth is deeper than any answer: <X><FailedResources><FailedResource><Result><Code>.
const maxDepth = 16

var errXML = errors.New("no XML answer")

// parseXML reads a whole document. encoding/xml resolves no external entities.
func parseXML(data []byte) (*Element, error) {
	if !utf8.Valid(data) {
		return nil, errXML
	}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	top := &Element{}
	open := []*Element{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errXML
		}
		inner := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return nil, errXML
			}
			child := &Element{name: token.Name.Local}
			inner.children = append(inner.children, child)
			open = append(open, child)
		case xml.EndElement:
			inner.text, inner.raw = string(inner.raw), nil
			inner.value = strings.TrimSpace(inner.text)
			open = open[:len(open)-1]
		case xml.CharData:
			inner.raw = append(inner.raw, token...)
		}
	}
	if len(top.children) != 1 || len(bytes.TrimSpace(top.raw)) > 0 {
		return nil, errXML
	}
	return top.children[0], nil
}
