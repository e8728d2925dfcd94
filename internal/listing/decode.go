package listing

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// Elements are the elements of an answer's list. They come as an array, or as an object that has the array under one
// name. No elements show as a missing field, null, {}, [] or "". Fields of the same name add up.
type Elements[E any] []E

var errShape = errors.New("a list of another shape than the documented ones")

// inner are the names that the services' answers have between a list and its elements.
var inner = []string{"TagResource", "Key", "Value", "Region", "Tag", "TagKey", "Rule", "SupportResourceType", "SupportItem"}

// UnmarshalJSON decodes a list.
func (l *Elements[E]) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return l.add(data)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	for name, list := range object {
		if len(object) > 1 || !slices.Contains(inner, name) {
			return errShape
		}
		if list = bytes.TrimSpace(list); list[0] == '{' {
			list = slices.Concat([]byte{'['}, list, []byte{']'}) // one element without its list
		}
		return l.add(list)
	}
	return nil
}

func (l *Elements[E]) add(data []byte) error {
	switch {
	case data[0] == '[':
		if len(*l) == 0 {
			return json.Unmarshal(data, (*[]E)(l))
		}
		var more []E
		if err := json.Unmarshal(data, &more); err != nil {
			return err
		}
		*l = append(*l, more...)
		return nil
	case string(data) == "null", string(data) == `""`:
		return nil
	}
	return errShape
}
