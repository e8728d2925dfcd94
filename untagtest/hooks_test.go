package untagtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

func TestHooks(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	var seen []string
	note := func(when string) func(untagtest.Call) {
		return func(c untagtest.Call) {
			_, ok := tagsOf(t, cloud, instance)["env"] // it may use the Cloud
			seen = append(seen, when+" "+c.Action+" "+c.Verdict+map[bool]string{true: " tagged"}[ok])
			assert.Equal(t, []string{"env"}, c.Parameters["TagKey.1"])
			assert.Empty(t, c.Parameters["SecurityToken"])
		}
	}
	cloud.Before(note("before"))
	cloud.After(note("after"))
	cloud.Inject(fault{Calls: 1, Code: "InternalError"})
	send(t, cloud, call{service: ecs, params: good[ecs]})
	send(t, cloud, call{service: ecs, params: good[ecs], method: http.MethodPut})
	send(t, cloud, call{service: ecs, params: good[ecs]})
	cloud.Before(nil)
	cloud.After(nil)
	send(t, cloud, call{service: ecs, params: good[ecs]})
	assert.Equal(t, []string{
		"after UntagResources InternalError tagged", "after UntagResources UnsupportedHTTPMethod tagged",
		"before UntagResources  tagged", "after UntagResources OK",
	}, seen)
}
