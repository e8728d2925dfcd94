package tag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestTypesRules(t *testing.T) {
	t.Parallel()
	servicetest.Rules(t, newClient, []rule{
		{Name: "all types", Request: tag.ListSupportResourceTypesRequest{Region: "cn-hangzhou"}},
		{Name: "a page too large", Request: tag.ListSupportResourceTypesRequest{Region: "cn-hangzhou", PageSize: 1001}, Refused: servicetest.UnlessNone, Field: "PageSize", Value: "1001", Reason: "is not between 1 and 1000"},
	})
}

func TestTypesAnswers(t *testing.T) {
	t.Parallel()
	const want = "{RequestID:r ResourceTypes:[{Product:ecs instance ARNTemplate:acs:ecs:*:*:instance/${ResourceId} Items:[{Code:TAG_CONSOLE_SUPPORT Supported:true} {Code:TAG_RAM_SUPPORT Supported:false}]}] NextToken:t}"
	row := `{"ProductCode":"ecs","ResourceType":"instance","ArnTemplate":"acs:ecs:*:*:instance/${ResourceId}","SupportItems":[{"SupportCode":"TAG_CONSOLE_SUPPORT","Support":true},{"SupportCode":"TAG_RAM_SUPPORT","Support":"False","SupportDetails":[]}]}`
	testAnswers(t, tag.ListSupportResourceTypesRequest{Product: "ECS"}, []answerTest{
		{name: "documented", answer: `{"RequestId":"r","NextToken":"t","SupportResourceTypes":[` + row + `]}`, want: want},
		{name: "in an object", answer: `{"RequestId":"r","NextToken":"t","SupportResourceTypes":{"SupportResourceType":` + row + `}}`, want: want},
		{
			name: "XML", answer: `<ListSupportResourceTypesResponse><RequestId>r</RequestId><NextToken>t</NextToken><SupportResourceTypes><ProductCode>ecs</ProductCode><ResourceType>instance</ResourceType>` +
				`<ArnTemplate>acs:ecs:*:*:instance/${ResourceId}</ArnTemplate><SupportItems><SupportCode>TAG_CONSOLE_SUPPORT</SupportCode><Support>true</Support></SupportItems>` +
				`<SupportItems><SupportCode>TAG_RAM_SUPPORT</SupportCode><Support>false</Support></SupportItems></SupportResourceTypes></ListSupportResourceTypesResponse>`, want: want,
		},
		{name: "none", answer: `{"RequestId":"r"}`, want: "{RequestID:r ResourceTypes:[] NextToken:}"},
		{name: "another product", answer: `{"RequestId":"r","SupportResourceTypes":[{"ProductCode":"oss","ResourceType":"bucket"}]}`, says: "the type bucket of oss, which was not asked for"},
		{name: "without a name", answer: `{"RequestId":"r","SupportResourceTypes":[{"ProductCode":"ecs"}]}`, says: "without its product or name"},
	})
}

func TestTypesPages(t *testing.T) {
	t.Parallel()
	testPages(t, "ListSupportResourceTypesAll", tag.ListSupportResourceTypesRequest{}, []string{"{Product:ecs instance ARNTemplate: Items:[]}", "{Product:ecs disk ARNTemplate: Items:[]}"},
		`{"RequestId":"r","NextToken":"2","SupportResourceTypes":[{"ProductCode":"ecs","ResourceType":"instance"}]}`,
		`{"RequestId":"r","NextToken":"3","SupportResourceTypes":[{"ProductCode":"ecs","ResourceType":"disk"}]}`)
}

func TestPattern(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"acs:ecs:*:*:instance/${ResourceId}":                   "arn:acs:ecs:*:*:instance/*",
		"acs:oss:$regionid:$accountid:bucket/$bucketname":      "arn:acs:oss:*:*:bucket/*",
		"acs:slb:*:*:loadbalancer/${LoadBalancer}/${Listener}": "arn:acs:slb:*:*:loadbalancer/*",
		"acs:ecs:*:*:instance":                                 "",
		"":                                                     "",
		"arn:acs:ecs:*:*:instance/x":                           "",
	} {
		assert.Equal(t, want, tag.SupportedResourceType{ARNTemplate: template}.Pattern(), template)
	}
}
