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
	"github.com/untag-go/untag/internal/listing"
	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
)

func listWith(field string, value any) any {
	return servicetest.Fill(tag.ListTagResourcesRequest{}, valid.With(servicetest.Fields{field: value}))
}

func TestListRules(t *testing.T) {
	t.Parallel()
	const (
		whenDocumented = servicetest.WhenDocumented
		unlessNone     = servicetest.UnlessNone
		always         = servicetest.Always
	)
	arns := func(arns ...string) any { return listWith("Resources", arns) }
	tags := func(tags ...untag.Tag) any { return listWith("Tags", tags) }
	malformed := func(name, arn, reason string) rule {
		return rule{Name: name, Request: arns(instances+"1", arn), Refused: unlessNone, Field: "ResourceARNs[1]", Value: arn, Reason: reason}
	}
	numbered := func(n int) []untag.Tag {
		var all []untag.Tag
		for _, key := range servicetest.Numbered("k", n) {
			all = append(all, untag.Tag{Key: key, Value: "v"})
		}
		return all
	}
	long := strings.Repeat("中", 129)
	servicetest.Rules(t, newClient, []rule{
		{Name: "ARNs alone", Request: listWith("Tags", []untag.Tag{})},
		{Name: "tags alone", Request: listWith("Resources", []string{})},
		{Name: "neither", Request: tag.ListTagResourcesRequest{Region: "cn-hangzhou"}, Refused: unlessNone, Field: "ResourceARNs", Reason: "or a type, such as arn:acs:ecs:*:*:instance/*"},
		{Name: "every resource of a type", Request: arns("arn:acs:ecs:*:*:instance/*")},
		{Name: "most resources", Request: arns(servicetest.Numbered(instances, 50)...)},
		{Name: "one resource more", Request: arns(servicetest.Numbered(instances, 51)...), Refused: unlessNone, Field: "ResourceARNs", Reason: "has 51 elements, the limit is 50"},
		{Name: "an empty resource", Request: arns(instances+"1", ""), Refused: always, Field: "ResourceARNs[1]", Reason: "is empty"},
		{Name: "another region", Request: arns("arn:acs:ecs:cn-beijing:1:instance/i-1"), Refused: whenDocumented, Field: "ResourceARNs[0]", Value: "arn:acs:ecs:cn-beijing:1:instance/i-1", Reason: "list each region by itself"},
		malformed("no ARN", "i-1", "does not start with arn:acs:"),
		malformed("any type", "arn:acs:ecs:*:*:*/i-1", "has a wildcard"),
		malformed("any product", "arn:acs:*:*:*:instance/*", "has a wildcard"),
		malformed("any ID, disguised", "arn:acs:ecs:*:*:instance/**", "has a wildcard"),
		{Name: "most tags", Request: tags(numbered(10)...)},
		{Name: "one tag more", Request: tags(numbered(11)...), Refused: unlessNone, Field: "Tags", Reason: "has 11 elements, the limit is 10"},
		{Name: "a value alone", Request: tags(untag.Tag{Value: "v"}), Refused: unlessNone, Field: "Tags[0].Key", Reason: "a filter needs a key"},
		{Name: "a key alone", Request: tags(untag.Tag{Key: "k"}), Refused: whenDocumented, Field: "Tags[0].Value", Reason: "cannot select by the key alone"},
		{Name: "a repeated key", Request: tags(untag.Tag{Key: "k", Value: "v"}, untag.Tag{Key: "k", Value: "w"}), Refused: unlessNone, Field: "Tags[1].Key", Value: "k", Reason: "repeats Tags[0].Key"},
		{Name: "keys that differ in case", Request: tags(untag.Tag{Key: "k", Value: "v"}, untag.Tag{Key: "K", Value: "v"})},
		{Name: "a key that is too long", Request: tags(untag.Tag{Key: long, Value: "v"}), Refused: whenDocumented, Field: "Tags[0].Key", Value: long, Reason: "has 129 characters, the limit is 128"},
		{Name: "a value that is too long", Request: tags(untag.Tag{Key: "k", Value: long}), Refused: whenDocumented, Field: "Tags[0].Value", Value: long, Reason: "has 129 characters, the limit is 128"},
		{Name: "a key in Latin-1", Request: tags(untag.Tag{Key: "\xFC", Value: "v"}), Refused: always, Field: "Tags[0].Key", Value: "\xFC", Reason: "cannot be sent as it is"},
		{Name: "a value in Latin-1", Request: tags(untag.Tag{Key: "k", Value: "\xFC"}), Refused: always, Field: "Tags[0].Value", Value: "\xFC", Reason: "cannot be sent as it is"},
		{Name: "tags that are older than the rules", Request: tags(untag.Tag{Key: "acs:x", Value: "aliyun\n", System: true})},
		{Name: "the largest page", Request: listWith("PageSize", 1000)},
		{Name: "a page too large", Request: listWith("PageSize", 1001), Refused: unlessNone, Field: "PageSize", Value: "1001", Reason: "is not between 1 and 1000"},
		{Name: "a page less than nothing", Request: listWith("PageSize", -1), Refused: unlessNone, Field: "PageSize", Value: "-1", Reason: "is not between"},
	})
}

func TestValidListAllocatesNothing(t *testing.T) {
	full := tag.ListTagResourcesRequest{
		Region: "cn-hangzhou", ResourceARNs: servicetest.Numbered(instances, tag.MaxListResources),
		Tags: []untag.Tag{{Key: "键", Value: "值"}, {Key: "k2", Value: "v"}},
	}
	require.NoError(t, full.Validate())
	assert.Zero(t, testing.AllocsPerRun(100, func() { _ = full.Validate() }))
}

// page is a page of a list, with the token of the next one. A row is "name key=value key=value".
func page(next string, rows ...string) string {
	var elements []string
	for _, row := range rows {
		words := strings.Split(row, " ")
		var tags []string
		for _, pair := range words[1:] {
			key, value, _ := strings.Cut(pair, "=")
			category := "Custom"
			if strings.HasPrefix(key, "acs:") {
				category = "System"
			}
			tags = append(tags, fmt.Sprintf(`{"Key":%q,"Value":%q,"Category":%q}`, key, value, category))
		}
		elements = append(elements, fmt.Sprintf(`{"ResourceARN":%q,"Tags":[%s]}`, instances+words[0], strings.Join(tags, ",")))
	}
	return fmt.Sprintf(`{"RequestId":"r","NextToken":%q,"TagResources":[%s]}`, next, strings.Join(elements, ","))
}

// rowsOf is the reverse of page.
func rowsOf(resources ...tag.TaggedResource) []string {
	var rows []string
	for _, resource := range resources {
		words := []string{strings.TrimPrefix(resource.ResourceARN, instances)}
		for _, t := range resource.Tags {
			words = append(words, t.Key+"="+t.Value)
		}
		rows = append(rows, strings.Join(words, " "))
	}
	return rows
}

func TestListAll(t *testing.T) {
	t.Parallel()
	refused := `{"Code":"Invalid.NextToken","RequestId":"R","Message":"The parameter NextToken is invalid."}`
	for _, test := range []struct {
		name    string
		tags    []untag.Tag
		answers []string
		want    []string
		fails   string
	}{
		{name: "nothing", answers: []string{page("")}},
		{name: "one page", answers: []string{page("", "1 k=v l=w", "2 k=v")}, want: []string{"1 k=v l=w", "2 k=v"}},
		{name: "without tags", answers: []string{page("", "1")}, want: []string{"1"}},
		{name: "split over pages", answers: []string{page("a", "1 k=v", "2 k=v"), page("b", "2 l=w"), page("", "2 m=x", "3 k=v")}, want: []string{"1 k=v", "2 k=v l=w m=x", "3 k=v"}},
		{name: "split in a page", answers: []string{page("", "1 k=v", "1 l=w")}, want: []string{"1 k=v l=w"}},
		{name: "repeated on two pages", answers: []string{page("a", "1 k=v"), page("", "1 k=v", "2 k=v")}, want: []string{"1 k=v", "2 k=v"}},
		{name: "changed between pages", answers: []string{page("a", "1 k=v l=w"), page("", "1 k=new")}, want: []string{"1 k=new l=w"}},
		{name: "a refused token", answers: []string{page("a", "1 k=v", "2 k=v"), refused}, want: []string{"1 k=v", "2 k=v"}, fails: "after 1 page with 2 elements"},
		{name: "a repeated token", answers: []string{page("a", "1 k=v"), page("b", "2 k=v"), page("a", "3 k=v")}, want: []string{"1 k=v", "2 k=v", "3 k=v"}, fails: "NextToken of a page that was read before"},
		{name: "a filter over pages", tags: []untag.Tag{{Key: "k", Value: "v"}, {Key: "l", Value: "w"}}, answers: []string{page("a", "1 k=v l=w", "2 k=v"), page("", "2 l=w m=x", "3 l=w k=v")}, want: []string{"1 k=v l=w", "2 k=v l=w m=x", "3 l=w k=v"}},
		{name: "half a match over pages", tags: []untag.Tag{{Key: "k", Value: "v"}, {Key: "l", Value: "w"}}, answers: []string{page("a", "1 k=v l=w", "2 k=v"), page("", "2 m=x", "3 l=w k=v")}, want: []string{"1 k=v l=w"}, fails: "instance/i-2 without the tags"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := &servicetest.Recorder{Answers: test.answers}
			client, err := tag.New(recorder.Config())
			require.NoError(t, err)
			request := tag.ListTagResourcesRequest{Tags: test.tags, ResourceARNs: []string{"arn:acs:ecs:*:*:instance/*"}}
			var got []tag.TaggedResource
			var last error
			for resource, err := range client.ListTagResourcesAll(t.Context(), request) {
				require.NoError(t, last, "nothing comes after an error")
				if last = err; err == nil {
					got = append(got, resource)
				}
			}
			assert.Equal(t, test.want, rowsOf(got...))
			if test.fails == "" {
				require.NoError(t, last)
				assert.Len(t, recorder.Sent(), len(test.answers))
				return
			}
			require.ErrorContains(t, last, test.fails)
			assert.Equal(t, strings.Contains(test.fails, "without the tags"), errors.Is(last, listing.ErrUnasked))
			listErr, ok := errors.AsType[*untag.ListError](last)
			require.True(t, ok)
			assert.Equal(t, [...]string{"tag", "ListTagResources", "cn-hangzhou"}, [...]string{listErr.Service, listErr.Action, listErr.Region})
		})
	}
}

// A filter that the service passes over must not turn into a plan.
func TestListNotAskedFor(t *testing.T) {
	t.Parallel()
	k := []untag.Tag{{Key: "k", Value: "v"}}
	for _, test := range []struct {
		name    string
		request tag.ListTagResourcesRequest
		answer  string
		names   string // "": it is taken
	}{
		{"the very ARN", tag.ListTagResourcesRequest{ResourceARNs: []string{instances + "1"}}, page("", "1 k=v"), ""},
		{"an ARN with the account", tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:*:instance/i-1"}}, page("", "1 k=v"), ""},
		{"in other letters", tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:ECS::*:Instance/i-1"}}, page("", "1 k=v"), ""},
		{"of the type", tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:oss:*:*:bucket/b", "arn:acs:ecs:*:*:instance/*"}}, page("", "1 k=v"), ""},
		{"by tags, with others", tag.ListTagResourcesRequest{Tags: k}, page("", "1 a=b k=v"), ""},
		{"cut by pages", tag.ListTagResourcesRequest{Tags: k, NextToken: "t"}, page("u", "1 a=b", "2 k=v", "3 a=b"), ""},
		{"system tags that were asked for", tag.ListTagResourcesRequest{Tags: k, System: true}, page("", "1 acs:x=y k=v"), ""},
		{"another ARN", tag.ListTagResourcesRequest{ResourceARNs: []string{instances + "1"}}, page("", "1 k=v", "2 k=v"), "instance/i-2, which was not asked for"},
		{"another type", tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:*:disk/*"}}, page("", "1 k=v"), "instance/i-1, which was not asked for"},
		{"another account", tag.ListTagResourcesRequest{ResourceARNs: []string{"arn:acs:ecs:*:42:instance/i-1"}}, page("", "1 k=v"), "instance/i-1, which was not asked for"},
		{"no ARN", tag.ListTagResourcesRequest{ResourceARNs: []string{instances + "1"}}, `{"RequestId":"r","TagResources":[{"ResourceARN":"i-1","Tags":[]}]}`, "i-1, which was not asked for"},
		{"another value", tag.ListTagResourcesRequest{Tags: k}, page("", "1 k=v", "2 k=secret"), "instance/i-2 with another value of the key k"},
		{"without the tag", tag.ListTagResourcesRequest{Tags: k}, page("", "1 k=v", "2 a=b"), "instance/i-2 without the tags"},
		{"without tags", tag.ListTagResourcesRequest{Tags: k}, page("", "1"), "instance/i-1 without the tags"},
		{"one of two tags", tag.ListTagResourcesRequest{Tags: append(slices.Clone(k), untag.Tag{Key: "l", Value: "w"})}, page("", "1 k=v"), "instance/i-1 without the tags"},
		{"system tags", tag.ListTagResourcesRequest{Tags: k}, page("", "1 k=v acs:x=secret"), "the system tag acs:x of " + instances + "1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, err := tag.New((&servicetest.Recorder{Answer: test.answer}).Config())
			require.NoError(t, err)
			response, err := client.ListTagResources(t.Context(), test.request)
			if test.names == "" {
				require.NoError(t, err)
				assert.NotEmpty(t, response.Resources)
				return
			}
			require.ErrorIs(t, err, untag.ErrUnavailable)
			require.ErrorIs(t, err, listing.ErrUnasked)
			require.ErrorContains(t, err, test.names)
			assert.NotContains(t, err.Error(), "secret", "values stand in no error")
			assert.Empty(t, response)
		})
	}
}
