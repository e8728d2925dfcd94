package listing_test

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/listing"
)

type element struct{ name, parts string }

func merge(last *element, next element) bool {
	if last.name != next.name {
		return false
	}
	last.parts += next.parts
	return true
}

var errPage = errors.New("no such page")

// pagesOf is a list whose tokens are the numbers of its pages.
func pagesOf(pages ...[]element) listing.List[element] {
	return listing.List[element]{
		Service: "tag", Action: "List", Region: "cn-hangzhou", Merge: merge,
		Page: func(_ context.Context, token string) (listing.Page[element], error) {
			n, _ := strconv.Atoi(token)
			if n >= len(pages) || pages[n] == nil {
				return listing.Page[element]{}, errPage
			}
			page := listing.Page[element]{Items: pages[n]}
			if n+1 < len(pages) {
				page.Next = strconv.Itoa(n + 1)
			}
			return page, nil
		},
	}
}

func collect(seq iter.Seq2[element, error]) (all []element, err error) {
	for e, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
	return all, nil
}

func TestAll(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		pages [][]element
		want  []element
	}{
		{"nothing", [][]element{{}}, nil},
		{"one page", [][]element{{{"a", "1"}, {"b", "2"}}}, []element{{"a", "1"}, {"b", "2"}}},
		{"merged in a page", [][]element{{{"a", "1"}, {"a", "2"}, {"b", "3"}}}, []element{{"a", "12"}, {"b", "3"}}},
		{"merged over the end of a page", [][]element{{{"a", "1"}, {"b", "2"}}, {{"b", "3"}, {"c", "4"}}}, []element{{"a", "1"}, {"b", "23"}, {"c", "4"}}},
		{"merged over three pages", [][]element{{{"a", "1"}}, {{"a", "2"}}, {{"a", "3"}}}, []element{{"a", "123"}}},
		{"empty pages between", [][]element{{{"a", "1"}}, {}, {}, {{"a", "2"}, {"b", "3"}}}, []element{{"a", "12"}, {"b", "3"}}},
		{"apart, not adjacent", [][]element{{{"a", "1"}, {"b", "2"}, {"a", "3"}}}, []element{{"a", "1"}, {"b", "2"}, {"a", "3"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := collect(listing.All(t.Context(), pagesOf(test.pages...)))
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			again, err := collect(listing.All(t.Context(), pagesOf(test.pages...)))
			require.NoError(t, err)
			assert.Equal(t, got, again, "every range is a listing of its own")
		})
	}
}

func TestAllFails(t *testing.T) {
	t.Parallel()
	got, err := collect(listing.All(t.Context(), pagesOf([]element{{"a", "1"}, {"b", "2"}}, []element{{"b", "3"}}, nil)))
	assert.Equal(t, []element{{"a", "1"}, {"b", "23"}}, got, "what it had")
	require.ErrorIs(t, err, errPage)
	listErr, ok := errors.AsType[*untag.ListError](err)
	require.True(t, ok)
	assert.Equal(t, untag.ListError{Service: "tag", Action: "List", Region: "cn-hangzhou", Pages: 2, Items: 2, NextToken: "2", Err: errPage}, *listErr)
	assert.Equal(t, "tag List in cn-hangzhou: the listing ended early, after 2 pages with 2 elements: no such page", err.Error())

	got, err = collect(listing.All(t.Context(), pagesOf(nil, []element{})))
	assert.Empty(t, got)
	assert.Equal(t, errPage, err, "the first page's error needs no more")
}

func TestRepeatedToken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		start string
		next  map[string]string
		pages int
	}{
		{"its own", "", map[string]string{"": "a", "a": "a"}, 2},
		{"a circle of three", "", map[string]string{"": "a", "a": "b", "b": "c", "c": "a"}, 4},
		{"the one it began with", "x", map[string]string{"x": "y", "y": "x"}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list := listing.List[element]{Token: test.start, Page: func(_ context.Context, token string) (listing.Page[element], error) {
				return listing.Page[element]{Items: []element{{name: "of " + token}}, Next: test.next[token]}, nil
			}}
			got, err := collect(listing.All(t.Context(), list))
			require.ErrorContains(t, err, "read before")
			assert.Len(t, got, test.pages)
			listErr, ok := errors.AsType[*untag.ListError](err)
			require.True(t, ok)
			assert.Equal(t, test.pages, listErr.Pages)
		})
	}
}

// What stands at the edge of a page is judged when it is whole, and not yielded if it should not be there.
func TestWhole(t *testing.T) {
	t.Parallel()
	var judged []element
	list := pagesOf([]element{{"a", "1"}, {"b", "2"}, {"c", "3"}}, []element{{"c", "4"}, {"d", "5"}, {"e", "6"}}, []element{{"f", "7"}})
	list.Whole = func(e element) error {
		judged = append(judged, e)
		if e.name == "f" {
			return errPage
		}
		return nil
	}
	got, err := collect(listing.All(t.Context(), list))
	require.ErrorIs(t, err, errPage)
	assert.Equal(t, []element{{"c", "34"}, {"e", "6"}, {"f", "7"}}, judged)
	assert.Len(t, got, 5)
	assert.NotContains(t, got, element{"f", "7"})
}

func TestBreak(t *testing.T) {
	t.Parallel()
	for _, pages := range [][][]element{{{{"a", "1"}, {"b", "2"}}, nil}, {{{"a", "1"}}, nil}} {
		n := 0
		for _, err := range listing.All(t.Context(), pagesOf(pages...)) {
			require.NoError(t, err)
			n++
			break // a second call of yield would panic
		}
		assert.Equal(t, 1, n)
	}
}
