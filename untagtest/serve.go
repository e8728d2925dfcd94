package untagtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

// errReset is the end of a call whose connection an injected fault breaks.
var errReset = errors.New("connection reset")

// ServeHTTP answers a call over a socket: httptest.NewServer(cloud). Unless the host is one of the service's names, the
// service is told by the version that the call asks for and the region by RegionId, and TLS is not required.
//
// A fault of Reset takes the connection over and breaks it, or panics with http.ErrAbortHandler where it cannot.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e *endpoint
	if known, ok := c.resources.resolve(r.Host); ok {
		e = &known
	}
	a, err := c.respond(r, e, false)
	if err != nil {
		abort(w)
		return
	}
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if a.cut {
		// A handler that writes less than it announced makes the server close the connection.
		a.body = a.body[:len(a.body)/2]
	}
	_, _ = w.Write(a.body)
}

// abort breaks the connection as a crash of the peer does: with a reset, not with a proper end.
func abort(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// respond is one call from its arrival to its answer. The error is errReset, that of the request's context, or that of
// its body; then no answer leaves. No lock is held while anything is waited for.
func (c *Cloud) respond(r *http.Request, e *endpoint, plain bool) (answer, error) {
	arrival := time.Now()
	in, err := read(r, e, plain)
	if err != nil {
		c.calls.count.Add(1)
		c.finish(&record{Call: Call{Time: arrival, Method: r.Method, Verdict: VerdictCanceled}})
		return answer{}, err
	}
	in.arrival = arrival
	c = c.accountOf(in)
	c.calls.count.Add(1)
	a, verdict, err := c.process(r.Context(), in)
	rec := in.record()
	rec.Verdict = verdict
	if err == nil {
		rec.Status, rec.RequestID = a.status, a.id
	}
	c.finish(rec)
	return a, err
}

// process takes the steps of the package comment.
func (c *Cloud) process(ctx context.Context, in *request) (a answer, verdict string, err error) {
	latency, offset := c.faults.arrival(in)
	if err := wait(ctx, latency/2); err != nil {
		return a, VerdictCanceled, err
	}
	rest := latency - latency/2
	clock := time.Now().Add(offset)
	reason := in.check()
	if reason == nil {
		reason = c.authenticate(in, clock)
	}
	if reason == nil {
		reason = in.route(c.resources)
	}
	changed := false
	if reason != nil {
		a = c.refuse(in, clock, reason)
	} else if retryAfter, ok := c.quotas.take(in.service.name, in.action, in.region, time.Now()); !ok {
		a = c.refuse(in, clock, &throttled)
		a.setRetryAfter(retryAfter)
	} else {
		fault, _ := c.faults.answer(in)
		if err := wait(ctx, fault.Latency/2); err != nil {
			return a, VerdictCanceled, err
		}
		a, changed, err = c.carryOut(in, fault, clock.Add(fault.Latency/2))
		rest += fault.Latency - fault.Latency/2
	}
	if canceled := wait(ctx, rest); canceled != nil {
		if changed {
			return a, VerdictCanceledAfterEffect, canceled
		}
		return a, VerdictCanceled, canceled
	}
	return a, a.verdict, err
}

// carryOut does what a call asks for, or what the fault that struck it does. changed says that the operation succeeded.
func (c *Cloud) carryOut(in *request, fault Fault, clock time.Time) (a answer, changed bool, err error) {
	switch {
	case fault.Code != "" || fault.RetryAfter != 0:
		reason := fault.refusal()
		a = c.refuse(in, clock, &reason)
		a.setRetryAfter(fault.RetryAfter)
		return a, false, nil
	case fault.HTML:
		status := fault.Status
		if status == 0 {
			status = http.StatusBadGateway
		}
		return page(clock, status), false, nil
	case fault.Status != 0:
		return bare(clock, fault.Status), false, nil
	case fault.Reset && !fault.After:
		return answer{verdict: VerdictReset}, false, errReset
	}
	in.fault = fault
	if before := c.hooks.before.Load(); before != nil {
		(*before)(in.record().full())
	}
	b, reason := in.service.actions[in.action].run(c, in)
	if reason != nil {
		a = c.refuse(in, clock, reason)
	} else {
		a = c.succeed(in, clock, b)
	}
	switch {
	case fault.Reset:
		a.verdict, err = VerdictResetAfterEffect, errReset
	case fault.Truncate:
		a.verdict, a.cut = VerdictTruncated, true
	}
	return a, reason == nil, err
}

func (a *answer) setRetryAfter(d time.Duration) {
	if d > 0 {
		// Rounded up: who comes back a fraction of a millisecond early would be refused again.
		ms := (d + time.Millisecond - 1) / time.Millisecond
		a.header.Set("X-Acs-Retry-After", strconv.FormatInt(int64(ms), 10))
	}
}

// wait lets time pass, until the context ends at most.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
