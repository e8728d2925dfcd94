package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// The same seed makes the same world. What happens in it at one instant may happen in another order.
var (
	seedsFlag = flag.Int("seeds", 250, "how many worlds each property test with seeds makes")
	seedFlag  = flag.Uint64("seed", 0, "make the world of this seed alone")
)

// summary counts what happened in all worlds.
type summary struct {
	mu     sync.Mutex
	counts map[string]int
}

func (s *summary) add(counts map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for what, n := range counts {
		s.counts[what] += n
	}
}

func (s *summary) String() string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(&b, "%10d  %s\n", s.counts[what], what)
	}
	return b.String()
}

// eachSeed makes a world of each seed and reports what is wrong with it. A goroutine that is left, or waits for ever, makes
// synctest panic.
func eachSeed(t *testing.T, world func(t *testing.T, r *rand.Rand) (counts map[string]int, err error)) {
	t.Helper()
	first, last := uint64(1), uint64(*seedsFlag)
	if *seedFlag != 0 {
		first, last = *seedFlag, *seedFlag
	}
	var next, wrong atomic.Uint64
	next.Store(first)
	all := &summary{counts: map[string]int{}}
	t.Run("seeds", func(t *testing.T) {
		for worker := range 4 {
			t.Run(strconv.Itoa(worker), func(t *testing.T) {
				t.Parallel()
				for {
					seed := next.Add(1) - 1
					if seed > last || wrong.Load() > 4 {
						return
					}
					counts, err := oneSeed(t, seed, world)
					all.add(counts)
					if err != nil {
						wrong.Add(1)
						t.Errorf("seed %d: %v\nto see it again: go test -run '^%s$' -seed %d", seed, err, strings.Split(t.Name(), "/")[0], seed)
					}
				}
			})
		}
	})
	t.Logf("%d seeds:\n%s", last-first+1, all)
}

func oneSeed(t *testing.T, seed uint64, world func(*testing.T, *rand.Rand) (map[string]int, error)) (counts map[string]int, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			stacks := make([]byte, 64<<10)
			err = fmt.Errorf("panic: %v\n%s", panicked, stacks[:runtime.Stack(stacks, true)])
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		counts, err = world(t, rand.New(rand.NewPCG(seed, 0)))
	})
	return counts, err
}

// oneOf draws an element.
func oneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// chance draws whether something with a probability happens.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }
