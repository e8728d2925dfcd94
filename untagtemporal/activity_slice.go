package untagtemporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/untag-go/untag"
)

// sliceInput names a slice of a job: the one at Index of the lane at At.
type sliceInput struct {
	Lane      Lane
	Job       string
	At, Index int
	Turn      int
	LateSince time.Time // when the lane last knew that a call that writes tags might be in flight; zero: never
}

// sliceResult is the end of a slice.
type sliceResult struct{ Counts Counts }

// progress is what a heartbeat tells the server, and the server the next attempt.
type progress struct {
	State     json.RawMessage `json:"state,omitempty"`     // a journal.Slice
	Try       int             `json:"try"`                 // the attempt that tells it
	Fruitless int             `json:"fruitless,omitempty"` // attempts in a row, this one included, that have settled no resource
	Troubles  int             `json:"troubles,omitempty"`  // attempts in a row that have ended with an error and without progress
	Last      string          `json:"last,omitempty"`      // the last error
}

// maxFruitless is how many attempts in a row may end without progress before a slice is given up.
const maxFruitless = 5

// slice is the activity: it runs what is left of a slice, and stores what became of it. Its error is for the lane: one that
// cannot be tried again ends the job's work there.
func (s *slicer) slice(ctx context.Context, in sliceInput) (sliceResult, error) {
	return s.sliceAs(ctx, in, activity.GetInfo(ctx))
}

// sliceAs is slice, as the attempt of info.
func (s *slicer) sliceAs(ctx context.Context, in sliceInput, info activity.Info) (result sliceResult, err error) {
	r := &sliceRun{slicer: s, in: in, try: int(info.Attempt), started: info.StartedTime, lease: newLease(info.HeartbeatTimeout)}
	r.lease.beat = func(ctx context.Context, state any) error {
		return s.Client.RecordActivityHeartbeat(ctx, info.TaskToken, state)
	}
	r.lease.state = r.progress
	defer func() {
		if thrown := recover(); thrown != nil { // its text may be anything, a secret too: it stays in the worker's log
			activity.GetLogger(ctx).Error("a slice panics", "panic", thrown)
			result, err = sliceResult{}, errPanic
		}
		err = r.explain(ctx, err)
	}()
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &r.told); err != nil {
			return sliceResult{}, err
		}
	}
	return r.attempt(ctx, activity.GetWorkerStopChannel(ctx))
}

var errPanic = errors.New("the slice makes the program panic; the worker's log has the panic")

// attempt holds the lease while it works.
func (r *sliceRun) attempt(ctx context.Context, stopping <-chan struct{}) (sliceResult, error) {
	ctx, lose := context.WithCancelCause(withLease(ctx, r.lease))
	defer lose(nil)
	r.lease.lost = lose
	r.fruitless.Store(int64(r.told.Fruitless) + 1) // before anything can go wrong
	if err := r.lease.renew(ctx); err != nil {
		return sliceResult{}, err
	}
	if !r.lease.valid() {
		return sliceResult{}, errNoLease
	}
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		r.lease.keep(ctx, stopping)
	}()
	defer func() { lose(nil); <-kept }()

	before, err := r.load(ctx)
	switch {
	case err != nil:
		return sliceResult{}, err
	case before.Final && before.Failure != "":
		return sliceResult{}, r.failure(before.Failure, before.Error)
	case before.Final:
		return sliceResult{Counts: r.counts()}, nil
	case r.told.Fruitless >= maxFruitless:
		return r.fail(ctx, FailurePoison, r.poison())
	}
	return r.run(ctx)
}

var errNoLease = errors.New("the server did not take the first heartbeat")

// poison says why a slice is given up.
func (r *sliceRun) poison() error {
	text := fmt.Sprintf("slice %d failed %d times in a row without any progress", r.number, r.told.Fruitless)
	if r.told.Last != "" {
		text += ", the last time so: " + r.told.Last
	}
	return errors.New(text)
}

// run goes over the resources that are left, round by round.
func (r *sliceRun) run(ctx context.Context) (sliceResult, error) {
	client, kept, err := r.client(ctx, r.in.Lane)
	if err != nil {
		return r.refused(ctx, err)
	}
	if wait := r.late(timeoutOf(client.config)); wait > 0 && !r.rest(ctx, wait) {
		return r.end(ctx)
	}
	for round := 1; ; round++ {
		err := r.round(ctx, client, kept)
		switch {
		case ctx.Err() != nil:
			return sliceResult{}, context.Cause(ctx)
		case r.lease.drained():
			return r.end(ctx)
		case kept && outdated(err):
			kept = false
			if client, err = r.newClient(ctx, r.in.Lane); err != nil {
				return r.refused(ctx, err)
			}
			round = 0
			continue
		case err != nil && !passes(err):
			return r.refused(ctx, err)
		case err != nil && round >= r.Rounds:
			return sliceResult{}, err // the next attempt, after a while
		case err == nil && round >= r.Rounds && r.outage():
			return sliceResult{}, r.errOutage()
		case err == nil && (r.state.Load().Open() == 0 || round >= r.Rounds):
			return r.end(ctx)
		}
		if !r.rest(ctx, time.Duration(round)*roundPause) {
			return r.end(ctx)
		}
	}
}

// roundPause is between the first two rounds; each pause is longer by it than the last.
const roundPause = 5 * time.Second

// late is how long to wait until the calls of a worker that lost this slice, or another one of the lane, have ended: such a
// call cannot be called back, and must not write tags after those that this slice writes.
func (r *sliceRun) late(timeout time.Duration) (wait time.Duration) {
	if r.job.Write && r.try > 1 {
		wait = timeout
	}
	if !r.in.LateSince.IsZero() { // both times are the server's
		wait = max(wait, timeout-r.started.Sub(r.in.LateSince))
	}
	return wait
}

// outage reports whether no resource of the slice was ever settled, and the slice may be tried again for it.
func (r *sliceRun) outage() bool {
	return r.state.Load().Open() == len(r.object.Resources) && r.told.Fruitless+1 < maxFruitless
}

func (r *sliceRun) errOutage() error {
	for _, resource := range r.object.Resources {
		if entry, ok := r.open[resource]; ok {
			return fmt.Errorf("no resource of slice %d has a verdict: %s", r.number, entry.Message)
		}
	}
	return fmt.Errorf("no resource of slice %d has a verdict", r.number)
}

// rest waits, and reports whether it was left to wait.
func (r *sliceRun) rest(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.lease.drain:
	case <-ctx.Done():
	}
	return false
}

// end stores what became of the slice, for good unless it was drained with resources open.
func (r *sliceRun) end(ctx context.Context) (sliceResult, error) {
	if ctx.Err() != nil {
		return sliceResult{}, context.Cause(ctx)
	}
	drained := r.lease.drained() && r.state.Load().Open() > 0
	if drained {
		r.fruitless.Store(int64(r.told.Fruitless)) // that it was asked to end is not its fault
		if err := r.lease.renew(ctx); err != nil {
			return sliceResult{}, err
		}
	}
	if err := r.store(ctx, !drained, "", nil); err != nil {
		return sliceResult{}, err
	}
	if drained {
		return sliceResult{}, r.drainedError()
	}
	return sliceResult{Counts: r.counts()}, nil
}

// passes reports whether the cause that ended a run may be gone when the run is repeated.
func passes(err error) bool {
	return untag.Retryable(err) && !errors.Is(err, untag.ErrUnauthenticated) && !errors.Is(err, untag.ErrInvalidParameter) &&
		!errors.Is(err, untag.ErrPermissionDenied) && !errors.Is(err, untag.ErrInvalidRequest)
}

// refused ends the slice for good if err will come again, else it leaves it to the next attempt.
func (r *sliceRun) refused(ctx context.Context, err error) (sliceResult, error) {
	_, foreign := errors.AsType[*accountError](err)
	apiErr, answered := errors.AsType[*untag.APIError](err)
	switch {
	case ctx.Err() != nil:
		return sliceResult{}, context.Cause(ctx)
	case foreign || errors.Is(err, untag.ErrUnauthenticated):
		return r.fail(ctx, FailureCredentials, err)
	case errors.Is(err, untag.ErrInvalidParameter) && (!answered || isRegionCode(apiErr.Code)):
		return r.fail(ctx, FailureRegion, err)
	case errors.Is(err, untag.ErrInvalidRequest), errors.Is(err, untag.ErrInvalidParameter), errors.Is(err, untag.ErrPermissionDenied):
		return r.fail(ctx, FailureRequest, err)
	}
	return sliceResult{}, err
}

// fail stores what became of the slice and ends the job's work in the lane.
func (r *sliceRun) fail(ctx context.Context, kind string, cause error) (sliceResult, error) {
	if err := r.store(ctx, true, kind, cause); err != nil {
		return sliceResult{}, err
	}
	return sliceResult{}, r.failure(kind, cause.Error())
}
