package untagtest_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtest"
)

// TestStoreAgreesWithModel puts, removes, edits and calls at random, and compares what lists show with a plain map.
func TestStoreAgreesWithModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, seed))
			cloud := newCloud()
			cloud.Choose(untagtest.Choices{PageSize: 1 + random.IntN(300)})
			model := map[string]map[string]string{}
			resource := func(id string) untagtest.Resource {
				return untagtest.Resource{Product: "ecs", Type: "instance", ID: id}
			}
			for range 400 {
				id := fmt.Sprint("i-", random.IntN(60))
				key, value := fmt.Sprint("k", random.IntN(3)), fmt.Sprint("v", random.IntN(3))
				one := typed(ecs, "ResourceId.1", id, "TagKey.1", key, "Tag.1.Key", key, "Tag.1.Value", value)
				switch random.IntN(6) {
				case 0, 1:
					r := resource(id)
					r.Tags = map[string]string{key: value, "k0": value}
					cloud.Put(r)
					model[id] = maps.Clone(r.Tags)
				case 2:
					cloud.Remove(resource(id))
					delete(model, id)
				case 3:
					if send(t, cloud, call{service: ecs, verb: "TagResources", params: one}).Status == 200 {
						model[id][key] = value
					}
				case 4:
					if send(t, cloud, call{service: ecs, params: one}).Status == 200 {
						delete(model[id], key)
					}
				case 5:
					if cloud.Edit(resource(id), func(tags map[string]string) { tags[key] = value }) {
						model[id][key] = value
					}
				}
			}
			for _, filter := range [][2]string{{"k0", ""}, {"k1", ""}, {"k0", "v1"}, {"k2", "v2"}} {
				var want []string
				for id, tags := range model {
					if value, ok := tags[filter[0]]; ok && (filter[1] == "" || value == filter[1]) {
						for k, v := range tags {
							want = append(want, id+" "+k+"="+v)
						}
					}
				}
				p := typed(ecs, "Tag.1.Key", filter[0])
				if filter[1] != "" {
					p["Tag.1.Value"] = filter[1]
				}
				got := slices.Concat(lists(t, cloud, ecs, p)...)
				slices.Sort(want)
				slices.Sort(got)
				assert.Equal(t, want, got, filter)
			}
			values, _ := extras(t, cloud, "ListTagValues", "Key", "k0", "PageSize", "300")
			in := map[string]bool{}
			for _, tags := range model {
				if v, ok := tags["k0"]; ok {
					in[v] = true
				}
			}
			assert.Subset(t, slices.Sorted(maps.Keys(in)), values.Values.Value)
			copied := newCloud()
			for id, tags := range model {
				r := resource(id)
				r.Tags = tags
				copied.Put(r)
			}
			assert.Equal(t, copied.Digest(), cloud.Digest())
		})
	}
}

// big is an account of n instances, of which each has one of 1,000 values and a tag that all share.
func big(n int) *untagtest.Cloud {
	cloud := newCloud()
	resources := make([]untagtest.Resource, 0, 1000)
	for i := range n {
		resources = append(resources, untagtest.Resource{
			Product: "ecs", Type: "instance", ID: fmt.Sprintf("i-%07d", i), Tags: map[string]string{"owner": fmt.Sprint("o", i%1000), "all": "x"},
		})
		if len(resources) == cap(resources) || i == n-1 {
			cloud.Put(resources...)
			resources = resources[:0]
		}
	}
	return cloud
}

// TestManyResources lists, values and untags 110,000 resources page by page.
func TestManyResources(t *testing.T) {
	t.Parallel()
	cloud := big(110_000)
	cloud.KeepCalls(10)
	before := cloud.Digest()
	start := time.Now()
	rows := 0
	for _, page := range lists(t, cloud, tag, params("Tags", `{"owner":"o7"}`, "PageSize", "1000")) {
		rows += len(page)
	}
	assert.Equal(t, 2*110, rows)
	values, _ := extras(t, cloud, "ListTagValues", "Key", "owner", "PageSize", "1000")
	assert.Len(t, values.Values.Value, 1000)
	calls := 0
	for {
		answer := send(t, cloud, call{service: tag, verb: "ListTagResources", params: params("Tags", `{"all":"x"}`, "PageSize", "1000")})
		page, _ := answer.rows(t)
		if len(page) == 0 {
			break
		}
		calls++
		p := params("TagKey.1", "all")
		n := 0
		for _, row := range page {
			if id, ok := strings.CutSuffix(row, " all=x"); ok {
				if n++; n%20 == 0 {
					// One in twenty is untagged by a call.
					q := with(p, "ResourceARN.1", "arn:acs:ecs:*:*:instance/"+id)
					require.Empty(t, send(t, cloud, call{service: tag, params: q}).failed())
				} else {
					cloud.Edit(untagtest.Resource{Product: "ecs", Type: "instance", ID: id}, func(tags map[string]string) { delete(tags, "all") })
				}
			}
		}
	}
	assert.Equal(t, 110, calls)
	assert.NotEqual(t, before, cloud.Digest())
	t.Logf("110,000 resources in %v", time.Since(start))
}

// TestMemoryIsBounded makes calls of every kind: what they leave does not grow.
func TestMemoryIsBounded(t *testing.T) {
	cloud := big(2000)
	rounds := 3
	var sizes []uint64
	for range rounds {
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				for i := range 2500 {
					id := fmt.Sprintf("i-%07d", (i*4+worker)%2000)
					c := call{service: ecs, params: typed(ecs, "ResourceId.1", id, "TagKey.1", "k", "Tag.1.Key", "k", "Tag.1.Value", strconv.Itoa(i%7))}
					c.verb = []string{"UntagResources", "TagResources", "ListTagResources"}[i%3]
					record(t, cloud, c.request(t))
				}
			})
		}
		all.Wait()
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		sizes = append(sizes, memory.HeapAlloc)
	}
	assert.Len(t, cloud.Calls(), 10_000)
	assert.Equal(t, rounds*10_000, cloud.CallCount())
	// The ring of calls is full after the first round; nonces are 100 bytes a call, up to a bound.
	assert.Less(t, float64(sizes[2])-float64(sizes[1]), 4e6, sizes)
}

// BenchmarkPage lists 1,000 resources of a million, by a tag that all have.
func BenchmarkPage(b *testing.B) {
	cloud := big(1_000_000)
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapAlloc)/1e6, "MB")
	p := params("Tags", `{"all":"x"}`, "PageSize", "1000")
	for b.Loop() {
		answer := send(b, cloud, call{service: tag, verb: "ListTagResources", params: p})
		_, next := answer.rows(b)
		p = with(p, "NextToken", *next)
	}
	b.ReportMetric(float64(memory.HeapAlloc)/1e6, "MB")
}
