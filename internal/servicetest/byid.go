package servicetest

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// ByID describes a package whose service names resources by region, type and ID, as the operations' documents have it. Its
// numbers are copied from them, not from the package's constants.
type ByID struct {
	Name  string            // untag.ServiceECS and so on
	Hosts map[string]string // of two regions or more, cn-hangzhou and cn-beijing among them
	New   New
	Untag any // the zero UntagResourcesRequest
	List  any // the zero ListTagResourcesRequest
	Tag   any // the zero TagResourcesRequest
	Many  any // the zero TagManyRequest

	UntagMany any // the zero UntagManyRequest

	Product  string // of ARNs and of the account in memory
	Type     string // one that is documented
	Default  bool   // Type is that of a request without one; else such a request is refused
	BareRows bool   // the rows of a list stand right under TagResources

	MaxResources, MaxTagKeys                             int
	MaxListResources, MaxTagResources, MaxTags, PageSize int     // PageSize 0: there is no such parameter
	MaxKey                                               int     // characters of a key that is written or filtered by
	UntagKeys                                            bool    // the document has rules for the text of keys that are removed
	Charset                                              bool    // a key is letters, digits, ".", "_" and "-", a letter first
	KeyURL                                               bool    // "http://" is forbidden in a key that is written
	ValueACS                                             bool    // a value that starts with "acs:" is forbidden
	Unselected                                           Refused // a list without IDs and tags
	EmptyFilter                                          Refused // a filter by the empty value
}

// Test runs all tests that need nothing but the description.
func (p ByID) Test(t *testing.T) {
	t.Parallel()
	t.Run("client", func(t *testing.T) {
		Client(t, p.Name, p.Hosts, p.New, p.valid(p.Untag), p.valid(p.List), p.valid(p.Tag))
	})
	t.Run("rules", func(t *testing.T) { Rules(t, p.New, slices.Concat(p.untagRules(), p.listRules(), p.tagRules())) })
	t.Run("all problems at once", p.allProblems)
	t.Run("golden", func(t *testing.T) { Golden(t, p.Hosts, p.New, p.Untag, p.List, p.Tag) })
	t.Run("the default type", p.defaultType)
	t.Run("lists", p.lists)
	t.Run("ARNs in runs", p.arnsInRuns)
}

// TagMany runs the tests of TagMany.
func (p ByID) TagMany(t *testing.T) {
	TagMany{
		New: p.New, Request: p.Many, Fields: Fields{"ResourceType": p.Type}, Most: p.MaxTagResources, MostTags: p.MaxTags,
		Resource: func(i int) untagtest.Resource {
			return untagtest.Resource{Product: p.Product, Region: "cn-hangzhou", Type: p.Type, ID: fmt.Sprint("id-", i)}
		},
		Name: func(i int) string { return fmt.Sprint("id-", i) },
	}.Test(t)
}

// Requests are the zero requests of all methods.
func (p ByID) Requests() []any { return []any{p.Untag, p.List, p.Tag, p.UntagMany, p.Many} }

// base are the fields of a valid request.
func (p ByID) base() Fields {
	return Fields{
		"Region": "cn-hangzhou", "ResourceType": p.Type, "Resources": []string{"i-1"}, "TagKeys": []string{"k"},
		"Tags": []untag.Tag{{Key: "k", Value: "v"}}, "Filters": []untag.TagFilter{},
	}
}

func (p ByID) valid(zero any) any { return Fill(zero, p.base()) }

func (p ByID) with(zero any, field string, value any) any {
	return Fill(zero, p.base().With(Fields{field: value}))
}

func (p ByID) allProblems(t *testing.T) {
	t.Parallel()
	ids := []string{"", "a\n"}
	problems := func(zero any, fields Fields) []string { return ProblemFields(t, Fill(zero, fields)) }
	missing := []string{"Region", "ResourceType", "ResourceIDs[0]", "ResourceIDs[1]"}
	if p.Default {
		missing = slices.Delete(missing, 1, 2)
	}
	want := append(slices.Clone(missing), "All", "TagKeys[2]")
	if p.UntagKeys {
		want = append(want, "TagKeys[3]")
	}
	assert.Equal(t, append(want, "TagKeys[1]"),
		problems(p.Untag, Fields{"Region": "x", "Resources": ids, "TagKeys": []string{"k", "k", "\xFF", "aliyun"}, "All": true}))
	assert.Equal(t, append(slices.Clone(missing), "Tags[0].Key", "Tags[1].AnyValue", "Tags[2].Key", "PageSize"),
		problems(p.List, Fields{"Region": "x", "Resources": ids, "Filters": []untag.TagFilter{{Value: "v"}, {Key: "k", Value: "v", AnyValue: true}, {Key: "k", Value: "w"}}, "PageSize": -1}))
	assert.Equal(t, append(slices.Clone(missing), "Tags[0].Key", "Tags[1].Value", "Tags[2]", "Tags[3].Key"),
		problems(p.Tag, Fields{"Region": "x", "Resources": ids, "Tags": []untag.Tag{{Value: "v"}, {Key: "k", Value: "\xFF"}, {Key: "s", System: true}, {Key: "k"}}}))
}

func (p ByID) defaultType(t *testing.T) {
	t.Parallel()
	if !p.Default {
		t.Skip("the rules say that a request without a type is refused")
	}
	for _, zero := range []any{p.Untag, p.List, p.Tag} {
		recorder := new(Recorder)
		_, err := Invoke(t.Context(), p.New.Make(t, recorder.Config()), p.with(zero, "ResourceType", ""))
		require.NoError(t, err)
		require.Len(t, recorder.Sent(), 1)
		assert.Contains(t, recorder.Sent()[0].RawQuery+"&", "&ResourceType="+p.Type+"&")
	}
}

// arnsInRuns checks that an ARN among the IDs of a run fails alone, with the way out.
func (p ByID) arnsInRuns(t *testing.T) {
	t.Parallel()
	const arn = "arn:acs:ecs:cn-hangzhou:1:instance/i-1"
	ids := slices.Values([]string{"i-1", arn})
	tags := func(yield func(string, []untag.Tag) bool) {
		for id := range ids {
			if !yield(id, []untag.Tag{{Key: "k", Value: "v"}}) {
				return
			}
		}
	}
	for method, request := range map[string]any{
		"UntagMany": Fill(p.UntagMany, p.base().With(Fields{"Resources": ids})),
		"TagMany":   Fill(p.Many, p.base().With(Fields{"Resources": iter.Seq2[string, []untag.Tag](tags)})),
	} {
		recorder := new(Recorder)
		items, errs := All(t.Context(), p.New.Make(t, recorder.Config()), method, request)
		require.Equal(t, []any{"i-1", arn}, items, method)
		require.NoError(t, errs[0])
		require.ErrorIs(t, errs[1], untag.ErrInvalidRequest)
		require.ErrorContains(t, errs[1], "is an ARN; give the ID alone")
		assert.Len(t, recorder.Sent(), 1)
	}
}

// Full are valid requests with as much in them as a call may have.
func (p ByID) full() []any {
	tags := make([]untag.Tag, p.MaxTags)
	filters := make([]untag.TagFilter, p.MaxTags)
	for i, key := range Numbered("中文的键-", p.MaxTags) {
		tags[i], filters[i] = untag.Tag{Key: key, Value: "值"}, untag.TagFilter{Key: key, AnyValue: true}
	}
	full := p.base().With(Fields{"TagKeys": Numbered("中文的键-", p.MaxTagKeys), "Tags": tags, "Filters": filters})
	return []any{
		Fill(p.Untag, full.With(Fields{"Resources": Numbered("id-", p.MaxResources)})),
		Fill(p.List, full.With(Fields{"Resources": Numbered("id-", p.MaxListResources)})),
		Fill(p.Tag, full.With(Fields{"Resources": Numbered("id-", p.MaxTagResources)})),
	}
}

// Allocations checks that the check of a valid request allocates nothing. It runs alone, as testing.AllocsPerRun wants it.
func (p ByID) Allocations(t *testing.T) {
	for _, request := range p.full() {
		validator, ok := request.(interface{ Validate() error })
		require.True(t, ok)
		require.NoError(t, validator.Validate())
		assert.Zero(t, testing.AllocsPerRun(100, func() { _ = validator.Validate() }), nameOf(request))
	}
}

// RequestsStay checks that a call changes nothing in its request.
func (p ByID) RequestsStay(t *testing.T) {
	t.Parallel()
	for _, request := range p.full() {
		before := Fill(request, nil)
		copyOf := reflect.ValueOf(request).Interface()
		_, err := Invoke(t.Context(), p.New.Make(t, new(Recorder).Config()), request)
		require.NoError(t, err)
		assert.Equal(t, copyOf, request)
		assert.NotEqual(t, before, request)
	}
}
