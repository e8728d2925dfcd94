package untagtemporal

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// laneInput is what the workflow of a lane begins with, and what it goes on with in the next run of its own.
type laneInput struct {
	Lane  Lane
	Queue []laneJob // whose turn is next first
	Turn  int       // of slices in this lane, counted up
	// LateSince is when a worker was last found lost that may have had a call in flight which writes tags.
	LateSince  time.Time
	Counts     Counts // of all slices, for the memo
	Attributes bool
}

// laneJob is a job's work in a lane.
type laneJob struct {
	Job, Workflow string
	TaskQueue     string
	Lease         time.Duration
	At            int // of the lane in the order of the job's store
	Slices        int
	Next          int    // the slice that is next
	Partial       Counts // of that one, if it was drained
	Write         bool
	Want          State
}

// maxRun is how many slices a run of the workflow makes before it goes on in a new one, with a new history.
const maxRun = 200

// laneLate is how long a lane without work stays for the sake of LateSince: longer than any HTTP attempt takes. Otherwise it ends
// at once, since the next job opens it again.
const laneLate = 10 * time.Minute

// maxAttempts bounds the attempts of an activity, whatever ends them, so that nothing is tried for ever: eight hours if the
// store is away.
const maxAttempts = 100

// activityOptions are those of both activities. The pause before the next attempt is a second if a worker has died, which does
// not grow with the number of the dead; where an attempt ends with an error, the activity says how long to pause.
func activityOptions(taskQueue string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		TaskQueue:   taskQueue,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1, MaximumAttempts: maxAttempts},
	}
}

// runLane is the workflow of a lane: it runs one slice at a time, those of several jobs in turn.
func runLane(ctx workflow.Context, in laneInput) error {
	l := lane{laneInput: in}
	if err := workflow.SetQueryHandler(ctx, statusQuery, func() (laneInput, error) { return l.laneInput, nil }); err != nil {
		return err
	}
	inner, stop := workflow.NewDisconnectedContext(ctx) // a job's cancellation is a control; the lane is not for one job
	defer stop()
	return l.run(ctx, inner)
}

type lane struct {
	laneInput
	enqueues, controls workflow.ReceiveChannel
	ran                int             // slices in this run
	reporting          workflow.Future // the answer to the last report, while the next slice runs; nil: there is none to come
	reported           string          // the job that it is for
	shown              time.Time       // when the memo was last brought up to date in this run
	strangers          []control       // what jobs want that the lane does not know
}

// besideSlices is the change by which a lane goes on with the next slice before a job has heard of the last one, and brings
// its memo up to date now and then instead of after each slice.
const besideSlices = "report beside slices"

func (l *lane) run(outer, ctx workflow.Context) error {
	l.enqueues = workflow.GetSignalChannel(ctx, enqueueSignal)
	l.controls = workflow.GetSignalChannel(ctx, controlSignal)
	for {
		l.drain()
		if l.endCanceled(ctx) {
			continue // signals may have come meanwhile, which must not be lost with this run
		}
		at, late := l.runnable(), l.late(ctx)
		full := l.ran >= maxRun || workflow.GetInfo(ctx).GetContinueAsNewSuggested()
		switch {
		case len(l.strangers) > 0:
			l.answer(ctx)
		case l.reporting != nil && (at < 0 || full):
			l.settle(ctx)
		case at >= 0 && full:
			return workflow.NewContinueAsNewError(outer, laneWorkflow, l.laneInput)
		case at >= 0:
			l.slice(ctx, at)
		case len(l.Queue) > 0: // all are paused
			l.wait(ctx, 0)
		case late > 0:
			l.wait(ctx, late)
		default:
			return nil
		}
	}
}

// late is how long the next slice must still know of LateSince.
func (l *lane) late(ctx workflow.Context) time.Duration {
	if l.LateSince.IsZero() {
		return 0
	}
	return laneLate - workflow.Now(ctx).Sub(l.LateSince)
}

// wait waits for a signal and takes it in; most, if not 0, bounds the wait.
func (l *lane) wait(ctx workflow.Context, most time.Duration) {
	selector := workflow.NewSelector(ctx)
	l.receive(ctx, selector)
	timing, stop := workflow.WithCancel(ctx)
	defer stop()
	if most > 0 {
		selector.AddFuture(workflow.NewTimer(timing, most), func(workflow.Future) {})
	}
	selector.Select(ctx)
}

// receive adds the signals to a selector.
func (l *lane) receive(ctx workflow.Context, selector workflow.Selector) {
	selector.AddReceive(l.enqueues, func(c workflow.ReceiveChannel, _ bool) {
		var j laneJob
		c.Receive(ctx, &j)
		l.enqueue(j)
	})
	selector.AddReceive(l.controls, func(c workflow.ReceiveChannel, _ bool) {
		var asked control
		c.Receive(ctx, &asked)
		l.control(asked)
	})
}

func (l *lane) drain() {
	for {
		var j laneJob
		if !l.enqueues.ReceiveAsync(&j) {
			break
		}
		l.enqueue(j)
	}
	for {
		var asked control
		if !l.controls.ReceiveAsync(&asked) {
			break
		}
		l.control(asked)
	}
}

func (l *lane) find(job string) int {
	return slices.IndexFunc(l.Queue, func(j laneJob) bool { return j.Job == job })
}

// enqueue takes in a job, once: the activity that asks for it may be tried twice.
func (l *lane) enqueue(j laneJob) {
	if l.find(j.Job) < 0 {
		j.Want = StateRunning
		l.Queue = append(l.Queue, j)
	}
}

func (l *lane) control(asked control) {
	at := l.find(asked.Job)
	switch {
	case at < 0 && asked.Workflow != "":
		l.strangers = append(l.strangers, asked)
	case at >= 0 && l.Queue[at].Want != StateCanceled:
		l.Queue[at].Want = asked.Want
	}
}

// answer lets jobs know that nothing is done for them here: somebody has ended the lane that they were in, and another job
// has opened it again.
func (l *lane) answer(ctx workflow.Context) {
	for len(l.strangers) > 0 {
		asked := l.strangers[0]
		l.strangers = l.strangers[1:]
		l.report(ctx, laneJob{Job: asked.Job, Workflow: asked.Workflow}, report{At: asked.At, Gone: true})
	}
}

// runnable returns the place of the job whose turn it is, -1 if there is none.
func (l *lane) runnable() int {
	return slices.IndexFunc(l.Queue, func(j laneJob) bool { return j.Want == StateRunning })
}

// endCanceled tells the jobs that were canceled that their work here has ended, and reports whether there were any.
func (l *lane) endCanceled(ctx workflow.Context) (ended bool) {
	for at := 0; at < len(l.Queue); {
		j := l.Queue[at]
		if j.Want != StateCanceled {
			at++
			continue
		}
		l.Queue = slices.Delete(l.Queue, at, at+1)
		l.report(ctx, j, report{At: j.At, Index: j.Next, Counts: j.Partial, Canceled: true})
		ended = true
	}
	return ended
}

// slice runs the next slice of a job, and puts the job at the end of the queue.
func (l *lane) slice(ctx workflow.Context, at int) {
	j := l.Queue[at]
	l.Turn++
	l.ran++
	options := activityOptions(j.TaskQueue)
	options.StartToCloseTimeout, options.HeartbeatTimeout, options.WaitForCancellation = 24*time.Hour, j.Lease, true
	running, drainSlice := workflow.WithCancel(workflow.WithActivityOptions(ctx, options))
	in := sliceInput{Lane: l.Lane, Job: j.Job, At: j.At, Index: j.Next, Turn: l.Turn, LateSince: l.LateSince}
	future := workflow.ExecuteActivity(running, sliceActivity, in)
	for !future.IsReady() {
		selector := workflow.NewSelector(ctx)
		selector.AddFuture(future, func(workflow.Future) {})
		if l.reporting != nil {
			selector.AddFuture(l.reporting, func(workflow.Future) { l.settle(ctx) })
		}
		l.receive(ctx, selector)
		selector.Select(ctx)
		l.answer(ctx)
		if l.Queue[l.find(j.Job)].Want != StateRunning {
			drainSlice() // the worker hears of it with its next heartbeat, and starts no call any more
		}
	}
	var result sliceResult
	end := l.endOf(future.Get(ctx, &result))
	at = l.find(j.Job)
	j = l.Queue[at]
	l.Queue = slices.Delete(l.Queue, at, at+1)
	if j.Write && end.late {
		l.LateSince = workflow.Now(ctx)
	}
	switch {
	case end.drained || end.lost && j.Want != StateRunning: // a slice that is to end is not given to the next worker
		j.Partial = end.counts
		l.Queue = append(l.Queue, j)
		return
	case end.failure != nil:
		result.Counts = end.counts
		j.Next = j.Slices
	default:
		j.Next++
	}
	r := report{At: j.At, Index: in.Index, Counts: result.Counts, Failure: end.failure}
	j.Partial = Counts{}
	if j.Next < j.Slices {
		l.Queue = append(l.Queue, j)
	}
	l.Counts.add(r.Counts)
	beside := l.runnable() >= 0 && workflow.GetVersion(ctx, besideSlices, workflow.DefaultVersion, 1) >= 1
	if now := workflow.Now(ctx); !beside || now.Sub(l.shown) >= showPause {
		l.shown = now
		show(ctx, map[string]any{}, l.Attributes, j.Job, l.Counts)
	}
	if beside {
		l.reportBeside(ctx, j, r)
		return
	}
	if heard := l.report(ctx, j, r); !heard {
		l.Queue = slices.DeleteFunc(l.Queue, func(other laneJob) bool { return other.Job == j.Job })
	}
}

// report tells a job, and reports whether it has heard. If it has not, somebody has terminated it.
func (l *lane) report(ctx workflow.Context, j laneJob, r report) (heard bool) {
	l.settle(ctx)
	return l.heard(ctx, j.Job, workflow.SignalExternalWorkflow(ctx, j.Workflow, "", reportSignal, r))
}

func (l *lane) heard(ctx workflow.Context, job string, sent workflow.Future) bool {
	err := sent.Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Warn("a job does not hear", "job", job, "error", err)
	}
	return err == nil
}

// reportBeside tells a job, without waiting until it has heard.
func (l *lane) reportBeside(ctx workflow.Context, j laneJob, r report) {
	l.settle(ctx) // reports come in their order, since a job takes none that is older than the last
	l.reporting, l.reported = workflow.SignalExternalWorkflow(ctx, j.Workflow, "", reportSignal, r), j.Job
}

// settle waits until the job has heard the report that is on its way. Nothing more is done for one that has not.
func (l *lane) settle(ctx workflow.Context) {
	if l.reporting == nil {
		return
	}
	sent := l.reporting
	l.reporting = nil
	if l.heard(ctx, l.reported, sent) {
		return
	}
	if at := l.find(l.reported); at >= 0 {
		l.Queue[at].Want = StateCanceled
	}
}

// sliceEnd is how the activity of a slice ended.
type sliceEnd struct {
	drained bool     // or canceled before it began
	lost    bool     // the last worker that had it
	late    bool     // a call that was in flight may still be
	failure *Failure // nil for a slice that has run
	counts  Counts
}

// endOf reads an activity's error.
func (l *lane) endOf(err error) (end sliceEnd) {
	var details failureDetails
	failed, told := errors.AsType[*temporal.ApplicationError](err)
	if told && failed.HasDetails() {
		_ = failed.Details(&details) // none is as good as zeros
	}
	end.counts, end.late = details.Counts, details.Late
	_, end.lost = errors.AsType[*temporal.TimeoutError](err)
	switch {
	case err == nil:
	case !told && temporal.IsCanceledError(err): // between two attempts, or before the first
		end.drained, end.late = true, true
	case told && failed.Type() == typeDrained:
		end.drained = true
	case told && isFailure(failed.Type()):
		end.failure = &Failure{Lane: l.Lane, Type: failed.Type(), Text: failed.Message()}
	case told:
		end.failure = &Failure{Lane: l.Lane, Type: FailurePoison, Text: failed.Message()}
	default:
		end.failure = &Failure{Lane: l.Lane, Type: FailurePoison, Text: bounded(err.Error())}
	}
	end.late = end.late || end.lost
	return end
}
