package untagtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// FuzzTags compares what Tag takes for a JSON object of strings with encoding/json.
func FuzzTags(f *testing.F) {
	for _, text := range []string{`{"k":"v"}`, `{"a":"1","b":"","空":"\u0000"}`, ` {} `, `[]`, `{"k":"v"}x`, `{"k":null}`, `{"k":"v","k":"w"}`, `{"\ud800":""}`, "", `{`, `{"a":{}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want map[string]*string
		err := json.Unmarshal([]byte(text), &want)
		good := err == nil && len(want) > 0 && len(want) <= 10
		for key, value := range want {
			good = good && value != nil && key != "" && utf8.RuneCountInString(key) <= 128 && utf8.RuneCountInString(*value) <= 128
		}
		answer := send(t, stocked(), call{service: tag, verb: "ListTagResources", params: params("Tags", text), form: true})
		if answer.Code == "Duplicate.TagKey" || answer.Code == "NumberExceed.Tags" || answer.Status == http.StatusRequestEntityTooLarge {
			return // encoding/json keeps one of two
		}
		require.Equal(t, good, answer.Status == 200, "%q: %s", text, answer.Text)
	})
}
