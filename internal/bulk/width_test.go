package bulk_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/bulk"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
)

// site is a simulated service in one region: a quota, and how long an answer takes.
type site struct {
	quota   float64 // calls a second; 0: none
	burst   float64 // tokens that it saves up; 0: those of a second
	window  int     // instead: calls in every minute, and a hint at its end
	latency func(inFlight int, random *rand.Rand) time.Duration

	mu        sync.Mutex
	random    *rand.Rand
	used      float64
	last      time.Time
	minute    time.Time
	inMinute  int
	inFlight  int
	peak      int
	calls     int
	throttled int
}

// admit says whether a call is within the quota, and if it is not how long to wait, if the service says.
func (s *site) admit(now time.Time) (ok bool, hint time.Duration) {
	switch {
	case s.window > 0:
		if now.Sub(s.minute) >= time.Minute {
			s.minute, s.inMinute = now.Truncate(time.Minute), 0
		}
		if s.inMinute++; s.inMinute > s.window {
			return false, s.minute.Add(time.Minute).Sub(now)
		}
	case s.quota > 0:
		burst := max(1, s.burst)
		if s.burst == 0 {
			burst = max(1, s.quota)
		}
		s.used = max(0, s.used-s.quota*now.Sub(s.last).Seconds())
		s.last = now
		if s.used+1 > burst+1e-9 {
			return false, 0
		}
		s.used++
	}
	return true, 0
}

// answer is one attempt.
func (s *site) answer() (ok bool, hint time.Duration) {
	s.mu.Lock()
	s.inFlight++
	s.peak = max(s.peak, s.inFlight)
	took := s.latency(s.inFlight, s.random)
	s.mu.Unlock()
	time.Sleep(took / 2)
	s.mu.Lock()
	s.calls++
	if ok, hint = s.admit(time.Now()); !ok {
		s.throttled++
	}
	s.mu.Unlock()
	time.Sleep(took - took/2)
	s.mu.Lock()
	s.inFlight--
	s.mu.Unlock()
	return ok, hint
}

// constant is a latency.
func constant(d time.Duration) func(int, *rand.Rand) time.Duration {
	return func(int, *rand.Rand) time.Duration { return d }
}

// process is a client of some sites that does not know their quotas.
type process struct {
	sites    map[string]*site
	limiters map[string]*pace.Limiter
	width    pace.Width
	most     int // resources a call
}

func newProcess(most int, sites map[string]*site) *process {
	p := &process{sites: sites, limiters: map[string]*pace.Limiter{}, most: most}
	for region, s := range sites {
		p.limiters[region] = pace.New(0)
		s.mu.Lock()
		if s.random == nil {
			s.random = rand.New(rand.NewPCG(1, 2))
		}
		s.mu.Unlock()
	}
	return p
}

func (p *process) operation() *bulk.Operation {
	return &bulk.Operation{
		Service: untag.ServiceTag, Action: "UntagResources", Request: "UntagManyRequest", Field: "ResourceARNs",
		MaxResources: p.most, MaxParts: 10,
		Place: func(resource string) bulk.Place {
			region, _, _ := strings.Cut(resource, "/")
			return bulk.Place{Region: region, Size: 30}
		},
		Encode: new(batches).encode, Scope: scopeOf, Width: &p.width, Send: p.send,
	}
}

// send repeats a call until it is not throttled, as package rpc does for a run.
func (p *process) send(ctx context.Context, call rpc.Call) ([]bulk.Failure, error) {
	limiter := p.limiters[call.Region]
	for n := 1; ; n++ {
		ticket, err := limiter.Wait(ctx, -1, call.Slot)
		if err != nil {
			return nil, err
		}
		ok, hint := p.sites[call.Region].answer()
		call.Slot.Release()
		if ok {
			limiter.Succeeded(ticket)
			return nil, nil
		}
		held := limiter.Throttled(ticket, hint)
		call.Waiting()
		if held == 0 {
			time.Sleep(rand.N(min(200*time.Millisecond<<min(n-1, 10), 20*time.Second)))
		}
	}
}

// input is n resources in turn of the regions, as a list that was sorted by nothing.
func input(n int, regions ...string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(regions[i%len(regions)] + "/" + strconv.Itoa(i)) {
				return
			}
		}
	}
}

// run returns when the last resource of each region was done, from the begin of the run.
func (p *process) run(t *testing.T, unordered bool, resources iter.Seq[string]) map[string]time.Duration {
	t.Helper()
	begin, done := time.Now(), map[string]time.Duration{}
	for resource, err := range bulk.Run(t.Context(), p.operation(), bulk.Request{Resources: each(resources), Unordered: unordered}) {
		if err != nil {
			t.Errorf("%s: %v", resource, err)
			break
		}
		region, _, _ := strings.Cut(resource, "/")
		done[region] = time.Since(begin)
	}
	return done
}

// calls is how many batches a simulation makes: go test -run TestWidth -figures -v.
func calls(full int) int {
	if *figures {
		return full
	}
	return full / 8
}

// A client that does not know the quota, and was not told how many calls to make, comes near the ideal rate: the quota,
// or 256 by the latency.
func TestWidthOfQuotas(t *testing.T) {
	t.Parallel()
	for _, latency := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, time.Second} {
		for _, quota := range []float64{5, 20, 100, 1000} {
			t.Run(fmt.Sprintf("%v, %g calls/s", latency, quota), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &site{quota: quota, latency: constant(latency)}
					n := calls(40_000)
					took := newProcess(1, map[string]*site{"cn-a": s}).run(t, false, input(n, "cn-a"))["cn-a"]
					ideal := float64(n) / min(quota, pace.MaxWidth/latency.Seconds())
					ratio, throttled := took.Seconds()/ideal, float64(s.throttled)/float64(s.calls)
					t.Logf("%.3f × the ideal time, %.2f %% throttled, %d in flight at most", ratio, 100*throttled, s.peak)
					if *figures {
						assert.LessOrEqual(t, ratio, 1.15)
						assert.LessOrEqual(t, throttled, 0.05)
					} else { // the search takes its time
						assert.LessOrEqual(t, ratio, 1.6)
						assert.LessOrEqual(t, throttled, 0.25)
					}
				})
			})
		}
	}
}

// One call of a hundred takes 5 s. In the order of the input, the window bounds the run: those behind it wait.
func TestWidthOfHeavyTail(t *testing.T) {
	t.Parallel()
	for _, unordered := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := &site{quota: 1000, latency: func(_ int, random *rand.Rand) time.Duration {
				if random.Float64() < 0.01 {
					return 5 * time.Second
				}
				return 200 * time.Millisecond
			}}
			n := calls(40_000)
			took := newProcess(50, map[string]*site{"cn-a": s}).run(t, unordered, input(50*n, "cn-a"))["cn-a"]
			ratio := took.Seconds() / (float64(n) / 1000)
			t.Logf("unordered %v: %.3f × the ideal time, %.2f %% throttled, %d in flight at most", unordered, ratio, 100*float64(s.throttled)/float64(s.calls), s.peak)
			if unordered && *figures {
				assert.LessOrEqual(t, ratio, 1.25)
			}
		})
	}
}

// A service that works on 100 calls at a time and never refuses: more in flight only wait longer.
func TestWidthOfServiceThatSlowsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const best = 100
		base := 200 * time.Millisecond
		s := &site{latency: func(inFlight int, _ *rand.Rand) time.Duration {
			return time.Duration(float64(base) * max(1, float64(inFlight)/best))
		}}
		n := calls(40_000)
		took := newProcess(1, map[string]*site{"cn-a": s}).run(t, false, input(n, "cn-a"))["cn-a"]
		throughput := float64(n) / took.Seconds() / (best / base.Seconds())
		t.Logf("%.3f × the throughput of the best fixed width, %d in flight at most", throughput, s.peak)
		if *figures {
			assert.GreaterOrEqual(t, throughput, 0.9)
		}
		assert.LessOrEqual(t, s.peak, 2*best)
	})
}

// 300 calls a minute, and then a hint when the next minute begins.
func TestWidthOfMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &site{window: 300, latency: constant(200 * time.Millisecond)}
		n := calls(16_000)
		took := newProcess(1, map[string]*site{"cn-a": s}).run(t, false, input(n, "cn-a"))["cn-a"]
		ratio, throttled := took.Minutes()/(float64(n)/300), float64(s.throttled)/float64(s.calls)
		t.Logf("%.3f × the ideal time, %.2f %% throttled", ratio, 100*throttled)
		assert.LessOrEqual(t, ratio, 1.3)
		assert.LessOrEqual(t, throttled, 0.15)
	})
}

// Twenty regions, one of them ten times slower, or dead: its calls time out.
func TestWidthOfRegions(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]time.Duration{"one is ten times slower": 500 * time.Millisecond, "one is dead": 30 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sites, regions := map[string]*site{}, make([]string, 20)
				for i := range regions {
					regions[i] = fmt.Sprintf("cn-%02d", i)
					sites[regions[i]] = &site{quota: 100, latency: constant(50 * time.Millisecond)}
				}
				sites["cn-07"].latency = constant(slow)
				n := calls(2_000) // a region
				p := newProcess(1, sites)
				done := p.run(t, true, input(20*n, regions...))
				worst := 0.0
				for region, at := range done {
					if region != "cn-07" {
						worst = max(worst, at.Seconds()/(float64(n)/100))
					}
				}
				t.Logf("the slowest of the others takes %.3f × its ideal time; the slow one makes %d calls, at most %d at a time, in %v",
					worst, sites["cn-07"].calls, sites["cn-07"].peak, done["cn-07"])
				if *figures {
					assert.LessOrEqual(t, worst, 1.15)
				}
			})
		})
	}
}

// Two processes share a quota that neither knows.
func TestWidthOfTwoProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &site{quota: 100, latency: constant(200 * time.Millisecond)}
		n := calls(40_000)
		var wait sync.WaitGroup
		var mu sync.Mutex
		done := [2]int{}
		begin := time.Now()
		var until time.Duration
		for i := range done {
			wait.Go(func() {
				p := newProcess(1, map[string]*site{"cn-a": s})
				time.Sleep(time.Duration(i) * time.Second) // the second one finds the quota taken
				for _, err := range bulk.Run(t.Context(), p.operation(), bulk.Request{Resources: each(input(n, "cn-a"))}) {
					assert.NoError(t, err)
					mu.Lock()
					over := done[0]+done[1] == n
					if !over {
						done[i]++
						until = time.Since(begin)
					}
					mu.Unlock()
					if over {
						return
					}
				}
			})
		}
		wait.Wait()
		share := float64(max(done[0], done[1])) / float64(n)
		sum := float64(n) / 100 / until.Seconds()
		t.Logf("%.0f : %.0f, sum %.3f × the quota, %.2f %% throttled", 100*share, 100*(1-share), sum, 100*float64(s.throttled)/float64(s.calls))
		if *figures {
			assert.LessOrEqual(t, share, 0.6)
			assert.GreaterOrEqual(t, sum, 0.9)
		}
	})
}
