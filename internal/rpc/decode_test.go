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

// body is what the tests compare.
type body struct {
	RequestID, HostID, Code, Message, Recommend string

	Denied *untag.AccessDeniedDetail
}

func decodeBody(in string) (body, signs, error) {
	var answer bare
	found, err := decode([]byte(in), "UntagResources", &answer)
	return body{
		answer.RequestID.Value, answer.HostID.Value, answer.Code.Value, answer.Message.Value, answer.Recommend.Value, answer.Denied.detail,
	}, found, err
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, in string
		want     body
	}{
		{"success", `{"RequestId":"r"}`, body{RequestID: "r"}},
		{"no fields", `{}`, body{}},
		{"unknown fields", `{"RequestId":"r","Extra":{"a":[1,2,{}]}}`, body{RequestID: "r"}},
		{"spaces around it", " \r\n{\"RequestId\":\"r\"}\n", body{RequestID: "r"}},
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
		{"XML with an empty list", "<UntagResourcesResponse><RequestId>r</RequestId><FailedResources/></UntagResourcesResponse>", body{RequestID: "r"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := decodeBody(test.in)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
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
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, found, err := decodeBody(test.in)
			require.Error(t, err)
			assert.Empty(t, found)
			if test.in != "" {
				assert.NotContains(t, err.Error(), test.in, "an error must not quote a page")
			}
		})
	}
}

// Of what contradicts itself, the worse reading holds.
func TestDecodeTakesTheWorseReading(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in string }{
		{"a code, then none", `{"RequestId":"r","Code":"c","code":null}`},
		{"a code, then success", `{"RequestId":"r","Code":"c","code":"OK"}`},
		{"XML error without a code", `<Error><RequestId>r</RequestId></Error>`},
		{"XML code in lower case", `<Error><RequestId>r</RequestId><code>c</code></Error>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := decode([]byte(test.in), "UntagResources", new(bare))
			success := err == nil && found.code == "" && !found.odd
			assert.False(t, success, "%+v", found)
		})
	}
}

func TestReadBody(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", MaxWriteBody)
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
		{"greatest, of known length", strings.NewReader(full), MaxWriteBody, full, nil},
		{"too long", strings.NewReader(full + "x"), -1, "", tooLongError{MaxWriteBody}},
		{"too long by its header", strings.NewReader(""), MaxWriteBody + 1, "", tooLongError{MaxWriteBody}},
		{"longer than its header says", strings.NewReader(full + full), 10, "", tooLongError{MaxWriteBody}},
		{"without end and without a byte", idleReader{}, -1, "", io.ErrNoProgress},
		{"broken", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF)), 9, "", io.ErrUnexpectedEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := readBody(test.body, test.length, MaxWriteBody)
			require.ErrorIs(t, err, test.err)
			assert.Equal(t, test.want, string(got))
		})
	}
}

// idleReader gives neither a byte nor an error.
type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

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
		got, found, err := decodeBody(string(data))
		if err != nil {
			if !errors.Is(err, errNotTheServices) || found.code != "" || found.odd {
				t.Errorf("%q: %+v, %v", data, found, err)
			}
			return
		}
		trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF")))
		if trimmed[0] == '<' {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(trimmed, &object); err != nil {
			t.Fatalf("%q is no JSON object: %v", data, err)
		}
		if got.Code != "" && !saysSuccess(got.Code) && found.code == "" && !found.odd {
			t.Errorf("%q: the code was lost", data)
		}
		for name, value := range object {
			if list, ok := value.([]any); ok && strings.EqualFold(name, "FailedResources") && len(list) > 0 && found.code == "" && !found.odd {
				t.Errorf("%q: a failure was lost", data)
			}
		}
	})
}
