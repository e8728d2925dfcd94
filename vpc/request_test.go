package vpc_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/vpc"
)

type (
	rule = servicetest.Rule[vpc.UntagResourcesRequest]
	call = servicetest.Call[vpc.UntagResourcesRequest, vpc.UntagResourcesResponse]
)

func newCall(config untag.Config) (call, error) {
	client, err := vpc.New(config)
	if err != nil {
		return nil, err
	}
	return client.UntagResources, nil
}

// with returns a valid request after change.
func with(change func(*vpc.UntagResourcesRequest)) vpc.UntagResourcesRequest {
	r := vpc.UntagResourcesRequest{
		Region: "cn-hangzhou", ResourceType: vpc.ResourceTypeIPAM, ResourceIDs: []string{"ipam-1"}, TagKeys: []string{"k"},
	}
	change(&r)
	return r
}

func ids(ids ...string) vpc.UntagResourcesRequest {
	return with(func(r *vpc.UntagResourcesRequest) { r.ResourceIDs = ids })
}

func keys(keys ...string) vpc.UntagResourcesRequest {
	return with(func(r *vpc.UntagResourcesRequest) { r.TagKeys = keys })
}

func region(region string) vpc.UntagResourcesRequest {
	return with(func(r *vpc.UntagResourcesRequest) { r.Region = region })
}

func TestRules(t *testing.T) {
	t.Parallel()
	const (
		never          = servicetest.Never
		whenDocumented = servicetest.WhenDocumented
		unlessNone     = servicetest.UnlessNone
		always         = servicetest.Always
	)
	all := func(r *vpc.UntagResourcesRequest) { r.TagKeys, r.All = nil, true }
	rules := []rule{
		{Name: "all tags", Request: with(all)},

		{Name: "no region", Request: region(""), Refused: always, Field: "Region", Reason: "is missing"},
		{Name: "no type", Request: with(func(r *vpc.UntagResourcesRequest) { r.ResourceType = "" }), Refused: unlessNone, Field: "ResourceType", Reason: "is missing"},
		{Name: "unknown type", Request: with(func(r *vpc.UntagResourcesRequest) { r.ResourceType = "new type" })},
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
		{Name: "all with keys", Request: with(func(r *vpc.UntagResourcesRequest) { r.All = true }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "all with an empty key", Request: with(func(r *vpc.UntagResourcesRequest) { r.All, r.TagKeys = true, []string{""} }), Refused: always, Field: "All", Value: "true", Reason: "beside TagKeys"},
		{Name: "most keys", Request: keys(servicetest.Numbered("k", 20)...)},
		{Name: "one key more", Request: keys(servicetest.Numbered("k", 21)...), Refused: unlessNone, Field: "TagKeys", Reason: "has 21 elements, the limit is 20"},
		{Name: "the empty key", Request: keys("")},
		{Name: "a key in Latin-1", Request: keys("k", "\xFC"), Refused: unlessNone, Field: "TagKeys[1]", Value: "\xFC", Reason: "not valid UTF-8"},
		{Name: "prefix aliyun", Request: keys("aliyun"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "aliyun", Reason: "reserved prefix aliyun"},
		{Name: "prefix acs:", Request: keys("k", "acs:x"), Refused: whenDocumented, Field: "TagKeys[1]", Value: "acs:x", Reason: "reserved prefix acs:"},
		{Name: "http:// inside", Request: keys("xhttp://y"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "xhttp://y", Reason: "holds http:// or https://"},
		{Name: "https:// inside", Request: keys("xhttps://y"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "xhttps://y", Reason: "holds http:// or https://"},
		{Name: "the reserved word further in", Request: keys("x-aliyun", "acs", "acs-x", "http")},
		{Name: "the reserved word in another case", Request: keys("Aliyun", "ALIYUN")},
		{Name: "longest key, in characters", Request: keys(strings.Repeat("中", 64))},
		{Name: "a character too long", Request: keys(strings.Repeat("中", 65)), Refused: whenDocumented, Field: "TagKeys[0]", Value: strings.Repeat("中", 65), Reason: "has 65 characters, the limit is 64"},
		{Name: "a byte too long", Request: keys(strings.Repeat("k", 65)), Refused: whenDocumented, Field: "TagKeys[0]", Value: strings.Repeat("k", 65), Reason: "has 65 characters, the limit is 64"},
		{Name: "a Chinese character first", Request: keys("环境1")},
		{Name: "documented punctuation", Request: keys("a.b_c-d9", "Z")},
		{Name: "a digit first", Request: keys("1a"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "1a", Reason: "does not start with a letter"},
		{Name: "a period first", Request: keys(".a"), Refused: whenDocumented, Field: "TagKeys[0]", Value: ".a", Reason: "does not start with a letter"},
		{Name: "a space", Request: keys("a b"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "a b", Reason: "holds ' '"},
		{Name: "a colon", Request: keys("a:b"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "a:b", Reason: "holds ':'"},
		{Name: "a line break in a key", Request: keys("a\n"), Refused: whenDocumented, Field: "TagKeys[0]", Value: "a\n", Reason: `holds '\n'`},
		{Name: "a combining mark", Request: keys("e\u0301")},
		{Name: "repeated keys", Request: keys("a", "a")},
	}
	for _, hostile := range servicetest.HostileRegions {
		rules = append(rules, rule{Name: "region " + hostile, Request: region(hostile), Refused: always, Field: "Region", Value: hostile, Reason: "a region looks like"})
	}
	servicetest.Rules(t, newCall, rules)
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	err := vpc.UntagResourcesRequest{Region: "x", ResourceIDs: []string{"", "a\n"}, TagKeys: []string{"k", "k", "\xFF", "aliyun"}, All: true}.Validate()
	invalid, ok := errors.AsType[*untag.ValidationError](err)
	require.True(t, ok)
	var fields []string
	for _, problem := range invalid.Problems {
		fields = append(fields, problem.Field)
		assert.NotEmpty(t, problem.Reason)
		assert.Contains(t, err.Error(), problem.Field)
		assert.Contains(t, err.Error(), problem.Reason)
	}
	assert.Equal(t, []string{"Region", "ResourceType", "ResourceIDs[0]", "ResourceIDs[1]", "All", "TagKeys[2]", "TagKeys[3]"}, fields)
}

func TestValidRequestAllocatesNothing(t *testing.T) {
	full := with(func(r *vpc.UntagResourcesRequest) {
		r.ResourceIDs = servicetest.Numbered("id-", vpc.MaxResources)
		r.TagKeys = servicetest.Numbered(strings.Repeat("中", 60), vpc.MaxTagKeys)
	})
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{20, 20}, []int{vpc.MaxResources, vpc.MaxTagKeys})
}

func TestRequestStaysAsItIs(t *testing.T) {
	t.Parallel()
	request := with(func(r *vpc.UntagResourcesRequest) { r.Region = "" })
	resources, tagKeys := slices.Clone(request.ResourceIDs), slices.Clone(request.TagKeys)
	send, err := newCall(new(servicetest.Recorder).Config())
	require.NoError(t, err)
	_, err = send(t.Context(), request)
	require.NoError(t, err)
	assert.Empty(t, request.Region)
	assert.Equal(t, resources, request.ResourceIDs)
	assert.Equal(t, tagKeys, request.TagKeys)
}
