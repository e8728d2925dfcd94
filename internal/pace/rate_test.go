package pace_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/internal/pace"
)

// Quotas that the limiter knows or has to learn: 64 workers make 2,000 calls.
func TestQuota(t *testing.T) {
	t.Parallel()
	const calls = 2000
	tokens := func(rate, burst float64) func() server {
		return func() server { return &bucket{rate: rate, burst: burst} }
	}
	hinting := func(rate, burst float64) func() server {
		return func() server { return &bucket{rate: rate, burst: burst, hint: true} }
	}
	windows := func(limit int, length, offset time.Duration) func() server {
		return func() server { return &window{limit: limit, length: length, offset: offset} }
	}
	for _, tc := range []struct {
		name      string
		rate      float64
		server    func() server
		latency   time.Duration
		ideal     float64 // seconds
		throttled float64 // answers by calls, at most
		time      float64 // by ideal, at most
	}{
		{"bucket 10 per s, burst 10, known", 9.5, tokens(10, 10), 0, 199, 0.02, 1.15},
		{"bucket 10 per s, burst 10, set too high", 20, tokens(10, 10), 0, 199, 0.15, 1.5},
		{"bucket 10 per s, burst 10, unknown", 0, tokens(10, 10), 0, 199, 0.15, 1.5},
		{"bucket 10 per s, burst 10, hints, unknown", 0, hinting(10, 10), 0, 199, 0.15, 1.5},
		{"bucket 10 per s, burst 10, latency 1 s, unknown", 0, tokens(10, 10), time.Second, 199, 0.15, 1.5},
		{"bucket 10 per s, burst 1, unknown", 0, tokens(10, 1), 0, 199.9, 0.15, 1.5},
		{"bucket 2 per s, burst 2, unknown", 0, tokens(2, 2), 0, 999, 0.15, 1.5},
		{"bucket 2 per s, burst 1, unknown", 0, tokens(2, 1), 0, 999.5, 0.15, 1.5},
		{"bucket 500 per s, burst 500, unknown", 0, tokens(500, 500), 0, 3.125, 0.15, 1.5},
		{"bucket 500 per s, burst 1, unknown", 0, tokens(500, 1), 0, 4, 0.15, 1.5},
		{"window 300 in 60 s, known", 4.75, windows(300, time.Minute, 0), 0, 400, 0.15, 1.3},
		{"window 300 in 60 s, unknown", 0, windows(300, time.Minute, 0), 0, 400, 0.15, 1.3},
		{"window 300 in 60 s, begun 50 s ago, unknown", 0, windows(300, time.Minute, 50*time.Second), 0, 400, 0.15, 1.3},
		{"window 300 in 60 s, begun 30 s ago, set too high", 100, windows(300, time.Minute, 30*time.Second), 0, 400, 0.15, 1.3},
		{"window 20 in 2 s, unknown", 0, windows(20, 2*time.Second, 0), 0, 200, 0.15, 1.5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			least, most := calls, 0
			fastest, slowest := time.Duration(1<<62), time.Duration(0)
			for range 5 {
				synctest.Test(t, func(t *testing.T) {
					r := load{limiter: pace.New(tc.rate), server: tc.server(), workers: 64, calls: calls, latency: tc.latency}.run(t)
					require.Equal(t, calls, r.done)
					least, most = min(least, r.throttled), max(most, r.throttled)
					fastest, slowest = min(fastest, r.took), max(slowest, r.took)
				})
			}
			t.Logf("throttled %.1f to %.1f %%, time %.2f to %.2f of ideal",
				100*float64(least)/calls, 100*float64(most)/calls, fastest.Seconds()/tc.ideal, slowest.Seconds()/tc.ideal)
			assert.LessOrEqual(t, float64(most)/calls, tc.throttled, "throttled")
			assert.LessOrEqual(t, slowest.Seconds()/tc.ideal, tc.time, "time")
		})
	}
}

// Several processes, each with a limiter of its own, share what they do not know.
func TestQuotaSharedByProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const quota = 30
		var mu sync.Mutex
		shared := &bucket{rate: quota, burst: quota}
		begin := time.Now()
		var wait sync.WaitGroup
		reports := make([]*report, 3)
		for i := range reports {
			wait.Go(func() {
				reports[i] = load{limiter: pace.New(0), workers: 20, until: 5 * time.Minute, server: serverFunc(
					func(time.Duration) (bool, time.Duration) {
						mu.Lock()
						defer mu.Unlock()
						return shared.admit(time.Since(begin))
					},
				)}.run(t)
			})
		}
		wait.Wait()
		total, throttled := 0.0, 0
		for _, r := range reports {
			rate := r.between(30*time.Second, 5*time.Minute)
			t.Logf("%.1f calls per second, %d of %d calls throttled", rate, r.throttled, r.done)
			assert.Greater(t, rate, 0.2*quota/3, "starved") // a fifth of its share
			total += rate
			throttled += r.throttled
		}
		assert.Greater(t, total, 0.85*quota)
		assert.Less(t, throttled, 5*60*quota*10/100)
	})
}

// The quota falls to a tenth, and comes back.
func TestQuotaChanges(t *testing.T) {
	t.Parallel()
	for range 3 {
		synctest.Test(t, func(t *testing.T) {
			high, low := &bucket{rate: 100, burst: 100}, &bucket{rate: 10, burst: 10}
			r := load{limiter: pace.New(0), workers: 64, until: 3 * time.Minute, server: serverFunc(
				func(now time.Duration) (bool, time.Duration) {
					if now >= time.Minute && now < 2*time.Minute {
						return low.admit(now)
					}
					return high.admit(now)
				},
			)}.run(t)
			t.Logf("per second: %.0f before; %.0f, %.0f in the first 5 and 10 s of 10; %.0f, %.0f, %.0f after 10, 15 and 20 s of 100 again; %d of %d calls throttled",
				r.between(10*time.Second, time.Minute),
				r.between(60*time.Second, 65*time.Second), r.between(65*time.Second, 70*time.Second),
				r.between(130*time.Second, 135*time.Second), r.between(135*time.Second, 140*time.Second), r.between(140*time.Second, 180*time.Second),
				r.throttled, r.done)
			assert.Greater(t, r.between(10*time.Second, time.Minute), 90.0)
			assert.Greater(t, r.between(65*time.Second, 2*time.Minute), 9.0)
			assert.Greater(t, r.between(140*time.Second, 3*time.Minute), 90.0)
			assert.Less(t, r.throttled, r.done*5/100)
		})
	}
}

// Everything is throttled for a minute.
func TestOutage(t *testing.T) {
	t.Parallel()
	const begin, end = time.Minute, 2 * time.Minute
	for _, rate := range []float64{0, 9.5, 100} {
		for _, hint := range []time.Duration{0, 100 * time.Millisecond, time.Second, 5 * time.Second, end} {
			t.Run(fmt.Sprint("rate ", rate, " hint ", hint), func(t *testing.T) {
				t.Parallel()
				for range 2 {
					synctest.Test(t, func(t *testing.T) {
						quota := &bucket{rate: max(10, 1.05*rate), burst: 10}
						r := load{limiter: pace.New(rate), workers: 64, until: 3 * time.Minute, server: serverFunc(
							func(now time.Duration) (bool, time.Duration) {
								if now < begin || now >= end {
									return quota.admit(now)
								}
								return false, min(hint, end-now)
							},
						)}.run(t)
						before := r.between(begin-30*time.Second, begin)
						// Without hints, the calls themselves come back one by one only.
						grace := 8*time.Second + min(hint, 5*time.Second)
						after := r.between(end+grace, end+grace+30*time.Second)
						back := grace
						for back > 0 && r.between(end+back-time.Second, end+back+time.Second) >= 0.9*before {
							back -= time.Second / 2
						}
						t.Logf("%.1f per second before, %.1f after, back after %v; %d throttled", before, after, back, r.throttled)
						assert.GreaterOrEqual(t, after, 0.9*before)
					})
				}
			})
		}
	}
}

// A known rate is kept exactly, and never exceeded by more than one call.
func TestSteadyRate(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{9.5, 0.3, 25} {
		synctest.Test(t, func(t *testing.T) {
			always := serverFunc(func(time.Duration) (bool, time.Duration) { return true, 0 })
			r := load{limiter: pace.New(rate), workers: 64, until: 10 * time.Minute, server: always}.run(t)
			got := r.between(0, 10*time.Minute)
			t.Logf("%.3f of %v per second", got, rate)
			assert.InEpsilon(t, rate, got, 0.01)
			interval := time.Duration(float64(time.Second) / rate)
			for i := range len(r.admitted) - 2 {
				require.GreaterOrEqual(t, r.admitted[i+2]-r.admitted[i], interval, "three calls within 1/rate")
			}
		})
	}
}

// Timers that fire late cost no rate, as long as one call makes up for it.
func TestLateTimers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(10)
		begin := time.Now()
		for range 100 {
			started(t, l)
			time.Sleep(30 * time.Millisecond)
		}
		assert.InDelta(t, 10, time.Since(begin).Seconds(), 0.1)
	})
}

// After a lull there is one call to start with, and nothing saved up.
func TestNoSavings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(10)
		started(t, l)
		time.Sleep(time.Hour)
		begin := time.Now()
		for i := range 5 {
			started(t, l)
			assert.Equal(t, time.Duration(i)*100*time.Millisecond, time.Since(begin))
		}
	})
}

// Calls in flight together are throttled together: one slow-down.
func TestOneSlowDownPerWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(10)
		var tickets []pace.Ticket
		for range 20 {
			tickets = append(tickets, started(t, l))
		}
		for _, ticket := range tickets {
			l.Throttled(ticket, 0)
		}
		assert.InDelta(t, 9, rate(t, l), 0.01)
		l.Throttled(started(t, l), 0)
		assert.InDelta(t, 8.1, rate(t, l), 0.01)
		for range 100 {
			l.Throttled(started(t, l), 0)
		}
		assert.InDelta(t, 0.5, rate(t, l), 0.01, "the least rate of an outage")
		for range 50 {
			l.Succeeded(started(t, l))
		}
		assert.InDelta(t, 10, rate(t, l), 0.01, "never above what was configured")
	})
}

// A service that serves a little at the least rate of an outage is followed down.
func TestTinyQuota(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := load{limiter: pace.New(0), server: &bucket{rate: 0.1, burst: 1}, workers: 3, until: 2 * time.Hour}.run(t)
		t.Logf("%d calls, %d throttled", r.done, r.throttled)
		assert.Greater(t, r.done, 550)
		assert.Less(t, r.throttled, r.done/4)
	})
}

// Successes that did not wait say nothing of the rate; those that did raise an
// unknown one until there is no limit in sight.
func TestUnlimitedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(0)
		for range 100 {
			l.Succeeded(started(t, l))
		}
		l.Throttled(started(t, l), 0)
		assert.InDelta(t, 101, rate(t, l), 2, "what was served in the last second")
		for range 100 {
			time.Sleep(time.Minute)
			l.Succeeded(started(t, l))
		}
		assert.InDelta(t, 101, rate(t, l), 2)
		for range 50 {
			l.Succeeded(started(t, l))
		}
		begin := time.Now()
		for range 100 {
			l.Succeeded(started(t, l))
		}
		assert.Zero(t, time.Since(begin))
	})
}

// rate measures the rate of l by two calls.
func rate(t *testing.T, l *pace.Limiter) float64 {
	t.Helper()
	started(t, l)
	begin := time.Now()
	started(t, l)
	return 1 / time.Since(begin).Seconds()
}

// started waits for a call to start.
func started(t *testing.T, l *pace.Limiter) pace.Ticket {
	t.Helper()
	ticket, err := l.Wait(t.Context(), -1, nil)
	require.NoError(t, err)
	return ticket
}
