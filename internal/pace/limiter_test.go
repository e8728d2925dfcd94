package pace_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/pace"
)

// A hint given to one call holds all others, those too that wait already, and
// none of them holds a slot meanwhile. Then they start one by one.
func TestPauseHoldsAll(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{10, 0, -1} {
		synctest.Test(t, func(t *testing.T) {
			l, slots := pace.New(rate), newSemaphore(8)
			ticket := started(t, l)
			if rate == 0 {
				l.Succeeded(ticket)
			}
			var starts atomic.Int32
			var wait sync.WaitGroup
			call := func(slot pace.Slot) {
				wait.Go(func() {
					_, err := l.Wait(t.Context(), -1, slot)
					assert.NoError(t, err)
					starts.Add(1)
					if slot != nil {
						slot.Release()
					}
				})
			}
			if rate > 0 { // the others would start at once
				call(slots)
				call(nil)
				synctest.Wait()
			}
			held := l.Throttled(ticket, 30*time.Second)
			assert.GreaterOrEqual(t, held, 30*time.Second)
			assert.LessOrEqual(t, held, 31*time.Second)
			assert.Equal(t, held, l.Throttled(ticket, 29*time.Second), "within the pause")
			assert.Equal(t, held, l.Throttled(ticket, 0))
			for range 10 {
				call(slots)
				call(nil)
			}
			time.Sleep(30*time.Second - 1)
			synctest.Wait()
			assert.Zero(t, starts.Load())
			assert.Zero(t, slots.held())
			time.Sleep(time.Second + 1)
			synctest.Wait()
			assert.Positive(t, starts.Load())
			assert.Zero(t, l.Throttled(ticket, 0), "the pause is over")
			wait.Wait()
		})
	}
}

// An absurd hint pauses for a minute; a negative one is none.
func TestHintIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(-1)
		assert.Zero(t, l.Throttled(started(t, l), -time.Second))
		held := l.Throttled(started(t, l), 10*time.Hour)
		assert.GreaterOrEqual(t, held, time.Minute)
		assert.LessOrEqual(t, held, 61*time.Second)
	})
}

// Several limiters that were given the same hint do not come back together.
func TestPauseHasJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seen := map[time.Duration]bool{}
		for range 20 {
			l := pace.New(10)
			seen[l.Throttled(started(t, l), 10*time.Second)] = true
		}
		assert.Greater(t, len(seen), 15)
	})
}

func TestNoLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(-1)
		begin := time.Now()
		for range 100 {
			ticket := started(t, l)
			l.Succeeded(ticket)
			assert.Zero(t, l.Throttled(ticket, 0))
		}
		assert.Zero(t, time.Since(begin))
	})
}

func TestPatience(t *testing.T) {
	t.Parallel()
	refused := func(t *testing.T, l *pace.Limiter, patience time.Duration, slot pace.Slot) {
		t.Helper()
		begin := time.Now()
		_, err := l.Wait(t.Context(), patience, slot)
		require.ErrorIs(t, err, pace.ErrPaused)
		var paused *pace.PausedError
		require.ErrorAs(t, err, &paused)
		assert.Positive(t, paused.Remaining)
		assert.ErrorContains(t, err, "paused by throttling for another ")
		assert.Zero(t, time.Since(begin))
	}
	for name, test := range map[string]func(t *testing.T){
		"a pause": func(t *testing.T) {
			l := pace.New(-1)
			l.Throttled(started(t, l), 30*time.Second)
			refused(t, l, 29*time.Second, nil)
			refused(t, l, 0, newSemaphore(1))
			_, err := l.Wait(t.Context(), 32*time.Second, nil)
			assert.NoError(t, err)
		},
		"the rest of a pause": func(t *testing.T) {
			l := pace.New(-1)
			l.Throttled(started(t, l), 30*time.Second)
			time.Sleep(20 * time.Second)
			_, err := l.Wait(t.Context(), 12*time.Second, nil)
			assert.NoError(t, err)
		},
		"a pause that comes while calls are in line": func(t *testing.T) {
			l, slots := pace.New(1), newSemaphore(9)
			ticket := started(t, l)
			var wait sync.WaitGroup
			for i := range 12 {
				wait.Go(func() {
					var slot pace.Slot
					if i%2 == 0 {
						slot = slots
					}
					if i%3 == 0 {
						_, err := l.Wait(t.Context(), -1, slot)
						assert.NoError(t, err)
						return
					}
					begin := time.Now()
					_, err := l.Wait(t.Context(), 10*time.Second, slot)
					assert.ErrorIs(t, err, pace.ErrPaused)
					assert.Equal(t, 100*time.Millisecond, time.Since(begin))
				})
			}
			time.Sleep(100 * time.Millisecond)
			l.Throttled(ticket, 20*time.Second)
			wait.Wait()
			assert.Equal(t, 2, slots.held())
			started(t, l)
		},
		"two pauses add up": func(t *testing.T) {
			l := pace.New(1)
			l.Throttled(started(t, l), 8*time.Second)
			begin := time.Now()
			var wait sync.WaitGroup
			for range 3 {
				wait.Go(func() { started(t, l) })
			}
			synctest.Wait()
			wait.Go(func() {
				_, err := l.Wait(t.Context(), 13*time.Second, nil)
				assert.ErrorIs(t, err, pace.ErrPaused)
				assert.Equal(t, 9500*time.Millisecond, time.Since(begin))
			})
			time.Sleep(9500 * time.Millisecond)
			l.Throttled(pace.Ticket{}, 7*time.Second)
			wait.Wait()
		},
		"only what is left of a pause that others have waited for": func(t *testing.T) {
			l := pace.New(10)
			for range 20 {
				l.Throttled(started(t, l), 0) // down to one call in two seconds
			}
			l.Throttled(pace.Ticket{}, 30*time.Second)
			var wait sync.WaitGroup
			wait.Go(func() { started(t, l) })
			time.Sleep(20 * time.Second)
			for range 3 {
				wait.Go(func() {
					_, err := l.Wait(t.Context(), 20*time.Second, nil)
					assert.NoError(t, err)
				})
			}
			wait.Wait()
		},
		"a slow-down": func(t *testing.T) {
			l := pace.New(10)
			for range 20 {
				l.Throttled(started(t, l), 0) // down to one call in two seconds
			}
			var wait sync.WaitGroup
			wait.Go(func() { started(t, l) })
			synctest.Wait()
			refused(t, l, time.Second, nil)
			refused(t, l, 0, newSemaphore(1))
			_, err := l.Wait(t.Context(), 5*time.Second, nil)
			assert.NoError(t, err)
			wait.Wait()
		},
		"a slow-down after a start on credit": func(t *testing.T) {
			l, slots := pace.New(10), newSemaphore(1)
			for range 20 {
				l.Throttled(started(t, l), 0) // down to one call in two seconds
			}
			require.NoError(t, slots.Acquire(t.Context()))
			var wait sync.WaitGroup
			wait.Go(func() {
				_, err := l.Wait(t.Context(), -1, slots)
				assert.NoError(t, err)
			})
			time.Sleep(2100 * time.Millisecond)
			begin := time.Now()
			started(t, l) // uses the time up that the other's turn was for
			slots.Release()
			synctest.Wait()
			wait.Wait()
			assert.Equal(t, begin, time.Now(), "it starts all the same")
			refused(t, l, 2500*time.Millisecond, nil)
			_, err := l.Wait(t.Context(), 4*time.Second, nil)
			assert.NoError(t, err)
			assert.Equal(t, 4*time.Second, time.Since(begin).Round(100*time.Millisecond), "the credit was paid back")
		},
		"not the configured rate": func(t *testing.T) {
			l := pace.New(0.1)
			var wait sync.WaitGroup
			for range 10 {
				wait.Go(func() {
					_, err := l.Wait(t.Context(), 0, nil)
					assert.NoError(t, err)
				})
			}
			wait.Wait()
		},
		"not a slot that is in use": func(t *testing.T) {
			l, slots := pace.New(10), newSemaphore(1)
			var wait sync.WaitGroup
			for range 5 {
				wait.Go(func() {
					_, err := l.Wait(t.Context(), 0, slots)
					assert.NoError(t, err)
					time.Sleep(time.Minute)
					slots.Release()
				})
			}
			wait.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, test)
		})
	}
}

// Rates at the edges of what a float can say.
func TestOddRates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inf := 1e308 * float64(len(t.Name()))
		for _, rate := range []float64{inf, inf - inf, 1e300, 1e-300} {
			l := pace.New(rate)
			ticket := started(t, l)
			l.Throttled(ticket, 0)
			l.Succeeded(ticket)
			started(t, pace.New(rate))
		}
	})
}

// In real time, with everything at once, for the race detector.
func TestStress(t *testing.T) {
	t.Parallel()
	l, slots := pace.New(20_000), newSemaphore(4)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			for n := range 100 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n%7)*time.Millisecond)
				var slot pace.Slot
				if i%2 == 0 {
					slot = slots
				}
				ticket, err := l.Wait(ctx, time.Duration(i-8)*time.Millisecond, slot)
				cancel()
				if err != nil {
					continue
				}
				if slot != nil {
					slot.Release()
				}
				switch n % 10 {
				case 0:
					l.Throttled(ticket, 0)
				case 5:
					l.Throttled(ticket, time.Millisecond)
				default:
					l.Succeeded(ticket)
				}
			}
		})
	}
	wait.Wait()
	assert.Zero(t, slots.held())
	started(t, l)
}

func TestSmall(t *testing.T) {
	const n = 1000
	limiters := make([]*pace.Limiter, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range limiters {
		limiters[i] = pace.New(10)
		ticket, err := limiters[i].Wait(t.Context(), 0, nil)
		require.NoError(t, err)
		limiters[i].Succeeded(ticket)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	size := (after.HeapAlloc - before.HeapAlloc) / n
	t.Logf("%d bytes", size)
	assert.Less(t, size, uint64(1024))
	runtime.KeepAlive(limiters)
}

func TestNoAllocation(t *testing.T) {
	ctx, slots := t.Context(), newSemaphore(1)
	for _, rate := range []float64{0, -1, 1e9} {
		l := pace.New(rate)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			ticket, _ := l.Wait(ctx, time.Minute, nil)
			l.Succeeded(ticket)
		}), "rate %v", rate)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			ticket, _ := l.Wait(ctx, time.Minute, slots)
			slots.Release()
			l.Succeeded(ticket)
		}), "rate %v with a slot", rate)
	}
}

func BenchmarkWait(b *testing.B) {
	for _, bc := range []struct {
		name string
		rate float64
		slot *semaphore
	}{{"unknown", 0, nil}, {"off", -1, nil}, {"slot", 0, newSemaphore(1)}} {
		b.Run(bc.name, func(b *testing.B) {
			l, ctx := pace.New(bc.rate), b.Context()
			var slot pace.Slot
			if bc.slot != nil {
				slot = bc.slot
			}
			b.ReportAllocs()
			for b.Loop() {
				ticket, err := l.Wait(ctx, time.Minute, slot)
				if err != nil {
					b.Fatal(err)
				}
				if slot != nil {
					slot.Release()
				}
				l.Succeeded(ticket)
			}
		})
	}
}
