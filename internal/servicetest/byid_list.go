package servicetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
)

// row is a row of a list, as "id key value".
func (p ByID) row(text string) string {
	word := strings.SplitN(text, " ", 3)
	return fmt.Sprintf(`{"ResourceId":%q,"ResourceType":%q,"TagKey":%q,"TagValue":%q}`, word[0], p.Type, word[1], word[2])
}

// page is a page of a list in the shape of the service, with the token of the next one.
func (p ByID) page(next string, rows ...string) string {
	texts := make([]string, 0, len(rows))
	for _, row := range rows {
		texts = append(texts, p.row(row))
	}
	list := "[" + strings.Join(texts, ",") + "]"
	if !p.BareRows {
		list = `{"TagResource":` + list + `}`
	}
	return fmt.Sprintf(`{"NextToken":%q,"RequestId":"r","TagResources":%s}`, next, list)
}

// xml is a page in XML.
func (p ByID) xml(rows ...string) string {
	var b strings.Builder
	b.WriteString("<?xml version='1.0' encoding='UTF-8'?><ListTagResourcesResponse><RequestId>r</RequestId><NextToken>t</NextToken>")
	for _, text := range rows {
		word := strings.SplitN(text, " ", 3)
		row := fmt.Sprintf("<ResourceId>%s</ResourceId><ResourceType>%s</ResourceType><TagKey>%s</TagKey><TagValue>%s</TagValue>", word[0], p.Type, word[1], word[2])
		if !p.BareRows {
			row = "<TagResource>" + row + "</TagResource>"
		}
		b.WriteString("<TagResources>" + row + "</TagResources>")
	}
	b.WriteString("</ListTagResourcesResponse>")
	return b.String()
}

// show is what a resource of the type looks like.
func (p ByID) show(id, tags string) string { return "{" + id + " " + p.Type + " Tags:[" + tags + "]}" }

func tagText(key, value string, system bool) string {
	return fmt.Sprintf("{Key:%s Value:%s System:%t}", key, value, system)
}

func (p ByID) lists(t *testing.T) {
	t.Parallel()
	t.Run("shapes", p.shapes)
	t.Run("not asked for", p.notAskedFor)
	t.Run("paging", p.paging)
	t.Run("system tags", p.systemTags)
}

func (p ByID) shapes(t *testing.T) {
	t.Parallel()
	want := "{RequestID:r Resources:[" + p.show("i-1", tagText("k", "v", false)+" "+tagText("空", "", false)) + " " + p.show("i-2", tagText("k", " w ", false)) + "] NextToken:t}"
	rows := []string{"i-1 k v", "i-1 空 ", "i-2 k  w "}
	bare := strings.Join([]string{p.row(rows[0]), p.row(rows[1]), p.row(rows[2])}, ",")
	for _, test := range []struct{ name, answer, want string }{
		{"documented", p.page("t", rows...), want},
		{"rows bare", `{"RequestId":"r","NextToken":"t","TagResources":[` + bare + `]}`, want},
		{"rows in an object", `{"RequestId":"r","NextToken":"t","TagResources":{"TagResource":[` + bare + `]}}`, want},
		{"XML", p.xml(rows...), want},
		{"unknown fields", `{"RequestId":"r","NextToken":"t","TotalCount":3,"TagResources":[` + strings.Replace(bare, "{", `{"More":{"x":[null,1.5]},`, 1) + `]}`, want},
		{"no token", `{"RequestId":"r"}`, "{RequestID:r Resources:[] NextToken:}"},
		{"token null", `{"RequestId":"r","NextToken":null,"TagResources":null}`, "{RequestID:r Resources:[] NextToken:}"},
		{"token empty", `{"RequestId":"r","NextToken":"","TagResources":{}}`, "{RequestID:r Resources:[] NextToken:}"},
		{"empty list", `{"RequestId":"r","TagResources":[]}`, "{RequestID:r Resources:[] NextToken:}"},
		{"empty list within", `{"RequestId":"r","TagResources":{"TagResource":[]}}`, "{RequestID:r Resources:[] NextToken:}"},
		{"empty text", `{"RequestId":"r","TagResources":""}`, "{RequestID:r Resources:[] NextToken:}"},
		{"empty XML", `<ListTagResourcesResponse><RequestId>r</RequestId><NextToken></NextToken><TagResources></TagResources></ListTagResourcesResponse>`, "{RequestID:r Resources:[] NextToken:}"},
		{"a list of texts", `{"RequestId":"r","TagResources":["i-1"]}`, ""},
		{"a number", `{"RequestId":"r","TagResources":7}`, ""},
		{"a row without its resource", `{"RequestId":"r","TagResources":[{"TagKey":"k","TagValue":"v"}]}`, ""},
		{"a token that is none", `{"RequestId":"r","NextToken":{"t":1},"TagResources":[]}`, ""},
		{"no request ID", `{"NextToken":"","TagResources":[]}`, ""},
		{"a refusal in a success", `{"RequestId":"r","Success":false,"TagResources":[]}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := p.with(p.List, "Resources", []string{"i-1", "i-2"})
			response, err := Invoke(t.Context(), p.New.Make(t, (&Recorder{Answer: test.answer}).Config()), request)
			if test.want == "" {
				require.ErrorIs(t, err, untag.ErrUnavailable)
				assert.NotErrorIs(t, err, untag.ErrOutcomeUnknown)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, Show(response))
		})
	}
}

// notAskedFor are answers to a request for i-1 and i-2 with k=v and any value of l.
func (p ByID) notAskedFor(t *testing.T) {
	t.Parallel()
	filters := []untag.TagFilter{{Key: "k", Value: "v"}, {Key: "l", AnyValue: true}}
	request := Fill(p.List, p.base().With(Fields{"Resources": []string{"i-1", "i-2", "i-3"}, "Filters": filters, "NextToken": ""}))
	for _, test := range []struct{ name, answer, names string }{
		{"all of it", p.page("", "i-1 k v", "i-1 l x", "i-2 l y", "i-2 other z", "i-2 k v"), ""},
		{"in the order of tags", p.page("", "i-1 k v", "i-2 k v", "i-1 l x", "i-2 l y"), ""},
		{"the type in other letters", strings.ReplaceAll(p.page("", "i-1 k v", "i-1 l x"), p.Type, strings.ToUpper(p.Type)), ""},
		{"no type", strings.ReplaceAll(p.page("", "i-1 k v", "i-1 l x"), fmt.Sprintf(`"ResourceType":%q,`, p.Type), ""), ""},
		{"cut by pages", p.page("t", "i-1 l x", "i-1 k v", "i-2 k v"), ""},
		{"another resource", p.page("", "i-1 k v", "i-1 l x", "i-9 k v"), "i-9"},
		{"another type", strings.ReplaceAll(p.page("", "i-1 k v", "i-1 l x"), p.Type, "spaceship"), "i-1 of the type spaceship"},
		{"another value", p.page("t", "i-1 k v", "i-2 k secret"), "i-2 with another value of the key k"},
		{"another key", p.page("t", "i-1 k v", "i-2 other v", "i-3 k v"), "i-2 without the tags"},
		{"one filter passed over", p.page("", "i-1 k v", "i-1 l x", "i-2 k v"), "i-2 without the tags"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response, err := Invoke(t.Context(), p.New.Make(t, (&Recorder{Answer: test.answer}).Config()), request)
			if test.names == "" {
				require.NoError(t, err)
				assert.Contains(t, Show(response), "i-1")
				return
			}
			require.ErrorIs(t, err, untag.ErrUnavailable)
			require.ErrorIs(t, err, listing.ErrUnasked)
			require.ErrorContains(t, err, test.names)
			assert.NotContains(t, err.Error(), "secret", "values stand in no error")
		})
	}
}

func (p ByID) paging(t *testing.T) {
	t.Parallel()
	request := Fill(p.List, p.base().With(Fields{"Resources": []string(nil), "Filters": []untag.TagFilter{{Key: "k", AnyValue: true}}}))
	all := func(t *testing.T, answers ...string) (shown []string, sent []Sent, last error) {
		t.Helper()
		recorder := &Recorder{Answers: answers}
		items, errs := All(t.Context(), p.New.Make(t, recorder.Config()), "ListTagResourcesAll", request)
		for i, item := range items {
			if errs[i] != nil {
				require.Equal(t, len(items)-1, i, "nothing comes after an error")
				return shown, recorder.Sent(), errs[i]
			}
			shown = append(shown, Show(item))
		}
		return shown, recorder.Sent(), nil
	}
	one := func(id, value string) string { return p.show(id, tagText("k", value, false)) }
	split := p.show("i-2", tagText("k", "w", false)+" "+tagText("other", "x", false))

	t.Run("merged over the end of a page", func(t *testing.T) {
		t.Parallel()
		got, sent, err := all(t, p.page("t2", "i-1 k v", "i-2 k v"), p.page("t3", "i-2 other x", "i-2 k w"), p.page("", "i-3 k "))
		require.NoError(t, err)
		assert.Equal(t, []string{one("i-1", "v"), split, one("i-3", "")}, got)
		require.Len(t, sent, 3)
		assert.NotContains(t, sent[0].RawQuery, "NextToken")
		assert.Contains(t, sent[1].RawQuery, "NextToken=t2&")
		assert.Contains(t, sent[2].RawQuery, "NextToken=t3&")
	})
	t.Run("a refused token", func(t *testing.T) {
		t.Parallel()
		got, _, err := all(t, p.page("t2", "i-1 k v", "i-2 k v"), `{"Code":"Invalid.NextToken","RequestId":"R","Message":"The parameter NextToken is invalid."}`)
		assert.Equal(t, []string{one("i-1", "v"), one("i-2", "v")}, got, "what it had")
		require.ErrorIs(t, err, untag.ErrInvalidParameter)
		listErr, ok := errors.AsType[*untag.ListError](err)
		require.True(t, ok)
		assert.Equal(t, []any{p.Name, "ListTagResources", "cn-hangzhou", 1, 2, "t2"}, []any{listErr.Service, listErr.Action, listErr.Region, listErr.Pages, listErr.Items, listErr.NextToken})
		assert.Contains(t, err.Error(), "after 1 page with 2 elements")
	})
	t.Run("a repeated token", func(t *testing.T) {
		t.Parallel()
		got, sent, err := all(t, p.page("t2", "i-1 k v"), p.page("t2", "i-2 k v"), p.page("", "i-3 k v"))
		assert.Equal(t, []string{one("i-1", "v"), one("i-2", "v")}, got)
		require.ErrorContains(t, err, "NextToken of a page that was read before")
		assert.Len(t, sent, 2)
	})
	t.Run("a foreign resource at the edge of a page", func(t *testing.T) {
		t.Parallel()
		got, _, err := all(t, p.page("t2", "i-1 k v", "i-2 other v"), p.page("", "i-2 more v", "i-3 k v"))
		assert.Equal(t, []string{one("i-1", "v")}, got)
		require.ErrorContains(t, err, "i-2 without the tags")
	})
	t.Run("a refused request", func(t *testing.T) {
		t.Parallel()
		recorder := new(Recorder)
		_, errs := All(t.Context(), p.New.Make(t, recorder.Config()), "ListTagResourcesAll", p.with(p.List, "PageSize", -1))
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], untag.ErrInvalidRequest)
		assert.Empty(t, recorder.Sent())
	})
}

func (p ByID) systemTags(t *testing.T) {
	t.Parallel()
	answer := p.page("", "i-1 acs:rm:rgId rg", "i-1 k v", "i-2 aliyunx y")
	list := func(fields Fields) string {
		base := p.base().With(Fields{"Resources": []string{"i-1", "i-2"}})
		response, err := Invoke(t.Context(), p.New.Make(t, (&Recorder{Answer: answer}).Config()), Fill(p.List, base.With(fields)))
		require.NoError(t, err)
		return Show(response)
	}
	system := tagText("acs:rm:rgId", "rg", true)
	assert.Equal(t, "{RequestID:r Resources:["+p.show("i-1", tagText("k", "v", false))+"] NextToken:}", list(nil))
	assert.Equal(t, "{RequestID:r Resources:["+p.show("i-1", system+" "+tagText("k", "v", false))+" "+p.show("i-2", tagText("aliyunx", "y", true))+"] NextToken:}",
		list(Fields{"System": true}))
	answer = p.page("", "i-1 acs:rm:rgId rg", "i-1 acs:other x")
	assert.Equal(t, "{RequestID:r Resources:["+p.show("i-1", system)+"] NextToken:}",
		list(Fields{"Filters": []untag.TagFilter{{Key: "acs:rm:rgId", Value: "rg"}}}), "a key that was named is shown")
}
