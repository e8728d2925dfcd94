package servicetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

// TagMany describes a TagMany to its tests. They run it on an account in memory.
type TagMany struct {
	New      New
	Request  any                            // the zero TagManyRequest
	Fields   Fields                         // that it needs beside Resources
	Resource func(i int) untagtest.Resource // the ith resource
	Name     func(i int) string             // and its name in a run
	Most     int                            // resources a call
	MostTags int                            // tags a call
}

// Test runs all tests.
func (m TagMany) Test(t *testing.T) {
	t.Parallel()
	t.Run("each its own tags", m.ownTags)
	t.Run("equal sets share calls", m.calls)
	t.Run("one by one as the last tags say", m.twice)
	t.Run("culprits stand alone", m.culprits)
	t.Run("a value that is refused", m.refusedValue)
	t.Run("more tags than a call takes", m.groups)
	t.Run("long tags", m.longTags)
	t.Run("malformed", m.malformed)
	t.Run("ends early", m.endsEarly)
	t.Run("lost answers", m.lostAnswers)
}

// cloud has n resources with the tag old.
func (m TagMany) cloud(n int) *untagtest.Cloud {
	cloud := untagtest.NewCloud()
	for i := range n {
		resource := m.Resource(i)
		resource.Tags = map[string]string{"old": "x"}
		cloud.Put(resource)
	}
	return cloud
}

func (m TagMany) tagsOf(cloud *untagtest.Cloud, i int) map[string]string {
	r := m.Resource(i)
	tags, _ := cloud.Tags(r.Product, r.Region, r.Type, r.ID)
	return tags
}

// run makes a run on the cloud and returns the outcomes in their order.
func (m TagMany) run(ctx context.Context, t *testing.T, config untag.Config, fields Fields, resources iter.Seq2[string, []untag.Tag]) (names []string, errs []error) {
	t.Helper()
	config.Rate = -1 // tests that are not in virtual time must not wait for a quota
	request := Fill(m.Request, m.Fields.With(fields).With(Fields{"Resources": resources}))
	items, errs := All(ctx, m.New.Make(t, config), "TagMany", request)
	for _, item := range items {
		names = append(names, fmt.Sprint(item))
	}
	return names, errs
}

// each gives n resources tags.
func (m TagMany) each(n int, tags func(i int) []untag.Tag) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for i := range n {
			if !yield(m.Name(i), tags(i)) {
				return
			}
		}
	}
}

func (m TagMany) ownTags(t *testing.T) {
	t.Parallel()
	const n = 300
	cloud := m.cloud(n)
	reused := make([]untag.Tag, 2) // as an input may that reads line after line
	names, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(n, func(i int) []untag.Tag {
		reused[0], reused[1] = untag.Tag{Key: "old", Value: fmt.Sprint("new ", i)}, untag.Tag{Key: "k", Value: strconv.Itoa(i % 7)}
		return reused
	}))
	require.Len(t, names, n)
	for i := range n {
		assert.Equal(t, m.Name(i), names[i])
		require.NoError(t, errs[i])
		assert.Equal(t, map[string]string{"old": fmt.Sprint("new ", i), "k": strconv.Itoa(i % 7)}, m.tagsOf(cloud, i))
	}
}

// calls checks that equal sets share calls, in whatever order they list their tags: few more calls than full ones.
func (m TagMany) calls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const values = 10
		n := 200 * m.Most
		cloud := m.cloud(n)
		_, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(n, func(i int) []untag.Tag {
			tags := []untag.Tag{{Key: "a", Value: strconv.Itoa(i * 7919 % values)}, {Key: "b", Value: "x"}}
			if i%2 == 1 {
				slices.Reverse(tags)
			}
			return tags
		}))
		for _, err := range errs {
			require.NoError(t, err)
		}
		ideal := n / m.Most
		assert.LessOrEqual(t, cloud.CallCount(), ideal+ideal/20+values)
	})
}

func (m TagMany) twice(t *testing.T) {
	t.Parallel()
	cloud := m.cloud(1)
	values := []string{"a", "a", "b", "c", "c"}
	names, errs := m.run(t.Context(), t, cloud.Config(), nil, func(yield func(string, []untag.Tag) bool) {
		for _, value := range values {
			if !yield(m.Name(0), []untag.Tag{{Key: "k", Value: value}}) {
				return
			}
		}
	})
	require.Len(t, names, len(values))
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Equal(t, map[string]string{"old": "x", "k": "c"}, m.tagsOf(cloud, 0))
	assert.Equal(t, 3, cloud.CallCount())
}

func (m TagMany) culprits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 4 * m.Most
		cloud := m.cloud(n)
		dead := map[int]bool{3: true, n / 2: true, n - 1: true}
		for i := range dead {
			cloud.Remove(m.Resource(i))
		}
		names, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(n, func(int) []untag.Tag { return []untag.Tag{{Key: "k", Value: "v"}} }))
		require.Len(t, names, n)
		for i, err := range errs {
			if dead[i] {
				require.ErrorIs(t, err, untag.ErrNotFound, names[i])
			} else {
				require.NoError(t, err, names[i])
				require.Equal(t, "v", m.tagsOf(cloud, i)["k"])
			}
		}
	})
}

// refusedValue checks that a refused value is refused for all resources that bring it, after few calls, and for no others, and
// that neither the order nor the share of them matters.
func (m TagMany) refusedValue(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"InvalidTagValue.Malformed", "InvalidParameter.TagValue", "IllegalParam.TagValue", "InvalidParameter.Tags", "NoPermissionKey.Operator", "InvalidTag.Mismatch"} {
		for name, bad := range map[string]func(i, n int) bool{
			"the first ones": func(i, n int) bool { return i < n/2 },
			"the last ones":  func(i, n int) bool { return i >= n/2 },
			"every third":    func(i, _ int) bool { return i%3 == 0 },
			"the first":      func(i, _ int) bool { return i == 0 },
		} {
			t.Run(code+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := 30 * m.Most
					cloud := m.cloud(n)
					config := cloud.Config()
					refused := &refusing{next: config.HTTPClient.Transport, text: "forbidden-value", code: code}
					config.HTTPClient = &http.Client{Transport: refused}
					names, errs := m.run(t.Context(), t, config, Fields{"Concurrency": 4}, m.each(n, func(i int) []untag.Tag {
						if bad(i, n) {
							return []untag.Tag{{Key: "k", Value: "forbidden-value"}}
						}
						return []untag.Tag{{Key: "k", Value: strconv.Itoa(i % 2)}}
					}))
					require.Len(t, names, n, "the run comes to its end")
					for i, err := range errs {
						value, there := m.tagsOf(cloud, i)["k"]
						if !bad(i, n) {
							require.NoError(t, err)
							require.Equal(t, strconv.Itoa(i%2), value)
							continue
						}
						require.False(t, there)
						require.Equal(t, untag.OutcomeRefused, untag.OutcomeOf(err))
						require.False(t, untag.Retryable(err))
						apiErr, ok := errors.AsType[*untag.APIError](err)
						require.True(t, ok)
						require.Equal(t, code, apiErr.Code)
					}
					assert.LessOrEqual(t, refused.calls.Load(), int64(8), "about as many as are in flight")
				})
			})
		}
	}
}

// refusing answers requests that hold a text by a code.
type refusing struct {
	next       http.RoundTripper
	text, code string
	calls      atomic.Int64
}

func (r *refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.Contains(req.URL.RawQuery, r.text) {
		return r.next.RoundTrip(req)
	}
	r.calls.Add(1)
	return &http.Response{
		Status: "400 Bad Request", StatusCode: http.StatusBadRequest, Request: req, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(`{"RequestId":"R-1","Code":"` + r.code + `","Message":"The tag is refused."}`)),
	}, nil
}

// groups writes more tags than a resource may have: those of the first groups are there, and the error says which.
func (m TagMany) groups(t *testing.T) {
	t.Parallel()
	cloud := m.cloud(2)
	cloud.Choose(untagtest.Choices{TagsPerResource: m.MostTags + 1})
	many := make([]untag.Tag, 0, m.MostTags+5)
	for _, key := range Numbered("key", m.MostTags+5) {
		many = append(many, untag.Tag{Key: key, Value: "v"})
	}
	names, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(2, func(i int) []untag.Tag { return many[:m.MostTags*(1-i)+5] }))
	require.Len(t, names, 2)
	require.ErrorIs(t, errs[0], untag.ErrQuotaExceeded)
	written, ok := errors.AsType[*untag.TagsWrittenError](errs[0])
	require.True(t, ok, "%v", errs[0])
	there := m.tagsOf(cloud, 0)
	delete(there, "old")
	assert.Equal(t, slices.Sorted(maps.Keys(there)), written.Keys, "the keys that are there, in the order in which they went")
	assert.Len(t, written.Keys, m.MostTags)
	require.NoError(t, errs[1])
	assert.Len(t, m.tagsOf(cloud, 1), 6)
}

// longTags checks that no query with more than one resource and one tag is longer than 8,000 bytes.
func (m TagMany) longTags(t *testing.T) {
	t.Parallel()
	n := m.Most
	cloud := m.cloud(n)
	cloud.Choose(untagtest.Choices{TagsPerResource: 50})
	tags := make([]untag.Tag, 0, m.MostTags)
	for _, key := range Numbered("k", m.MostTags) {
		tags = append(tags, untag.Tag{Key: key, Value: strings.Repeat("中", 128)})
	}
	_, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(n, func(int) []untag.Tag { return tags }))
	for i, err := range errs {
		require.NoError(t, err)
		require.Len(t, m.tagsOf(cloud, i), len(tags)+1)
	}
	for _, call := range cloud.Calls() {
		assert.False(t, call.Form, "a query past 8,000 bytes goes as a form")
		assert.LessOrEqual(t, len(call.Parameters.Encode()), 8000)
	}
	assert.Greater(t, cloud.CallCount(), 1)
}

func (m TagMany) malformed(t *testing.T) {
	t.Parallel()
	cloud := m.cloud(5)
	sets := [][]untag.Tag{{{Key: "k", Value: "v"}}, {}, {{Key: "k", Value: "v"}, {Key: "acs:x"}}, {{Key: "k"}, {Key: "s", Value: "v", System: true}}, {{Key: "k", Value: "v"}, {Key: "k", Value: "w"}}}
	names, errs := m.run(t.Context(), t, cloud.Config(), nil, m.each(5, func(i int) []untag.Tag { return sets[i] }))
	require.Len(t, names, 5)
	require.NoError(t, errs[0])
	for i, field := range []string{1: "Resources[1].Tags", 2: "Resources[2].Tags[1].Key", 3: "Resources[3].Tags[1]", 4: "Resources[4].Tags[1].Key"} {
		if field == "" {
			continue
		}
		require.ErrorIs(t, errs[i], untag.ErrInvalidRequest)
		assert.Equal(t, untag.OutcomeInvalid, untag.OutcomeOf(errs[i]))
		invalid, ok := errors.AsType[*untag.ValidationError](errs[i])
		require.True(t, ok)
		assert.Equal(t, "TagManyRequest", invalid.Request)
		assert.True(t, slices.ContainsFunc(invalid.Problems, func(p untag.Problem) bool { return p.Field == field }), "%v", invalid)
		assert.Equal(t, map[string]string{"old": "x"}, m.tagsOf(cloud, i))
	}
	assert.Equal(t, 1, cloud.CallCount())
}

func (m TagMany) endsEarly(t *testing.T) {
	t.Parallel()
	one := func(int) []untag.Tag { return []untag.Tag{{Key: "k", Value: "v"}} }
	last := func(fields Fields, resources iter.Seq2[string, []untag.Tag]) (int, error) {
		names, errs := m.run(t.Context(), t, m.cloud(3).Config(), fields, resources)
		require.NotEmpty(t, names)
		end := len(names) - 1
		require.Empty(t, names[end])
		require.ErrorIs(t, errs[end], untag.ErrRunEnded)
		return end, errs[end]
	}
	_, err := last(nil, nil)
	require.ErrorContains(t, err, "Resources is nil")
	_, err = last(Fields{"Concurrency": -1}, m.each(3, one))
	require.ErrorIs(t, err, untag.ErrInvalidRequest)
	broken := errors.New("the file ended in the middle of a line")
	n, err := last(Fields{"InputErr": func() error { return broken }}, m.each(3, one))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, 3, n)
	closed := make(chan struct{})
	close(closed)
	_, err = last(Fields{"Drain": (<-chan struct{})(closed)}, m.each(3, one))
	require.ErrorIs(t, err, untag.ErrNotAttempted)
	finished, errs := m.run(t.Context(), t, m.cloud(3).Config(), Fields{"Unordered": true, "Concurrency": 2}, m.each(3, one))
	assert.Len(t, finished, 3)
	require.NoError(t, errors.Join(errs...))
}

// lostAnswers checks that nil means that the tags are there, and a refusal that they are not.
func (m TagMany) lostAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 10 * m.Most
		cloud := m.cloud(n)
		cloud.Seed(7)
		cloud.Inject(untagtest.Fault{Share: 0.4, Reset: true}, untagtest.Fault{Share: 0.2, Truncate: true}, untagtest.Fault{Share: 0.2, Code: "ServiceUnavailable", Status: 503})
		config := cloud.Config()
		config.Retry.MaxAttempts = 2
		names, errs := m.run(t.Context(), t, config, nil, m.each(n, func(i int) []untag.Tag { return []untag.Tag{{Key: "k", Value: strconv.Itoa(i % 3)}} }))
		outcomes := make(map[untag.Outcome]int)
		for i, err := range errs {
			if names[i] == "" {
				continue
			}
			outcomes[untag.OutcomeOf(err)]++
			value, there := m.tagsOf(cloud, i)["k"]
			switch untag.OutcomeOf(err) {
			case untag.OutcomeDone:
				require.Equal(t, strconv.Itoa(i%3), value)
			case untag.OutcomeUnknown:
			default:
				require.False(t, there, "%v", err)
			}
		}
		assert.Positive(t, outcomes[untag.OutcomeDone], "%v", outcomes)
		assert.Positive(t, outcomes[untag.OutcomeUnknown], "%v", outcomes)
	})
}
