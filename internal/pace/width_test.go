package pace_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/pace"
)

func TestFixedWidth(t *testing.T) {
	t.Parallel()
	w := pace.NewWidth(2)
	line := w.Line("cn-a")
	assert.Equal(t, 2, line.Room())
	a, b, c := line.Slot(), line.Slot(), w.Line("cn-b").Slot()
	assert.Same(t, a.Line(), b.Line())
	assert.NotSame(t, a.Line(), c.Line())
	require.True(t, a.TryAcquire())
	require.True(t, b.TryAcquire())
	require.False(t, c.TryAcquire())
	a.Release()
	a.Release() // it is not held
	require.True(t, c.TryAcquire())
	require.False(t, a.TryAcquire())
}

// A place that becomes free goes to the region with the fewest calls in flight, whoever came first; one that is given up at
// the same moment is not lost.
func TestWidthIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := pace.NewWidth(3)
		a, b := w.Line("cn-a"), w.Line("cn-b")
		var held []pace.Slot
		for range 3 {
			s := a.Slot()
			require.NoError(t, s.Acquire(t.Context()))
			held = append(held, s)
		}
		var order []string
		var mu sync.Mutex
		var wait sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		wait.Go(func() { assert.ErrorIs(t, w.Line("cn-c").Slot().Acquire(ctx), context.Canceled) })
		for _, x := range []struct {
			name string
			line *pace.Line
		}{{"a", a}, {"a", a}, {"b", b}, {"b", b}} {
			wait.Go(func() {
				s := x.line.Slot()
				assert.NoError(t, s.Acquire(t.Context()))
				mu.Lock()
				order = append(order, x.name)
				mu.Unlock()
				time.Sleep(time.Minute)
				s.Release()
			})
			synctest.Wait()
		}
		cancel()
		for _, s := range held {
			s.Release()
			time.Sleep(time.Second)
		}
		wait.Wait()
		assert.Equal(t, []string{"b", "a", "a", "b"}, order, "at a tie, who came first")
		assert.True(t, a.Slot().TryAcquire())
	})
}

// flow keeps a line's room used up for a while, with calls of some latency, and returns the room then.
func flow(t *testing.T, w *pace.Width, region string, d time.Duration, latency func(inFlight int) time.Duration) int {
	t.Helper()
	line, end := w.Line(region), time.Now().Add(d)
	var mu sync.Mutex
	var wait sync.WaitGroup
	inFlight := 0
	for range pace.MaxWidth {
		wait.Go(func() {
			for time.Now().Before(end) {
				s := line.Slot()
				if s.Acquire(t.Context()) != nil {
					return
				}
				mu.Lock()
				inFlight++
				took := latency(inFlight)
				mu.Unlock()
				time.Sleep(took)
				mu.Lock()
				inFlight--
				mu.Unlock()
				s.Release()
			}
		})
	}
	wait.Wait()
	return line.Room()
}

func TestWidthFollowsLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := new(pace.Width)
		steady := func(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }
		assert.Equal(t, 256, flow(t, w, "cn-a", 3*time.Second, steady(100*time.Millisecond)), "it opens quickly")
		loaded := func(inFlight int) time.Duration {
			return 100 * time.Millisecond * time.Duration(max(20, inFlight)) / 20
		}
		room := flow(t, w, "cn-a", 20*time.Second, loaded)
		assert.GreaterOrEqual(t, room, 20)
		assert.LessOrEqual(t, room, 40, "a service that works on 20 calls at a time")
		assert.Equal(t, 256, flow(t, w, "cn-a", time.Minute, steady(time.Second)), "slow as such, and not for the load")
		assert.Equal(t, 16, w.Line("cn-b").Room(), "another region")
	})
}
