package bulk_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/rpc"
)

var figures = flag.Bool("figures", false, "measure at full size and print; without it the same tests run small")

// stub is a fast service in virtual time: it only counts.
type stub struct {
	latency time.Duration
	bad     map[string]bool
	place   func(string) string

	calls atomic.Int64
	busy  atomic.Int64
}

func (s *stub) operation(most int) *bulk.Operation {
	var known batches
	return &bulk.Operation{
		Service: untag.ServiceECS, Action: "UntagResources", Request: "UntagManyRequest", Field: "ResourceIDs",
		MaxResources: most, MaxParts: 20,
		Place: func(resource string) bulk.Place {
			return bulk.Place{Region: s.place(resource), Size: bulk.ElementSize("ResourceId", most, resource)}
		},
		Encode: known.encode,
		Scope:  scopeOf,
		Send: func(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
			if err := call.Slot.Acquire(ctx); err != nil {
				return nil, err
			}
			defer call.Slot.Release()
			s.calls.Add(1)
			s.busy.Add(int64(s.latency))
			if s.latency > 0 {
				time.Sleep(s.latency) // virtual
			}
			for _, resource := range known.of(call).Resources {
				if s.bad[resource] {
					return nil, errNotFound
				}
			}
			return nil, nil
		},
	}
}

var errNotFound = apiError("InvalidResourceId.NotFound", http.StatusNotFound)

func oneRegion(string) string { return "cn-a" }

func count(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield("i-" + strconv.Itoa(i)) {
				return
			}
		}
	}
}

// Calls by share of dead resources, as a multiple of a clean run's, against the figures that the project set itself.
func TestCallsByShareOfDeadResources(t *testing.T) {
	t.Parallel()
	n, seeds, slack := 10_000, 2, 1.06 // few seeds scatter
	if *figures {
		n, seeds, slack = 100_000, 20, 1
	}

	for _, row := range []struct {
		share        float64
		cluster      int // of how many side by side; 1: at random
		bound, reach float64
	}{
		{0, 1, 1, 1},
		{0.001, 1, 1, 1.40},
		{0.01, 1, 4.04, 4.3},
		{0.05, 1, 14.3, 15.4},
		{0.2, 1, 36.1, 39.5},
		{0.6, 1, 48.5, 51},
		{1, 1, 50, 51},
		{0.01, 20, 1.5, 2.4},
		{0.01, 100, 1.5, 1.75},
		{0.01, 500, 1.5, 1.75},
	} {
		if row.cluster > 1 && !*figures {
			continue // a cluster is a small share of a large run only; see TestCallsOfClusters
		}
		for _, concurrency := range []int{8, 64} {
			sum, busy := 0.0, 0.0
			for seed := range seeds {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(uint64(seed), uint64(row.share*1000)))
					s := &stub{latency: 100 * time.Millisecond, bad: map[string]bool{}, place: oneRegion}
					for i := 0; row.cluster == 1 && i < n; i++ {
						if random.Float64() < row.share {
							s.bad["i-"+strconv.Itoa(i)] = true
						}
					}
					for row.cluster > 1 && len(s.bad) < int(row.share*float64(n)) {
						from := random.IntN(n - row.cluster)
						for i := range row.cluster {
							s.bad["i-"+strconv.Itoa(from+i)] = true
						}
					}
					begin := time.Now()
					for resource, err := range bulk.Run(t.Context(), s.operation(50), bulk.Request{Resources: each(count(n)), Concurrency: concurrency}) {
						if s.bad[resource] != (err != nil) {
							t.Errorf("%s: %v", resource, err)
						}
					}
					sum += float64(s.calls.Load()) / float64(n/50)
					busy += float64(s.busy.Load()) / (float64(concurrency) * float64(time.Since(begin)))
				})
			}
			mean := sum / float64(seeds)
			t.Logf("dead %5.1f %% by %3d, %2d in flight: %6.3f × a clean run (bound %.1f, reach %.2f), slots busy %.1f %%",
				100*row.share, row.cluster, concurrency, mean, row.bound, row.reach, 100*busy/float64(seeds))
			assert.LessOrEqual(t, mean, row.reach*slack*(1+float64(concurrency)/25_000)) // many calls in flight know less of each other
			if *figures && row.share == 0.001 && concurrency == 8 {
				assert.GreaterOrEqual(t, busy/float64(seeds), 0.95, "slots stay busy")
			}
		}
	}
}

// Twenty regions in random order, equally likely and skewed.
func TestCallsByRegion(t *testing.T) {
	t.Parallel()
	n := 20_000
	if *figures {
		n = 100_000
	}
	for name, pick := range map[string]func(*rand.Rand) int{
		"equal": func(r *rand.Rand) int { return r.IntN(20) },
		"98 % in one": func(r *rand.Rand) int {
			if r.Float64() < 0.98 {
				return 0
			}
			return 1 + r.IntN(19)
		},
		"Zipf": func(r *rand.Rand) int {
			return int(rand.NewZipf(r, 1.2, 1, 19).Uint64())
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			regions := make([]string, n)
			perRegion := map[string]int{}
			for i := range regions {
				regions[i] = fmt.Sprintf("cn-%02d", pick(random))
				perRegion[regions[i]]++
			}
			ideal := 0.0
			for _, size := range perRegion {
				ideal += math.Ceil(float64(size) / 50)
			}
			s := &stub{latency: 100 * time.Millisecond, place: func(resource string) string {
				i, _ := strconv.Atoi(strings.TrimPrefix(resource, "i-"))
				return regions[i]
			}}
			begin, next := time.Now(), 0
			for resource, err := range bulk.Run(t.Context(), s.operation(50), bulk.Request{Resources: each(count(n)), Concurrency: 8}) {
				require.NoError(t, err)
				require.Equal(t, "i-"+strconv.Itoa(next), resource)
				next++
			}
			ratio := float64(s.calls.Load()) / ideal
			busy := float64(s.busy.Load()) / (8 * float64(time.Since(begin)))
			t.Logf("%s: %d calls, %.3f × the ideal, slots busy %.1f %%", name, s.calls.Load(), ratio, 100*busy)
			if name == "equal" {
				assert.LessOrEqual(t, ratio, 1/0.95)
			}
		})
	}
}

// The heap does not grow with the number of resources.
func TestMemory(t *testing.T) {
	sizes := []int{100_000, 500_000}
	if *figures {
		sizes = []int{1_000_000, 10_000_000}
	}
	for _, n := range sizes {
		s := &stub{place: oneRegion}
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		peak, done := uint64(0), 0
		begin := time.Now()
		for _, err := range bulk.Run(t.Context(), s.operation(50), bulk.Request{Resources: each(count(n)), Concurrency: 32}) {
			require.NoError(t, err)
			if done++; done%50_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
		}
		t.Logf("%d resources: peak heap in use %.1f MiB (%.1f before), %.2f µs a resource",
			n, float64(peak)/(1<<20), float64(before.HeapAlloc)/(1<<20), float64(time.Since(begin).Microseconds())/float64(n))
		assert.Equal(t, n, done)
		assert.Less(t, peak, uint64(16<<20))
	}
}

func BenchmarkEngine(b *testing.B) {
	s := &stub{place: oneRegion}
	b.ReportAllocs()
	for _, err := range bulk.Run(b.Context(), s.operation(50), bulk.Request{Resources: each(count(b.N)), Concurrency: 32}) {
		if err != nil {
			b.Fatal(err)
		}
	}
}
