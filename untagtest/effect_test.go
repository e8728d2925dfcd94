package untagtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestInherit(t *testing.T) {
	t.Parallel()
	disk := untagtest.Resource{Product: "ecs", Type: "disk", ID: "d-1", Tags: map[string]string{"env": "own", "team": "b", "x": "1"}}
	rows := []struct {
		name  string
		keys  []string
		verb  string
		pairs []string
		want  map[string]string // of the disk
	}{
		{"a removed key", nil, "UntagResources", []string{"TagKey.1", "env"}, map[string]string{"team": "b", "x": "1"}},
		{"a key of the rule", []string{"env"}, "UntagResources", []string{"TagKey.1", "env", "TagKey.2", "team"}, map[string]string{"team": "b", "x": "1"}},
		{"another key", []string{"env"}, "UntagResources", []string{"TagKey.1", "team"}, disk.Tags},
		{"all", nil, "UntagResources", []string{"TagKey.1", "-", "All", "true"}, map[string]string{}},
		{"all keys of the rule", []string{"env", "team"}, "UntagResources", []string{"TagKey.1", "-", "All", "true"}, map[string]string{"x": "1"}},
		{"a value is overwritten", []string{"env"}, "TagResources", []string{"Tag.1.Key", "env", "Tag.1.Value", "new", "Tag.2.Key", "y"}, map[string]string{"env": "new", "team": "b", "x": "1"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cloud := stocked()
			cloud.Put(disk)
			gone := untagtest.Resource{Product: "ecs", Type: "eni", ID: "gone"}
			cloud.Inherit(untagtest.Inheritance{Parent: instance, Children: []untagtest.Resource{gone, disk}, Keys: row.keys})
			cloud.Deny("NoPermission.Operator", 0, disk)
			assert.Equal(t, "200 ", send(t, cloud, call{service: ecs, verb: row.verb, params: with(good[ecs], row.pairs...)}).status(), "the right to touch a child is not asked")
			assert.Equal(t, row.want, tagsOf(t, cloud, disk))
		})
	}
	cloud := stocked()
	cloud.Put(disk)
	cloud.Inherit(untagtest.Inheritance{Parent: instance, Children: []untagtest.Resource{disk}})
	send(t, cloud, call{service: tag, params: with(good[tag])})
	assert.Equal(t, map[string]string{"team": "b", "x": "1"}, tagsOf(t, cloud, disk), "through Tag as well")
	cloud.Edit(instance, func(tags map[string]string) { clear(tags) })
	assert.Equal(t, map[string]string{"team": "b", "x": "1"}, tagsOf(t, cloud, disk), "but not by Edit")
}

func TestRestrict(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Restrict(untagtest.TagPolicy{Key: "env", Values: []string{"a", "b"}}, untagtest.TagPolicy{Key: "none", Code: "Blocked"})
	write := func(service untagtest.Service, pairs ...string) reply {
		return send(t, cloud, call{service: service, verb: "TagResources", params: with(good[service], pairs...)})
	}
	assert.Equal(t, "200 ", write(ecs, "Tag.1.Key", "env", "Tag.1.Value", "b").status())
	assert.Equal(t, "403 Forbidden.TagPolicy", write(ecs, "Tag.1.Key", "x", "Tag.2.Key", "env", "Tag.2.Value", "c").status())
	assert.Equal(t, "403 Blocked", write(rs, "Tag.1.Key", "none").status())
	arn := instance.ARN()
	assert.Equal(t, map[string]string{arn: "Forbidden.TagPolicy"}, write(tag, "ResourceARN.1", arn, "Tags", `{"env":"c"}`).failed())
	assert.Equal(t, map[string]string{"env": "b", "team": "b"}, tagsOf(t, cloud, instance))
	assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs]}).Code, "to remove is free")
}

func TestEdit(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	r := untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-1", Tags: map[string]string{"a": "1"}, System: map[string]string{"acs:x": "1"}}
	assert.False(t, cloud.Edit(r, func(map[string]string) { t.Error("called") }))
	cloud.Put(r)
	assert.True(t, cloud.Edit(r, func(tags map[string]string) {
		assert.Equal(t, map[string]string{"a": "1"}, tags)
		tags["acs:x"], tags["b"] = "2", "2"
		delete(tags, "a")
	}))
	assert.Equal(t, map[string]string{"b": "2"}, tagsOf(t, cloud, r))
	system, _ := cloud.SystemTags("ecs", "", "instance", "i-1")
	assert.Equal(t, r.System, system, "tags of the cloud stay")
	_, ok := cloud.SystemTags("ecs", "", "instance", "i-2")
	assert.False(t, ok)
	r.System["a"] = "1"
	assert.Panics(t, func() { cloud.Put(r) }, "a key in both maps")
}

// TestItemsOfWrites fails resources of TagResources alone, as those of UntagResources.
func TestItemsOfWrites(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Action: "TagResources", Item: "Throttling.User", Skip: 1, Calls: 1})
	p := params("ResourceARN.1", instance.ARN(), "ResourceARN.2", ipam.ARN(), "ResourceARN.3", share.ARN(), "TagKey.1", "team", "Tags", `{"k":"v"}`)
	assert.Empty(t, send(t, cloud, call{service: tag, params: p}).failed())
	assert.Equal(t, map[string]string{ipam.ARN(): "Throttling.User"}, send(t, cloud, call{service: tag, verb: "TagResources", params: p}).failed())
	assert.Equal(t, map[string]string{"env": "a", "k": "v"}, tagsOf(t, cloud, instance))
	assert.Equal(t, map[string]string{"env": "a"}, tagsOf(t, cloud, ipam))
	assert.Empty(t, send(t, cloud, call{service: tag, verb: "TagResources", params: p}).failed())
}

// TestLostAnswers break the connection before and after the effect.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		after   bool
		verdict string
	}{{false, untagtest.VerdictReset}, {true, untagtest.VerdictResetAfterEffect}} {
		cloud := stocked()
		cloud.Inject(fault{Action: "TagResources", Reset: true, After: row.after})
		c := call{service: ecs, verb: "TagResources", params: with(good[ecs], "Tag.1.Key", "k")}
		response, err := cloud.Config().HTTPClient.Do(c.request(t))
		if err == nil {
			_ = response.Body.Close()
		}
		assert.Error(t, err)
		_, ok := tagsOf(t, cloud, instance)["k"]
		assert.Equal(t, row.after, ok)
		assert.Equal(t, row.verdict, cloud.Calls()[0].Verdict)
		assert.Equal(t, "TagResources", cloud.Calls()[0].Action)
	}
}
