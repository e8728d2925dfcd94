package rpc

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDecodePlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"RequestId":"A-1"}`:                                                          "A-1",
		" {\n\t\"RequestId\" : \"A-1\"\r\n}\n":                                         "A-1",
		`{"RequestId":"A-1","FailedResources":{}}`:                                     "A-1",
		`{"FailedResources":{"FailedResource":[ ]},"RequestId":"A-1"}`:                 "A-1",
		`{"RequestId":"A-1","Regions":[],"Other":{}}`:                                  "A-1",
		`{"RequestId":"A-1","FailedResources":{"Item":[]}}`:                            "",
		`{"RequestId":"A-1","FailedResources":[[]]}`:                                   "",
		`{"RequestId":"A-1","Code":{}}`:                                                "",
		`{"RequestId":"A-1","X":{"":[]}}`:                                              "",
		`{"RequestId":""}`:                                                             "",
		`{"RequestId":"A-1 "}`:                                                         "",
		`{"RequestId":"A\u002d1"}`:                                                     "",
		`{"RequestId":"A-1","RequestId":"B"}`:                                          "",
		`{"RequestId":"A-1","Code":"c"}`:                                               "",
		`{"RequestId":"A-1","FailedResources":{"FailedResource":[{"ResourceARN":1}]}}`: "",
		`{"RequestId":"A-1","FailedResources":[]}`:                                     "A-1",
		`{"RequestId":"A-1",}`:                                                         "",
		`{"RequestId":"A-1"}}`:                                                         "",
		`{"RequestId":"A-1`:                                                            "",
		`{"RequestId" "A-1"}`:                                                          "",
		`{}`:                                                                           "",
		``:                                                                             "",
	} {
		got, ok := decodePlain([]byte(in))
		if want == "" {
			assert.False(t, ok, in)
		} else {
			assert.True(t, ok, in)
			assert.Equal(t, want, got, in)
		}
	}
}

// What decodePlain takes, encoding/json reads in the same way.
func FuzzDecodePlain(f *testing.F) {
	f.Add([]byte(`{"RequestId":"A-1"}`))
	f.Add([]byte(`{"RequestId":"A-1","FailedResources":{"FailedResource":[]}}`))
	f.Add([]byte(`{"FailedResources":{},"RequestId":"A-1","FailedResources":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		requestID, ok := decodePlain(data)
		if !ok {
			return
		}
		got, found, err := decodeBody(string(data))
		if err != nil || got.RequestID != requestID || got.Code != "" || found.code != "" || found.odd {
			t.Fatalf("%q: %q, but %+v %+v %v", data, requestID, got, found, err)
		}
	})
}
