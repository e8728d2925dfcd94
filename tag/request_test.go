package tag_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

type rule = servicetest.Rule

func arns(arns ...string) tag.UntagResourcesRequest {
	return tag.UntagResourcesRequest{Region: "cn-hangzhou", ResourceARNs: arns, TagKeys: []string{"k"}}
}

func keys(keys ...string) tag.UntagResourcesRequest {
	return tag.UntagResourcesRequest{Region: "cn-hangzhou", ResourceARNs: []string{instances + "1"}, TagKeys: keys}
}

func region(region string) tag.UntagResourcesRequest {
	return tag.UntagResourcesRequest{Region: region, ResourceARNs: []string{instances + "1"}, TagKeys: []string{"k"}}
}

func TestRules(t *testing.T) {
	t.Parallel()
	const (
		unlessNone = servicetest.UnlessNone
		always     = servicetest.Always
	)
	malformed := func(name, arn, reason string) rule {
		return rule{Name: name, Request: arns(instances+"1", arn), Refused: unlessNone, Field: "ResourceARNs[1]", Value: arn, Reason: reason}
	}
	rules := []rule{
		{Name: "nil resources", Request: arns(), Refused: always, Field: "ResourceARNs", Reason: "at least one"},
		{Name: "empty resources", Request: arns([]string{}...), Refused: always, Field: "ResourceARNs", Reason: "at least one"},
		{Name: "an empty resource", Request: arns(instances+"1", ""), Refused: always, Field: "ResourceARNs[1]", Reason: "is empty"},
		{Name: "most resources", Request: arns(servicetest.Numbered(instances, 50)...)},
		{Name: "one resource more", Request: arns(servicetest.Numbered(instances, 51)...), Refused: unlessNone, Field: "ResourceARNs", Reason: "has 51 elements, the limit is 50"},
		{Name: "repeated resources", Request: arns(instances+"1", instances+"1")},
		{Name: "any region and account", Request: arns("arn:acs:oss:*:*:bucket/name", "arn:acs:oss:::bucket/name")},
		{
			Name: "another region", Request: arns("arn:acs:ecs:cn-beijing:1:instance/i-1"), Refused: servicetest.WhenDocumented,
			Field: "ResourceARNs[0]", Value: "arn:acs:ecs:cn-beijing:1:instance/i-1", Reason: "is in the region cn-beijing, not in cn-hangzhou, which is called; UntagMany calls the region of each ARN",
		},
		{Name: "punctuation in the ID", Request: arns("arn:acs:x:*:*:t/a/b:c_d#e.f@g", "arn:acs:x:*:*:t/i-*")},
		malformed("no ARN", "i-1", "does not start with arn:acs:"),
		malformed("too few parts", "arn:acs:ecs:*:instance/i-1", "fewer than six parts"),
		malformed("no product", "arn:acs::*:*:instance/i-1", "names no product"),
		malformed("no ID", "arn:acs:ecs:*:*:instance/", "does not end in type/id"),
		malformed("any ID", "arn:acs:ecs:*:*:instance/*", "has a wildcard"),
		malformed("any ID, disguised", "arn:acs:ecs:*:*:instance/**/*", "has a wildcard"),
		malformed("no ID but slashes", "arn:acs:ecs:*:*:instance//", "has a wildcard"),
		malformed("any type", "arn:acs:ecs:*:*:*/i-1", "has a wildcard"),
		malformed("any product", "arn:acs:*:*:*:instance/i-1", "has a wildcard"),
		malformed("a line break", instances+"\n", "control character"),
		malformed("Latin-1", instances+"\xFC", "invalid UTF-8"),

		{Name: "no keys", Request: keys(), Refused: always, Field: "TagKeys", Reason: "is empty"},
		{Name: "most keys", Request: keys(servicetest.Numbered("k", 10)...)},
		{Name: "one key more", Request: keys(servicetest.Numbered("k", 11)...), Refused: unlessNone, Field: "TagKeys", Reason: "has 11 elements, the limit is 10"},
		{Name: "keys that look like several", Request: keys(servicetest.OddKeys...)},
		{Name: "a repeated key", Request: keys("a", "b", "a"), Refused: unlessNone, Field: "TagKeys[2]", Value: "a", Reason: "repeats TagKeys[0]"},
		{Name: "a key in Latin-1", Request: keys("\xFC"), Refused: unlessNone, Field: "TagKeys[0]", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "the empty key", Request: keys("")},
		{Name: "nothing is documented of a key's text", Request: keys("aliyun", "acs:x", "http://x", "https://x", strings.Repeat("k", 500), "1 /:#@*\n中")},
	}
	servicetest.Rules(t, newClient, rules)
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	request := tag.UntagResourcesRequest{ResourceARNs: []string{"", "x", "arn:acs:a:b:c:d/*"}, TagKeys: []string{"k", "k", "\xFF"}}
	assert.Equal(t, []string{"Region", "ResourceARNs[0]", "ResourceARNs[1]", "ResourceARNs[2]", "TagKeys[2]", "TagKeys[1]"}, servicetest.ProblemFields(t, request))
}

func TestValidRequestAllocatesNothing(t *testing.T) {
	full := tag.UntagResourcesRequest{
		Region: "cn-hangzhou", ResourceARNs: servicetest.Numbered(instances, tag.MaxResources), TagKeys: servicetest.Numbered("键", tag.MaxTagKeys),
	}
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

func TestRequestStaysAsItIs(t *testing.T) {
	t.Parallel()
	request := region("")
	resources, tagKeys := slices.Clone(request.ResourceARNs), slices.Clone(request.TagKeys)
	_, err := servicetest.Invoke(t.Context(), newClient.Make(t, new(servicetest.Recorder).Config()), request)
	require.NoError(t, err)
	assert.Empty(t, request.Region)
	assert.Equal(t, resources, request.ResourceARNs)
	assert.Equal(t, tagKeys, request.TagKeys)
}

func ExampleUntagResourcesRequest_Validate() {
	err := tag.UntagResourcesRequest{
		Region:       "cn-hangzhou",
		ResourceARNs: []string{"arn:acs:ecs:cn-hangzhou:123456789:instance/*"},
		TagKeys:      []string{"team", "env", "team"},
	}.Validate()
	fmt.Println(errors.Is(err, untag.ErrInvalidRequest))

	var invalid *untag.ValidationError
	if errors.As(err, &invalid) {
		for _, problem := range invalid.Problems {
			fmt.Printf("%s: %q\n", problem.Field, problem.Value)
		}
	}
	// Output:
	// true
	// ResourceARNs[0]: "arn:acs:ecs:cn-hangzhou:123456789:instance/*"
	// TagKeys[2]: "team"
}
