package untagtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestTokenBelongsToItsQuestion(t *testing.T) {
	t.Parallel()
	cloud := listed()
	cloud.Choose(untagtest.Choices{PageSize: 1})
	c := call{service: ecs, verb: "ListTagResources", params: byKey(ecs)}
	_, next := send(t, cloud, c).rows(t)
	require.NotNil(t, next)
	again := c
	again.params = with(c.params, "NextToken", *next)
	assert.Equal(t, "200 ", send(t, cloud, again).status())
	assert.Equal(t, "200 ", send(t, cloud, again).status(), "it may be used twice")
	again.v1, again.form = true, true
	assert.Equal(t, "200 ", send(t, cloud, again).status(), "and with another signature")
	other := c
	other.params = with(c.params, "NextToken", *next, "Tag.1.Value", "a")
	assert.Equal(t, "400 InvalidParameter", send(t, cloud, other).status())
	for _, token := range []string{"x", strings.ToUpper(*next), *next + "A", (*next)[1:]} {
		other.params = with(c.params, "NextToken", token)
		assert.Equal(t, "400 InvalidParameter", send(t, cloud, other).status(), token)
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

func TestListLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := listed()
		cloud.Choose(untagtest.Choices{ListLag: 3 * time.Second})
		shown := func() string {
			rows, _ := send(t, cloud, call{service: ecs, verb: "ListTagResources", params: typed(ecs, "ResourceId.1", "i-5")}).rows(t)
			byPair, _ := send(t, cloud, call{service: tag, verb: "ListTagResources", params: params("Tags", `{"env":"a"}`, "ResourceARN.1", "arn:acs:ecs:*:*:instance/i-5")}).rows(t)
			return fmt.Sprint(rows, len(byPair))
		}
		one := typed(ecs, "ResourceId.1", "i-5", "TagKey.1", "env", "Tag.1.Key", "new", "Tag.1.Value", "v")
		require.Empty(t, send(t, cloud, call{service: ecs, params: one}).Code)
		time.Sleep(time.Second)
		require.Empty(t, send(t, cloud, call{service: ecs, verb: "TagResources", params: one}).Code)
		tags, _ := cloud.Tags("ecs", "", "instance", "i-5")
		assert.Equal(t, map[string]string{"new": "v"}, tags)
		assert.Equal(t, "[i-5 env=a] 1", shown())
		time.Sleep(2*time.Second - 1)
		assert.Equal(t, "[i-5 env=a] 1", shown())
		time.Sleep(time.Nanosecond)
		assert.Equal(t, "[] 0", shown())
		time.Sleep(time.Second)
		assert.Equal(t, "[i-5 new=v] 0", shown())

		cloud.Edit(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-5"}, func(tags map[string]string) { clear(tags) })
		assert.Equal(t, "[i-5 new=v] 0", shown())
		cloud.Put(untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-5", Tags: map[string]string{"put": "1"}})
		assert.Equal(t, "[i-5 put=1] 0", shown(), "Put shows at once")
		time.Sleep(time.Minute)
		assert.Equal(t, "[i-5 put=1] 0", shown(), "and what was changed before it never")
		require.Empty(t, send(t, cloud, call{service: ecs, verb: "TagResources", params: one}).Code)
		cloud.Choose(untagtest.Choices{})
		assert.Equal(t, "[i-5 new=v i-5 put=1] 0", shown(), "to choose another lag shows what waits")
	})
}

func TestChoicesOfLists(t *testing.T) {
	t.Parallel()
	cloud := listed()
	list := func(service untagtest.Service, pairs ...string) reply {
		p := params(pairs...)
		if service != tag {
			p = typed(service, pairs...)
		}
		return send(t, cloud, call{service: service, verb: "ListTagResources", params: p})
	}
	cloud.Choose(untagtest.Choices{RefuseDeadIDs: true})
	assert.Equal(t, "404 InvalidResourceId.NotFound", list(ecs, "ResourceId.1", "i-1", "ResourceId.2", "i-dead").status())
	assert.Equal(t, "400 InvalidResourceId.NotFound", list(rs, "ResourceId.1", "rs-dead").status())
	assert.Equal(t, "200 ", list(vpc, "ResourceId.1", "ipam-dead").status(), "its table does not have the code")
	assert.Equal(t, "200 ", list(tag, "ResourceARN.1", "arn:acs:ecs:*:*:instance/i-dead").status())
	assert.Equal(t, "200 ", list(ecs, "Tag.1.Key", "k").status())
	cloud.Choose(untagtest.Choices{ListWithoutFilter: true})
	assert.Equal(t, "200 ", list(tag).status())
	rows, _ := list(ecs).rows(t)
	assert.Len(t, rows, 7)
	assert.Equal(t, "400 MissingParameter.Tags", list(vpc).status())
	assert.Equal(t, "400 MissingParameter.ResourceIdOrTag", list(rs).status())
	cloud.Choose(untagtest.Choices{TagTakesEmptyValues: true, ResourceSharingRefusesEmptyValues: true, TagsPerResource: 3})
	write := call{service: tag, verb: "TagResources", params: params("ResourceARN.1", "arn:acs:ecs:*:*:instance/i-1", "Tags", `{"k":""}`)}
	assert.Empty(t, send(t, cloud, write).failed())
	write.params["Tags"] = `{"l":""}`
	assert.Len(t, send(t, cloud, write).failed(), 1, "the fourth tag")
	cloud.Choose(untagtest.Choices{TagTakesEmptyValues: true, ResourceSharingRefusesEmptyValues: true, TagsPerResource: -1})
	assert.Empty(t, send(t, cloud, write).failed())
	assert.Equal(t, "400 InvalidParameter.TagValue", send(t, cloud, call{service: rs, verb: "TagResources", params: typed(rs, "ResourceId.1", "rs-1", "Tag.1.Key", "k")}).status())
	for _, wrong := range []untagtest.Choices{{PageSize: -1}, {ListLag: -1}, {UnusedValuesStay: -1}} {
		assert.Panics(t, func() { cloud.Choose(wrong) })
	}
}
