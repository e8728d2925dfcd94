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
	places := slices.Sorted(maps.Keys(j.Open))
	sent := make([]workflow.Future, len(places))
	for i, at := range places {
		asked := control{j.Status.ID, j.Want}
		sent[i] = workflow.SignalExternalWorkflow(ctx, LaneWorkflowID(j.Open[at].Lane), "", controlSignal, asked)
	}
	for i, at := range places {
		err := sent[i].Get(ctx, nil)
		if err == nil {
			continue
		}
		// The lane is gone. If it has ended by itself, its last report came before this answer.
		j.drain(reports, controls)
		if lane, open := j.Open[at]; open {
			j.learn(report{At: at, Index: lane.Next, Failure: &Failure{
				Lane: lane.Lane, Type: FailureLane, Text: "somebody has ended the workflow " + LaneWorkflowID(lane.Lane),
			}})
		}
	}
}
