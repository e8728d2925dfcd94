package untagtemporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// sliceRun is one attempt of a slice.
type sliceRun struct {
	*slicer
	in      sliceInput
	try     int       // of the activity, from 1
	started time.Time // of the attempt, by the server's clock
	told    progress  // what the last attempt told the server
	number  int       // of the slice in the job
	job     Job
	object  sliceObject
	lease   *lease
	open    map[string]journal.Entry // the last errors of resources that may end differently

	// What a heartbeat tells, which has a goroutine of its own. The state is nil until the slice is loaded.
	state               atomic.Pointer[journal.Slice]
	fruitless, troubles atomic.Int64
	settled             atomic.Int64 // resources that this attempt has settled
	last                atomic.Pointer[string]
}

// newState returns the state of a slice of which nothing is done. It is tied to the plan: that of another one is refused.
func newState(job Job, object sliceObject) *journal.Slice {
	plan := journal.Plan{
		Service: object.Lane.Service, Action: "UntagResources", Account: object.Lane.Account, Region: object.Lane.Region,
		ResourceType: object.Type, TagKeys: job.TagKeys, All: job.All,
	}
	if job.Write {
		plan.Action = "TagResources"
		return journal.NewTagSlice(plan, object.pairs())
	}
	return journal.NewSlice(plan, object.Resources)
}

// counts counts the resources of the slice by what is known of them. Nothing is before it is loaded.
func (r *sliceRun) counts() Counts {
	if r.state.Load() == nil {
		return Counts{}
	}
	return countsOf(entriesOf(r.state.Load(), r.object.Resources, r.open, ""))
}

// load reads what the slice is, and goes on from what earlier turns and attempts stored of it or told the server, whichever
// is later. It returns what was stored.
func (r *sliceRun) load(ctx context.Context) (before outcomeObject, err error) {
	lanes, err := read[[]laneSlices](ctx, r.Store, lanesName(r.in.Job, r.in.At/lanesPerObject))
	if err != nil {
		return before, err
	}
	r.number = lanes[r.in.At%lanesPerObject].Slices[r.in.Index]
	if r.job, err = read[Job](ctx, r.Store, jobName(r.in.Job)); err != nil {
		return before, err
	}
	if r.object, err = read[sliceObject](ctx, r.Store, sliceName(r.in.Job, r.number)); err != nil {
		return before, err
	}
	before, of, err := latest(ctx, r.Store, r.in.Job, r.number)
	if err != nil {
		return before, err
	}
	state := newState(r.job, r.object)
	r.open = make(map[string]journal.Entry)
	if before.State != nil {
		if err := json.Unmarshal(before.State, state); err != nil {
			return before, fmt.Errorf("the stored state of slice %d: %w", r.number, err)
		}
		for _, open := range before.Open {
			r.open[open.Entry.Resource] = open.Entry
		}
	}
	// An attempt stores at its end, so what it told the server is older.
	if r.told.State != nil && of.before(attempt{r.in.Turn, r.told.Try}) && !before.Final {
		if err := json.Unmarshal(r.told.State, state); err != nil {
			return before, fmt.Errorf("the state of slice %d in the heartbeat: %w", r.number, err)
		}
	}
	r.state.Store(state)
	return before, nil
}

// progress is what the next heartbeat tells: before the slice is loaded, what the last attempt told.
func (r *sliceRun) progress() (any, error) {
	p := r.told
	p.Fruitless, p.Troubles = int(r.fruitless.Load()), int(r.troubles.Load())
	if last := r.last.Load(); last != nil {
		p.Last = *last
	}
	state := r.state.Load()
	if state == nil {
		return p, nil
	}
	p.Try = r.try
	var err error
	p.State, err = json.Marshal(state)
	return p, err
}

// round goes once over the resources that are open, with a client that is new or kept. Its error is what ended the run early.
func (r *sliceRun) round(ctx context.Context, client *laneClient, kept bool) error {
	run := r.outcomes(ctx, client)
	if kept {
		run = withhold(run)
	}
	results := r.state.Load().Record(run, r.mayRecord)
	if r.Results != nil {
		results = r.Results(ctx, r.in.Lane, results)
	}
	for resource, err := range results {
		switch {
		case errors.Is(err, untag.ErrRunEnded):
			return err
		case untag.Retryable(err):
			r.open[resource] = journal.EntryOf(resource, err)
		default:
			delete(r.open, resource)
			r.fruitless.Store(0)
			if r.settled.Add(1) == 1 {
				r.lease.soon() // so that a worker that dies soon is not taken for one that got nowhere
			}
		}
	}
	return nil
}

// mayRecord is asked before an outcome is recorded.
func (r *sliceRun) mayRecord() error {
	if !r.lease.valid() {
		return errLeasePassed
	}
	return nil
}

// store writes what became of the slice so far.
func (r *sliceRun) store(ctx context.Context, final bool, failure string, cause error) error {
	state, err := json.Marshal(r.state.Load())
	if err != nil {
		return err
	}
	object := outcomeObject{State: state, Final: final, Failure: failure}
	for i, resource := range r.object.Resources {
		if entry, open := r.open[resource]; open {
			object.Open = append(object.Open, openEntry{i, entry})
		}
	}
	if cause != nil {
		object.Error = bounded(cause.Error())
	}
	if !r.lease.valid() {
		return errLeasePassed
	}
	return createOnce(ctx, r.Store, outcomeName(r.in.Job, r.number, attempt{r.in.Turn, r.try}), object)
}
