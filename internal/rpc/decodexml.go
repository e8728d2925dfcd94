package rpc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/untag-go/untag"
)

// decodeXML reads the answers that gateways give when JSON was not asked for, or not understood:
// <Error> or <UntagResourcesResponse>. The root tells them from a page.
func decodeXML(data []byte) (body, error) {
	root, err := parseXML(data)
	if err != nil {
		return body{}, errNotTheServices
	}
	isError := root.is("Error")
	if !isError && !strings.HasSuffix(strings.ToLower(root.name), "response") {
		return body{}, errNotTheServices
	}
	b := body{
		RequestID: root.text("RequestId"), HostID: root.text("HostId"),
		Code: root.text("Code"), Message: root.text("Message"), Recommend: root.text("Recommend"),
	}
	if denied := root.child("AccessDeniedDetail"); denied != nil {
		b.Denied = &untag.AccessDeniedDetail{
			PolicyType: denied.text("PolicyType"), NoPermissionType: denied.text("NoPermissionType"), AuthAction: denied.text("AuthAction"),
			AuthPrincipalType: denied.text("AuthPrincipalType"), AuthPrincipalOwnerID: denied.text("AuthPrincipalOwnerId"),
			AuthPrincipalDisplayName: denied.text("AuthPrincipalDisplayName"), EncodedDiagnosticMessage: denied.text("EncodedDiagnosticMessage"),
		}
	}
	odd := isError // without a code, an error is no answer
	for _, list := range root.children {
		if !list.is("FailedResources") {
			continue
		}
		odd = odd || list.value != ""
		for _, item := range list.children {
			failed := FailedResource{ResourceARN: item.text("ResourceARN")}
			if result := item.child("Result"); result != nil {
				failed.Code, failed.Message = result.text("Code"), result.text("Message")
			}
			odd = odd || !item.is("FailedResource") || failed.ResourceARN == ""
			b.Failed = append(b.Failed, failed)
		}
	}
	return b.checked(odd)
}

// element is an XML element. Names are compared without regard to case: some services write them in lower case.
type element struct {
	name     string
	value    string // its own text, without white space round it
	children []*element
	raw      []byte // the text as it comes in, piece by piece
}

func (e *element) is(name string) bool { return strings.EqualFold(e.name, name) }

// child returns the first child of that name, nil if there is none.
func (e *element) child(name string) *element {
	for _, child := range e.children {
		if child.is(name) {
			return child
		}
	}
	return nil
}

// text returns the text of the first child of that name that has one.
func (e *element) text(name string) string {
	for _, child := range e.children {
		if child.is(name) && child.value != "" {
			return child.value
		}
	}
	return ""
}

// maxDepth is deeper than any answer: <X><FailedResources><FailedResource><Result><Code>.
const maxDepth = 16

var errXML = errors.New("no XML answer")

// parseXML reads a whole document. encoding/xml resolves no external entities.
func parseXML(data []byte) (*element, error) {
	if !utf8.Valid(data) {
		return nil, errXML
	}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	top := &element{}
	open := []*element{top}
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
			child := &element{name: token.Name.Local}
			inner.children = append(inner.children, child)
			open = append(open, child)
		case xml.EndElement:
			inner.value, inner.raw = string(bytes.TrimSpace(inner.raw)), nil
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
