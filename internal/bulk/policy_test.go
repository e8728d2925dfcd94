package bulk

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPolicyStartsWithFullSets(t *testing.T) {
	t.Parallel()
	p := newPolicy(50)
	for range startAllowance {
		require.Equal(t, 50, p.fresh(50))
		p.sent(50)
	}
	assert.Equal(t, 1, p.fresh(50), "nothing is known and the allowance is spent")
	p.learn(true, 50, 0, new(origin))
	assert.Equal(t, 50, p.fresh(50))
	assert.Equal(t, 50, p.fresh(1000), "never more than its own limit")
	assert.Equal(t, 17, p.fresh(17))
	assert.Equal(t, 1, p.fresh(1))
}

func TestPolicyPartIsSmallerThanTheSet(t *testing.T) {
	t.Parallel()
	p := newPolicy(50)
	assert.Equal(t, 1, p.part(1), "a culprit by elimination is called too")
	assert.Equal(t, 1, p.part(2))
	for n := 3; n <= 50; n++ {
		x := p.part(n)
		assert.GreaterOrEqual(t, x, 1)
		assert.Less(t, x, n)
	}
}

func TestPolicyOfOne(t *testing.T) {
	t.Parallel()
	p := newPolicy(1)
	assert.Equal(t, 1, p.fresh(1))
	p.sent(1)
	p.learn(false, 1, 0, new(origin))
	assert.Equal(t, 1, p.fresh(50))
}

func TestAnExpectedVerdictTeachesNothing(t *testing.T) {
	t.Parallel()
	p := newPolicy(50)
	before := p.estimate
	p.failed(1, 1)
	p.passed(1, 1)
	assert.Equal(t, before, p.estimate)
}

// No input makes a run dearer than single calls by more than the allowance.
func TestCallsOfAdversarialInputs(t *testing.T) {
	t.Parallel()
	const most = 10_000
	sparse, dense := randomly(most, 0.001, 1), randomly(most, 0.6, 2)
	period := func(bad, of int) func(int) bool { return func(i int) bool { return i%of < bad } }
	mixed := func(block int) func(int) bool {
		return func(i int) bool { return (i/block%2 == 0 && sparse(i)) || (i/block%2 == 1 && dense(i)) }
	}
	steps := make([]func(int) bool, 21)
	for k := range steps {
		steps[k] = randomly(most, float64(k)/20, uint64(k))
	}
	drifting := func(i int) bool { return steps[i*len(steps)/most](i) }

	for _, row := range []struct {
		name  string
		bad   func(int) bool
		reach float64 // calls for each resource, where it should be far below 1
	}{
		{"all bad", period(1, 1), 1.02},
		{"every second", period(1, 2), 1.02},
		{"every third", period(1, 3), 1.02},
		{"two of three", period(2, 3), 1.02},
		{"blocks of 10", period(10, 20), 1.02},
		{"blocks of 25", period(25, 50), 1.02},
		{"every second batch", period(50, 100), 1.02},
		{"blocks of 5,000", period(5000, 10_000), 0.55},
		{"first of each batch", period(1, 50), 0.2},
		{"last of each batch", func(i int) bool { return i%50 == 49 }, 0.2},
		{"500 dead in a row", period(500, 10_000), 0.15},
		{"0.1 % and 60 % by 2,000", mixed(2000), 0.65},
		{"0.1 % and 60 % by 200", mixed(200), 0.85},
		{"0 % to 100 %", drifting, 0.9},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, resources := range []int{1000, most} {
				for _, flights := range []int{1, 8, 64} {
					s := newSimulation(50, flights, resources, 1, row.bad).run()
					s.requireSettled(t)
					each := float64(s.calls) / float64(resources)
					t.Logf("%6d resources, %2d batches in flight: %.3f calls each", resources, flights, each)
					assert.LessOrEqual(t, each, 1+surcharge+startAllowance/float64(resources))
					if resources == most {
						assert.LessOrEqual(t, each, row.reach)
					}
				}
			}
		})
	}
}

// When a bad stretch ends, sets are large again after 200 resources.
func TestSetsGrowAgainAfterABadStretch(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]func(int) bool{
		"all bad":      func(int) bool { return true },
		"every second": func(i int) bool { return i%2 == 0 },
		"blocks of 10": func(i int) bool { return i/10%2 == 0 }, // keeps the allowance empty
	} {
		for _, flights := range []int{1, 8, 64} {
			t.Run(fmt.Sprintf("%s, %d in flight", name, flights), func(t *testing.T) {
				t.Parallel()
				const stretch, calm, seeds = 1000, 1000, 8
				sum := 0
				for seed := range uint64(seeds) {
					sparse := randomly(stretch+calm, 0.001, seed)
					s := newSimulation(50, flights, stretch+calm, seed, func(i int) bool {
						return i < stretch && bad(i) || i >= stretch && sparse(i)
					}).run()
					large := slices.IndexFunc(s.fresh, func(set []int) bool { return set[0] >= stretch && len(set) >= 40 })
					require.Positive(t, large, "never large again")
					sum += s.fresh[large][0] - stretch
				}
				assert.LessOrEqual(t, sum/seeds, 200)
			})
		}
	}
}

func BenchmarkPolicy(b *testing.B) {
	bad := randomly(100_000, 0.05, 1)
	calls := 0
	for b.Loop() {
		calls += newSimulation(50, 64, 100_000, 1, bad).run().calls
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(calls), "ns/call")
}

func BenchmarkShareTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newShareTable(50)
	}
}
