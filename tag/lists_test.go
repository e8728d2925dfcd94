package tag_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
)

// answerTest is an answer to a request of one of the lists beside ListTagResources.
type answerTest struct {
	name, answer string
	want         string // what servicetest.Show shows of the response; "": the answer is refused
	says         string // part of the error's text
}

func testAnswers(t *testing.T, request any, tests []answerTest) {
	t.Helper()
	tests = append(tests, answerTest{name: "HTML", answer: "<html></html>"}, answerTest{name: "no request ID", answer: `{"NextToken":""}`})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response, err := servicetest.Invoke(t.Context(), newClient.Make(t, (&servicetest.Recorder{Answer: test.answer}).Config()), request)
			if test.want == "" {
				require.ErrorIs(t, err, untag.ErrUnavailable)
				require.NotErrorIs(t, err, untag.ErrOutcomeUnknown)
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, servicetest.Show(response))
		})
	}
}

// testPages goes through two pages and a refused third one.
func testPages(t *testing.T, method string, request any, want []string, pages ...string) {
	t.Helper()
	recorder := &servicetest.Recorder{Answers: append(pages, `{"Code":"Invalid.NextToken","RequestId":"R","Message":"The parameter NextToken is invalid."}`)}
	items, errs := servicetest.All(t.Context(), newClient.Make(t, recorder.Config()), method, request)
	require.Len(t, items, len(want)+1)
	for i, shown := range want {
		require.NoError(t, errs[i])
		assert.Equal(t, shown, servicetest.Show(items[i]))
	}
	require.ErrorIs(t, errs[len(want)], untag.ErrInvalidParameter)
	require.ErrorContains(t, errs[len(want)], "the listing ended early, after 2 pages")
	require.Len(t, recorder.Sent(), 3)
	assert.NotContains(t, recorder.Sent()[0].RawQuery, "NextToken")
	assert.Contains(t, recorder.Sent()[1].RawQuery, "NextToken=2")
	assert.Contains(t, recorder.Sent()[2].RawQuery, "NextToken=3")

	_, errs = servicetest.All(t.Context(), newClient.Make(t, recorder.Config()), method, servicetest.Fill(request, servicetest.Fields{"Region": "x"}))
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], untag.ErrInvalidRequest)
	assert.Len(t, recorder.Sent(), 3, "a refused request was sent")
}

// FuzzAnswers: whatever bytes come, in JSON, XML or neither, each list gives a response or an error, and an error of what
// a read can be.
func FuzzAnswers(f *testing.F) {
	for _, answer := range []string{
		`{"RequestId":"r","NextToken":"t","Keys":{"Key":[{"Key":"a"}]},"Values":{"Value":["a"]},"Rules":[{"SettingName":"a","TagKeys":[]}]}`,
		`{"RequestId":"r","Regions":{"Region":[{"RegionId":"a"}]},"SupportResourceTypes":[{"ProductCode":"a","ResourceType":"b","SupportItems":[{"Support":true}]}]}`,
		`<XResponse><RequestId>r</RequestId><TagResources><ResourceARN>a</ResourceARN><Tags><Key>k</Key></Tags></TagResources><Values><Value> </Value></Values></XResponse>`,
		`<XResponse><RequestId>r</RequestId><Keys><Key><Key>k</Key></Key></Keys><Rules><SettingName>a</SettingName><TagKeys>k</TagKeys></Rules></XResponse>`,
	} {
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		client, err := newClient((&servicetest.Recorder{Answer: answer}).Config())
		require.NoError(t, err)
		for _, zero := range operations[2:] {
			response, err := servicetest.Invoke(t.Context(), client, servicetest.Fill(zero, valid))
			if err != nil {
				require.NotErrorIs(t, err, untag.ErrOutcomeUnknown)
				require.True(t, reflect.ValueOf(response).IsZero())
			} else {
				require.False(t, reflect.ValueOf(response).IsZero(), "a response without a request ID")
			}
		}
	})
}
