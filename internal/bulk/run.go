package bulk

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/rpc"
)

const (
	minWindow     = 16384 // resources that may be read ahead
	deliverAtOnce = 64    // outcomes that are taken out of the window under one lock

	// grace is how long calls that should end may take to do so. Then they are left to themselves.
	grace = 500 * time.Millisecond
	// quickAnswer is how long regions that have never answered wait for the verdict of the first one that is asked.
	quickAnswer = time.Second
)

// run is the shell around a plan: it owns the goroutines, the clock and the lock. The caller's goroutine reads the input and
// yields the outcomes; each call has a goroutine, which makes further ones as long as there are any; one
// more watches ctx and Drain.
type run struct {
	op      *Operation
	request Request
	width   *pace.Width

	ctx   context.Context // of the calls; ends when the run must not go on
	abort context.CancelCauseFunc
	start context.Context // of calls and attempts that have not begun; ends before ctx does when the run drains
	hold  context.CancelFunc
	watch sync.WaitGroup
	over  chan struct{} // closed at the very end
	wake  chan struct{} // tells the caller's goroutine that it may go on

	ready atomic.Bool // an outcome can be yielded
	ended atomic.Bool // the run has a cause to end early

	mu     sync.Mutex // guards what follows; taken in update alone
	plan   *plan
	flying map[*batch]struct{}
	lines  map[string]*pace.Line
	must   func() bool // why the caller's goroutine waits: until it must not; nil: it does not wait
	alarm  *time.Timer // rings when a resource that goes again is due; nil: none is set
}

// Run returns the outcomes of a request. Nothing happens before it is ranged over.
func Run(ctx context.Context, op *Operation, request Request) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		r := newRun(ctx, op, request)
		defer r.close()
		inputErr, again := r.read(yield)
		if !again || !r.finish(yield) {
			return
		}
		if cause := r.cause(ctx, inputErr); cause != nil {
			yield("", endedError{cause})
		}
	}
}

// Refuse returns a run that sends nothing, because of a mistake in the request.
func Refuse(err error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { yield("", endedError{err}) }
}

func newRun(ctx context.Context, op *Operation, request Request) *run {
	op, request = amended(ctx, op, request)
	r := &run{
		op: op, request: request,
		over: make(chan struct{}), wake: make(chan struct{}, 1),
		flying: make(map[*batch]struct{}), lines: make(map[string]*pace.Line),
	}
	switch {
	case request.Concurrency > 0:
		r.width = pace.NewWidth(request.Concurrency)
	case op.Width != nil:
		r.width = op.Width
	default:
		r.width = new(pace.Width)
	}
	r.plan = newPlan(op, request.bounded(max(minWindow, 8*request.Concurrency*op.MaxResources)), request.Unordered, r.room)
	r.ctx, r.abort = context.WithCancelCause(ctx)
	r.start, r.hold = context.WithCancel(r.ctx)
	r.watch.Go(r.watchEnd)
	return r
}

// update changes the plan, and then does what it says.
func (r *run) update(change func(p *plan)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r.plan)
	for b := r.next(); b != nil; b = r.next() {
		go r.work(b)
	}
	r.publish()
}

// next returns the next call, nil if none may go now. An alarm is set for those that may go later. It is called with the lock.
func (r *run) next() *batch {
	if r.plan.idle { // for each resource that is read: without a look at the clock
		return nil
	}
	b, wait := r.plan.next(time.Now())
	switch {
	case b != nil:
		r.flying[b] = struct{}{}
		if r.request.Concurrency == 0 {
			r.plan.window.limit = r.request.bounded(max(r.plan.window.limit, 8*len(r.flying)*r.op.MaxResources))
		}
	case wait > 0 && r.alarm == nil:
		r.alarm = time.AfterFunc(wait, func() {
			r.update(func(*plan) { r.alarm = nil })
		})
	}
	return b
}

// publish tells the caller's goroutine what has changed. It is called with the lock.
func (r *run) publish() {
	r.ended.Store(r.plan.cause != nil)
	r.ready.Store(r.plan.canYield())
	if r.must != nil && !r.must() {
		r.must = nil
		r.wake <- struct{}{}
	}
}

// room is how many calls of a region may be under way. It is called with the lock.
func (r *run) room(region string) int { return r.line(region).Room() }

func (r *run) line(region string) *pace.Line {
	line := r.lines[region]
	if line == nil {
		if len(r.lines) > 2*maxIdleRegions {
			clear(r.lines) // calls under way keep theirs
		}
		line = r.width.Line(region)
		r.lines[region] = line
	}
	return line
}

// work makes calls as long as there are any. If one does not return, because of a panic or of runtime.Goexit in what it calls,
// the run ends.
func (r *run) work(b *batch) {
	defer func() {
		if b == nil {
			return
		}
		died := diedError{recover()}
		r.update(func(p *plan) {
			p.abandon(b, died, time.Now())
			delete(r.flying, b)
			p.end(died, true)
		})
		r.hold()
	}()
	for b != nil {
		res := r.call(b)
		var next *batch
		r.update(func(p *plan) {
			if r.ctx.Err() != nil {
				p.end(rpc.Ended(r.ctx), false) // watchEnd may not have had its turn yet
			}
			p.learn(b, res, time.Now())
			delete(r.flying, b)
			next = r.next()
		})
		b = next
	}
}

// watchEnd ends the run when ctx ends or Drain is closed. A run that drains has as long as an attempt may take. Calls that do
// not return although they should are left to themselves: a hook or a transport may block for ever.
func (r *run) watchEnd() {
	var late <-chan time.Time
	select {
	case <-r.ctx.Done():
	case <-r.request.Drain:
		r.end(drainedError{})
		if r.op.Timeout > 0 {
			timer := time.NewTimer(r.op.Timeout + grace)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-r.ctx.Done():
		case <-late:
			r.abort(errLate)
		}
	}
	r.end(rpc.Ended(r.ctx))
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-r.over:
		return
	case <-timer.C:
	}
	r.update(func(p *plan) {
		for b := range r.flying {
			p.abandon(b, rpc.Ended(r.ctx), time.Now())
			delete(r.flying, b)
		}
	})
}

// end ends the run: no call begins any more.
func (r *run) end(cause error) {
	r.hold()
	r.update(func(p *plan) { p.end(cause, false) })
}

// close aborts what is still under way and waits until it is gone.
func (r *run) close() {
	r.abort(nil)
	r.await(func() bool { return len(r.flying) > 0 })
	r.update(func(*plan) {
		if r.alarm != nil {
			r.alarm.Stop()
		}
	})
	close(r.over)
	r.watch.Wait()
}

// read takes in the input. It returns the input's own error, and false if the caller broke out of the loop.
func (r *run) read(yield func(string, error) bool) (inputErr error, again bool) {
	if r.stopped() {
		return nil, true
	}
	for resource, parts := range r.request.Resources {
		place := r.op.Place(resource)
		var full bool
		r.update(func(p *plan) {
			p.admit(resource, place, parts)
			full = p.window.full()
		})
		for r.ready.Load() || full {
			if full && !r.ready.Load() {
				r.await(r.starved(r.plan.window.full))
			}
			if !r.deliver(yield) {
				return nil, false
			}
			full = false
		}
		if r.stopped() {
			return nil, true
		}
	}
	if r.request.InputErr != nil {
		inputErr = r.request.InputErr()
	}
	r.update(func(p *plan) {
		if p.cause == nil {
			p.endInput()
		}
	})
	return inputErr, true
}

// stopped reports whether the run ends early. It looks for itself: watchEnd may not have had its turn yet.
func (r *run) stopped() bool {
	select {
	case <-r.request.Drain:
		r.end(drainedError{})
	case <-r.ctx.Done():
		r.end(rpc.Ended(r.ctx))
	default:
	}
	return r.ended.Load()
}

// await waits as long as it must, which is asked with the lock.
func (r *run) await(must func() bool) {
	wait := false
	r.update(func(*plan) {
		if wait = must(); wait {
			r.must = must
		}
	})
	if wait {
		<-r.wake
	}
}

// starved is why the caller's goroutine waits while the window is full, or to be emptied: no outcome can be yielded.
func (r *run) starved(full func() bool) func() bool {
	return func() bool {
		wait := !r.plan.canYield() && full()
		if wait && !r.plan.blocked {
			r.plan.blocked, r.plan.idle = true, false
		}
		return wait
	}
}

// finish yields the outcomes of all that was read. It returns false if the caller broke out of the loop.
func (r *run) finish(yield func(string, error) bool) bool {
	for {
		r.await(r.starved(func() bool { return r.plan.window.size > 0 }))
		if !r.ready.Load() {
			return true
		}
		if !r.deliver(yield) {
			return false
		}
	}
}

// deliver yields the outcomes that there are. It returns false if the caller broke out of the loop.
func (r *run) deliver(yield func(string, error) bool) bool {
	var batch [deliverAtOnce]outcome
	for r.ready.Load() {
		var n int
		r.update(func(p *plan) { n = p.collect(batch[:]) })
		for _, o := range batch[:n] {
			if !yield(o.resource, o.err) {
				return false
			}
		}
	}
	return true
}

// cause is why the run ended before its input or its work did, nil if it did not.
func (r *run) cause(ctx context.Context, inputErr error) (cause error) {
	r.update(func(p *plan) {
		if !p.inputEnded || p.cut || p.reported {
			cause = p.cause
		}
	})
	_, drained := cause.(drainedError) //nolint:errorlint // as it was given
	switch {
	case cause == nil:
		return inputErr
	case drained, ctx.Err() != nil:
		return fmt.Errorf("%s %s: %w", r.op.Service, r.op.Action, cause) // other causes name their call
	}
	return cause
}
