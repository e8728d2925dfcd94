package migration_test

import (
	"context"
	"slices"
	"strconv"
	"testing"

	sdktag "github.com/aliyun/alibaba-cloud-sdk-go/services/tag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tag20180828 "github.com/alibabacloud-go/tag-20180828/v2/client"

	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

// TestListsAndWrites lets every side list the same resources, on several pages, and write the same tag.
func TestListsAndWrites(t *testing.T) {
	cloud := newAccount(t)
	want := 1500 // more than a page
	for i := range want - len(resources) {
		cloud.Put(untagtest.Resource{Product: "oss", Region: "cn-hangzhou", Type: "bucket", ID: "bucket-" + strconv.Itoa(i), Tags: map[string]string{"env": "test"}})
	}
	v1 := noError[*sdktag.Client](t)(v1Key())
	v2 := noError[*tag20180828.Client](t)(v2Key())
	client := noError[*tag.Client](t)(newKey())
	var first []string
	for _, s := range []struct {
		name  string
		list  func() ([]string, error)
		write func() error
	}{
		{"V1", func() ([]string, error) { return v1List(v1) }, func() error { return v1Write(v1) }},
		{"V2", func() ([]string, error) { return v2List(v2) }, func() error { return v2Write(v2) }},
		{"new", func() ([]string, error) { return newList(context.Background(), client) }, func() error { return newWrite(context.Background(), client) }},
	} {
		t.Run(s.name, func(t *testing.T) {
			arns := noError[[]string](t)(s.list())
			require.Equal(t, want, len(arns)) //nolint:testifylint // Len would print all of them
			if first == nil {
				first = arns
			}
			assert.True(t, slices.Equal(first, arns))
			require.NoError(t, s.write())
			tags, _ := cloud.Tags("ecs", "cn-hangzhou", "instance", instance)
			assert.Equal(t, "ada", tags["owner"])
			put(cloud, resources[0])
			tags, _ = cloud.Tags("ecs", "cn-hangzhou", "instance", instance)
			assert.NotContains(t, tags, "owner")
		})
	}
}
