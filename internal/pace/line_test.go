package pace_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/pace"
)

// Calls start in the order they came.
func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(10)
		started(t, l)
		begin := time.Now()
		var wait sync.WaitGroup
		for i := range 20 {
			wait.Go(func() {
				started(t, l)
				assert.Equal(t, time.Duration(i+1)*100*time.Millisecond, time.Since(begin))
			})
			synctest.Wait()
		}
		wait.Wait()
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, slots := pace.New(1), newSemaphore(1)
		done, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := l.Wait(done, -1, nil)
		require.ErrorIs(t, err, context.Canceled, "before anything else")

		begin := time.Now()
		started(t, l)
		ctx, cancel := context.WithCancel(t.Context())
		for range 10 { // the first sleeps, the others are in line
			go func() {
				_, err := l.Wait(ctx, time.Hour, nil)
				assert.ErrorIs(t, err, context.Canceled)
			}()
			go func() {
				_, err := l.Wait(ctx, time.Hour, slots)
				assert.ErrorIs(t, err, context.Canceled)
			}()
		}
		synctest.Wait()
		last := make(chan time.Duration)
		go func() {
			started(t, l)
			last <- time.Since(begin)
		}()
		time.Sleep(500 * time.Millisecond)
		cancel()
		assert.Equal(t, time.Second, <-last, "the line goes on")
		assert.Zero(t, slots.held())
	})
}

// The turn passes to a call at the moment that it is cancelled.
func TestCancelAtTheTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			l := pace.New(1)
			started(t, l)
			var wait sync.WaitGroup
			wait.Go(func() { started(t, l) })
			synctest.Wait()
			for range 5 {
				wait.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					if _, err := l.Wait(ctx, -1, nil); err != nil {
						assert.ErrorIs(t, err, context.DeadlineExceeded)
					}
				})
			}
			synctest.Wait()
			wait.Go(func() { started(t, l) })
			wait.Wait()
		}
	})
}

// The pause begins while a slot is awaited: the slot goes back at once.
func TestSlotIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, slots := pace.New(10), newSemaphore(1)
		ticket, err := l.Wait(t.Context(), -1, slots)
		require.NoError(t, err)
		begin := time.Now()
		second := make(chan time.Duration)
		go func() {
			_, err := l.Wait(t.Context(), -1, slots)
			assert.NoError(t, err)
			second <- time.Since(begin)
		}()
		time.Sleep(time.Second)
		l.Throttled(ticket, 20*time.Second)
		slots.Release()
		synctest.Wait()
		assert.Zero(t, slots.held())
		assert.GreaterOrEqual(t, <-second, 21*time.Second)
		assert.Equal(t, 1, slots.held())
	})
}

// A run whose slots are in use does not hold up calls beside it, and is served
// as soon as it has one.
func TestSlotsInUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, slots := pace.New(1), newSemaphore(1)
		require.NoError(t, slots.Acquire(t.Context()))
		var starts atomic.Int32
		for range 3 {
			go func() {
				_, err := l.Wait(t.Context(), -1, slots)
				assert.NoError(t, err)
				starts.Add(1)
				slots.Release()
			}()
		}
		synctest.Wait()
		begin := time.Now()
		for range 10 {
			started(t, l)
		}
		assert.Equal(t, 9*time.Second, time.Since(begin))
		assert.Zero(t, starts.Load())
		time.Sleep(time.Hour)
		slots.Release()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.EqualValues(t, 3, starts.Load())
	})
}

// Two runs share a limiter. The one that waits for its slots does not hold up the other; when both can start, they take
// turns, however many calls either has in line.
func TestTwoRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, slow, quick := pace.New(1), newSemaphore(1), newSemaphore(100)
		require.NoError(t, slow.Acquire(t.Context()))
		var mu sync.Mutex
		var order []byte
		started := func() string {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return string(order)
		}
		run := func(name byte, slots *semaphore, calls int) {
			for range calls {
				go func() {
					_, err := l.Wait(t.Context(), -1, slots)
					assert.NoError(t, err)
					mu.Lock()
					order = append(order, name)
					mu.Unlock()
					if slots == slow {
						slots.Release()
					}
				}()
				synctest.Wait()
			}
		}
		begin := time.Now()
		run('s', slow, 20)
		run('q', quick, 10)
		for len(started()) < 10 {
			time.Sleep(time.Second)
		}
		assert.Equal(t, "qqqqqqqqqq", started(), "none of the other's")
		assert.LessOrEqual(t, time.Since(begin), 10*time.Second, "at the full rate")

		slow.Release()
		run('q', quick, 10)
		time.Sleep(9 * time.Second)
		both := started()[10:]
		assert.Greater(t, len(both), 8)
		for i := range len(both) - 2 {
			assert.Contains(t, both[i:i+3], "s", both)
			assert.Contains(t, both[i:i+3], "q", both)
		}
		time.Sleep(time.Minute)
		assert.Len(t, started(), 40)
	})
}

// A run whose slots are busy in other regions gets its share of a region that another run uses, too.
func TestBusySlotsDoNotStarve(t *testing.T) {
	t.Parallel()
	for _, rivals := range []string{"a run", "single calls"} {
		synctest.Test(t, func(t *testing.T) {
			const rate, regions, seconds = 20, 3, 60
			own := newSemaphore(8)
			var rival pace.Slot
			if rivals == "a run" {
				rival = newSemaphore(8)
			}
			ctx, cancel := context.WithTimeout(t.Context(), seconds*time.Second)
			defer cancel()
			var calls sync.WaitGroup
			keepCalling := func(l *pace.Limiter, slot pace.Slot, n *atomic.Int64) {
				for range 8 {
					calls.Go(func() {
						for {
							ticket, err := l.Wait(ctx, -1, slot)
							if err != nil {
								return
							}
							time.Sleep(200*time.Millisecond + time.Duration(n.Add(1)%7)*time.Millisecond)
							l.Succeeded(ticket)
							if slot != nil {
								slot.Release()
							}
						}
					})
				}
			}
			var elsewhere, here, theirs atomic.Int64
			contested := pace.New(rate)
			keepCalling(contested, own, &here)
			for range regions - 1 {
				keepCalling(pace.New(rate), own, &elsewhere)
			}
			keepCalling(contested, rival, &theirs)
			calls.Wait()
			t.Logf("%d calls of the run, %d of %s; %d of the run elsewhere", here.Load(), theirs.Load(), rivals, elsewhere.Load())
			assert.Greater(t, here.Load(), (here.Load()+theirs.Load())/16)
			assert.LessOrEqual(t, here.Load()+theirs.Load(), int64(rate*seconds+2), "the rate is kept")
		})
	}
}

type brokenSlot struct{ pace.Slot }

var errSlot = errors.New("no slot")

func (brokenSlot) Line() any { return nil }

func (brokenSlot) TryAcquire() bool { return false }

func (brokenSlot) Acquire(context.Context) error { return errSlot }

func TestSlotFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(10)
		for range 2 {
			_, err := l.Wait(t.Context(), -1, brokenSlot{})
			require.ErrorIs(t, err, errSlot)
		}
		begin := time.Now()
		started(t, l)
		assert.Zero(t, time.Since(begin), "no time was used up")
	})
}

// 64 workers with eight slots: never more calls in flight than slots.
func TestSlotsBoundCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := load{limiter: pace.New(0), server: &bucket{rate: 50, burst: 50}, workers: 64, calls: 3000, slot: newSemaphore(8)}.run(t)
		t.Logf("%d calls, %d throttled, %v", r.done, r.throttled, r.took)
		assert.Equal(t, 3000, r.done)
		assert.Less(t, r.throttled, 300)
		assert.Less(t, r.took, 80*time.Second)
	})
}
