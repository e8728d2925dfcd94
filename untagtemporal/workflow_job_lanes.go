package untagtemporal

import (
	"errors"
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// open makes the next lanes work on the job. If that fails for good, the job ends when the lanes that are open have ended.
func (j *job) open(ctx workflow.Context, reports, controls workflow.ReceiveChannel) {
	options := activityOptions(j.TaskQueue)
	options.StartToCloseTimeout, options.WaitForCancellation = 5*time.Minute, true
	options.HeartbeatTimeout = max(j.Lease, minOpenLease) // or the job would stand still for minutes when a worker dies
	opening, stop := workflow.WithCancel(workflow.WithActivityOptions(ctx, options))
	defer stop()
	in := openInput{
		Job: j.Status.ID, Workflow: j.own, TaskQueue: j.TaskQueue, Lease: j.Lease, Write: j.Write, Attributes: j.Attributes,
		From: j.NextLane, Most: min(openPage, j.MaxLanes-len(j.Open)),
	}
	future := workflow.ExecuteActivity(opening, openActivity, in)
	var early []report // of lanes that are not known to be open yet
	for !future.IsReady() {
		selector := workflow.NewSelector(ctx)
		selector.AddFuture(future, func(workflow.Future) {})
		selector.AddReceive(reports, func(c workflow.ReceiveChannel, _ bool) {
			var r report
			c.Receive(ctx, &r)
			if _, open := j.Open[r.At]; open || r.Opening {
				j.learn(r)
			} else {
				early = append(early, r)
			}
		})
		selector.AddReceive(controls, func(c workflow.ReceiveChannel, _ bool) {
			var asked control
			c.Receive(ctx, &asked)
			j.want(asked.Want)
		})
		selector.Select(ctx)
		if j.Want != StateRunning {
			stop() // an attempt that runs comes to its end, and counts; no other begins
		}
	}
	var opened []openLane
	err := future.Get(ctx, &opened)
	delete(j.Retrying, openingPlace)
	for i, lane := range opened {
		j.Open[in.From+i] = lane
	}
	j.NextLane += len(opened)
	for _, r := range early {
		j.learn(r)
	}
	if err == nil && len(opened) == 0 {
		err = errFewerLanes
	}
	if err != nil && !temporal.IsCanceledError(err) {
		text := err.Error()
		if failed, ok := errors.AsType[*temporal.ApplicationError](err); ok {
			text = failed.Message()
		}
		j.Stuck = true
		j.fail(Failure{Type: FailureStore, Text: bounded("no more lanes can be opened: " + text)})
	}
}

// minOpenLease is longer than a busy server takes to open one lane.
const minOpenLease = 5 * time.Second

var errFewerLanes = errors.New("the store has fewer lanes than the job began with")

// tell lets the open lanes know of a change of mind.
func (j *job) tell(ctx workflow.Context, reports, controls workflow.ReceiveChannel) {
	j.Told = j.Want
	j.ask(ctx, reports, controls, slices.Sorted(maps.Keys(j.Open)))
}

// setAlarm has the next look at silent lanes come, if there are lanes to be silent.
func (j *job) setAlarm(ctx workflow.Context) {
	if j.alarm != nil || len(j.Open) == 0 || workflow.GetVersion(ctx, askLanes, workflow.DefaultVersion, 1) < 1 {
		return
	}
	pause := askPause
	if j.Want == StatePaused {
		pause = askPausePaused
	}
	j.alarm = workflow.NewTimer(ctx, pause)
}

// askSilent asks the lanes that have said nothing since the last time, so that none that is gone is waited for in vain.
func (j *job) askSilent(ctx workflow.Context, reports, controls workflow.ReceiveChannel) {
	j.due = false
	silent := slices.DeleteFunc(slices.Sorted(maps.Keys(j.Open)), func(at int) bool { return j.spoke[at] })
	clear(j.spoke)
	for some := range slices.Chunk(silent, maxAsked) {
		j.ask(ctx, reports, controls, some)
	}
}

// maxAsked bounds the signals that are on their way at a time; a server takes 2,000 of a workflow.
const maxAsked = 500

// ask repeats to lanes what the job wants, by which it learns whether they are there.
func (j *job) ask(ctx workflow.Context, reports, controls workflow.ReceiveChannel, places []int) {
	sent := make([]workflow.Future, len(places))
	for i, at := range places {
		asked := control{Job: j.Status.ID, Want: j.Told, Workflow: j.own, At: at}
		sent[i] = workflow.SignalExternalWorkflow(ctx, LaneWorkflowID(j.Open[at].Lane), "", controlSignal, asked)
	}
	for i, at := range places {
		err := sent[i].Get(ctx, nil)
		if err == nil {
			continue
		}
		// The lane is gone. If it has ended by itself, its last report came before this answer.
		j.drain(reports, controls)
		if _, open := j.Open[at]; open {
			j.lose(at)
		}
	}
}

// lose takes in that a lane works no more for the job, which somebody must have seen to.
func (j *job) lose(at int) {
	lane := j.Open[at]
	j.learn(report{At: at, Index: lane.Next, Failure: &Failure{
		Lane: lane.Lane, Type: FailureLane, Text: "somebody has ended the workflow " + LaneWorkflowID(lane.Lane),
	}})
}
