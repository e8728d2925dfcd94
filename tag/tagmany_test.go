package tag_test

import (
	"fmt"
	"testing"

	"github.com/untag-go/untag/internal/servicetest"
	"github.com/untag-go/untag/tag"
	"github.com/untag-go/untag/untagtest"
)

func TestTagMany(t *testing.T) {
	servicetest.TagMany{
		New: newClient, Request: tag.TagManyRequest{}, Most: 50, MostTags: 10,
		Resource: func(i int) untagtest.Resource {
			return untagtest.Resource{Product: "oss", Region: []string{"cn-hangzhou", "cn-beijing"}[i%2], Type: "bucket", ID: fmt.Sprint("b-", i)}
		},
		Name: func(i int) string {
			return fmt.Sprintf("arn:acs:oss:%s:1234567890123456:bucket/b-%d", []string{"cn-hangzhou", "cn-beijing"}[i%2], i)
		},
	}.Test(t)
}
