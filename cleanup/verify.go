package cleanup

import (
	"context"
	"iter"
	"time"
)

const (
	defaultDeadline = time.Minute
	defaultReads    = 16
	// readApart is how far apart two reads are that prove an absence. Lists have been seen to lag behind writes from 3 s
	// upward, and no bound is documented.
	readApart = 3 * time.Second
	// mostWaiting bounds the resources that wait for their next read: memory, to some 10 MB, and speed, to 16,000 resources a
	// second in all regions. The quota of Tag's list allows 11,875 in each.
	mostWaiting = 50_000
)

// Verify reads every resource whose keys were removed, may have been, or were gone already, until two reads at least 3
// seconds apart agree that they are not there: [Gone]. What is still listed at the deadline, or listed again, is
// [StillListed], with its value. A failed read is no evidence of absence: a resource that cannot be read until the
// deadline is [Unverified], with the error.
//
// A Verify that ended early goes on with what is not Gone when it is called again; after one that came to its end,
// another looks at everything anew. It is refused ([ErrOrder]) before Remove and once Restore has begun. The last pair of a
// run that ends early has an error that is [untag.ErrRunEnded] and the cause.
func (j *Job) Verify(ctx context.Context, o VerifyOptions) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		release, err := j.begin()
		if err == nil {
			defer release()
			err = j.mayVerify(o)
		}
		if err == nil {
			err = j.cloud.check(ctx, j.header.Account)
		}
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		p, err := j.newPassage(ctx, stepVerify)
		if err != nil {
			yield(Result{}, ended(err))
			return
		}
		defer p.close()
		v := newVerification(p, o)
		defer v.close()
		if more, err := v.run(yield); more && err != nil {
			yield(Result{}, ended(err))
		}
	}
}

func (j *Job) mayVerify(o VerifyOptions) error {
	if err := checkOptions("VerifyOptions", o.Concurrency, &o.Deadline); err != nil {
		return err
	}
	switch {
	case !j.course.removing:
		return order("nothing was removed yet")
	case j.course.restoring:
		return order("Restore has begun, so that tags are meant to be there")
	}
	return nil
}

// verification is a run of Verify. Everything but the reads happens on the caller's goroutine.
type verification struct {
	*passage
	o       VerifyOptions
	ctx     context.Context
	cancel  context.CancelFunc
	begun   time.Time
	input   *suspects
	queue   []*reading // that wait for their next read, the next one first
	waiting int        // resources in queue and in flight
	flying  int        // reads
	back    chan *reading
}

func newVerification(p *passage, o VerifyOptions) *verification {
	if o.Deadline == 0 {
		o.Deadline = defaultDeadline
	}
	if o.Concurrency == 0 {
		o.Concurrency = defaultReads
	}
	v := &verification{passage: p, o: o, begun: time.Now(), back: make(chan *reading, o.Concurrency)}
	v.ctx, v.cancel = context.WithCancel(p.ctx)
	v.input = newSuspects(p)
	return v
}

// close aborts the reads in flight and waits for them.
func (v *verification) close() {
	v.cancel()
	for ; v.flying > 0; v.flying-- {
		<-v.back
	}
	v.input.stop()
}

// run returns false if the loop was broken out of.
func (v *verification) run(yield func(Result, error) bool) (more bool, err error) {
	for {
		wake, err := v.dispatch()
		if err != nil {
			return true, err
		}
		if v.flying == 0 && wake == 0 { // neither reads nor something to wait for
			if v.drained() && (len(v.queue) > 0 || v.input.left()) {
				return true, errDrained
			}
			return true, v.end()
		}
		r, err := v.wait(wake)
		if err != nil {
			return true, err
		}
		if r == nil {
			continue
		}
		if more, err := v.take(r, yield); !more || err != nil {
			return more, err
		}
	}
}

// dispatch starts the reads whose time has come, and as many new ones as there is room for. It returns how long it is to the
// next one, 0 if none waits.
func (v *verification) dispatch() (time.Duration, error) {
	for v.flying < v.o.Concurrency && !v.drained() {
		if len(v.queue) > 0 {
			if left := time.Until(v.queue[0].due); left <= 0 {
				r := v.queue[0]
				v.queue[0] = nil // so that what it held can go
				v.queue = v.queue[1:]
				var err error
				if r.suspects, err = unpack(r.packed, v.begun); err != nil {
					return 0, err
				}
				r.packed = nil
				v.start(r)
				continue
			}
		}
		if v.waiting >= mostWaiting {
			break
		}
		r, err := v.input.next()
		if err != nil {
			return 0, err
		}
		if r == nil {
			break
		}
		v.waiting += len(r.suspects)
		v.start(r)
	}
	if len(v.queue) == 0 || v.drained() {
		return 0, nil
	}
	return max(time.Until(v.queue[0].due), 1), nil
}

func (v *verification) drained() bool {
	select {
	case <-v.o.Drain:
		return true
	default:
		return false
	}
}

func (v *verification) start(r *reading) {
	v.flying++
	go func() {
		r.begun = time.Now()
		names := make([]string, len(r.suspects))
		for i := range r.suspects {
			names[i] = r.suspects[i].row.calledBy(r.via)
		}
		r.shown, r.err = v.j.read(v.ctx, r.region.name, r.via, names)
		r.ended = time.Now()
		v.back <- r
	}()
}

// wait returns the next reading that is back, or nil when it is time to look again.
func (v *verification) wait(wake time.Duration) (*reading, error) {
	var alarm <-chan time.Time
	if wake > 0 && v.flying < v.o.Concurrency {
		timer := time.NewTimer(wake)
		defer timer.Stop()
		alarm = timer.C
	}
	drain := v.o.Drain
	if v.drained() { // what is in flight finishes
		drain, alarm = nil, nil
	}
	select {
	case r := <-v.back:
		v.flying--
		return r, nil
	case <-alarm:
	case <-drain:
	case <-v.ctx.Done():
		return nil, context.Cause(v.ctx)
	}
	return nil, nil
}

// take judges what a reading showed, and reports what is settled by it.
func (v *verification) take(r *reading, yield func(Result, error) bool) (more bool, err error) {
	v.waiting -= len(r.suspects)
	if r.err != nil && (endsRun(r.err) || v.ctx.Err() != nil) {
		return true, r.err
	}
	said := line{Time: now(), Run: v.number, Op: opVerify}
	var outcomes []outcome
	left := r.suspects[:0]
	for i := range r.suspects {
		s := &r.suspects[i]
		shown := present{err: r.err}
		if r.err == nil {
			shown = r.shown[i]
		}
		if !s.judge(shown, r.begun, r.ended, v.o.Deadline) {
			left = append(left, *s)
			continue
		}
		for _, o := range s.outcomes(v.j.header.Account, r.region.name, shown.err) {
			said.Items = append(said.Items, s.item(&o))
			outcomes = append(outcomes, o)
		}
	}
	if len(said.Items) > 0 {
		if err := r.region.acts.Append(said); err != nil {
			return true, err
		}
	}
	if len(left) > 0 {
		v.waiting += len(left)
		v.queue = append(v.queue, &reading{region: r.region, via: r.via, packed: pack(left, v.begun), due: r.ended.Add(readApart)})
	}
	for _, o := range outcomes {
		if !yield(o.Result, o.err) {
			return false, nil
		}
	}
	return true, nil
}
