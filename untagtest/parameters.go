package untagtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Refusals that several operations share.
var (
	dead      = refusal{404, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records."}
	badAll    = refusal{400, "InvalidParameter", `The specified parameter "All" is not valid.`}
	badNumber = refusal{400, "InvalidParameter", `The specified parameter "%s" is not valid.`}
	notFlat   = refusal{400, "InvalidTag; Illegal parameter serialization format. Flat format is required.", "Illegal parameter serialization format. Flat format is required."}
)

// element is one of an array: its number, what follows that, and its value.
type element struct {
	number     int
	sub, value string
}

// elements reads name.N and name.N.sub. Numbers start at 1, without leading zeros; gaps close up, and the first of two of the
// same name counts. A number that is none, or a name without one, is refused: to ignore it would hide that a client counts
// from zero or sends JSON. Other parameters that an operation does not have are ignored.
func (in *request) elements(name string, malformed refusal) ([]element, *refusal) {
	var items []element
	for _, pairs := range [][]pair{in.form, in.query} {
		for _, p := range pairs {
			rest, ok := strings.CutPrefix(p.name, name)
			if !ok || rest != "" && rest[0] != '.' {
				continue
			}
			digits, sub, _ := strings.Cut(strings.TrimPrefix(rest, "."), ".")
			number, ok := arrayNumber(digits)
			if !ok {
				return nil, malformed.with(p.name)
			}
			if items == nil {
				items = make([]element, 0, 64)
			}
			items = append(items, element{number, sub, p.value})
		}
	}
	slices.SortStableFunc(items, func(a, b element) int { return cmp.Compare(a.number, b.number) })
	return items, nil
}

// array reads name.1, name.2 and so on.
func (in *request) array(name string, malformed refusal) ([]string, *refusal) {
	items, reason := in.elements(name, malformed)
	if reason != nil {
		return nil, reason
	}
	items = slices.CompactFunc(items, func(a, b element) bool { return a.number == b.number })
	values := make([]string, len(items))
	for i, it := range items {
		if it.sub != "" {
			return nil, malformed.with(name + "." + strconv.Itoa(it.number) + "." + it.sub)
		}
		values[i] = it.value
	}
	return values, nil
}

// arrayNumber reads N of ".N".
func arrayNumber(s string) (int, bool) {
	if s == "" || len(s) > 7 || s[0] == '0' {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// tagParameter is a tag as a request names it.
type tagParameter struct {
	key, value       string
	hasKey, hasValue bool
}

// tags reads Tag.N.Key and Tag.N.Value. A part that is neither is refused with badPart, as a misspelt Tag.N.value was.
func (in *request) tags(badPart refusal) ([]tagParameter, *refusal) {
	items, reason := in.elements("Tag", notFlat)
	if reason != nil {
		return nil, reason
	}
	var tags []tagParameter
	number := 0
	for _, it := range items {
		if it.number != number {
			tags, number = append(tags, tagParameter{}), it.number
		}
		t := &tags[len(tags)-1]
		switch {
		case it.sub == "Key" && !t.hasKey:
			t.key, t.hasKey = it.value, true
		case it.sub == "Value" && !t.hasValue:
			t.value, t.hasValue = it.value, true
		case it.sub != "Key" && it.sub != "Value":
			return nil, &badPart
		}
	}
	return tags, nil
}

func keysOf(tags []tagParameter) []string {
	keys := make([]string, len(tags))
	for i, t := range tags {
		keys[i] = t.key
	}
	return keys
}

// jsonTags reads Tags, one JSON object of strings. ok is false for anything else. A key may stand twice: the caller asks.
func jsonTags(text string) (tags []tagParameter, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	open, err := d.Token()
	if err != nil || open != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, false
		}
		value, err := d.Token()
		if err != nil {
			return nil, false
		}
		t := tagParameter{hasKey: true, hasValue: true}
		if t.key, ok = key.(string); !ok {
			return nil, false
		}
		if t.value, ok = value.(string); !ok {
			return nil, false
		}
		tags = append(tags, t)
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	rest := new(bytes.Buffer)
	_, _ = rest.ReadFrom(d.Buffered())
	return tags, len(bytes.TrimSpace(rest.Bytes())) == 0
}

// flag reads All.
func (in *request) all() (bool, *refusal) {
	switch all := in.value("All"); {
	case strings.EqualFold(all, "true"):
		return true, nil
	case all != "" && !strings.EqualFold(all, "false"):
		return false, &badAll
	}
	return false, nil
}

// size reads the size of a page, from 1 to most.
func (in *request) size(name string, usual, most int, bad refusal) (int, *refusal) {
	text, ok := in.param(name)
	if !ok || text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, &bad
	}
	return n, nil
}

// first returns the first refusal that applies.
func first(checks ...check) *refusal {
	for _, c := range checks {
		if c.fails {
			return &c.reason
		}
	}
	return nil
}

type check struct {
	fails  bool
	reason refusal
}
