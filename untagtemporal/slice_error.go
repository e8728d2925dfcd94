package untagtemporal

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/untag-go/untag"
)

// failureDetails go with the error of a slice that has failed for good, or was drained.
type failureDetails struct {
	Counts Counts
	Late   bool // a call of an earlier attempt that writes tags may be in flight
}

// The types of errors that are no failures. The server has the slice tried again after them.
const (
	// typeDrained is that of a slice that was drained. When the lane asked for it, it is the lane's answer: an activity that
	// was canceled is not tried again.
	typeDrained = "Drained"
	typeTry     = "Try"
)

// failure is the error that ends the job's work in the lane.
func (r *sliceRun) failure(kind, text string) error {
	details := failureDetails{Counts: r.counts(), Late: r.job.Write && r.try > 1}
	return temporal.NewNonRetryableApplicationError(bounded(text), kind, nil, details)
}

func (r *sliceRun) drainedError() error {
	return temporal.NewApplicationError("the slice was drained", typeDrained, failureDetails{Counts: r.counts(), Late: r.job.Write && r.try > 1})
}

// maxText bounds a text that goes to the server.
const maxText = 500

func bounded(text string) string {
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	return text
}

// outsideError is an error of the user's own code, the Config or the Store. Its text may be anything, a secret too, so it
// stays in the worker's log, unless it is known to be harmless.
type outsideError struct {
	what string
	err  error
}

func (e *outsideError) Error() string {
	if harmless(e.err) {
		return e.what + ": " + e.err.Error()
	}
	return e.what + "; the worker's log has the error"
}

func (e *outsideError) Unwrap() error { return e.err }

// harmless reports whether an error is of the SDK or of the file system, unwrapped.
func harmless(err error) bool {
	switch err.(type) { //nolint:errorlint // what wraps it may say more
	case *untag.APIError, *untag.CallError, *untag.ValidationError, *fs.PathError, *os.LinkError, *os.SyscallError:
		return true
	}
	return err == context.Canceled || err == context.DeadlineExceeded //nolint:errorlint // see above
}

// explain makes of an error what the server gets: with the time until the next attempt, and a text without secrets. It
// tells the job if this was not the first attempt, so that nothing is tried again unseen.
func (r *sliceRun) explain(ctx context.Context, err error) error {
	if _, ready := errors.AsType[*temporal.ApplicationError](err); err == nil || ready {
		return err
	}
	outside, isOutside := errors.AsType[*outsideError](err)
	if isOutside {
		activity.GetLogger(ctx).Error(outside.what, "error", outside.err)
	}
	text := bounded(err.Error())
	_, ofStore := errors.AsType[*storeError](err)
	if ofStore {
		r.fruitless.Store(int64(r.told.Fruitless)) // the slice is not to blame
	}
	if errors.Is(err, errLeaseTaken) || errors.Is(err, errLeasePassed) {
		r.troubles.Store(0)
	} else {
		r.tell(ctx, text)
	}
	kind := typeTry
	if ofStore {
		kind = FailureStore
	}
	options := temporal.ApplicationErrorOptions{}
	if n := r.troubles.Load(); n > 0 { // else the lease was lost, and the next worker has the slice
		options.NextRetryDelay = delay(n)
	}
	return temporal.NewApplicationErrorWithOptions(text, kind, options)
}

// tell lets the next attempt know by a heartbeat, and the job by a signal. Neither is worth an error.
func (r *sliceRun) tell(ctx context.Context, text string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTimeout)
	defer cancel()
	r.troubles.Store(1)
	if r.settled.Load() == 0 {
		r.troubles.Add(int64(r.told.Troubles))
	}
	r.last.Store(&text)
	_ = r.lease.renew(ctx)
	if r.troubles.Load() < 2 {
		return
	}
	retry := report{At: r.in.At, Index: r.in.Index, Retry: &Retry{Lane: r.in.Lane, Attempt: r.try, Text: text}}
	if err := r.Client.SignalWorkflow(ctx, JobWorkflowID(r.in.Job), "", reportSignal, retry); err != nil {
		activity.GetLogger(ctx).Warn("a job does not hear", "job", r.in.Job, "error", err)
	}
}

const tellTimeout = 5 * time.Second

// delay is until the next attempt: 5 s, 20 s, 80 s, 5 min and so on, after attempts in a row without progress. So a slice is not
// given up before the service has been away for some seven minutes.
func delay(troubles int64) time.Duration {
	d := minDelay
	for range min(troubles, maxFruitless) - 1 {
		d *= 4
	}
	return min(d, maxDelay)
}

const (
	minDelay = 5 * time.Second
	maxDelay = 5 * time.Minute
)
