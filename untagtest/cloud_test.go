package untagtest_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	cloud.Put(instance)
	config := cloud.Config()
	assert.Equal(t, "cn-hangzhou", config.Region)
	assert.Equal(t, "1234567890123456", cloud.AccountID())
	credential, err := config.Credentials.GetCredential()
	require.NoError(t, err)
	c := call{service: ecs, params: good[ecs], id: *credential.AccessKeyId, secret: *credential.AccessKeySecret}
	assert.Empty(t, do(t, config.HTTPClient, c.request(t)).Code)
	assert.Same(t, config.HTTPClient, cloud.Config().HTTPClient)
}

func TestPrintsNoSecret(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	cloud.AllowKey("KEYID", "KEYSECRET", "KEYTOKEN")
	cloud.AllowBearer("KEYBEARER")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		text := fmt.Sprintf(verb, cloud) + fmt.Sprintf(verb, struct{ C *untagtest.Cloud }{cloud}) + fmt.Sprintf(verb, *cloud) + fmt.Sprintf(verb, struct{ c untagtest.Cloud }{*cloud})
		assert.NotContains(t, text, "KEYSECRET")
		assert.NotContains(t, text, "KEYTOKEN")
		assert.NotContains(t, text, "KEYBEARER")
		assert.NotContains(t, text, "key-secret")
	}
	assert.Equal(t, "untagtest.Cloud{resources: 0, keys: 3, faults: 0, calls: 0}", cloud.String())
}

func TestPut(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	tags := map[string]string{"a": "1"}
	cloud.Put(untagtest.Resource{Product: "ECS", Type: "Instance", ID: "i-1", Tags: tags}, untagtest.Resource{Product: "resourcesharing", ID: "rs-1"})
	tags["a"] = "2"
	got, ok := cloud.Tags("ecs", "cn-hangzhou", "instance", "i-1")
	assert.True(t, ok)
	assert.Equal(t, map[string]string{"a": "1"}, got, "the caller's map is copied")
	got["a"] = "3"
	got, _ = cloud.Tags("ecs", "", "instance", "i-1")
	assert.Equal(t, map[string]string{"a": "1"}, got, "and so is the account's")
	got, ok = cloud.Tags("resourcesharing", "cn-hangzhou", "ResourceShare", "rs-1")
	assert.True(t, ok)
	assert.Equal(t, map[string]string{}, got)
	_, ok = cloud.Tags("ecs", "cn-beijing", "instance", "i-1")
	assert.False(t, ok)
	for _, r := range []untagtest.Resource{{Type: "t", ID: "i"}, {Product: "p", ID: "i"}, {Product: "p", Type: "t"}} {
		assert.Panics(t, func() { cloud.Put(r) })
	}
}

func TestOneResourceSeenByTwoServices(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		service  untagtest.Service
		resource untagtest.Resource
		arn      string
	}{
		{ecs, instance, "arn:acs:ecs:cn-hangzhou:1234567890123456:instance/i-1"},
		{vpc, ipam, "arn:acs:vpcipam:cn-hangzhou:1234567890123456:ipam/ipam-1"},
		{rs, share, "arn:acs:resourcesharing:cn-hangzhou:1234567890123456:resourceshare/rs-1"},
	} {
		cloud := stocked()
		assert.Equal(t, row.arn, row.resource.String())
		assert.Empty(t, send(t, cloud, call{service: tag, params: arn(row.arn)}).failed())
		assert.Equal(t, map[string]string{"team": "b"}, tagsOf(t, cloud, row.resource))
		assert.Empty(t, send(t, cloud, call{service: row.service, params: with(good[row.service], "TagKey.1", "team")}).Code)
		assert.Empty(t, tagsOf(t, cloud, row.resource))
		assert.Empty(t, send(t, cloud, call{service: row.service, params: good[row.service]}).Code, "a key that is not there is no error")
		cloud.Remove(row.resource)
		assert.Len(t, send(t, cloud, call{service: tag, params: arn(row.arn)}).failed(), 1)
		assert.NotEmpty(t, send(t, cloud, call{service: row.service, params: good[row.service]}).Code)
	}
}

func TestTypeOfOnesOwn(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	params := with(good[ecs], "ResourceType", "spaceship", "ResourceId.1", "s-1")
	assert.Equal(t, "InvalidResourceType.NotFound", send(t, cloud, call{service: ecs, params: params}).Code)
	cloud.Put(untagtest.Resource{Product: "ecs", Type: "spaceship", ID: "s-1"})
	assert.Empty(t, send(t, cloud, call{service: ecs, params: params}).Code)
	assert.Empty(t, send(t, cloud, call{service: tag, params: arn("arn:acs:ecs:*:*:spaceship/s-1")}).Code)
}

func TestAllowAnyResource(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.AllowAnyResource()
	cloud.Put(instance)
	cloud.Deny("NoPermission", 403, untagtest.Resource{Product: "ecs", Type: "instance", ID: "i-denied"})
	params := list(good[ecs], "ResourceId", "i-%d", 50)
	assert.Empty(t, send(t, cloud, call{service: ecs, params: params}).Code)
	assert.Equal(t, map[string]string{"team": "b"}, tagsOf(t, cloud, instance))
	_, ok := cloud.Tags("ecs", "cn-hangzhou", "instance", "i-2")
	assert.False(t, ok, "nothing is kept of it")
	assert.Equal(t, "NoPermission", send(t, cloud, call{service: ecs, params: with(params, "ResourceId.7", "i-denied")}).Code)
	assert.Equal(t, "InvalidResourceId.NotFound", send(t, cloud, call{service: ecs, params: with(params, "ResourceId.7", "*")}).Code)
}

func TestCloudsAreApart(t *testing.T) {
	t.Parallel()
	one, other := stocked(), stocked()
	c := call{service: ecs, params: good[ecs], nonce: "the same"}
	assert.Empty(t, send(t, one, c).Code)
	assert.Len(t, tagsOf(t, other, instance), 2)
	assert.Empty(t, send(t, other, c).Code)
}

func TestFaultsAreExactUnderConcurrency(t *testing.T) {
	t.Parallel()
	cloud := stocked()
	cloud.Inject(fault{Code: "X", Calls: 40}, fault{Item: "Y", Calls: 30})
	cloud.SetWindow(tag, 90, time.Hour)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 15 {
				send(t, cloud, call{service: tag, params: good[tag]})
			}
		})
	}
	group.Wait()
	count := map[string]int{}
	for _, v := range verdicts(cloud) {
		count[v]++
	}
	assert.Equal(t, map[string]int{"X": 40, "PartialFailure": 30, "OK": 20, "Throttling.User": 30}, count)
}

// TestCallsAreAtomic lets calls that must fail meet others: a call changes all of its resources or none.
func TestCallsAreAtomic(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	fleet := make([]untagtest.Resource, 20)
	params := with(good[vpc], "ResourceType", "IPAMPOOL")
	for i := range fleet {
		fleet[i] = untagtest.Resource{Product: "vpcipam", Type: "IPAMPOOL", ID: fmt.Sprint("p-", i), Tags: map[string]string{"env": "x"}}
		params[fmt.Sprintf("ResourceId.%d", i+1)] = fleet[i].ID
	}
	last := fleet[len(fleet)-1]
	cloud.Put(fleet...)
	var group sync.WaitGroup
	group.Go(func() {
		for range 50 {
			cloud.Deny("X", 400, last)
			cloud.Allow(last)
		}
		cloud.Deny("X", 400, last)
	})
	for range 30 {
		code := send(t, cloud, call{service: vpc, params: params}).Code
		left := 0
		for _, r := range fleet {
			tags, _ := cloud.Tags(r.Product, "cn-hangzhou", r.Type, r.ID)
			left += len(tags)
		}
		if code == "" {
			assert.Zero(t, left)
		} else {
			assert.Equal(t, len(fleet), left)
		}
		cloud.Put(fleet...)
	}
	group.Wait()
	assert.Equal(t, "X", send(t, cloud, call{service: vpc, params: params}).Code)
}

func TestMemoryDoesNotGrow(t *testing.T) {
	cloud := newCloud()
	cloud.AllowAnyResource()
	cloud.KeepCalls(10)
	heap := func() int64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	run := func(calls int) {
		for i := range calls {
			params := list(good[ecs], "ResourceId", fmt.Sprintf("i-%d-%%d", i), 50)
			require.Empty(t, send(t, cloud, call{service: ecs, params: params}).Code)
		}
	}
	run(100)
	before := heap()
	run(1000)
	assert.Less(t, heap()-before, int64(500_000), "1,000 calls of 50 resources: their nonces are all that stays")
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	cloud := newCloud()
	cloud.KeepCalls(50)
	cloud.SetQuota(ecs, 1e6, 1000)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 25 {
				id := fmt.Sprintf("i-%d-%d", worker, i)
				r := untagtest.Resource{Product: "ecs", Type: "instance", ID: id, Tags: map[string]string{"env": "x"}}
				cloud.Put(r)
				cloud.Inject(fault{Code: "X", Region: "cn-beijing", Calls: 1}, fault{Latency: time.Microsecond, Calls: 1})
				cloud.Deny("Y", 400, untagtest.Resource{Product: "ecs", Type: "instance", ID: id + "-denied"})
				cloud.AllowKey(id, "S", "")
				c := call{service: ecs, params: with(good[ecs], "ResourceId.1", id), id: id, secret: "S"}
				if i%2 == 0 {
					c.service, c.params = tag, arn(r.ARN())
				}
				answer := send(t, cloud, c)
				assert.Empty(t, answer.Code, answer.Message)
				assert.Empty(t, tagsOf(t, cloud, r))
				cloud.Remove(r)
				_, _ = cloud.String(), cloud.Calls()
			}
		})
	}
	group.Wait()
	assert.Equal(t, 200, cloud.CallCount())
	assert.Len(t, cloud.Calls(), 50)
}
