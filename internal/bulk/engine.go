package bulk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/burst"
	"github.com/untag-go/untag/internal/rpc"
	"github.com/untag-go/untag/internal/signature"
	"github.com/untag-go/untag/internal/validate"
)

const (
	minWindow          = 16384 // resources that may be read ahead
	defaultConcurrency = 8
	deliverAtOnce      = 64 // outcomes that are taken out of the window under one lock
)

// engine is one run.
type engine struct {
	service  *Service
	request  Request
	keyBytes []int // of each key in the query
	slots    slots

	ctx    context.Context // of the calls; ends when the run must not go on
	cancel context.CancelFunc
	start  context.Context // of calls that have not begun; ends before ctx does when the run drains
	hold   context.CancelFunc
	work   sync.WaitGroup
	wake   chan struct{} // tells the caller's goroutine that it may go on
	ready  atomic.Bool   // an outcome can be yielded
	ended  atomic.Bool   // there is a cause, see below; looked at for every resource, without the lock

	mu         sync.Mutex
	window     *window
	regions    map[string]*region
	outcomes   queue // settled entries, when the order does not matter
	index      int   // of the resource that is read
	inputEnded bool
	blocked    bool  // the caller's goroutine waits for room in the window, or for the last outcomes
	cause      error // why the run ends early, nil as long as it does not
	reported   bool  // the cause belongs into a last pair, even if everything was settled
	cut        bool  // a resource was not attempted, or lost its verdict, because of the cause
	workers    int
	probe      probe
}

// Run returns the outcomes of a request. Nothing happens before it is ranged over.
func Run(ctx context.Context, service *Service, request Request) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		e := newEngine(ctx, service, request)
		defer e.close()
		to := burst.Of(yield)
		if e.read(to) && e.drainWindow(to) {
			if err := e.lastWord(); err != nil && to.Take("", err) {
				to.End()
			}
		}
	}
}

// Refuse returns a run that sends nothing, because of a mistake in the request.
func Refuse(err error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) { yield("", err) }
}

func newEngine(ctx context.Context, service *Service, request Request) *engine {
	if request.Concurrency == 0 {
		request.Concurrency = defaultConcurrency
	}
	e := &engine{
		service: service,
		request: request,
		slots:   make(slots, request.Concurrency),
		wake:    make(chan struct{}, 1),
		window:  newWindow(max(minWindow, 8*request.Concurrency*service.MaxResources)),
		regions: make(map[string]*region),
	}
	for _, key := range request.TagKeys {
		e.keyBytes = append(e.keyBytes, len("&TagKey.20=")+signature.EscapedLen(key))
	}
	e.ctx, e.cancel = context.WithCancel(ctx)
	e.start, e.hold = context.WithCancel(e.ctx)
	e.work.Go(e.watch)
	return e
}

// watch ends the run when ctx ends or Drain is closed.
func (e *engine) watch() {
	select {
	case <-e.ctx.Done():
		e.stop(rpc.Ended(e.ctx))
	case <-e.request.Drain:
		e.stop(errDrained)
		<-e.ctx.Done()
	}
}

// errDrained is the cause of a run that was drained.
var errDrained = drainedError{}

type drainedError struct{}

func (drainedError) Error() string { return "the run was drained" }

func (drainedError) Is(target error) bool { return target == untag.ErrNotAttempted }

// close aborts what is still under way and waits until it is gone.
func (e *engine) close() {
	e.cancel()
	e.mu.Lock()
	for _, r := range e.regions {
		if r.alarm != nil {
			r.alarm.Stop()
		}
	}
	e.mu.Unlock()
	e.work.Wait()
}

// read takes in the input. It returns false if the caller broke out of the loop.
func (e *engine) read(to burst.Taker) bool {
	if e.stopped() {
		return true
	}
	for resource := range e.request.Resources {
		e.admit(resource)
		for e.ready.Load() || e.mustWait() {
			if !e.deliver(to) {
				return false
			}
		}
		if e.stopped() {
			return true
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inputEnded = e.cause == nil
	return true
}

// stopped reports whether the run ends early. It looks for itself: watch may not have had its turn yet.
func (e *engine) stopped() bool {
	select {
	case <-e.request.Drain:
		e.stop(errDrained)
	case <-e.ctx.Done():
		e.stop(rpc.Ended(e.ctx))
	default:
	}
	return e.ended.Load()
}

// admit puts one resource into the window and into its lane.
func (e *engine) admit(resource string) {
	name, reason := e.service.Place(resource)
	e.mu.Lock()
	defer e.mu.Unlock()
	at, earlier := e.window.add(resource)
	own := &e.window.entries[at]
	switch {
	case earlier != none && e.window.entries[earlier].state == settled:
		e.settle(at, e.window.entries[earlier].err)
	case earlier != none:
		first := &e.window.entries[earlier]
		own.state, own.copies, first.copies = busy, first.copies, at
	case reason != "":
		e.settle(at, e.malformed(resource, reason))
	default:
		r := e.region(name)
		own.lane = r.lane(0, e.service.MaxResources)
		own.lane.entries++
		r.entries++
		if cause := e.endOf(r); cause != nil {
			e.skip(at, cause)
			break
		}
		own.lane.queue.pushBack(at)
		if own.lane.queue.len() >= own.lane.want {
			e.employ(r)
		}
	}
	e.index++
}

func (e *engine) malformed(resource, reason string) error {
	return e.notAttempted("", &untag.ValidationError{
		Request:  "UntagManyRequest",
		Problems: []untag.Problem{{Field: validate.Index(e.service.Field, e.index), Value: resource, Reason: reason}},
	})
}

// mustWait blocks while the window is full and nothing can be yielded, and reports whether something can.
func (e *engine) mustWait() bool {
	if !e.window.full() { // read without the lock: only this goroutine adds and removes entries
		return false
	}
	e.mu.Lock()
	e.await()
	return true
}

// await waits for an outcome that can be yielded. It is called with the lock and gives it back.
func (e *engine) await() {
	for !e.ready.Load() {
		e.blocked = true
		e.flushHead()
		e.mu.Unlock()
		<-e.wake
		e.mu.Lock()
		e.blocked = false
	}
	e.mu.Unlock()
}

// drainWindow yields the outcomes of all that was read. It returns false if the caller broke out of the loop.
func (e *engine) drainWindow(to burst.Taker) bool {
	for {
		e.mu.Lock()
		if e.window.size == 0 {
			e.mu.Unlock()
			return true
		}
		e.employAll()
		e.await()
		if !e.deliver(to) {
			return false
		}
	}
}

// outcome is a pair to yield.
type outcome struct {
	resource string
	err      error
}

// deliver yields the outcomes that there are. It returns false if the caller broke out of the loop.
func (e *engine) deliver(to burst.Taker) bool {
	var batch [deliverAtOnce]outcome
	for e.ready.Load() {
		n := e.collect(batch[:])
		for _, o := range batch[:n] {
			if !to.Take(o.resource, o.err) {
				return false
			}
		}
		if !to.End() {
			return false
		}
	}
	return true
}

// collect takes outcomes out of the window: the oldest entries as far as they are settled, or any.
func (e *engine) collect(batch []outcome) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for n < len(batch) {
		at := e.window.head
		if e.request.Unordered {
			if e.outcomes.len() == 0 {
				break
			}
			at = e.outcomes.popFront()
		} else if at == none || e.window.entries[at].state != settled {
			break
		}
		batch[n] = outcome{e.window.entries[at].resource, e.window.entries[at].err}
		e.window.remove(at)
		n++
	}
	e.ready.Store(e.canYield())
	return n
}

func (e *engine) canYield() bool {
	if e.request.Unordered {
		return e.outcomes.len() > 0
	}
	head := e.window.head
	return head != none && e.window.entries[head].state == settled
}

// lastWord is the error of the last pair: the cause if the run ended before its input or its work did.
func (e *engine) lastWord() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cause == nil || e.inputEnded && !e.cut && !e.reported {
		return nil
	}
	if e.cause == errDrained || e.ctx.Err() != nil && errors.Is(e.cause, e.ctx.Err()) { //nolint:errorlint // its own value
		return fmt.Errorf("%s %s: %w", e.service.Name, e.service.Action, e.cause) // other causes name their call
	}
	return e.cause
}

// slots bounds the calls in flight.
type slots chan struct{}

// TryAcquire takes a slot if one is free.
func (s slots) TryAcquire() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// Acquire waits for a slot or for ctx.
func (s slots) Acquire(ctx context.Context) error {
	if s.TryAcquire() {
		return nil
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Release gives a slot back.
func (s slots) Release() { <-s }
