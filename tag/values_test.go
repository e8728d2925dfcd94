package tag_test

import (
	"strings"
	"testing"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestValuesRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("中", 129)
	with := func(r tag.ListTagValuesRequest) tag.ListTagValuesRequest { r.Region = "cn-hangzhou"; return r }
	servicetest.Rules(t, newClient, []rule{
		{Name: "all values", Request: with(tag.ListTagValuesRequest{Key: "k"})},
		{Name: "no key", Request: with(tag.ListTagValuesRequest{}), Refused: servicetest.UnlessNone, Field: "Key", Reason: "is missing"},
		{Name: "a value that is too long", Request: with(tag.ListTagValuesRequest{Key: "k", Value: long}), Refused: servicetest.WhenDocumented, Field: "Value", Value: long, Reason: "has 129 characters, the limit is 128"},
		{Name: "the beginning of nothing", Request: with(tag.ListTagValuesRequest{Key: "k", Prefix: true}), Refused: servicetest.UnlessNone, Field: "Prefix", Value: "true", Reason: "every value begins so"},
		{Name: "a page less than nothing", Request: with(tag.ListTagValuesRequest{Key: "k", PageSize: -1}), Refused: servicetest.UnlessNone, Field: "PageSize", Value: "-1", Reason: "is not between 1 and 1000"},
	})
}

func TestValuesAnswers(t *testing.T) {
	t.Parallel()
	const want = "{RequestID:r Values:[a   b ] NextToken:t}"
	testAnswers(t, tag.ListTagValuesRequest{Key: "k"}, []answerTest{
		{name: "documented", answer: `{"RequestId":"r","NextToken":"t","Values":{"Value":["a",""," b "]}}`, want: want},
		{name: "bare", answer: `{"RequestId":"r","NextToken":"t","Values":["a",""," b "]}`, want: want},
		{name: "XML", answer: `<ListTagValuesResponse><RequestId>r</RequestId><NextToken>t</NextToken><Values><Value>a</Value><Value></Value><Value> b </Value></Values></ListTagValuesResponse>`, want: want},
		{name: "none", answer: `{"RequestId":"r","NextToken":"","Values":{"Value":[]}}`, want: "{RequestID:r Values:[] NextToken:}"},
		{name: "null", answer: `{"RequestId":"r","Values":{"Value":[null]}}`, says: "lists null as a value"},
		{name: "a number", answer: `{"RequestId":"r","Values":{"Value":[7]}}`},
	})
	testAnswers(t, tag.ListTagValuesRequest{Key: "k", Value: "a", Prefix: true}, []answerTest{
		{name: "those that begin so", answer: `{"RequestId":"r","Values":["a","ab"]}`, want: "{RequestID:r Values:[a ab] NextToken:}"},
		{name: "another beginning", answer: `{"RequestId":"r","Values":["a","b"]}`, says: "a value that was not asked for"},
	})
}

func TestValuesPages(t *testing.T) {
	t.Parallel()
	testPages(t, "ListTagValuesAll", tag.ListTagValuesRequest{Key: "k"}, []string{"a", "", "b"},
		`{"RequestId":"r","NextToken":"2","Values":["a",""]}`, `{"RequestId":"r","NextToken":"3","Values":["b"]}`)
}
