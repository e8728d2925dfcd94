package resourcesharing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/resourcesharing"
)

type (
	rule = servicetest.Rule[resourcesharing.UntagResourcesRequest]
	call = servicetest.Call[resourcesharing.UntagResourcesRequest, resourcesharing.UntagResourcesResponse]
)

func newCall(config untag.Config) (call, error) {
	client, err := resourcesharing.New(config)
	if err != nil {
		return nil, err
	}
	return client.UntagResources, nil
}

// with returns a valid request after change.
func with(change func(*resourcesharing.UntagResourcesRequest)) resourcesharing.UntagResourcesRequest {
	r := resourcesharing.UntagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: resourcesharing.ResourceTypeResourceShare, ResourceIDs: []string{"rs-1"}, TagKeys: []string{"k"},
	}
	change(&r)
	return r
}

func ids(ids ...string) resourcesharing.UntagResourcesRequest {
	return with(func(r *resourcesharing.UntagResourcesRequest) { r.ResourceIDs = ids })
}

func keys(keys ...string) resourcesharing.UntagResourcesRequest {
	return with(func(r *resourcesharing.UntagResourcesRequest) { r.TagKeys = keys })
}

func region(region string) resourcesharing.UntagResourcesRequest {
	return with(func(r *resourcesharing.UntagResourcesRequest) { r.Region = region })
}

func TestRules(t *testing.T) {
	t.Parallel()
	const (
		never      = servicetest.Never
		unlessNone = servicetest.UnlessNone
		always     = servicetest.Always
	)
	all := func(r *resourcesharing.UntagResourcesRequest) { r.TagKeys, r.All = nil, true }
	rules := []rule{
		{Name: "all tags", Request: with(all)},

		{Name: "no region", Request: region(""), Refused: always, Field: "Region", Reason: "is missing"},
		{Name: "no type is the only one", Request: with(func(r *resourcesharing.UntagResourcesRequest) { r.ResourceType = "" })},
		{Name: "unknown type", Request: with(func(r *resourcesharing.UntagResourcesRequest) { r.ResourceType = "new type" })},
		{Name: "nil resources", Request: ids(), Refused: always, Field: "ResourceIDs", Reason: "at least one"},
		{Name: "empty resources", Request: ids([]string{}...), Refused: always, Field: "ResourceIDs", Reason: "at least one"},
		{Name: "an empty resource", Request: ids("a", ""), Refused: always, Field: "ResourceIDs[1]", Reason: "is empty"},
		{Name: "most resources", Request: ids(servicetest.Numbered("i", 20)...)},
		{Name: "one resource more", Request: ids(servicetest.Numbered("i", 21)...), Refused: unlessNone, Field: "ResourceIDs", Reason: "has 21 elements, the limit is 20"},
		{Name: "repeated resources", Request: ids("a", "a")},
		{Name: "resource with punctuation", Request: ids("a/b:c_d#e.f@g h*中")},
		{Name: "resource with a line break", Request: ids("a\n"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\n", Reason: "control character"},
		{Name: "resource with DEL", Request: ids("a\x7F"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\x7F", Reason: "control character"},
		{Name: "resource with a C1 control", Request: ids("a\u0085"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\u0085", Reason: "control character"},
		{Name: "resource in Latin-1", Request: ids("a\xFC"), Refused: unlessNone, Field: "ResourceIDs[0]", Value: "a\xFC", Reason: "not valid UTF-8"},

		{Name: "neither keys nor all", Request: keys(), Refused: always, Field: "TagKeys", Reason: "set All"},
		{Name: "all with keys", Request: with(func(r *resourcesharing.UntagResourcesRequest) { r.All = true }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "all with an empty key", Request: with(func(r *resourcesharing.UntagResourcesRequest) { r.All, r.TagKeys = true, []string{""} }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "most keys", Request: keys(servicetest.Numbered("k", 20)...)},
		{Name: "one key more", Request: keys(servicetest.Numbered("k", 21)...), Refused: unlessNone, Field: "TagKeys", Reason: "has 21 elements, the limit is 20"},
		{Name: "the empty key", Request: keys("")},
		{Name: "a key in Latin-1", Request: keys("k", "\xFC"), Refused: unlessNone, Field: "TagKeys[1]", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "a repeated key", Request: keys("a", "b", "a"), Refused: unlessNone, Field: "TagKeys[2]", Value: "a", Reason: "repeats TagKeys[0]"},
		{Name: "keys that differ in case", Request: keys("a", "A")},
		{Name: "nothing is documented of a key's text", Request: keys("aliyun", "acs:x", "http://x", strings.Repeat("k", 500), "1 /:#@*\n中")},
	}
	for _, hostile := range servicetest.HostileRegions {
		rules = append(rules, rule{Name: "region " + hostile, Request: region(hostile), Refused: always, Field: "Region", Value: hostile, Reason: "a region looks like"})
	}
	servicetest.Rules(t, newCall, rules)
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	err := resourcesharing.UntagResourcesRequest{Region: "x", ResourceIDs: []string{"", "a\n"}, TagKeys: []string{"k", "k", "\xFF", "aliyun"}, All: true}.Validate()
	invalid, ok := errors.AsType[*untag.ValidationError](err)
	require.True(t, ok)
	var fields []string
	for _, problem := range invalid.Problems {
		fields = append(fields, problem.Field)
		assert.NotEmpty(t, problem.Reason)
		assert.Contains(t, err.Error(), problem.Field)
		assert.Contains(t, err.Error(), problem.Reason)
	}
	assert.Equal(t, []string{"Region", "ResourceIDs[0]", "ResourceIDs[1]", "All", "TagKeys[2]", "TagKeys[1]"}, fields)
}

func TestValidRequestAllocatesNothing(t *testing.T) {
	full := with(func(r *resourcesharing.UntagResourcesRequest) {
		r.ResourceIDs = servicetest.Numbered("id-", resourcesharing.MaxResources)
		r.TagKeys = servicetest.Numbered(strings.Repeat("中", 60), resourcesharing.MaxTagKeys)
	})
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{20, 20}, []int{resourcesharing.MaxResources, resourcesharing.MaxTagKeys})
}

func TestRequestStaysAsItIs(t *testing.T) {
	t.Parallel()
	request := with(func(r *resourcesharing.UntagResourcesRequest) { r.Region = "" })
	resources, tagKeys := slices.Clone(request.ResourceIDs), slices.Clone(request.TagKeys)
	send, err := newCall(new(servicetest.Recorder).Config())
	require.NoError(t, err)
	_, err = send(t.Context(), request)
	require.NoError(t, err)
	assert.Empty(t, request.Region)
	assert.Equal(t, resources, request.ResourceIDs)
	assert.Equal(t, tagKeys, request.TagKeys)
}

func TestNoTypeIsResourceShare(t *testing.T) {
	t.Parallel()
	recorder := new(servicetest.Recorder)
	send, err := newCall(recorder.Config())
	require.NoError(t, err)
	_, err = send(t.Context(), with(func(r *resourcesharing.UntagResourcesRequest) { r.ResourceType = "" }))
	require.NoError(t, err)
	require.Len(t, recorder.Sent(), 1)
	assert.Contains(t, recorder.Sent()[0].RawQuery, "&ResourceType=ResourceShare&")
}
