package untagtemporal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

// Outcome is what became of one resource of a job.
type Outcome struct {
	Lane  Lane
	Type  string // of the resource, "" for Tag
	Entry journal.Entry
}

// Outcomes yields what became of each resource so far, slice by slice, from the store. A resource of a slice that has not
// ended has journal.CodeNotAttempted, with the reason if its lane has failed. It ends with a pair whose error is not nil if
// the store cannot be read.
func (h *Handle) Outcomes(ctx context.Context) iter.Seq2[Outcome, error] {
	return func(yield func(Outcome, error) bool) {
		begun, err := read[begunObject](ctx, h.store, begunName(h.id))
		if err != nil {
			yield(Outcome{}, err)
			return
		}
		job, err := read[Job](ctx, h.store, jobName(h.id))
		if err != nil {
			yield(Outcome{}, err)
			return
		}
		for n := range begun.Slices {
			outcomes, err := outcomesOfSlice(ctx, h.store, job, n)
			if err != nil {
				yield(Outcome{}, err)
				return
			}
			for _, outcome := range outcomes {
				if !yield(outcome, nil) {
					return
				}
			}
		}
	}
}

func outcomesOfSlice(ctx context.Context, store Store, job Job, n int) ([]Outcome, error) {
	object, err := read[sliceObject](ctx, store, sliceName(job.ID, n))
	if err != nil {
		return nil, err
	}
	ended, _, err := latest(ctx, store, job.ID, n)
	if err != nil {
		return nil, err
	}
	state := newState(job, object)
	if ended.State != nil {
		if err := json.Unmarshal(ended.State, state); err != nil {
			return nil, fmt.Errorf("untagtemporal: the stored state of slice %d: %w", n, err)
		}
	}
	open := make(map[string]journal.Entry, len(ended.Open))
	for _, o := range ended.Open {
		open[o.Entry.Resource] = o.Entry
	}
	entries := entriesOf(state, object.Resources, open, ended.Error)
	all := make([]Outcome, len(entries))
	for i, entry := range entries {
		all[i] = Outcome{object.Lane, object.Type, entry}
	}
	return all, nil
}

// entriesOf puts together what the state of a slice says of each resource.
func entriesOf(state *journal.Slice, resources []string, open map[string]journal.Entry, reason string) []journal.Entry {
	refused := make(map[string]journal.Entry)
	for _, entry := range state.Refused() {
		refused[entry.Resource] = entry
	}
	pending := make(map[string]bool)
	for resource := range state.Pending() {
		pending[resource] = true
	}
	entries := make([]journal.Entry, len(resources))
	for i, resource := range resources {
		entry, isRefused := refused[resource]
		switch known, isOpen := open[resource]; {
		case isRefused:
		case pending[resource] && isOpen:
			entry = known
		case pending[resource]:
			entry = journal.Entry{Resource: resource, Code: journal.CodeNotAttempted, Message: reason}
		default:
			entry = journal.Entry{Resource: resource, Done: true}
		}
		entries[i] = entry
	}
	return entries
}

// countsOf counts entries by what is known of their resources.
func countsOf(entries []journal.Entry) (c Counts) {
	for _, entry := range entries {
		switch entry.Outcome() {
		case untag.OutcomeDone:
			c.Done++
		case untag.OutcomeRefused:
			c.Refused++
		case untag.OutcomeUnknown:
			c.Unknown++
		case untag.OutcomeNotAttempted:
			c.NotAttempted++
		case untag.OutcomeInvalid:
			c.Invalid++
		}
	}
	return c
}
