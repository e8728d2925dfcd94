package rpc

import (
	"context"
	"sync/atomic"
	"time"
)

// drain bounds a call that belongs to a run. The run's drain ends what has had no effect yet at once, and what an answer
// was lost of after the time that one attempt may take.
type drain struct {
	start  context.Context
	begin  context.Context // ends with start
	cancel context.CancelFunc
	stop   func() bool

	ended atomic.Int64 // when start did, by time.Time.UnixNano

	last       context.Context // nil until late is called
	cancelLast context.CancelFunc
	stopLast   func() bool
}

func newDrain(ctx, start context.Context) *drain {
	d := &drain{start: start}
	d.begin, d.cancel = context.WithCancel(ctx)
	d.stop = context.AfterFunc(start, func() {
		d.ended.CompareAndSwap(0, time.Now().UnixNano())
		d.cancel()
	})
	return d
}

// late returns a context that ends timeout after start did.
func (d *drain) late(ctx context.Context, timeout time.Duration) context.Context {
	if d.last != nil {
		return d.last
	}
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	last, cancel := context.WithCancel(ctx)
	d.last, d.cancelLast = last, cancel
	d.stopLast = context.AfterFunc(d.start, func() {
		d.ended.CompareAndSwap(0, time.Now().UnixNano())
		timer := time.NewTimer(time.Until(time.Unix(0, d.ended.Load()).Add(timeout)))
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-last.Done():
		}
	})
	return last
}

func (d *drain) close() {
	d.stop()
	d.cancel()
	if d.last != nil {
		d.stopLast()
		d.cancelLast()
	}
}
