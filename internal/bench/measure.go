package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// plan says how long to measure.
type plan struct {
	rounds int
	slice  time.Duration // of one contestant in one round
}

// sample is what one call cost in a slice: microseconds and allocations.
type sample struct{ wall, cpu, allocs float64 }

// series is the samples of one contestant, one for each round.
type series struct {
	name    string
	samples []sample
}

// race lets contestants take turns, a slice each in every round, so that whatever else the machine does hits all alike.
// Every round begins with another contestant, and every slice with a collected heap.
func race(ctx context.Context, p plan, inFlight int, names []string, calls []call) ([]series, error) {
	all := make([]series, len(calls))
	counts := make([]int, len(calls))
	for i, c := range calls {
		all[i] = series{name: names[i]}
		var err error
		if counts[i], err = calibrate(ctx, c, inFlight, p.slice); err != nil {
			return nil, fmt.Errorf("%s: %w", names[i], err)
		}
	}
	for round := range p.rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for turn := range calls {
			i := (round + turn) % len(calls)
			s, err := measure(ctx, calls[i], inFlight, counts[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", names[i], err)
			}
			all[i].samples = append(all[i].samples, s)
		}
	}
	return all, nil
}

// calibrate warms a contestant up and returns how many calls fill a slice.
func calibrate(ctx context.Context, c call, inFlight int, slice time.Duration) (int, error) {
	n := 8 * inFlight
	for {
		start := time.Now()
		if err := repeat(ctx, c, inFlight, n); err != nil {
			return 0, err
		}
		took := time.Since(start)
		if took >= slice/4 {
			return max(1, int(float64(n)*float64(slice)/float64(took))), nil
		}
		n *= 2
	}
}

func measure(ctx context.Context, c call, inFlight, n int) (sample, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := cpuTime(), time.Now()
	if err := repeat(ctx, c, inFlight, n); err != nil {
		return sample{}, err
	}
	took, used := time.Since(start), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	perCall := func(d time.Duration) float64 { return float64(d) / float64(n) / float64(time.Microsecond) }
	return sample{perCall(took), perCall(used), float64(after.Mallocs-before.Mallocs) / float64(n)}, nil
}

// repeat makes n calls, so many of them at a time.
func repeat(ctx context.Context, c call, inFlight, n int) error {
	ctx = context.WithoutCancel(ctx) // callers do not share one context that can end, and its lock would be measured
	if inFlight == 1 {
		for range n {
			if err := c(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	var (
		made   atomic.Int64
		failed atomic.Pointer[error]
		group  sync.WaitGroup
	)
	for range inFlight {
		group.Go(func() {
			for made.Add(1) <= int64(n) && failed.Load() == nil {
				if err := c(ctx); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func wall(s sample) float64 { return s.wall }

func cpu(s sample) float64 { return s.cpu }

func allocs(s sample) float64 { return s.allocs }

// median of one of the figures.
func (s series) median(of func(sample) float64) float64 {
	values := make([]float64, len(s.samples))
	for i := range s.samples {
		values[i] = of(s.samples[i])
	}
	return median(values)
}

// ratio is the median of the rounds' ratios: the two were measured within the same moment.
func (s series) ratio(to series, of func(sample) float64) float64 {
	values := make([]float64, len(s.samples))
	for i := range s.samples {
		values[i] = of(s.samples[i]) / of(to.samples[i])
	}
	return median(values)
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// named returns the series of a contestant.
func named(all []series, name string) series {
	return all[slices.IndexFunc(all, func(s series) bool { return s.name == name })]
}
