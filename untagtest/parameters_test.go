package untagtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestArraysCloseGaps(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	for i := range 3 {
		cloud.Put(untagtest.Resource{Product: "ecs", Type: "disk", ID: fmt.Sprint("d-", i), Tags: map[string]string{"a": "1", "b": "2"}})
	}
	answer := send(t, cloud, call{service: ecs, params: map[string]string{
		"RegionId": "cn-hangzhou", "ResourceType": "disk", "ResourceId.3": "d-0", "ResourceId.17": "d-1", "TagKey.9": "a", "Unknown": "x",
	}})
	assert.Empty(t, answer.Code)
	for i, want := range []int{1, 1, 2} {
		tags, _ := cloud.Tags("ecs", "cn-hangzhou", "disk", fmt.Sprint("d-", i))
		assert.Len(t, tags, want)
	}
}
