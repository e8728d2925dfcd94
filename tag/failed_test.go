package tag

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
)

func TestFailedResources(t *testing.T) {
	t.Parallel()
	const a = `{"ResourceARN":"a","Result":{"Code":"c","Message":"m"}}`
	failedA := failedResource{"a", "c", "m"}
	for _, test := range []struct {
		name, in string
		want     []failedResource
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
		{"list", `{"FailedResources":{"FailedResource":[` + a + `,` + a + `]}}`, []failedResource{failedA, failedA}},
		{"bare list", `{"FailedResources":[` + a + `]}`, []failedResource{failedA}},
		{"single object", `{"FailedResources":{"FailedResource":` + a + `}}`, []failedResource{failedA}},
		{"lower-case names", `{"failedResources":{"failedResource":[{"resourceARN":"a","result":{"code":"c","message":"m"}}]}}`, []failedResource{failedA}},
		{"two lists", `{"FailedResources":{"FailedResource":[` + a + `]},"FailedResources":{"FailedResource":[{"ResourceARN":"b"}]}}`, []failedResource{failedA, {ResourceARN: "b"}}},
		{"a list, then nothing", `{"FailedResources":[` + a + `],"failedResources":null,"FAILEDRESOURCES":{}}`, []failedResource{failedA}},
		{"no result", `{"FailedResources":[{"ResourceARN":"a"},{"ResourceARN":"b","Result":null}]}`, []failedResource{{ResourceARN: "a"}, {ResourceARN: "b"}}},
		{"unknown fields beside the list", `{"FailedResources":{"Total":1,"FailedResource":[` + a + `]}}`, []failedResource{failedA}},
		{"two lists in one object", `{"FailedResources":{"FailedResource":[{"ResourceARN":"a"}],"FailedResource":[]}}`, []failedResource{{ResourceARN: "a"}}},
		{"two lists in one object, in another case", `{"FailedResources":{"FailedResource":[{"ResourceARN":"a"}],"failedResource":null}}`, []failedResource{{ResourceARN: "a"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got answer
			require.NoError(t, json.Unmarshal([]byte(test.in), &got))
			require.NoError(t, got.Check())
			assert.Equal(t, test.want, got.FailedResources.items)
		})
	}
}

// Who failed is unknown in these, so they must not be taken for a success.
func TestFailedResourcesRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in string }{
		{"true", `{"FailedResources":true}`},
		{"0", `{"FailedResources":0}`},
		{"text", `{"FailedResources":"a"}`},
		{"unknown object", `{"FailedResources":{"Item":[]}}`},
		{"false list", `{"FailedResources":{"FailedResource":false}}`},
		{"text list", `{"FailedResources":{"FailedResource":"a"}}`},
		{"texts", `{"FailedResources":["a"]}`},
		{"null item", `{"FailedResources":[null]}`},
		{"list of lists", `{"FailedResources":[[]]}`},
		{"empty item", `{"FailedResources":{"FailedResource":{}}}`},
		{"no ARN", `{"FailedResources":[{"ResourceARN":"a"},{"Result":{"Code":"c"}}]}`},
		{"null ARN", `{"FailedResources":[{"ResourceARN":null}]}`},
		{"result is text", `{"FailedResources":[{"ResourceARN":"a","Result":"c"}]}`},
		{"malformed, then empty", `{"FailedResources":5,"FailedResources":{}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got answer
			require.NoError(t, json.Unmarshal([]byte(test.in), &got))
			assert.Error(t, got.Check())
		})
	}
}

func TestFailedResourcesInXML(t *testing.T) {
	t.Parallel()
	const head, tail = `<UntagResourcesResponse><RequestId>r</RequestId>`, `</UntagResourcesResponse>`
	for _, test := range []struct {
		name, in string
		want     []string // the codes of "a"; nil: a success
		unknown  bool     // who failed cannot be read
	}{
		{"absent", head + tail, nil, false},
		{"empty", head + `<FailedResources/>` + tail, nil, false},
		{
			"list", head + `<FailedResources><FailedResource><ResourceARN>a</ResourceARN><Result><Code>c</Code><Message>m</Message></Result></FailedResource>` +
				`<FailedResource><ResourceARN>a</ResourceARN></FailedResource></FailedResources>` + tail, []string{"c", ""}, false,
		},
		{
			"two lists", head + `<FailedResources><FailedResource><ResourceARN>a</ResourceARN></FailedResource></FailedResources>` +
				`<FailedResources><FailedResource><ResourceARN>a</ResourceARN></FailedResource></FailedResources>` + tail, []string{"", ""}, false,
		},
		{
			"lower case", `<UntagResourcesResponse><requestId>r</requestId><failedResources><failedResource><resourceARN>a</resourceARN></failedResource></failedResources>` +
				tail, []string{""}, false,
		},
		{"no ARN", head + `<FailedResources><FailedResource/></FailedResources>` + tail, nil, true},
		{"unknown shape", head + `<FailedResources><Item>a</Item></FailedResources>` + tail, nil, true},
		{"text", head + `<FailedResources>a</FailedResources>` + tail, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, err := New((&servicetest.Recorder{Answer: test.in}).Config())
			require.NoError(t, err)
			response, err := client.UntagResources(t.Context(), UntagResourcesRequest{
				ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:1:instance/i-1"}, TagKeys: []string{"k"},
			})
			switch {
			case test.unknown:
				require.ErrorIs(t, err, untag.ErrOutcomeUnknown)
			case test.want == nil:
				require.NoError(t, err)
			default:
				require.ErrorIs(t, err, untag.ErrPartialFailure)
				var codes []string
				for _, failed := range response.Failed {
					assert.Equal(t, "a", failed.ResourceARN)
					codes = append(codes, failed.Code)
				}
				assert.Equal(t, test.want, codes)
			}
		})
	}
}
