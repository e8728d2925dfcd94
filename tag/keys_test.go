package tag_test

import (
	"strings"
	"testing"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestKeysRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("中", 129)
	with := func(r tag.ListTagKeysRequest) tag.ListTagKeysRequest { r.Region = "cn-hangzhou"; return r }
	servicetest.Rules(t, newClient, []rule{
		{Name: "all keys", Request: with(tag.ListTagKeysRequest{})},
		{Name: "the longest key", Request: with(tag.ListTagKeysRequest{Key: long[3:], Prefix: true, PageSize: 1000})},
		{Name: "a key that is too long", Request: with(tag.ListTagKeysRequest{Key: long}), Refused: servicetest.WhenDocumented, Field: "Key", Value: long, Reason: "has 129 characters, the limit is 128"},
		{Name: "Latin-1", Request: with(tag.ListTagKeysRequest{Key: "\xFC"}), Refused: servicetest.UnlessNone, Field: "Key", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "the beginning of nothing", Request: with(tag.ListTagKeysRequest{Prefix: true}), Refused: servicetest.UnlessNone, Field: "Prefix", Value: "true", Reason: "leave it out"},
		{Name: "a page too large", Request: with(tag.ListTagKeysRequest{PageSize: 1001}), Refused: servicetest.UnlessNone, Field: "PageSize", Value: "1001", Reason: "is not between 1 and 1000"},
	})
}

func TestKeysAnswers(t *testing.T) {
	t.Parallel()
	const want = "{RequestID:r Keys:[{Key:team Description:the owner System:false} {Key:环境 Description: System:false}] NextToken:t}"
	testAnswers(t, tag.ListTagKeysRequest{}, []answerTest{
		{name: "documented", answer: `{"RequestId":"r","NextToken":"t","Keys":{"Key":[{"Key":"team","Category":"custom","Description":"the owner"},{"Key":"环境","Category":"Custom","New":1}]}}`, want: want},
		{name: "bare", answer: `{"RequestId":"r","NextToken":"t","Keys":[{"Key":"team","Description":"the owner"},{"Key":"环境"}]}`, want: want},
		{name: "XML", answer: `<ListTagKeysResponse><RequestId>r</RequestId><NextToken>t</NextToken><Keys><Key><Key>team</Key><Category>custom</Category><Description>the owner</Description></Key><Key><Key>环境</Key></Key></Keys></ListTagKeysResponse>`, want: want},
		{name: "none", answer: `{"RequestId":"r","NextToken":null,"Keys":{}}`, want: "{RequestID:r Keys:[] NextToken:}"},
		{name: "a system key", answer: `{"RequestId":"r","Keys":[{"Key":"acs:x","Category":"system"}]}`, says: "the system key acs:x"},
		{name: "without a key", answer: `{"RequestId":"r","Keys":[{}]}`, says: "without its key"},
		{name: "texts", answer: `{"RequestId":"r","Keys":{"Key":["team"]}}`},
	})
	testAnswers(t, tag.ListTagKeysRequest{System: true, Key: "acs:", Prefix: true}, []answerTest{
		{name: "system keys", answer: `{"RequestId":"r","Keys":[{"Key":"acs:x","Category":"System"}]}`, want: "{RequestID:r Keys:[{Key:acs:x Description: System:true}] NextToken:}"},
		{name: "another beginning", answer: `{"RequestId":"r","Keys":[{"Key":"acs:x"},{"Key":"team"}]}`, says: "the key team, which was not asked for"},
	})
	testAnswers(t, tag.ListTagKeysRequest{Key: "team"}, []answerTest{
		{name: "more than the key", answer: `{"RequestId":"r","Keys":[{"Key":"teams"}]}`, says: "the key teams, which was not asked for"},
	})
}

func TestKeysPages(t *testing.T) {
	t.Parallel()
	testPages(t, "ListTagKeysAll", tag.ListTagKeysRequest{}, []string{"{Key:a Description: System:false}", "{Key:b Description: System:false}"},
		`{"RequestId":"r","NextToken":"2","Keys":[{"Key":"a"}]}`, `{"RequestId":"r","NextToken":"3","Keys":[{"Key":"b"}]}`)
}
