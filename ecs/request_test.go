package ecs_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/internal/servicetest"
)

type (
	rule = servicetest.Rule[ecs.UntagResourcesRequest]
	call = servicetest.Call[ecs.UntagResourcesRequest, ecs.UntagResourcesResponse]
)

func newCall(config untag.Config) (call, error) {
	client, err := ecs.New(config)
	if err != nil {
		return nil, err
	}
	return client.UntagResources, nil
}

// with returns a valid request after change.
func with(change func(*ecs.UntagResourcesRequest)) ecs.UntagResourcesRequest {
	r := ecs.UntagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: ecs.ResourceTypeInstance, ResourceIDs: []string{"i-1"}, TagKeys: []string{"k"},
	}
	change(&r)
	return r
}

func ids(ids ...string) ecs.UntagResourcesRequest {
	return with(func(r *ecs.UntagResourcesRequest) { r.ResourceIDs = ids })
}

func keys(keys ...string) ecs.UntagResourcesRequest {
	return with(func(r *ecs.UntagResourcesRequest) { r.TagKeys = keys })
}

func region(region string) ecs.UntagResourcesRequest {
	return with(func(r *ecs.UntagResourcesRequest) { r.Region = region })
}

func TestRules(t *testing.T) {
	t.Parallel()
	const (
		never          = servicetest.Never
		whenDocumented = servicetest.WhenDocumented
		unlessNone     = servicetest.UnlessNone
		always         = servicetest.Always
	)
	all := func(r *ecs.UntagResourcesRequest) { r.TagKeys, r.All = nil, true }
	rules := []rule{
		{Name: "all tags", Request: with(all)},

		{Name: "no region", Request: region(""), Refused: always, Field: "Region", Reason: "is missing"},
		{Name: "no type", Request: with(func(r *ecs.UntagResourcesRequest) { r.ResourceType = "" }), Refused: unlessNone, Field: "ResourceType", Reason: "is missing"},
		{Name: "unknown type", Request: with(func(r *ecs.UntagResourcesRequest) { r.ResourceType = "new type" })},
		{Name: "nil resources", Request: ids(), Refused: always, Field: "ResourceIDs", Reason: "at least one"},
		{Name: "empty resources", Request: ids([]string{}...), Refused: always, Field: "ResourceIDs", Reason: "at least one"},
		{Name: "an empty resource", Request: ids("a", ""), Refused: always, Field: "ResourceIDs[1]", Reason: "is empty"},
		{Name: "most resources", Request: ids(servicetest.Numbered("i", 50)...)},
		{Name: "one resource more", Request: ids(servicetest.Numbered("i", 51)...), Refused: unlessNone, Field: "ResourceIDs", Reason: "has 51 elements, the limit is 50"},
		{Name: "repeated resources", Request: ids("a", "a")},
		{Name: "resource with punctuation", Request: ids("a/b:c_d#e.f@g h*中")},
		{Name: "resource with a line break", Request: ids("a\n"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\n", Reason: "control character"},
		{Name: "resource with DEL", Request: ids("a\x7F"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\x7F", Reason: "control character"},
		{Name: "resource with a C1 control", Request: ids("a\u0085"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\u0085", Reason: "control character"},
		{Name: "resource in Latin-1", Request: ids("a\xFC"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\xFC", Reason: "not valid UTF-8"},

		{Name: "neither keys nor all", Request: keys(), Refused: always, Field: "TagKeys", Reason: "set All"},
		{Name: "all with keys", Request: with(func(r *ecs.UntagResourcesRequest) { r.All = true }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "all with an empty key", Request: with(func(r *ecs.UntagResourcesRequest) { r.All, r.TagKeys = true, []string{""} }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "most keys", Request: keys(servicetest.Numbered("k", 20)...)},
		{Name: "one key more", Request: keys(servicetest.Numbered("k", 21)...), Refused: unlessNone, Field: "TagKeys", Reason: "has 21 elements, the limit is 20"},
		{Name: "the empty key", Request: keys("")},
		{Name: "a key in Latin-1", Request: keys("k", "\xFC"), Refused: unlessNone, Field: "TagKeys[1]", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "a repeated key", Request: keys("a", "b", "a"), Refused: unlessNone, Field: "TagKeys[2]", Value: "a", Reason: "repeats TagKeys[0]"},
		{Name: "keys that differ in case", Request: keys("a", "A")},
		{Name: "repeated among many keys", Request: keys(append(servicetest.Numbered("k", 70), "k7")...), Refused: unlessNone, Field: "TagKeys[70]", Value: "k7", Reason: "repeats TagKeys[6]"},
		{Name: "prefix aliyun", Request: keys("aliyun"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "aliyun", Reason: "reserved prefix aliyun"},
		{Name: "prefix acs:", Request: keys("k", "acs:x"), Refused: whenDocumented, Field: "TagKeys[1]", Value: "acs:x", Reason: "reserved prefix acs:"},
		{Name: "http:// inside", Request: keys("xhttp://y"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "xhttp://y", Reason: "holds http:// or https://"},
		{Name: "https:// inside", Request: keys("xhttps://y"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "xhttps://y", Reason: "holds http:// or https://"},
		{Name: "the reserved word further in", Request: keys("x-aliyun", "acs", "acs-x", "http")},
		{Name: "the reserved word in another case", Request: keys("Aliyun", "ALIYUN")},
		{Name: "longest key, in characters", Request: keys(strings.Repeat("中", 128))},
		{Name: "a character too long", Request: keys(strings.Repeat("中", 129)), Refused: whenDocumented, Field: "TagKeys[0]", Value: strings.Repeat("中", 129), Reason: "has 129 characters, the limit is 128"},
		{Name: "a byte too long", Request: keys(strings.Repeat("k", 129)), Refused: whenDocumented, Field: "TagKeys[0]", Value: strings.Repeat("k", 129), Reason: "has 129 characters, the limit is 128"},
		{Name: "any character in a key", Request: keys("1 /:#@*\n中", "-", " ")},
	}
	for _, hostile := range servicetest.HostileRegions {
		rules = append(rules, rule{Name: "region " + hostile, Request: region(hostile), Refused: always, Field: "Region", Value: hostile, Reason: "a region looks like"})
	}
	servicetest.Rules(t, newCall, rules)
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	err := ecs.UntagResourcesRequest{Region: "x", ResourceIDs: []string{"", "a\n"}, TagKeys: []string{"k", "k", "\xFF", "aliyun"}, All: true}.Validate()
	invalid, ok := errors.AsType[*untag.ValidationError](err)
	require.True(t, ok)
	var fields []string
	for _, problem := range invalid.Problems {
		fields = append(fields, problem.Field)
		assert.NotEmpty(t, problem.Reason)
		assert.Contains(t, err.Error(), problem.Field)
		assert.Contains(t, err.Error(), problem.Reason)
	}
	assert.Equal(t, []string{"Region", "ResourceType", "ResourceIDs[0]", "ResourceIDs[1]", "All", "TagKeys[2]", "TagKeys[3]", "TagKeys[1]"}, fields)
}

func TestValidRequestAllocatesNothing(t *testing.T) {
	full := with(func(r *ecs.UntagResourcesRequest) {
		r.ResourceIDs = servicetest.Numbered("id-", ecs.MaxResources)
		r.TagKeys = servicetest.Numbered(strings.Repeat("中", 60), ecs.MaxTagKeys)
	})
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{50, 20}, []int{ecs.MaxResources, ecs.MaxTagKeys})
}

func TestRequestStaysAsItIs(t *testing.T) {
	t.Parallel()
	request := with(func(r *ecs.UntagResourcesRequest) { r.Region = "" })
	resources, tagKeys := slices.Clone(request.ResourceIDs), slices.Clone(request.TagKeys)
	send, err := newCall(new(servicetest.Recorder).Config())
	require.NoError(t, err)
	_, err = send(t.Context(), request)
	require.NoError(t, err)
	assert.Empty(t, request.Region)
	assert.Equal(t, resources, request.ResourceIDs)
	assert.Equal(t, tagKeys, request.TagKeys)
}
