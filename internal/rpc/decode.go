package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
)

var errNotTheServices = errors.New("not an answer of the service")

// decode reads an answer in JSON, or in XML, which old gateways fall back to. Anything else is not an answer of the service:
// HTML of a proxy, a cut-off body, an array, null, nothing at all. action is the one that was called.
func decode(data []byte, action string, into Answer) (signs, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	switch {
	case len(data) == 0:
		return signs{}, errNotTheServices
	case data[0] == '{':
		return decodeJSON(data, into)
	case data[0] == '<':
		return decodeXML(data, action, into)
	}
	return signs{}, errNotTheServices
}

func decodeJSON(data []byte, into Answer) (signs, error) {
	err := json.Unmarshal(data, into)
	_, shape := errors.AsType[*json.UnmarshalTypeError](err)
	if err != nil && !shape {
		return signs{}, errNotTheServices // its text may quote the body
	}
	found := signsOfJSON(data, into)
	found.odd = found.odd || shape || into.envelope().Code.Odd
	return found, nil
}

func decodeXML(data []byte, action string, into Answer) (signs, error) {
	root, err := parseXML(data)
	if err != nil {
		return signs{}, errNotTheServices
	}
	isError := root.Is("Error")
	if !isError && !root.isResponse() {
		return signs{}, errNotTheServices // a page
	}
	into.envelope().fromXML(root)
	if !isError {
		into.FromXML(root)
	}
	found := signsOfXML(root, into)
	found.odd = found.odd || !root.Is(action+"Response") // an error without a code, or the answer to something else
	return found, nil
}
