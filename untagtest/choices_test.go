package untagtest_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

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
