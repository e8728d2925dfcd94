package rpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in string
		want     body
	}{
		{"success", `{"RequestId":"r"}`, body{RequestID: "r"}},
		{"no fields", `{}`, body{}},
		{"unknown fields", `{"RequestId":"r","Extra":{"a":[1,2,{}]}}`, body{RequestID: "r"}},
		{"spaces round it", " \r\n{\"RequestId\":\"r\"}\n", body{RequestID: "r"}},
		{"byte order mark", "\uFEFF{\"RequestId\":\"r\"}", body{RequestID: "r"}},
		{
			"error", `{"RequestId":"r","HostId":"h","Code":"c","Message":"m","Recommend":"u"}`,
			body{RequestID: "r", HostID: "h", Code: "c", Message: "m", Recommend: "u"},
		},
		{"lower-case names", `{"requestId":"r","hostId":"h","code":"c","message":"m"}`, body{RequestID: "r", HostID: "h", Code: "c", Message: "m"}},
		{"numbers and booleans", `{"RequestId":12,"Code":403,"Message":true,"HostId":-1.5e3}`, body{RequestID: "12", Code: "403", Message: "true", HostID: "-1.5e3"}},
		{"fields of odd shape", `{"RequestId":"r","HostId":null,"Code":"c","Message":{"a":1},"Recommend":["u"]}`, body{RequestID: "r", Code: "c"}},
		{"repeated field", `{"RequestId":"r","RequestId":"s"}`, body{RequestID: "s"}},
		{
			"escapes", `{"RequestId":"r\u0031","Code":"InvalidTag; Illegal \"x\"","Message":"a\nb\u2028\ud800"}`,
			body{RequestID: "r1", Code: `InvalidTag; Illegal "x"`, Message: "a\nb\u2028\uFFFD"},
		},
		{"invalid UTF-8", "{\"RequestId\":\"r\xFF\"}", body{RequestID: "r\uFFFD"}},
		{
			"access denied", `{"Code":"c","AccessDeniedDetail":{"AuthAction":"a","PolicyType":1,"NoPermissionType":null}}`,
			body{Code: "c", Denied: &untag.AccessDeniedDetail{AuthAction: "a", PolicyType: "1"}},
		},
		{"access denied as text", `{"Code":"c","AccessDeniedDetail":"AQ=="}`, body{Code: "c"}},

		{"XML success", `<?xml version="1.0" encoding="UTF-8"?><UntagResourcesResponse><RequestId>r</RequestId></UntagResourcesResponse>`, body{RequestID: "r"}},
		{"XML with a byte order mark", "\uFEFF<UntagResourcesResponse><RequestId>r</RequestId></UntagResourcesResponse>", body{RequestID: "r"}},
		{
			"XML error", "<Error>\n\t<RequestId> r </RequestId><HostId>h</HostId><Code>c</Code><Message>a &lt; b<![CDATA[&]]></Message><Recommend>u</Recommend>\n</Error>",
			body{RequestID: "r", HostID: "h", Code: "c", Message: "a < b&", Recommend: "u"},
		},
		{
			"XML access denied", "<Error><Code>c</Code><AccessDeniedDetail><AuthAction> a </AuthAction><PolicyType/></AccessDeniedDetail></Error>",
			body{Code: "c", Denied: &untag.AccessDeniedDetail{AuthAction: "a"}},
		},
		{
			"XML partial failure", "<UntagResourcesResponse><RequestId>r</RequestId><FailedResources>" +
				"<FailedResource><ResourceARN>a</ResourceARN><Result><Code>c</Code><Message>m</Message></Result></FailedResource>" +
				"<FailedResource><ResourceARN>b</ResourceARN></FailedResource></FailedResources></UntagResourcesResponse>",
			body{RequestID: "r", Failed: []FailedResource{{"a", "c", "m"}, {ResourceARN: "b"}}},
		},
		{
			"XML with two lists", "<R-Response><FailedResources><FailedResource><ResourceARN>a</ResourceARN></FailedResource></FailedResources>" +
				"<FailedResources><FailedResource><ResourceARN>b</ResourceARN></FailedResource></FailedResources></R-Response>",
			body{Failed: []FailedResource{{ResourceARN: "a"}, {ResourceARN: "b"}}},
		},
		{"XML with an empty list", "<UntagResourcesResponse><RequestId>r</RequestId><FailedResources/></UntagResourcesResponse>", body{RequestID: "r"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(test.in))
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestDecodeFailedResources(t *testing.T) {
	t.Parallel()
	const a = `{"ResourceARN":"a","Result":{"Code":"c","Message":"m"}}`
	failedA := FailedResource{"a", "c", "m"}
	for _, test := range []struct {
		name, in string
		want     []FailedResource
	}{
		{"absent", `{"RequestId":"r"}`, nil},
		{"null", `{"RequestId":"r","FailedResources":null}`, nil},
		{"empty object", `{"RequestId":"r","FailedResources":{}}`, nil},
		{"empty object with spaces", "{\"RequestId\":\"r\",\"FailedResources\":{ \n}}", nil},
		{"empty array", `{"RequestId":"r","FailedResources":[]}`, nil},
		{"empty string", `{"RequestId":"r","FailedResources":""}`, nil},
		{"empty list", `{"RequestId":"r","FailedResources":{"FailedResource":[]}}`, nil},
		{"null list", `{"RequestId":"r","FailedResources":{"FailedResource":null}}`, nil},
		{"empty string for a list", `{"RequestId":"r","FailedResources":{"FailedResource":""}}`, nil},
		{"list", `{"FailedResources":{"FailedResource":[` + a + `,` + a + `]}}`, []FailedResource{failedA, failedA}},
		{"bare list", `{"FailedResources":[` + a + `]}`, []FailedResource{failedA}},
		{"single object", `{"FailedResources":{"FailedResource":` + a + `}}`, []FailedResource{failedA}},
		{"lower-case names", `{"failedResources":{"failedResource":[{"resourceARN":"a","result":{"code":"c","message":"m"}}]}}`, []FailedResource{failedA}},
		{"two lists", `{"FailedResources":{"FailedResource":[` + a + `]},"FailedResources":{"FailedResource":[{"ResourceARN":"b"}]}}`, []FailedResource{failedA, {ResourceARN: "b"}}},
		{"a list, then nothing", `{"FailedResources":[` + a + `],"failedResources":null,"FAILEDRESOURCES":{}}`, []FailedResource{failedA}},
		{"no result", `{"FailedResources":[{"ResourceARN":"a"},{"ResourceARN":"b","Result":null}]}`, []FailedResource{{ResourceARN: "a"}, {ResourceARN: "b"}}},
		{"unknown fields beside the list", `{"FailedResources":{"Total":1,"FailedResource":[` + a + `]}}`, []FailedResource{failedA}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(test.in))
			require.NoError(t, err)
			assert.Equal(t, test.want, got.Failed)
		})
	}
}

// Who failed is unknown in these, so they must not be taken for a success.
func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in string }{
		{"nothing", ""},
		{"spaces", " \n\t"},
		{"byte order mark alone", "\uFEFF"},
		{"null", "null"},
		{"array", `[{"RequestId":"r"}]`},
		{"string", `"r"`},
		{"number", "5"},
		{"text", "Bad Gateway"},
		{"UTF-16", "\xFF\xFE{\x00}\x00"},
		{"truncated", `{"RequestId":"r","FailedResources":{"FailedResource":[{"ResourceARN":"a"`},
		{"truncated early", `{`},
		{"two values", `{"RequestId":"r"}{"RequestId":"s"}`},
		{"something after it", `{"RequestId":"r"} ok`},
		{"single quotes", `{'RequestId':'r'}`},
		{"too deep", `{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`},
		{"HTML", "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body></body></html>"},
		{"HTML with open tags", "<html><body><hr><center>tengine</center></body></html>"},
		{"XHTML", `<html xmlns="http://www.w3.org/1999/xhtml"><RequestId>r</RequestId></html>`},
		{"truncated XML", "<UntagResourcesResponse><RequestId>r</RequestId>"},
		{"XML in another charset", "<?xml version=\"1.0\" encoding=\"GBK\"?><Error><Code>c</Code></Error>"},
		{"XML with invalid UTF-8", "<Error><Code>\xFF</Code></Error>"},
		{"XML of another root", "<ListBucketResult><RequestId>r</RequestId></ListBucketResult>"},
		{"XML item without an ARN", "<UntagResourcesResponse><RequestId>r</RequestId><FailedResources><FailedResource/></FailedResources></UntagResourcesResponse>"},
		{"failed: true", `{"RequestId":"r","FailedResources":true}`},
		{"failed: 0", `{"RequestId":"r","FailedResources":0}`},
		{"failed: text", `{"RequestId":"r","FailedResources":"a"}`},
		{"failed: unknown object", `{"RequestId":"r","FailedResources":{"Item":[]}}`},
		{"failed: false list", `{"RequestId":"r","FailedResources":{"FailedResource":false}}`},
		{"failed: text list", `{"RequestId":"r","FailedResources":{"FailedResource":"a"}}`},
		{"failed: texts", `{"RequestId":"r","FailedResources":["a"]}`},
		{"failed: null item", `{"RequestId":"r","FailedResources":[null]}`},
		{"failed: list of lists", `{"RequestId":"r","FailedResources":[[]]}`},
		{"failed: empty item", `{"RequestId":"r","FailedResources":{"FailedResource":{}}}`},
		{"failed: no ARN", `{"RequestId":"r","FailedResources":[{"ResourceARN":"a"},{"Result":{"Code":"c"}}]}`},
		{"failed: null ARN", `{"RequestId":"r","FailedResources":[{"ResourceARN":null}]}`},
		{"failed: result is text", `{"RequestId":"r","FailedResources":[{"ResourceARN":"a","Result":"c"}]}`},
		{"failed: malformed, then empty", `{"RequestId":"r","FailedResources":5,"FailedResources":{}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(test.in))
			require.Error(t, err)
			assert.Empty(t, got)
			if test.in != "" {
				assert.NotContains(t, err.Error(), test.in, "an error must not quote a page")
			}
		})
	}
}

// Of what contradicts itself or has an unknown shape, the worse reading holds.
func TestDecodeTakesTheWorseReading(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in string }{
		{"two lists in one object", `{"RequestId":"r","FailedResources":{"FailedResource":[{"ResourceARN":"a"}],"FailedResource":[]}}`},
		{"two lists in one object, in another case", `{"RequestId":"r","FailedResources":{"FailedResource":[{"ResourceARN":"a"}],"failedResource":null}}`},
		{"a code, then none", `{"RequestId":"r","Code":"c","code":null}`},
		{"XML error without a code", `<Error><RequestId>r</RequestId></Error>`},
		{"XML failures of unknown shape", `<UntagResourcesResponse><RequestId>r</RequestId><FailedResources><Item>a</Item></FailedResources></UntagResourcesResponse>`},
		{"XML failures as text", `<UntagResourcesResponse><RequestId>r</RequestId><FailedResources>a</FailedResources></UntagResourcesResponse>`},
		{
			"XML in lower case", `<UntagResourcesResponse><requestId>r</requestId><RequestId>r</RequestId>` +
				`<failedResources><failedResource><resourceARN>a</resourceARN></failedResource></failedResources></UntagResourcesResponse>`,
		},
		{"XML code in lower case", `<Error><RequestId>r</RequestId><code>c</code></Error>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := decode([]byte(test.in))
			success := err == nil && got.Code == "" && len(got.Failed) == 0
			assert.False(t, success, "%+v", got)
		})
	}
}

func TestReadBody(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", maxBody)
	for _, test := range []struct {
		name   string
		body   io.Reader
		length int64
		want   string
		err    error
	}{
		{"empty", strings.NewReader(""), 0, "", nil},
		{"of known length", strings.NewReader("abc"), 3, "abc", nil},
		{"of unknown length", strings.NewReader(strings.Repeat("x", 5000)), -1, strings.Repeat("x", 5000), nil},
		{"byte by byte", iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 1500))), -1, strings.Repeat("x", 1500), nil},
		{"data with the end", iotest.DataErrReader(strings.NewReader("abc")), 3, "abc", nil},
		{"greatest", strings.NewReader(full), -1, full, nil},
		{"greatest, of known length", strings.NewReader(full), maxBody, full, nil},
		{"too long", strings.NewReader(full + "x"), -1, "", errTooLong},
		{"too long by its header", strings.NewReader(""), maxBody + 1, "", errTooLong},
		{"longer than its header says", strings.NewReader(full + full), 10, "", errTooLong},
		{"broken", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF)), 9, "", io.ErrUnexpectedEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := readBody(test.body, test.length)
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, string(got))
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{", `{"RequestId":"r"}`, `{"RequestId":1,"FailedResources":{"FailedResource":[{"ResourceARN":"a","Result":{"Code":"c","Message":"m"}}]}}`,
		`{"FailedResources":[null]}`, `{"failedresources":{"failedResource":{}}}`, `{"Code":"c","AccessDeniedDetail":{"a":1}}`,
		"<Error><Code>c</Code></Error>", "<UntagResourcesResponse><FailedResources><FailedResource><ResourceARN>a</ResourceARN></FailedResource></FailedResources></UntagResourcesResponse>",
		"<html>", "\uFEFF{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decode(data)
		if err != nil {
			if !errors.Is(err, errNotTheServices) || got.RequestID != "" || got.Code != "" || got.Failed != nil {
				t.Errorf("%q: %+v, %v", data, got, err)
			}
			return
		}
		for _, item := range got.Failed {
			if item.ResourceARN == "" {
				t.Errorf("%q: a failed resource without its ARN", data)
			}
		}
		trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF")))
		if trimmed[0] == '<' {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(trimmed, &object); err != nil {
			t.Fatalf("%q is no JSON object: %v", data, err)
		}
		for name, value := range object {
			if strings.EqualFold(name, "FailedResources") && holdsItems(value) && len(got.Failed) == 0 {
				t.Errorf("%q: a failure was lost", data)
			}
		}
	})
}

// holdsItems reports whether there is anything in a FailedResources that could be a failure.
func holdsItems(value any) bool {
	switch value := value.(type) {
	case []any:
		return len(value) > 0
	case map[string]any:
		for name, list := range value {
			if strings.EqualFold(name, "FailedResource") && holdsItems(list) {
				return true
			}
			if _, isItem := list.(map[string]any); isItem && strings.EqualFold(name, "FailedResource") {
				return true
			}
		}
	}
	return false
}
