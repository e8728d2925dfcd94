package untagtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	r := func(id string, tags map[string]string) untagtest.Resource {
		return untagtest.Resource{Product: "ecs", Type: "instance", ID: id, Tags: tags}
	}
	of := func(resources ...untagtest.Resource) string {
		cloud := untagtest.NewAccount("7")
		cloud.Put(resources...)
		return cloud.Digest()
	}
	base := of(r("i-1", map[string]string{"a": "1", "b": "2"}), r("i-2", map[string]string{"c": "3"}))
	assert.Len(t, base, 64)
	assert.Equal(t, base, of(r("i-2", map[string]string{"c": "3"}), r("i-3", nil), r("i-1", map[string]string{"b": "2", "a": "1"})))
	system := r("i-2", nil)
	system.System = map[string]string{"c": "3"}
	elsewhere := r("i-2", map[string]string{"c": "3"})
	elsewhere.Region = "cn-beijing"
	for i, other := range [][]untagtest.Resource{
		{r("i-1", map[string]string{"a": "1", "b": "2"})},
		{r("i-1", map[string]string{"a": "2", "b": "1"}), r("i-2", map[string]string{"c": "3"})},
		{r("i-1", map[string]string{"a": "1", "b": "2", "c": "3"})},
		{r("i-1", map[string]string{"a": "1"}), r("i-2", map[string]string{"c": "3", "b": "2"})},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), system},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), elsewhere},
		{r("i-1", map[string]string{"a": "1", "b": "2"}), r("i-2", map[string]string{"c3": ""})},
	} {
		assert.NotEqual(t, base, of(other...), i)
	}
	assert.Equal(t, of(), of(r("i-1", nil)))
	cloud := untagtest.NewCloud()
	cloud.Put(r("i-1", map[string]string{"a": "1"}), r("i-2", nil))
	before := cloud.Digest()
	cloud.Remove(r("i-1", nil))
	assert.NotEqual(t, before, cloud.Digest())
}
