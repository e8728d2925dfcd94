package tag_test

import (
	"testing"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestRulesRules(t *testing.T) {
	t.Parallel()
	with := func(r tag.ListAssociatedResourceRulesRequest) tag.ListAssociatedResourceRulesRequest {
		r.Region = "cn-hangzhou"
		return r
	}
	servicetest.Rules(t, newClient, []rule{
		{Name: "all rules", Request: with(tag.ListAssociatedResourceRulesRequest{PageSize: 100})},
		{Name: "an empty name", Request: with(tag.ListAssociatedResourceRulesRequest{SettingNames: []string{"a", ""}}), Refused: servicetest.UnlessNone, Field: "SettingNames[1]", Reason: "is empty"},
		{Name: "a page too large", Request: with(tag.ListAssociatedResourceRulesRequest{PageSize: 101}), Refused: servicetest.UnlessNone, Field: "PageSize", Value: "101", Reason: "is not between 1 and 100"},
	})
}

func TestRulesAnswers(t *testing.T) {
	t.Parallel()
	const want = "{RequestID:r Rules:[{SettingName:rule:a Status:Enable ExistingStatus:x TagKeys:[k 环境]}] NextToken:t}"
	testAnswers(t, tag.ListAssociatedResourceRulesRequest{SettingNames: []string{"rule:a", "rule:b"}, Status: "Enable"}, []answerTest{
		{name: "documented", answer: `{"RequestId":"r","NextToken":"t","Rules":[{"SettingName":"rule:a","Status":"Enable","ExistingStatus":"x","TagKeys":["k","环境"],"New":{}}]}`, want: want},
		{name: "in objects", answer: `{"RequestId":"r","NextToken":"t","Rules":{"Rule":[{"SettingName":"rule:a","Status":"enable","ExistingStatus":"x","TagKeys":{"TagKey":["k","环境"]}}]}}`, want: "{RequestID:r Rules:[{SettingName:rule:a Status:enable ExistingStatus:x TagKeys:[k 环境]}] NextToken:t}"},
		{name: "XML", answer: `<ListAssociatedResourceRulesResponse><RequestId>r</RequestId><NextToken>t</NextToken><Rules><SettingName>rule:a</SettingName><Status>Enable</Status><ExistingStatus>x</ExistingStatus><TagKeys>k</TagKeys><TagKeys>环境</TagKeys></Rules></ListAssociatedResourceRulesResponse>`, want: want},
		{name: "none", answer: `{"RequestId":"r","Rules":null}`, want: "{RequestID:r Rules:[] NextToken:}"},
		{name: "another rule", answer: `{"RequestId":"r","Rules":[{"SettingName":"rule:c","Status":"Enable"}]}`, says: "the rule rule:c, which was not asked for"},
		{name: "another status", answer: `{"RequestId":"r","Rules":[{"SettingName":"rule:a","Status":"Disable"}]}`, says: "the rule rule:a, which was not asked for"},
		{name: "without a name", answer: `{"RequestId":"r","Rules":[{"Status":"Enable"}]}`, says: "a rule without its name"},
	})
}

func TestRulesPages(t *testing.T) {
	t.Parallel()
	testPages(t, "ListAssociatedResourceRulesAll", tag.ListAssociatedResourceRulesRequest{},
		[]string{"{SettingName:rule:a Status: ExistingStatus: TagKeys:[]}", "{SettingName:rule:b Status: ExistingStatus: TagKeys:[]}"},
		`{"RequestId":"r","NextToken":"2","Rules":[{"SettingName":"rule:a"}]}`, `{"RequestId":"r","NextToken":"3","Rules":[{"SettingName":"rule:b"}]}`)
}
