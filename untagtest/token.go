package untagtest

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// place is where a page of a list begins: at a tag of a resource of a source of the query.
type place struct {
	source int
	number uint32
	offset int
}

// A token is opaque to clients. It needs no memory here and does not expire; how long the service's live is documented
// nowhere.
func (p place) token(question uint64) string {
	return wrapToken(question, fmt.Sprintf("%d.%d.%d", p.source, p.number, p.offset))
}

func parsePlace(token string, question uint64) (p place, ok bool) {
	text, ok := unwrapToken(token, question)
	if !ok || text == "" {
		return place{}, ok
	}
	_, err := fmt.Sscanf(text, "%d.%d.%d", &p.source, &p.number, &p.offset)
	return p, err == nil && p.source >= 0 && p.offset >= 0 && p.token(question) == token
}

func wrapToken(question uint64, text string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%016x.%s", question, text))
}

// unwrapToken returns "" for no token, and not ok for one that belongs to another question.
func unwrapToken(token string, question uint64) (text string, ok bool) {
	if token == "" {
		return "", true
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(string(raw), fmt.Sprintf("%016x.", question))
}

// nextToken is NextToken in an answer: a text, null or missing.
type nextToken struct {
	text          string
	null, missing bool
}

// end is the token of a last page. Tag documents an empty one; the samples of the others leave it out, or do not say.
func (t *table) end() nextToken { return nextToken{missing: t.name != Tag} }

// IsZero is for encoding/json: what is missing is left out.
func (t nextToken) IsZero() bool { return t.missing }

// MarshalJSON is for encoding/json.
func (t nextToken) MarshalJSON() ([]byte, error) {
	if t.null {
		return []byte("null"), nil
	}
	return json.Marshal(t.text)
}

// MarshalXML is for encoding/xml. XML has no null: an empty element stands for it.
func (t nextToken) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if t.missing {
		return nil
	}
	return e.EncodeElement(t.text, start)
}
