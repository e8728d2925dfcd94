package rpc

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	type member struct{ name, value string }
	for in, want := range map[string][]member{
		`{}`:                                    nil,
		"{ \n}":                                 nil,
		`{"a":1}`:                               {{"a", "1"}},
		`{"a":1,"a":2}`:                         {{"a", "1"}, {"a", "2"}},
		"{ \"a\" : [ 1 , {} ] , \"b\":\"}\" } ": {{"a", "[ 1 , {} ]"}, {"b", `"}"`}},
		`{"\"\\":"\\\"","b":{"c":"]"}}`:         {{`"\`, `"\\\""`}, {"b", `{"c":"]"}`}},
		`{"\u0061":null}`:                       {{"a", "null"}},
	} {
		var got []member
		for name, value := range members([]byte(in)) {
			got = append(got, member{name, string(value)})
		}
		assert.Equal(t, want, got, in)
	}
	var got []string
	for value := range elements([]byte(`[ 1, "a,b" ,[2,3],{}]`)) {
		got = append(got, string(value))
	}
	assert.Equal(t, []string{"1", `"a,b"`, "[2,3]", "{}"}, got)
	for range members([]byte(`{"a":1,"b":2}`)) {
		break
	}
}

// FuzzMembers compares with encoding/json what both read.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,{"b":"}"}],"c":-1.5e3}`, "{\"\\\"\":\"\\\\\" , \"a\"\t:\r\nnull}", `[[],"[",{"a":1}]`, `{"a":"\u005d"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) == nil && object != nil {
			got := make(map[string]json.RawMessage)
			for name, value := range members(trim(data)) {
				got[name] = value
			}
			require.True(t, same(object, got), "%q: %q, want %q", data, got, object)
		}
		var list []json.RawMessage
		if json.Unmarshal(data, &list) == nil && list != nil {
			var got []json.RawMessage
			for value := range elements(trim(data)) {
				got = append(got, value)
			}
			require.Len(t, got, len(list), "%q", data)
		}
	})
}

func trim(data []byte) []byte { return data[skipSpace(data, 0):] }

// same reports whether two objects have equal values.
func same(a, b map[string]json.RawMessage) bool {
	if len(a) != len(b) {
		return false
	}
	for name, raw := range a {
		var x, y any
		if json.Unmarshal(raw, &x) != nil || json.Unmarshal(b[name], &y) != nil || !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}
