package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// openInput asks for lanes to work on a job.
type openInput struct {
	Job, Workflow, TaskQueue string
	Lease                    time.Duration
	Write, Attributes        bool
	From, Most               int
}

// open enqueues the job in up to Most lanes, from the one at From on, and returns those. A lane without a workflow gets one.
// If it cannot go on, those that have heard are opened, and the error comes the next time.
// Its error is tried again, and the job told of it from the second time on.
func (s *slicer) open(ctx context.Context, in openInput) ([]openLane, error) {
	opened, err := s.openLanes(ctx, in)
	if err == nil {
		return opened, nil
	}
	try := activity.GetInfo(ctx).Attempt
	kind, text := typeTry, bounded(err.Error())
	if _, ok := errors.AsType[*storeError](err); ok {
		kind = FailureStore
	}
	if try > 1 {
		retry := report{At: in.From, Opening: true, Retry: &Retry{Attempt: int(try), Text: text}}
		if err := s.Client.SignalWorkflow(ctx, in.Workflow, "", reportSignal, retry); err != nil {
			activity.GetLogger(ctx).Warn("a job does not hear", "job", in.Job, "error", err)
		}
	}
	return nil, temporal.NewApplicationErrorWithOptions(text, kind, temporal.ApplicationErrorOptions{NextRetryDelay: delay(int64(try))})
}

func (s *slicer) openLanes(ctx context.Context, in openInput) ([]openLane, error) {
	var opened []openLane
	page, inPage := in.From/lanesPerObject, in.From%lanesPerObject
	lanes, err := read[[]laneSlices](ctx, s.Store, lanesName(in.Job, page))
	if err != nil {
		return nil, err
	}
	for i := inPage; i < len(lanes) && len(opened) < in.Most; i++ {
		lane, slices := lanes[i].Lane, len(lanes[i].Slices)
		request := laneJob{
			Job: in.Job, Workflow: in.Workflow, TaskQueue: in.TaskQueue, Lease: in.Lease,
			Write: in.Write, At: page*lanesPerObject + i, Slices: slices,
		}
		options := client.StartWorkflowOptions{
			ID: LaneWorkflowID(lane), TaskQueue: in.TaskQueue,
			Memo: laneMemo(lane, in.Job),
		}
		if in.Attributes {
			options.TypedSearchAttributes = laneAttributes(lane, in.Job)
		}
		_, err := s.Client.SignalWithStartWorkflow(ctx, options.ID, enqueueSignal, request, options, laneWorkflow, laneInput{Lane: lane, Attributes: in.Attributes})
		if err != nil && len(opened) > 0 {
			return opened, nil
		}
		if err != nil {
			return nil, fmt.Errorf("open lane %s: %w", lane, err)
		}
		opened = append(opened, openLane{Lane: lane, Slices: slices})
		activity.RecordHeartbeat(ctx)
	}
	return opened, nil
}
