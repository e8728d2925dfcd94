package untagtest

import (
	"fmt"
	"maps"
	"math"
	"sync"
	"time"
)

// SetQuota limits the calls of each action of a service to perSecond in each region, with bursts of up to burst (at least
// 1) after a pause. What is above it is refused with Throttling.User, without a hint when to come back, and changes nothing. A
// perSecond of 0 or less lifts the quota. There is none at first. SetQuota and [Cloud.SetWindow] replace each other,
// and what was used of the one before is forgotten. It panics on an unknown service.
func (c *Cloud) SetQuota(service Service, perSecond float64, burst int) {
	c.SetActionQuota(service, "", perSecond, burst)
}

// SetActionQuota is [Cloud.SetQuota] for one action, which has the quota of its service no longer. A perSecond of 0 or less
// lifts its quota. A later SetQuota or [Cloud.SetWindow] of the service takes it back.
func (c *Cloud) SetActionQuota(service Service, action string, perSecond float64, burst int) {
	mustBeService(service)
	if t := services[service]; action != "" && t.actions[action].run == nil {
		panic(fmt.Sprintf("untagtest: service %q has no action %q", string(service), action))
	}
	var r rule
	if perSecond > 0 {
		// Whole nanoseconds, rounded down: a client that keeps exactly to the quota is never refused for a rounding.
		r.interval = time.Duration(min(float64(time.Second)/perSecond, math.MaxInt64/4))
		r.burst = max(burst, 1)
	}
	c.quotas.set(service, action, r)
}

// SetWindow limits the calls of each action of a service to calls in each window of time and region, as VPC IPAM publishes
// it: 300 per 60 s. A window begins with the first call after the last one. What is above it is refused with Throttling.User, and
// the header x-acs-retry-after says in milliseconds when the window ends. 0 calls or less lift the quota. It panics on
// an unknown service, and on calls in no time.
func (c *Cloud) SetWindow(service Service, calls int, per time.Duration) {
	mustBeService(service)
	if calls > 0 && per <= 0 {
		panic("untagtest: SetWindow of no time")
	}
	c.quotas.set(service, "", rule{calls: max(calls, 0), per: per})
}

func mustBeService(service Service) {
	if _, ok := services[service]; !ok {
		panic(fmt.Sprintf("untagtest: unknown service %q", string(service)))
	}
}

// rule is a quota: one call every interval, with burst of them at once; or a number of calls per window.
type rule struct {
	interval time.Duration
	burst    int
	calls    int
	per      time.Duration
}

// meter is how much of a quota is used for one action in one region.
type meter struct {
	next  time.Time // token bucket: when the bucket would be full again
	start time.Time // window: its begin
	used  int
}

type meterKey struct {
	service        Service
	action, region string
}

// ruleKey names a quota; an action of "" stands for all that have none of their own.
type ruleKey struct {
	service Service
	action  string
}

type quotas struct {
	mu     sync.Mutex
	rules  map[ruleKey]rule
	meters map[meterKey]*meter
}

func newQuotas() *quotas {
	return &quotas{rules: map[ruleKey]rule{}, meters: map[meterKey]*meter{}}
}

func (q *quotas) set(service Service, action string, r rule) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if action == "" {
		maps.DeleteFunc(q.rules, func(k ruleKey, _ rule) bool { return k.service == service })
	}
	q.rules[ruleKey{service, action}] = r
	maps.DeleteFunc(q.meters, func(k meterKey, _ *meter) bool { return k.service == service && (action == "" || k.action == action) })
}

// take uses up one call, or refuses and tells how long to wait if that is known.
func (q *quotas) take(service Service, action, region string, now time.Time) (retryAfter time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, own := q.rules[ruleKey{service, action}]
	if !own {
		r = q.rules[ruleKey{service, ""}]
	}
	if r.interval == 0 && r.calls == 0 {
		return 0, true
	}
	k := meterKey{service, action, region}
	m := q.meters[k]
	if m == nil {
		m = new(meter)
		q.meters[k] = m
	}
	if r.calls > 0 {
		if now.Sub(m.start) >= r.per {
			m.start, m.used = now, 0
		}
		if m.used == r.calls {
			return m.start.Add(r.per).Sub(now), false
		}
		m.used++
		return 0, true
	}
	if m.next.Before(now) {
		m.next = now
	}
	if m.next.Sub(now) > time.Duration(r.burst-1)*r.interval {
		return 0, false
	}
	m.next = m.next.Add(r.interval)
	return 0, true
}
