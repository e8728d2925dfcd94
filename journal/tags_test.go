package journal_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// tagsOf takes resources and their pairs in turn: "i-1", "a=1 b=2".
func tagsOf(list ...string) iter.Seq2[string, []untag.Tag] {
	return func(yield func(string, []untag.Tag) bool) {
		for pairs := range slices.Chunk(list, 2) {
			var tags []untag.Tag
			for text := range strings.FieldsSeq(pairs[1]) {
				key, value, _ := strings.Cut(text, "=")
				tags = append(tags, untag.Tag{Key: key, Value: value})
			}
			if !yield(pairs[0], tags) {
				return
			}
		}
	}
}

// tagWindow is how far tagRun reads ahead.
const tagWindow = 4

// tagRun reads a few resources ahead, as TagMany does, and yields their outcomes in order.
func tagRun(in iter.Seq2[string, []untag.Tag], outcomes map[string]error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var window []string
		for resource := range in {
			window = append(window, resource)
			if len(window) < tagWindow {
				continue
			}
			if !yield(window[0], outcomes[window[0]]) {
				return
			}
			window = window[1:]
		}
		for _, resource := range window {
			if !yield(resource, outcomes[resource]) {
				return
			}
		}
	}
}

func pendingTags(j *journal.Journal, list ...string) (left []string) {
	for resource, tags := range j.PendingTags(tagsOf(list...)) {
		words := []string{resource}
		for _, tag := range tags {
			words = append(words, tag.Key+"="+tag.Value)
		}
		left = append(left, strings.Join(words, " "))
	}
	return left
}

func TestTagsCountOnlyForEqualPairs(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	all := []string{"i-1", "a=1 b=2", "i-2", "a=1", "i-3", "a=1", "i-4", "", "i-5", "a=1"}
	results := collect(j.RecordTags(tagRun(j.PendingTags(tagsOf(all...)), map[string]error{"i-3": errRefused, "i-5": untag.ErrOutcomeUnknown})))
	assert.Equal(t, []pair{{"i-1", nil}, {"i-2", nil}, {"i-3", errRefused}, {"i-4", nil}, {"i-5", untag.ErrOutcomeUnknown}}, results)
	check := func() {
		t.Helper()
		assert.Equal(t, []string{"i-3 a=1", "i-5 a=1"}, pendingTags(j, all...))
		assert.Equal(t, []string{"i-1 a=1", "i-1 a=2 b=1", "i-1 a=1 b=3", "i-1 a=1b=2", "i-1 a=1 b=2 c=3", "i-1", "i-2 a=", "i-2 A=1", "i-2 b=1", "i-4 a=1", "i-6 a=1"},
			pendingTags(j, "i-1", "a=1", "i-1", "a=2 b=1", "i-1", "a=1 b=3", "i-1", "a=1b=2", "i-1", "a=1 b=2 c=3", "i-1", "",
				"i-2", "a=", "i-2", "A=1", "i-2", "b=1", "i-4", "a=1", "i-6", "a=1"))
		assert.Empty(t, pendingTags(j, "i-1", "b=2 a=1", "i-1", "b=2 a=1 b=2", "i-2", "a=1 a=1"), "pairs are a set")
		assert.Equal(t, []string{"i-1", "i-2"}, pending(j, "i-1", "i-2"), "without pairs nothing was done")
	}
	check()
	require.NoError(t, j.Close())
	j = open(t, path)
	check()

	list := entries(t, j)
	require.Len(t, list, 5)
	assert.Len(t, list[0].Tags, 32)
	assert.NotEqual(t, list[0].Tags, list[1].Tags)
	assert.Equal(t, list[1].Tags, list[2].Tags, "equal pairs")
	assert.True(t, list[1].Done)
	assert.Equal(t, errRefused.Code, list[2].Code)

	before := read(t, path)
	drain(j.RecordTags(tagRun(j.PendingTags(tagsOf("i-1", "a=1 b=2")), nil)))
	assert.Equal(t, before, read(t, path), "nothing to do")
	drain(j.RecordTags(tagRun(j.PendingTags(tagsOf("i-1", "a=9", "i-3", "a=1")), nil)))
	assert.Len(t, entries(t, j), 6, "i-1 with other pairs is another entry; i-3 has succeeded by now")
	summary, err := j.Summary()
	require.NoError(t, err)
	assert.Equal(t, 5, summary.Done)
	record(t, j, pair{"i-1", nil})
	assert.Empty(t, pending(j, "i-1"))
	assert.Empty(t, entries(t, j)[6].Tags)
}

// TestTagsSystemIsIgnored, as requests ignore it.
func TestTagsSystemIsIgnored(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	in := func(system bool) iter.Seq2[string, []untag.Tag] {
		return maps.All(map[string][]untag.Tag{"i-1": {{Key: "a", Value: "1", System: system}}})
	}
	drain(j.RecordTags(tagRun(j.PendingTags(in(true)), nil)))
	assert.Empty(t, maps.Collect(j.PendingTags(in(false))))
}

// TestTagsOfOneResourceTwice: outcomes of a resource that is read twice with different pairs are not told apart.
func TestTagsOfOneResourceTwice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		outcomes []error
		pending  []string
		entries  int
	}{
		"both succeed":      {[]error{nil, nil, nil}, nil, 3},
		"the first":         {[]error{nil, errRefused, nil}, []string{"i-1 a=1", "i-1 a=2"}, 3},
		"the second":        {[]error{errRefused, nil, nil}, []string{"i-1 a=1", "i-1 a=2"}, 3},
		"none":              {[]error{errRefused, errRefused, nil}, []string{"i-1 a=1", "i-1 a=2"}, 3},
		"only one is known": {[]error{nil}, []string{"i-1 a=1", "i-1 a=2", "i-2 a=1"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := open(t, newPath(t))
			all := []string{"i-1", "a=1", "i-1", "a=2", "i-2", "a=1"}
			drain(j.RecordTags(func(yield func(string, error) bool) {
				in := slices.Collect(seqKeys(j.PendingTags(tagsOf(all...))))
				for i, outcome := range test.outcomes {
					if !yield(in[i], outcome) {
						return
					}
				}
			}))
			require.NoError(t, j.Err())
			assert.Equal(t, test.pending, pendingTags(j, all...))
			assert.Len(t, entries(t, j), test.entries)
			drain(j.RecordTags(tagRun(j.PendingTags(tagsOf(all...)), nil)))
			assert.Empty(t, pendingTags(j, all...))
		})
	}
	t.Run("one after the other", func(t *testing.T) {
		t.Parallel()
		j := open(t, newPath(t))
		drain(j.RecordTags(func(yield func(string, error) bool) {
			outcomes := []error{nil, errRefused, nil, nil}
			for range j.PendingTags(tagsOf("i-1", "a=1", "i-1", "a=2", "i-1", "a=3", "i-1", "a=1")) {
				outcome := outcomes[0]
				outcomes = outcomes[1:]
				yield("i-1", outcome)
			}
			assert.Len(t, outcomes, 1, "the last is like the first, and done by then")
		}))
		assert.Equal(t, []string{"i-1 a=2"}, pendingTags(j, "i-1", "a=1", "i-1", "a=2", "i-1", "a=3"))
	})
	t.Run("equal pairs", func(t *testing.T) {
		t.Parallel()
		path := newPath(t)
		j := open(t, path)
		drain(j.RecordTags(func(yield func(string, error) bool) {
			drain(j.PendingTags(tagsOf("i-1", "a=1", "i-1", "a=1")))
			yield("i-1", nil)
			assert.Equal(t, 2, strings.Count(read(t, path), "\n"), "known with the first outcome")
			yield("i-1", nil)
		}))
		assert.Equal(t, 2, strings.Count(read(t, path), "\n"))
	})
}

func seqKeys[K, V any](seq iter.Seq2[K, V]) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range seq {
			if !yield(k) {
				return
			}
		}
	}
}

// TestRecordTagsOfStrangers: without its pairs an outcome says nothing, and the run ends.
func TestRecordTagsOfStrangers(t *testing.T) {
	t.Parallel()
	for name, results := range map[string]func(j *journal.Journal) iter.Seq2[string, error]{
		"from elsewhere": func(*journal.Journal) iter.Seq2[string, error] { return run(pair{"i-1", nil}, pair{"i-2", nil}) },
		"read before": func(j *journal.Journal) iter.Seq2[string, error] {
			drain(j.PendingTags(tagsOf("i-1", "a=1", "i-2", "a=1")))
			return run(pair{"i-1", nil}, pair{"i-2", nil})
		},
		"more outcomes than resources": func(j *journal.Journal) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				drain(j.PendingTags(tagsOf("i-0", "a=1")))
				for yield("i-0", nil) {
					continue
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := open(t, newPath(t))
			got := collect(j.RecordTags(results(j)))
			last := got[len(got)-1]
			assert.Empty(t, last.resource)
			require.ErrorIs(t, last.err, untag.ErrRunEnded)
			require.ErrorContains(t, last.err, "PendingTags of the same journal")
			assert.Equal(t, last.err, j.Err())
			assert.LessOrEqual(t, len(got), 2)
		})
	}
}

// TestRecordTagsMemory: what RecordTags keeps is what the run has read ahead, and nothing once it has ended.
func TestRecordTagsMemory(t *testing.T) {
	t.Parallel()
	j := open(t, newPath(t))
	endless := func(n int) iter.Seq2[string, []untag.Tag] {
		return func(yield func(string, []untag.Tag) bool) {
			for i := range n {
				if !yield(fmt.Sprint("i-", i), []untag.Tag{{Key: "a", Value: strconv.Itoa(i % 7)}}) {
					return
				}
			}
		}
	}
	most := 0
	for _, err := range j.RecordTags(tagRun(j.PendingTags(endless(2000)), nil)) {
		require.NoError(t, err)
		most = max(most, j.HandedOut())
	}
	assert.Equal(t, tagWindow-1, most)
	assert.Zero(t, j.HandedOut())
	drain(j.PendingTags(endless(3000)))
	assert.Zero(t, j.HandedOut(), "nothing is kept of what no RecordTags waits for")
	j.RecordTags(tagRun(j.PendingTags(endless(3000)), nil))(func(string, error) bool { return false })
	assert.Zero(t, j.HandedOut(), "nor of what a run has read and not yielded")
	assert.Panics(t, func() {
		j.RecordTags(tagRun(j.PendingTags(endless(3000)), nil))(func(string, error) bool { panic("mine") })
	})
	assert.Zero(t, j.HandedOut())
	assert.Nil(t, j.PendingTags(nil))
	got := collect(j.RecordTags(nil))
	require.Len(t, got, 1)
	require.ErrorContains(t, got[0].err, "no results")
	require.NoError(t, j.Err())
}

// TestTagsAgainstAModel: random runs, ended anywhere, agree with a map from resources and pairs to success.
func TestTagsAgainstAModel(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	j := open(t, path)
	done := map[string]bool{}
	state := uint32(1)
	random := func(n int) int {
		state = state*1664525 + 1013904223
		return int(state>>16) % n
	}
	for range 200 {
		var all []string
		for i := range 20 {
			all = append(all, fmt.Sprint("i-", i), cmp.Or(strings.Repeat("a=1", random(2)), fmt.Sprint("a=", random(3))))
		}
		var want []string
		for pairs := range slices.Chunk(all, 2) {
			if text := strings.Join(pairs, " "); !done[text] {
				want = append(want, text)
			}
		}
		require.Equal(t, want, pendingTags(j, all...))
		left, end := want, random(25)
		for resource, err := range j.RecordTags(func(yield func(string, error) bool) {
			for resource := range seqKeys(tagRun(j.PendingTags(tagsOf(all...)), nil)) {
				if outcome := []error{nil, errRefused}[random(2)]; !yield(resource, outcome) {
					return
				}
			}
		}) {
			require.True(t, strings.HasPrefix(left[0], resource+" "))
			done[left[0]] = done[left[0]] || err == nil
			left = left[1:]
			if end--; end == 0 {
				break
			}
		}
		if random(5) == 0 {
			require.NoError(t, j.Close())
			j = open(t, path)
		}
	}
	require.NoError(t, j.Err())
}
