package tag_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestRegionsAnswers(t *testing.T) {
	t.Parallel()
	const want = "{RequestID:r Regions:[{RegionID:cn-hangzhou LocalName:华东1（杭州） Endpoint:tag.aliyuncs.com} {RegionID:cn-beijing LocalName: Endpoint:}]}"
	testAnswers(t, tag.DescribeRegionsRequest{}, []answerTest{
		{name: "documented", answer: `{"RequestId":"r","Regions":{"Region":[{"RegionId":"cn-hangzhou","LocalName":"华东1（杭州）","RegionEndpoint":"tag.aliyuncs.com"},{"RegionId":"cn-beijing","New":[]}]}}`, want: want},
		{name: "bare", answer: `{"RequestId":"r","Regions":[{"RegionId":"cn-hangzhou","LocalName":"华东1（杭州）","RegionEndpoint":"tag.aliyuncs.com"},{"RegionId":"cn-beijing"}]}`, want: want},
		{name: "XML", answer: `<DescribeRegionsResponse><RequestId>r</RequestId><Regions><Region><RegionId>cn-hangzhou</RegionId><LocalName>华东1（杭州）</LocalName><RegionEndpoint>tag.aliyuncs.com</RegionEndpoint></Region><Region><RegionId>cn-beijing</RegionId></Region></Regions></DescribeRegionsResponse>`, want: want},
		{name: "without a name", answer: `{"RequestId":"r","Regions":{"Region":[{"LocalName":"x"}]}}`, says: "a region without its name"},
	})
}

func TestRegionsAll(t *testing.T) {
	t.Parallel()
	recorder := &servicetest.Recorder{Answer: `{"RequestId":"r","NextToken":"none such","Regions":{"Region":[{"RegionId":"cn-hangzhou"},{"RegionId":"cn-beijing"}]}}`}
	items, errs := servicetest.All(t.Context(), newClient.Make(t, recorder.Config()), "DescribeRegionsAll", tag.DescribeRegionsRequest{})
	require.Len(t, items, 2)
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Len(t, recorder.Sent(), 1, "there are no pages")
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	client, err := tag.New(new(servicetest.Recorder).Config())
	require.NoError(t, err)
	for _, test := range []struct{ arn, region, says string }{
		{instances + "1", "cn-hangzhou", ""},
		{"arn:acs:oss:us-east-1:*:bucket/b", "us-east-1", ""},
		{"arn:acs:oss:*:*:bucket/b", "cn-hangzhou", ""},
		{"arn:acs:oss::1:bucket/b", "cn-hangzhou", ""},
		{"arn:acs:oss:evil.example/:1:bucket/b", "", "has a region that"},
		{"arn:acs:oss:*:*:bucket/*", "", "has a wildcard"},
		{"b", "", "does not start with arn:acs:"},
		{"", "", "is empty"},
	} {
		region, err := client.RegionOf(test.arn)
		assert.Equal(t, test.region, region, test.arn)
		if test.says == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, test.says)
		}
	}
	config := new(servicetest.Recorder).Config()
	config.Region = ""
	client, err = tag.New(config)
	require.NoError(t, err)
	_, err = client.RegionOf("arn:acs:oss:*:*:bucket/b")
	require.ErrorContains(t, err, "names no region")
}
