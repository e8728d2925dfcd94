package bulk_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
)

var tagParts = bulk.TagParts{
	Check: func(tags []untag.Tag) []untag.Problem {
		if len(tags) == 0 {
			return []untag.Problem{{Field: ".Tags"}}
		}
		return nil
	},
	Size: func(tag untag.Tag) int { return len(tag.Key) + len(tag.Value) },
}

// partsOf are the parts that sets of tags become.
func partsOf(sets ...[]untag.Tag) []*bulk.Parts {
	var all []*bulk.Parts
	for _, parts := range bulk.EachTags(func(yield func(string, []untag.Tag) bool) {
		for i, tags := range sets {
			if !yield(strconv.Itoa(i), tags) {
				return
			}
		}
	}, tagParts) {
		all = append(all, parts)
	}
	return all
}

func TestEachTags(t *testing.T) {
	t.Parallel()
	a, b := untag.Tag{Key: "a", Value: "1"}, untag.Tag{Key: "b", Value: "22"}
	parts := partsOf([]untag.Tag{a, b}, []untag.Tag{b, a}, []untag.Tag{a}, []untag.Tag{{Key: "a", Value: "1b"}}, []untag.Tag{{Key: "a1", Value: ""}}, []untag.Tag{{Key: "a", Value: "1", System: true}}, nil)
	require.Len(t, parts, 7)
	assert.Same(t, parts[0], parts[1], "the order of tags means nothing")
	assert.Equal(t, []untag.Tag{a, b}, parts[1].Value)
	assert.Equal(t, []int{2, 3}, parts[0].Sizes)
	ids := make(map[string]bool)
	for _, own := range parts[1:] {
		assert.False(t, ids[own.ID], "sets that differ")
		ids[own.ID] = true
	}
	assert.Len(t, parts[6].Problems, 1)
}

func TestEachTagsCopies(t *testing.T) {
	t.Parallel()
	reused := []untag.Tag{{Key: "b"}, {Key: "a"}}
	parts := partsOf(reused)
	reused[0].Key = "changed"
	assert.Equal(t, []untag.Tag{{Key: "a"}, {Key: "b"}}, parts[0].Value)
	assert.Equal(t, "a", reused[1].Key, "the input is not sorted itself")
}

// However many sets there are, those that come again soon are the same, and the others are equal by their ID.
func TestEachTagsForgets(t *testing.T) {
	t.Parallel()
	var sets [][]untag.Tag
	for i := range 10_000 {
		sets = append(sets, []untag.Tag{{Key: "k", Value: strconv.Itoa(i)}})
	}
	sets = append(sets, sets[0], sets[9_999])
	parts := partsOf(sets...)
	assert.Equal(t, parts[0].ID, parts[10_000].ID)
	assert.Same(t, parts[9_999], parts[10_001])
}

func TestTagsWritten(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	parts := partsOf([]untag.Tag{{Key: "c"}, {Key: "a"}, {Key: "b"}})[0]
	err := bulk.TagsWritten(parts, 2, cause)
	require.ErrorIs(t, err, cause)
	written, ok := errors.AsType[*untag.TagsWrittenError](err)
	require.True(t, ok)
	assert.Equal(t, []string{"a", "b"}, written.Keys)
	assert.Equal(t, []untag.Tag{{Key: "b"}, {Key: "c"}}, bulk.TagsOf(&bulk.Batch{Parts: parts, From: 1, To: 3}))
	assert.True(t, slices.IsSorted(written.Keys))
}

// ownParts makes a run of resources that bring keys of their own, as a TagMany's bring tags.
func (f *fake) ownParts(ctx context.Context, names []string, keys func(i int) string) []pair {
	op := f.operation()
	op.OwnParts = true
	r := f.request(nil)
	r.Resources = func(yield func(string, *bulk.Parts) bool) {
		for i, name := range names {
			parts := bulk.KeyParts(strings.Fields(keys(i)), f.keys)
			parts.ID = keys(i)
			if !yield(name, parts) {
				return
			}
		}
	}
	return collect(bulk.Run(ctx, op, r))
}

// refuses makes the service refuse calls with a key by a code.
func (f *fake) refuses(key, code string) {
	f.onCall = func(_ context.Context, b sent) ([]bulk.Failure, error) {
		if slices.Contains(b.TagKeys, key) {
			return nil, apiError(code, http.StatusBadRequest)
		}
		return nil, nil
	}
}

func (f *fake) callsWith(key string) int {
	n := 0
	for _, c := range f.seen() {
		if slices.Contains(c.keys, key) {
			n++
		}
	}
	return n
}

// What is refused of one set of tags is refused for all resources of the region that bring it, and for no others.
func TestRefusedSet(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"InvalidTagKey.Malformed", "InvalidTagValue.Malformed", "InvalidParameter.TagKey", "InvalidParameter.TagValue", "InvalidParameter.Tags",
		"IllegalParam.TagValue", "Duplicate.TagKey", "NumberExceed.Tags", "MissingParameter.Tags", "NoPermissionKey.Category", "NoPermission.SystemTag",
	} {
		for order, set := range map[string]func(i, n int) int{
			"in turn":         func(i, _ int) int { return i % 3 },
			"one by one":      func(i, n int) int { return 3 * i / n },
			"the bad last":    func(i, n int) int { return 2 - 3*i/n },
			"seldom":          func(i, _ int) int { return 1 - min(1, i%97) },
			"mostly the bad":  func(i, _ int) int { return max(0, i%97-95) },
			"nothing but bad": func(int, int) int { return 0 },
		} {
			t.Run(code+", "+order, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := newFake()
					f.refuses("bad", code)
					all := alternating(3000)
					sets := []string{"a bad", "a", "a b"}
					got := f.ownParts(t.Context(), all, func(i int) string { return sets[set(i, len(all))] })
					require.Len(t, got, len(all), "the run comes to its end")
					for i, p := range got {
						if set(i, len(all)) != 0 {
							require.NoError(t, p.err)
							continue
						}
						require.Equal(t, untag.OutcomeRefused, untag.OutcomeOf(p.err), "%v", p.err)
						require.False(t, untag.Retryable(p.err))
						apiErr, ok := errors.AsType[*untag.APIError](p.err)
						require.True(t, ok)
						require.Equal(t, code, apiErr.Code)
						require.Empty(t, f.gone[p.resource])
					}
					assert.LessOrEqual(t, f.callsWith("bad"), 2*8, "each region is asked once, or as often as calls are in flight")
				})
			})
		}
	}
}

// What concerns no tags ends a TagMany as it ends an UntagMany, and what concerns the keys of an UntagMany concerns all.
func TestRefusedForAllOfTags(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"SignatureDoesNotMatch", "MissingParameter.TagOwnerUid", "InvalidTag; Illegal parameter serialization format. Flat format is required.", "NumberExceed.ResourceIds", "Account.Arrearage"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.onCall = func(context.Context, sent) ([]bulk.Failure, error) { return nil, apiError(code, http.StatusBadRequest) }
			got := f.ownParts(t.Context(), alternating(3000), func(i int) string { return strconv.Itoa(i % 7) })
			require.ErrorIs(t, got[len(got)-1].err, untag.ErrRunEnded, code)
			assert.LessOrEqual(t, len(f.seen()), 2, code)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.refuses("bad", "InvalidTagKey.Malformed")
		got := f.run(t.Context(), alternating(3000), "bad")
		require.ErrorIs(t, got[len(got)-1].err, untag.ErrRunEnded)
		assert.Len(t, f.seen(), 2)
	})
}

// A set that passed for some resources is not wrong for all: those that it is refused for are found.
func TestRefusedSetThatPassed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 1000)
		f.bad[all[500]], f.bad[all[777]] = "InvalidParameter.TagValue", "InvalidParameter.TagValue"
		got := f.ownParts(t.Context(), all, func(int) string { return "a" })
		require.Len(t, got, len(all))
		for i, p := range got {
			assert.Equal(t, i == 500 || i == 777, p.err != nil, "%s: %v", p.resource, p.err)
		}
		f.requireTruth(t, got, []string{"a"})
	})
}

// A set that passed goes on to be tried, however long its resources take to come: one that is refused is found.
func TestSetThatPassedComesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		all := names("cn-a", 300)
		f.bad[all[60]] = "InvalidParameter.TagValue"
		op := f.operation()
		op.OwnParts = true
		r := f.request(nil)
		r.Resources = func(yield func(string, *bulk.Parts) bool) {
			for i, name := range all {
				if i%50 == 0 {
					time.Sleep(time.Minute)
				}
				parts := bulk.KeyParts([]string{"a"}, f.keys)
				parts.ID = "a"
				if !yield(name, parts) {
					return
				}
			}
		}
		got := collect(bulk.Run(t.Context(), op, r))
		require.Len(t, got, len(all))
		for i, p := range got {
			assert.Equal(t, i == 60, p.err != nil, "%s: %v", p.resource, p.err)
		}
		f.requireTruth(t, got, []string{"a"})
	})
}

// A refused group of a set says which groups went through before it.
func TestRefusedGroupOfSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.keys = 2
		f.refuses("bad", "InvalidParameter.TagKey")
		all := names("cn-a", 500)
		got := f.ownParts(t.Context(), all, func(i int) string { return []string{"a b bad", "a b c"}[i%2] })
		require.Len(t, got, len(all))
		for i, p := range got {
			assert.Equal(t, i%2 == 0, p.err != nil)
			if p.err != nil {
				require.Equal(t, untag.OutcomeRefused, untag.OutcomeOf(p.err))
			} else {
				require.Equal(t, []string{"a", "b", "c"}, f.gone[p.resource])
			}
		}
		f.requireTruth(t, got, []string{"a", "b", "c"})
	})
}

// A resource that comes again with tags that are not refused gets those.
func TestRefusedSetOfOneResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.refuses("bad", "InvalidParameter.TagKey")
		all := slices.Repeat([]string{"cn-a/1"}, 1000)
		got := f.ownParts(t.Context(), all, func(i int) string { return []string{"bad", "bad", "a", "bad", "b"}[i%5] })
		require.Len(t, got, len(all))
		for i, p := range got {
			assert.Equal(t, i%5 < 2 || i%5 == 3, p.err != nil)
		}
		assert.Equal(t, 1, f.callsWith("bad"))
		assert.Equal(t, 200, f.callsWith("a"))
	})
}

// Sets that are all refused cost a call each, and no more is remembered of them than of a few thousand.
func TestRefusedSets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.onCall = func(context.Context, sent) ([]bulk.Failure, error) {
			return nil, apiError("InvalidParameter.TagValue", http.StatusBadRequest)
		}
		all := names("cn-a", 10_000)
		begin := time.Now()
		got := f.ownParts(t.Context(), all, strconv.Itoa)
		require.Len(t, got, len(all))
		for _, p := range got {
			require.Equal(t, untag.OutcomeRefused, untag.OutcomeOf(p.err))
		}
		assert.Len(t, f.seen(), len(all))
		assert.Less(t, time.Since(begin), 3*time.Minute, "eight at a time")
	})
}

// A code of unclear scope on one set ends no region that has others; on all sets it does.
func TestUnclearSet(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"Forbidden", "SomethingNew"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.refuses("bad", code)
			all := names("cn-a", 1000)
			got := f.ownParts(t.Context(), all, func(i int) string { return []string{"bad", "a"}[i/500] })
			require.Len(t, got, len(all))
			for i, p := range got {
				assert.Equal(t, i < 500, p.err != nil, "%v", p.err)
			}
			f.requireTruth(t, got, []string{"a"})
		})
		for _, sets := range []int{1, 2, 7} {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.onCall = func(context.Context, sent) ([]bulk.Failure, error) { return nil, apiError(code, http.StatusForbidden) }
				got := f.ownParts(t.Context(), names("cn-a", 10_000), func(i int) string { return strconv.Itoa(i % sets) })
				require.ErrorIs(t, got[len(got)-1].err, untag.ErrRunEnded)
				assert.LessOrEqual(t, len(f.seen()), 20)
			})
		}
	}
}

// A set whose refusal comes after a lost answer: what became of that call is unknown, and the others of the set are refused.
func TestRefusedSetAfterALostAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.refuses("bad", "InvalidParameter.TagValue")
		op := f.operation()
		op.OwnParts = true
		first := true
		op.Send = losing(f, func([]string) bool { was := first; first = false; return was })
		all := names("cn-a", 200)
		r := f.request(all, "bad")
		r.Concurrency = 1
		got := collect(bulk.Run(t.Context(), op, r))
		require.Len(t, got, len(all))
		for i, p := range got {
			want := untag.OutcomeRefused
			if i < f.most {
				want = untag.OutcomeUnknown
			}
			require.Equal(t, want, untag.OutcomeOf(p.err), "%d: %v", i, p.err)
			require.ErrorIs(t, p.err, untag.ErrInvalidParameter)
		}
		assert.Len(t, f.seen(), 1)
	})
}
