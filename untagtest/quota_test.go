package untagtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/untagtest"
)

// ask makes one call of VPC IPAM in cn-hangzhou and returns its code.
func ask(t *testing.T, cloud *untagtest.Cloud) reply {
	t.Helper()
	return send(t, cloud, call{service: vpc, params: good[vpc]})
}

func TestSetQuota(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.SetQuota(vpc, 20, 3)
		for range 3 {
			assert.Empty(t, ask(t, cloud).Code)
		}
		answer := ask(t, cloud)
		assert.Equal(t, "Throttling.User", answer.Code)
		assert.Equal(t, 400, answer.Status)
		assert.Empty(t, answer.Header.Get("x-acs-retry-after"))
		for range 100 {
			time.Sleep(50 * time.Millisecond)
			assert.Empty(t, ask(t, cloud).Code, "exactly the quota is never too much")
		}
		time.Sleep(49 * time.Millisecond)
		assert.Equal(t, "Throttling.User", ask(t, cloud).Code)
		beijing := call{service: vpc, params: with(good[vpc], "RegionId", "cn-beijing"), base: "https://vpcipam.cn-beijing.aliyuncs.com"}
		assert.Equal(t, "ResourceNotFound.Ipam", send(t, cloud, beijing).Code, "each region has its own")
		assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs]}).Code, "each service has its own")
		time.Sleep(time.Hour)
		for range 3 {
			assert.Empty(t, ask(t, cloud).Code)
		}
		assert.Equal(t, "Throttling.User", ask(t, cloud).Code, "a long pause saves up no more than the burst")
		cloud.SetQuota(vpc, 0, 0)
		assert.Empty(t, ask(t, cloud).Code)
		cloud.SetQuota(vpc, 0.001, 0)
		assert.Empty(t, ask(t, cloud).Code, "a burst is at least 1")
		assert.Equal(t, "Throttling.User", ask(t, cloud).Code)
	})
}

func TestThrottledCallsChangeNothing(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.SetWindow(ecs, 1, time.Hour)
	send(t, cloud, call{service: ecs, params: with(good[ecs], "ResourceId.1", "i-dead")})
	assert.Equal(t, "Throttling.User", send(t, cloud, call{service: ecs, params: good[ecs]}).Code, "refused calls count")
	assert.Len(t, tagsOf(t, cloud, instance), 2)
}

func TestCallsThatAreNoneDoNotCount(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.SetWindow(ecs, 1, time.Hour)
	assert.Equal(t, "SignatureDoesNotMatch", send(t, cloud, call{service: ecs, params: good[ecs], secret: "x"}).Code)
	assert.Empty(t, send(t, cloud, call{service: ecs, params: good[ecs]}).Code)
}

func TestSetWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := stocked()
		cloud.SetWindow(vpc, 300, time.Minute)
		time.Sleep(time.Hour)
		for range 300 {
			assert.Empty(t, ask(t, cloud).Code)
			time.Sleep(100 * time.Millisecond)
		}
		answer := ask(t, cloud)
		assert.Equal(t, "Throttling.User", answer.Code)
		assert.Equal(t, "30000", answer.Header.Get("x-acs-retry-after"))
		time.Sleep(30*time.Second - 100*time.Microsecond)
		assert.Equal(t, "1", ask(t, cloud).Header.Get("x-acs-retry-after"), "rounded up")
		time.Sleep(100 * time.Microsecond)
		assert.Empty(t, ask(t, cloud).Code)
		cloud.SetWindow(vpc, 0, 0)
		for range 400 {
			assert.Empty(t, ask(t, cloud).Code)
		}
	})
}

func TestQuotasRefuseNonsense(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	assert.Panics(t, func() { cloud.SetQuota("s3", 1, 1) })
	assert.Panics(t, func() { cloud.SetWindow("", 1, time.Second) })
	assert.Panics(t, func() { cloud.SetWindow(tag, 1, 0) })
}

func TestQuotasOfActions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := listed()
		of := func(verb string) string {
			return send(t, cloud, call{service: ecs, verb: verb, params: typed(ecs, "ResourceId.1", "i-1", "TagKey.1", "k", "Tag.1.Key", "k")}).Code
		}
		cloud.SetQuota(ecs, 1, 1)
		for _, verb := range []string{"UntagResources", "TagResources", "ListTagResources"} {
			assert.Empty(t, of(verb), "each action has its own")
			assert.Equal(t, "Throttling.User", of(verb))
		}
		cloud.SetActionQuota(ecs, "ListTagResources", 10, 2)
		assert.Empty(t, of("ListTagResources"))
		assert.Empty(t, of("ListTagResources"))
		assert.Equal(t, "Throttling.User", of("ListTagResources"))
		assert.Equal(t, "Throttling.User", of("TagResources"), "the others keep theirs, and what is used of it")
		cloud.SetActionQuota(ecs, "TagResources", 0, 0)
		assert.Empty(t, of("TagResources"))
		assert.Empty(t, of("TagResources"))
		cloud.SetWindow(ecs, 1, time.Second)
		for _, verb := range []string{"UntagResources", "TagResources", "ListTagResources"} {
			assert.Empty(t, of(verb))
			assert.Equal(t, "Throttling.User", of(verb))
		}
		assert.Panics(t, func() { cloud.SetActionQuota(ecs, "RemoveTags", 1, 1) })
		assert.Panics(t, func() { cloud.SetActionQuota("", "", 1, 1) })
	})
}
