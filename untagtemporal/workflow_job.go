package untagtemporal

import (
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"
)

// The names by which workflows, activities, signals and queries go on the wire. Histories hold them, so they stay.
const (
	jobWorkflow  = "untag-job"
	laneWorkflow = "untag-lane"

	openActivity  = "untag-open"
	sliceActivity = "untag-slice"

	enqueueSignal = "enqueue"
	controlSignal = "control"
	reportSignal  = "report"

	statusQuery = "status"
)

// jobInput is what the workflow of a job begins with, and what it goes on with in the next run of its own.
type jobInput struct {
	Status    Status
	TaskQueue string
	MaxLanes  int
	Lease     time.Duration
	NextLane  int              // the next one to open, in the order of the store
	Open      map[int]openLane // by its place there
	Want      State            // StateRunning, StatePaused or StateCanceled
	Told      State            // what the lanes heard last
	Cut       bool             // a lane has ended before its slices did, since the job was canceled
	Stuck     bool             // the rest of the lanes could not be opened
	Retrying  map[int]Retry    // by the place of the lane; openingPlace: of the opening of lanes
	Shown     time.Time        // when the memo was last brought up to date

	Write, Attributes bool
}

// openingPlace stands for no lane in jobInput.Retrying.
const openingPlace = -1

// showPause is how long a memo may be behind, so that not every slice makes an event of its own.
const showPause = 20 * time.Second

// openLane is a lane that works on the job.
type openLane struct {
	Lane   Lane
	Slices int
	Next   int // how many of them have ended
}

// control asks a job, and by it the lanes, to go on, to pause or to end.
type control struct {
	Job  string
	Want State

	// From a job alone, for the answer of a lane that does not know it.
	Workflow string
	At       int
}

// report is what a lane says of a slice, or of the end of the job's work in the lane.
type report struct {
	At       int // of the lane in the order of the store
	Index    int // of the slice in the lane
	Counts   Counts
	Failure  *Failure // the lane has failed
	Canceled bool     // the lane has ended, as it was asked to
	Retry    *Retry   // the slice is tried again; nothing has ended
	Opening  bool     // with Retry: it is the opening of lanes
	Gone     bool     // the lane does not know the job
}

// openPage is how many lanes are opened by one activity.
const openPage = 25

// runJob is the workflow of a job. It opens lanes as others end, and adds up what they report.
func runJob(ctx workflow.Context, in jobInput) (Status, error) {
	j := job{jobInput: in, own: workflow.GetInfo(ctx).WorkflowExecution.ID, spoke: make(map[int]bool)}
	if j.Open == nil {
		j.Open = make(map[int]openLane)
	}
	if j.Retrying == nil {
		j.Retrying = make(map[int]Retry)
	}
	if err := workflow.SetQueryHandler(ctx, statusQuery, func() (Status, error) { return j.status(), nil }); err != nil {
		return Status{}, err
	}
	// What must go on after a cancellation by the server's own means goes on with a context that it does not reach.
	inner, stop := workflow.NewDisconnectedContext(ctx)
	defer stop()
	return j.run(ctx, inner)
}

type job struct {
	jobInput
	own   string          // workflow ID
	alarm workflow.Future // when lanes are asked whether they are there; nil: not set
	due   bool            // that is now
	spoke map[int]bool    // places of lanes that need not be asked the next time, since they have spoken since the last
}

// askLanes is the change by which a job asks lanes that are silent whether they are there.
const askLanes = "ask silent lanes"

// askPause is for how long a lane may be silent before it is asked. A paused one has nothing to say.
const (
	askPause       = 5 * time.Minute
	askPausePaused = time.Hour
)

func (j *job) run(outer, ctx workflow.Context) (Status, error) {
	reports := workflow.GetSignalChannel(ctx, reportSignal)
	controls := workflow.GetSignalChannel(ctx, controlSignal)
	canceled := outer.Done()
	for {
		j.drain(reports, controls)
		if outer.Err() != nil {
			j.Want, canceled = StateCanceled, nil
		}
		if j.Told != j.Want {
			j.tell(ctx, reports, controls)
			continue // signals may have come meanwhile, which must not be lost with this run
		}
		if j.ended() {
			break
		}
		if now := workflow.Now(ctx); now.Sub(j.Shown) >= showPause {
			j.Shown = now
			j.show(ctx)
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return Status{}, workflow.NewContinueAsNewError(outer, jobWorkflow, j.jobInput)
		}
		if j.mayOpen() {
			j.open(ctx, reports, controls)
			continue
		}
		if j.due {
			j.askSilent(ctx, reports, controls)
			continue
		}
		selector := workflow.NewSelector(ctx)
		if j.setAlarm(ctx); j.alarm != nil {
			selector.AddFuture(j.alarm, func(workflow.Future) { j.alarm, j.due = nil, true })
		}
		selector.AddReceive(reports, func(c workflow.ReceiveChannel, _ bool) {
			var r report
			c.Receive(ctx, &r)
			j.learn(r)
		})
		selector.AddReceive(controls, func(c workflow.ReceiveChannel, _ bool) {
			var asked control
			c.Receive(ctx, &asked)
			j.want(asked.Want)
		})
		if canceled != nil {
			selector.AddReceive(canceled, func(workflow.ReceiveChannel, bool) {})
		}
		selector.Select(ctx)
	}
	status := j.status()
	j.show(ctx)
	return status, nil
}

// show puts the state of the job where the server's own tools show it.
func (j *job) show(ctx workflow.Context) {
	s := j.status()
	show(ctx, map[string]any{
		memoState: s.State, memoTotal: s.Resources, memoLanes: s.Lanes, memoFailed: s.LanesFailed,
	}, j.Attributes, s.ID, s.Counts)
}

// drain takes in the signals that are there.
func (j *job) drain(reports, controls workflow.ReceiveChannel) {
	for {
		var r report
		if !reports.ReceiveAsync(&r) {
			break
		}
		j.learn(r)
	}
	for {
		var asked control
		if !controls.ReceiveAsync(&asked) {
			break
		}
		j.want(asked.Want)
	}
}

// want takes in what somebody asks of the job. A canceled job stays so.
func (j *job) want(state State) {
	if j.Want != StateCanceled {
		j.Want = state
	}
}

// learn takes in a report. A lane may report a slice twice, after the activity that opened it was tried twice.
func (j *job) learn(r report) {
	if r.Retry != nil && r.Opening {
		j.Retrying[openingPlace] = *r.Retry
		return
	}
	lane, open := j.Open[r.At]
	if open && r.Gone {
		j.lose(r.At)
	}
	if !open || r.Gone || r.Index < lane.Next {
		return
	}
	j.spoke[r.At] = true
	if r.Retry != nil {
		j.Retrying[r.At] = *r.Retry
		return
	}
	delete(j.Retrying, r.At)
	s := &j.Status
	switch {
	case r.Canceled:
		j.Cut = true
		delete(j.Open, r.At)
		s.LanesDone++
		s.Counts.add(r.Counts)
		return
	case r.Failure != nil:
		s.LanesFailed++
		j.fail(*r.Failure)
	}
	s.Counts.add(r.Counts)
	s.SlicesDone++
	lane.Next = r.Index + 1
	j.Open[r.At] = lane
	if r.Failure != nil || lane.Next >= lane.Slices {
		delete(j.Open, r.At)
		s.LanesDone++
	}
}

func (j *job) fail(failure Failure) {
	if len(j.Status.Failures) < maxFailures {
		j.Status.Failures = append(j.Status.Failures, failure)
	}
}

func (j *job) ended() bool {
	return len(j.Open) == 0 && (j.NextLane >= j.Status.Lanes || j.Stuck || j.Want == StateCanceled)
}

func (j *job) mayOpen() bool {
	return j.Want == StateRunning && !j.Stuck && j.NextLane < j.Status.Lanes && len(j.Open) < j.MaxLanes
}

func (j *job) status() Status {
	s := j.Status
	s.State, s.LanesOpen = j.Want, len(j.Open)
	switch {
	case j.Want == StateCanceled && !j.ended():
		s.State = StateCanceling
	case j.Want == StateCanceled && (j.Cut || j.NextLane < j.Status.Lanes):
	case j.ended() && j.Stuck:
		s.State = StateFailed
	case j.ended():
		s.State = StateDone
	}
	s.Failures = slices.Clone(s.Failures)
	for _, at := range slices.Sorted(maps.Keys(j.Retrying)) {
		s.Retrying = append(s.Retrying, j.Retrying[at])
	}
	return s
}
