package untagtest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// TestOrderOfManyResources tags and untags thousands in random order. A list has them in the order of Put all the same.
func TestOrderOfManyResources(t *testing.T) {
	t.Parallel()
	const n = 5000
	cloud := big(n)
	cloud.Choose(untagtest.Choices{PageSize: 700, MatchingTagsOnly: true})
	has := make([]bool, n)
	random := rand.New(rand.NewPCG(1, 2))
	check := func() {
		t.Helper()
		var want []string
		for i, ok := range has {
			if ok {
				want = append(want, fmt.Sprintf("i-%07d mark=x", i))
			}
		}
		assert.Equal(t, want, slices.Concat(lists(t, cloud, ecs, typed(ecs, "Tag.1.Key", "mark"))...))
	}
	change := func(i int, to bool) {
		has[i] = to
		cloud.Edit(untagtest.Resource{Product: "ecs", Type: "instance", ID: fmt.Sprintf("i-%07d", i)}, func(tags map[string]string) {
			if delete(tags, "mark"); to {
				tags["mark"] = "x"
			}
		})
	}
	check()
	for _, i := range random.Perm(n) {
		change(i, true)
	}
	check()
	for _, i := range random.Perm(n)[:n*9/10] {
		change(i, false)
	}
	check()
	for range n {
		change(random.IntN(n), random.IntN(2) == 0)
	}
	check()
	for i := range n {
		change(i, false)
	}
	check()
	for i := n - 1; i >= 0; i-- {
		change(i, true)
	}
	check()
}

// TestFiltersOfManyTags compares lists by several tags with a look at every resource.
func TestFiltersOfManyTags(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.Choose(untagtest.Choices{PageSize: 90})
	random := rand.New(rand.NewPCG(3, 4))
	all := make([]map[string]string, 600)
	for i := range all {
		all[i] = map[string]string{}
		for j := range 4 {
			if random.IntN(3) > 0 {
				all[i][fmt.Sprint("k", j)] = fmt.Sprint("v", random.IntN(1+j*2))
			}
		}
		cloud.Put(untagtest.Resource{Product: "ecs", Type: []string{"disk", "eni", "instance"}[i%3], ID: strconv.Itoa(i), Tags: all[i]})
	}
	for range 60 {
		pairs := map[string]string{}
		for range 1 + random.IntN(3) {
			j := random.IntN(4)
			pairs[fmt.Sprint("k", j)] = fmt.Sprint("v", random.IntN(1+j*2))
		}
		var want []string
		for i, tags := range all {
			fits := len(tags) > 0
			for k, v := range pairs {
				fits = fits && tags[k] == v
			}
			if fits {
				want = append(want, strconv.Itoa(i))
			}
		}
		var text strings.Builder
		for k, v := range pairs {
			fmt.Fprintf(&text, `,"%s":"%s"`, k, v)
		}
		var got []string
		for _, row := range slices.Concat(lists(t, cloud, tag, params("Tags", "{"+text.String()[1:]+"}"))...) {
			id, _, _ := strings.Cut(row, " ")
			got = append(got, id)
		}
		got = slices.Compact(got)
		slices.Sort(got)
		slices.Sort(want)
		assert.Equal(t, want, got, pairs)
	}
}
