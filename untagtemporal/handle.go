package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// Handle is a job that was started.
type Handle struct {
	client client.Client
	store  Store
	id     string
}

// Start stores a job with its resources, and starts it. The resources are read on the caller's goroutine, in any order of
// lanes; an error among them, or one of the store, ends it before anything has started, and uses up the job's ID. A job
// that was stored whole and could not be started is started by [Open]. If the ID was used before, errors.Is finds
// fs.ErrExist in the error.
func Start(ctx context.Context, c client.Client, store Store, job Job, resources iter.Seq2[Resource, error]) (*Handle, error) {
	if err := job.check(); err != nil {
		return nil, fmt.Errorf("untagtemporal: %w", err)
	}
	job = job.withDefaults()
	begun, err := cut(ctx, store, job, resources)
	if err != nil {
		return nil, err
	}
	h := &Handle{c, store, job.ID}
	return h, h.start(ctx, job, begun)
}

func (h *Handle) start(ctx context.Context, job Job, begun begunObject) error {
	input := jobInput{
		Status:    Status{ID: job.ID, Resources: begun.Resources, Slices: begun.Slices, Lanes: begun.Lanes},
		TaskQueue: job.TaskQueue, MaxLanes: job.MaxLanes, Lease: job.Lease, Want: StateRunning, Told: StateRunning,
		Write: job.Write, Attributes: job.SearchAttributes,
	}
	options := client.StartWorkflowOptions{
		ID: JobWorkflowID(job.ID), TaskQueue: job.TaskQueue,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		Memo:                                     map[string]any{memoJob: job.ID, memoTotal: begun.Resources, memoLanes: begun.Lanes},
	}
	if job.SearchAttributes {
		options.TypedSearchAttributes = jobAttributes(job.ID)
	}
	if _, err := h.client.ExecuteWorkflow(ctx, options, jobWorkflow, input); err != nil {
		return fmt.Errorf("untagtemporal: start job %s: %w", job.ID, err)
	}
	return h.noteStart(ctx)
}

// noteStart notes that the server has heard of the job, so that [Open] does not start it again when the server has
// forgotten it.
func (h *Handle) noteStart(ctx context.Context) error {
	if err := create(ctx, h.store, startedName(h.id), startedObject{}); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Open returns a job that was started before. If the job was stored whole, and the server has never heard of it because
// its caller died before it could start it, Open starts it. When the server has forgotten a job, which it does after the
// retention of its namespace, the job's [Handle.Outcomes] are still there, and the other methods return [ErrNoJob].
func Open(ctx context.Context, c client.Client, store Store, id string) (*Handle, error) {
	if !validID(id) {
		return nil, fmt.Errorf("untagtemporal: %w", errID(id))
	}
	h := &Handle{c, store, id}
	_, err := h.Status(ctx)
	if !errors.Is(err, ErrNoJob) {
		if err != nil {
			return nil, err
		}
		return h, h.noteStart(ctx)
	}
	_, stored := read[startedObject](ctx, store, startedName(id))
	if stored == nil {
		return h, nil
	}
	if !errors.Is(stored, fs.ErrNotExist) {
		return nil, stored
	}
	begun, stored := read[begunObject](ctx, store, begunName(id))
	switch {
	case errors.Is(stored, fs.ErrNotExist):
		return nil, err
	case stored != nil:
		return nil, stored
	}
	job, stored := read[Job](ctx, store, jobName(id))
	if stored != nil {
		return nil, stored
	}
	return h, h.start(ctx, job, begun)
}

// Status asks the job how far it has come.
func (h *Handle) Status(ctx context.Context) (Status, error) {
	var status Status
	value, err := h.client.QueryWorkflow(ctx, JobWorkflowID(h.id), "", statusQuery)
	if err == nil {
		err = value.Get(&status)
	}
	if err != nil {
		return Status{}, h.wrap("ask for the status of", err)
	}
	return status, nil
}

// Wait waits for the end of the job.
func (h *Handle) Wait(ctx context.Context) (Status, error) {
	var status Status
	if err := h.client.GetWorkflow(ctx, JobWorkflowID(h.id), "").Get(ctx, &status); err != nil {
		return Status{}, h.wrap("wait for", err)
	}
	return status, nil
}

// Pause ends the slices that run, gently, and starts none until [Handle.Resume]. It returns when the job has heard, which is
// before the slices have ended.
func (h *Handle) Pause(ctx context.Context) error { return h.control(ctx, "pause", StatePaused) }

// Resume goes on with a job that was paused.
func (h *Handle) Resume(ctx context.Context) error { return h.control(ctx, "resume", StateRunning) }

// Cancel ends the job for good: the slices that run end gently, and the rest is not attempted.
func (h *Handle) Cancel(ctx context.Context) error { return h.control(ctx, "cancel", StateCanceled) }

func (h *Handle) control(ctx context.Context, verb string, want State) error {
	err := h.client.SignalWorkflow(ctx, JobWorkflowID(h.id), "", controlSignal, control{Job: h.id, Want: want})
	if err != nil {
		return h.wrap(verb, err)
	}
	return nil
}

// ErrNoJob says that there is no job of that ID.
var ErrNoJob = errors.New("no such job, or it has ended and the server has forgotten it")

func (h *Handle) wrap(verb string, err error) error {
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return fmt.Errorf("untagtemporal: %s job %s: %w", verb, h.id, ErrNoJob)
	}
	return fmt.Errorf("untagtemporal: %s job %s: %w", verb, h.id, err)
}
