package tag_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func TestTagRules(t *testing.T) {
	t.Parallel()
	const whenDocumented = servicetest.WhenDocumented
	with := func(field string, value any) any {
		return servicetest.Fill(tag.TagResourcesRequest{}, valid.With(servicetest.Fields{field: value}))
	}
	tags := func(tags ...untag.Tag) any { return with("Tags", tags) }
	keys := func(keys ...string) any {
		var all []untag.Tag
		for _, key := range keys {
			all = append(all, untag.Tag{Key: key, Value: "v"})
		}
		return tags(all...)
	}
	arns := func(arns ...string) any { return with("Resources", arns) }
	value := func(name, value, reason string) rule {
		return rule{Name: name, Request: tags(untag.Tag{Key: "k", Value: value}), Refused: whenDocumented, Field: "Tags[0].Value", Value: value, Reason: reason}
	}
	servicetest.Rules(t, newClient, slices.Concat(servicetest.TagRules(10, tags, keys, servicetest.Always), []rule{
		{Name: "nil resources", Request: arns(), Refused: servicetest.Always, Field: "ResourceARNs", Reason: "at least one"},
		{Name: "an empty resource", Request: arns(""), Refused: servicetest.Always, Field: "ResourceARNs[0]", Reason: "is empty"},
		{Name: "most resources", Request: arns(servicetest.Numbered(instances, 50)...)},
		{Name: "one resource more", Request: arns(servicetest.Numbered(instances, 51)...), Refused: servicetest.UnlessNone, Field: "ResourceARNs", Reason: "has 51 elements, the limit is 50 a call; TagMany takes any number"},
		{Name: "another region", Request: arns("arn:acs:ecs:cn-beijing:1:instance/i-1"), Refused: whenDocumented, Field: "ResourceARNs[0]", Value: "arn:acs:ecs:cn-beijing:1:instance/i-1", Reason: "TagMany calls the region of each ARN"},
		{Name: "every resource of a type", Request: arns("arn:acs:ecs:*:*:instance/*"), Refused: servicetest.UnlessNone, Field: "ResourceARNs[0]", Value: "arn:acs:ecs:*:*:instance/*", Reason: "has a wildcard"},
		{Name: "a key with the prefix acs:", Request: keys("acs:x"), Refused: whenDocumented, Field: "Tags[0].Key", Value: "acs:x", Reason: "reserved prefix acs:"},
		{Name: "a key with the prefix aliyun", Request: keys("aliyunx"), Refused: whenDocumented, Field: "Tags[0].Key", Value: "aliyunx", Reason: "reserved prefix aliyun"},
		value("the empty value", "", "is empty"),
		value("a value with the prefix acs:", "acs:x", "reserved prefix acs:"),
		value("a value with the prefix aliyun", "aliyun", "reserved prefix aliyun"),
	}))
}

func TestTagAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"Region", "ResourceARNs[0]", "ResourceARNs[1]", "Tags[0].Key", "Tags[1].Key", "Tags[1].Value", "Tags[2]", "Tags[1].Key"},
		servicetest.ProblemFields(t, tag.TagResourcesRequest{
			Region: "x", ResourceARNs: []string{"", "i-1"}, Tags: []untag.Tag{{Value: "v"}, {Value: "\xFF"}, {Key: "s", Value: "v", System: true}},
		}))
}

func TestValidTagAllocatesNothing(t *testing.T) {
	full := tag.TagResourcesRequest{
		Region: "cn-hangzhou", ResourceARNs: servicetest.Numbered(instances, tag.MaxTagResources), Tags: []untag.Tag{{Key: "键", Value: "值"}, {Key: "k2", Value: "v"}},
	}
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

// The errors of a write name the operation that was called.
func TestTagPartialFailure(t *testing.T) {
	t.Parallel()
	client, err := tag.New((&servicetest.Recorder{Answer: partly}).Config())
	require.NoError(t, err)
	response, err := client.TagResources(t.Context(), tag.TagResourcesRequest{ResourceARNs: servicetest.Numbered(instances, 3), Tags: []untag.Tag{{Key: "k", Value: "v"}}})
	require.ErrorIs(t, err, untag.ErrPartialFailure)
	require.ErrorContains(t, err, "tag TagResources in cn-hangzhou: 2 of 3 resources failed (request ID R-1)")
	require.Len(t, response.Failed, 2)
	assert.Equal(t, tag.CodeInvalidResourceIDNotFound, response.Failed[0].Code)
	apiErr, ok := errors.AsType[*untag.APIError](response.Failed[0])
	require.True(t, ok)
	assert.Equal(t, "TagResources", apiErr.Action)
}
