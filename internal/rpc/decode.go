package rpc

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxBody bounds an answer after decompression. The largest real one, 50 failed ARNs, is about 20 KB.
const maxBody = 1 << 20

// FailedResource is a resource that Tag's answer names as failed.
type FailedResource struct{ ResourceARN, Code, Message string }

// body is every field that the answers of the four operations can hold, errors and results alike.
type body struct {
	RequestID string
	HostID    string
	Code      string
	Message   string
	Recommend string
	Denied    map[string]string // AccessDeniedDetail
	Failed    []FailedResource
}

var errNotTheServices = errors.New("an answer that is none of the service's")

// readBody reads an answer's body up to maxBody.
func readBody(r io.Reader, length int64) ([]byte, error) {
	if length > maxBody {
		return nil, errTooLong
	}
	data := make([]byte, 0, max(length+1, 512)) // one more than the length lets the last Read see the end
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case len(data) > maxBody:
			return nil, errTooLong
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

var errTooLong = errors.New("the answer is longer than 1 MiB")

// decode reads an answer in JSON, or in XML, which old gateways fall back to. Anything else is no answer of the service:
// HTML of a proxy, a cut-off body, an array, null, nothing at all.
func decode(data []byte) (body, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	switch {
	case len(data) == 0:
		return body{}, errNotTheServices
	case data[0] == '{':
		return decodeJSON(data)
	case data[0] == '<':
		return decodeXML(data)
	}
	return body{}, errNotTheServices
}

type jsonBody struct {
	RequestID text `json:"RequestId"`
	HostID    text `json:"HostId"`
	Code      text
	Message   text
	Recommend text
	Denied    textMap `json:"AccessDeniedDetail"`
	Failed    failed  `json:"FailedResources"`
}

func decodeJSON(data []byte) (body, error) {
	var answer jsonBody
	if err := json.Unmarshal(data, &answer); err != nil {
		return body{}, errNotTheServices // its text may quote the body
	}
	if answer.Failed.malformed {
		return body{}, errNotTheServices // who failed is unknown, so nothing may be called done
	}
	return body{
		RequestID: string(answer.RequestID), HostID: string(answer.HostID),
		Code: string(answer.Code), Message: string(answer.Message), Recommend: string(answer.Recommend),
		Denied: answer.Denied, Failed: answer.Failed.items,
	}, nil
}

// text is a string field that may come as a number or a boolean. Other shapes read as empty:
// a field of odd shape must not turn a clear code into an unknown answer.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	*t = ""
	switch data[0] {
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(s)
	case '{', '[', 'n':
	default:
		*t = text(data)
	}
	return nil
}

// textMap is an object of strings; every other shape reads as nil.
type textMap map[string]string

func (m *textMap) UnmarshalJSON(data []byte) error {
	*m = nil
	if data[0] != '{' {
		return nil
	}
	var raw map[string]text
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*m = make(textMap, len(raw))
	for name, value := range raw {
		(*m)[name] = string(value)
	}
	return nil
}

// failed is FailedResources. No failure shows as absent, null, {}, [], "" or an empty list;
// a list may come under FailedResource or bare. An item of any other shape makes the whole malformed.
type failed struct {
	items     []FailedResource
	malformed bool
}

// UnmarshalJSON adds to what an earlier field of the same name gave: of two lists neither may be lost.
func (f *failed) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '{':
		var list struct{ FailedResource json.RawMessage }
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		if list.FailedResource == nil {
			f.malformed = f.malformed || string(bytes.Join(bytes.Fields(data), nil)) != "{}"
			return nil
		}
		data = list.FailedResource
	case 'n':
		return nil
	}
	switch data[0] {
	case '[':
	case '{': // one item without its list, as converters from XML write it
		data = append(append([]byte{'['}, data...), ']')
	case 'n':
		return nil
	case '"':
		f.malformed = f.malformed || string(data) != `""`
		return nil
	default:
		f.malformed = true
		return nil
	}
	var items []struct {
		ResourceARN text
		Result      struct{ Code, Message text }
	}
	if err := json.Unmarshal(data, &items); err != nil {
		f.malformed = true
		return nil //nolint:nilerr // reported through malformed: who failed is unknown
	}
	for _, item := range items {
		if item.ResourceARN == "" {
			f.malformed = true
			return nil
		}
		f.items = append(f.items, FailedResource{string(item.ResourceARN), string(item.Result.Code), string(item.Result.Message)})
	}
	return nil
}

type xmlBody struct {
	XMLName   xml.Name
	RequestID string    `xml:"RequestId"`
	HostID    string    `xml:"HostId"`
	Code      string    `xml:"Code"`
	Message   string    `xml:"Message"`
	Recommend string    `xml:"Recommend"`
	Denied    xmlFields `xml:"AccessDeniedDetail"`
	Failed    []struct {
		ResourceARN string `xml:"ResourceARN"`
		Code        string `xml:"Result>Code"`
		Message     string `xml:"Result>Message"`
	} `xml:"FailedResources>FailedResource"`
}

type xmlFields struct {
	Fields []struct {
		XMLName xml.Name
		Value   string `xml:",chardata"`
	} `xml:",any"`
}

func decodeXML(data []byte) (body, error) {
	var answer xmlBody
	if !utf8.Valid(data) || xml.Unmarshal(data, &answer) != nil {
		return body{}, errNotTheServices
	}
	// The root tells a service's answer from a page: <Error> or <UntagResourcesResponse>.
	if root := answer.XMLName.Local; root != "Error" && !strings.HasSuffix(root, "Response") {
		return body{}, errNotTheServices
	}
	b := body{
		RequestID: strings.TrimSpace(answer.RequestID), HostID: strings.TrimSpace(answer.HostID),
		Code: strings.TrimSpace(answer.Code), Message: strings.TrimSpace(answer.Message), Recommend: strings.TrimSpace(answer.Recommend),
	}
	for _, field := range answer.Denied.Fields {
		if b.Denied == nil {
			b.Denied = make(map[string]string, len(answer.Denied.Fields))
		}
		b.Denied[field.XMLName.Local] = strings.TrimSpace(field.Value)
	}
	for _, item := range answer.Failed {
		if item.ResourceARN == "" {
			return body{}, errNotTheServices
		}
		b.Failed = append(b.Failed, FailedResource(item))
	}
	return b, nil
}
