package untagtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

var services = []untagtest.Service{tag, ecs, vpc, rs}

// byKey asks for what carries a tag, in the way of the service.
func byKey(service untagtest.Service) map[string]string {
	if service == tag {
		return params("ResourceARN.1", "arn:acs:ecs:*:*:instance/*")
	}
	return typed(service, "Tag.1.Key", "env")
}

// TestPages goes through lists in pages of every size: together they are the list in one page.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, service := range services {
		cloud := listed()
		cloud.Choose(untagtest.Choices{PageSize: 7})
		whole := lists(t, cloud, service, byKey(service))
		require.Len(t, whole, 1)
		require.Len(t, whole[0], 7)
		for size := 1; size < 7; size++ {
			cloud.Choose(untagtest.Choices{PageSize: size})
			pages := lists(t, cloud, service, byKey(service))
			assert.Equal(t, whole[0], slices.Concat(pages...), "%s %d", service, size)
			if service != tag {
				assert.Len(t, pages, (7+size-1)/size, "a page counts rows")
			}
		}
	}
}

func TestSizesOfPages(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	for i := range 1100 {
		for _, r := range []untagtest.Resource{instance, ipam, share} {
			r.ID = fmt.Sprint("x-", i)
			cloud.Put(r)
		}
	}
	count := func(service untagtest.Service, pairs ...string) int {
		rows, next := send(t, cloud, call{service: service, verb: "ListTagResources", params: with(byKey(service), pairs...)}).rows(t)
		require.NotNil(t, next)
		return len(rows)
	}
	assert.Equal(t, 100, count(tag), "50 resources of two tags")
	assert.Equal(t, 2000, count(tag, "PageSize", "1000"))
	assert.Equal(t, 1000, count(ecs))
	assert.Equal(t, 1000, count(ecs, "MaxResults", "10"), "ECS has no such parameter")
	assert.Equal(t, 10, count(vpc))
	assert.Equal(t, 50, count(vpc, "MaxResults", "50"))
	assert.Equal(t, 50, count(rs))
	for _, size := range []string{"0", "51", "x", "-1"} {
		assert.Equal(t, "400 IllegalParam.MaxResults", send(t, cloud, call{service: vpc, verb: "ListTagResources", params: with(byKey(vpc), "MaxResults", size)}).status())
	}
}

// TestListWhileThingsChange removes what a page has shown and adds others: nothing that stays is missed or shown twice.
func TestListWhileThingsChange(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.Choose(untagtest.Choices{PageSize: 2})
	put := func(id string) {
		cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: id, Tags: map[string]string{"env": "a"}})
	}
	for i := range 10 {
		put(fmt.Sprint("i-", i))
	}
	var seen []string
	p := typed(ecs, "Tag.1.Key", "env")
	for {
		rows, next := send(t, cloud, call{service: ecs, verb: "ListTagResources", params: p}).rows(t)
		seen = append(seen, rows...)
		for _, row := range rows {
			id, _, _ := strings.Cut(row, " ")
			cloud.Remove(untagtest.Resource{Product: "ecs", Type: "instance", ID: id})
			if len(seen) < 6 {
				put(id + "-new")
			}
		}
		if next == nil {
			break
		}
		p = with(p, "NextToken", *next)
	}
	assert.Len(t, seen, 14)
	slices.Sort(seen)
	assert.Len(t, slices.Compact(seen), 14)
}
