package untagtemporal

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// TestJobThatCannotOpenLanes: the job shows that it tries again, and what it failed of in the end, after the lanes that were open.
func TestJobThatCannotOpenLanes(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestWorkflowEnvironment()
	e.RegisterWorkflowWithOptions(runJob, workflow.RegisterOptions{Name: jobWorkflow})
	e.RegisterActivityWithOptions(func(_ context.Context, in openInput) ([]openLane, error) {
		if in.From == 0 {
			return []openLane{{Lane: laneAt(0), Slices: 1}}, nil
		}
		return nil, temporal.NewApplicationErrorWithOptions("the store is away", FailureStore, temporal.ApplicationErrorOptions{NextRetryDelay: time.Minute})
	}, activity.RegisterOptions{Name: openActivity})
	e.RegisterDelayedCallback(func() {
		e.SignalWorkflow(reportSignal, report{At: 1, Opening: true, Retry: &Retry{Attempt: 2, Text: "the store is away"}})
		e.SignalWorkflow(reportSignal, report{At: 0, Index: 0, Counts: Counts{Done: 3}})
	}, 90*time.Second)
	e.RegisterDelayedCallback(func() {
		value, err := e.QueryWorkflow(statusQuery)
		require.NoError(t, err)
		var status Status
		require.NoError(t, value.Get(&status))
		assert.Equal(t, []Retry{{Attempt: 2, Text: "the store is away"}}, status.Retrying)
		assert.Equal(t, Counts{Done: 3}, status.Counts, "lanes that are open are heard meanwhile")
	}, 95*time.Second)
	e.ExecuteWorkflow(jobWorkflow, fiveLanes(5))
	require.NoError(t, e.GetWorkflowError())
	var status Status
	require.NoError(t, e.GetWorkflowResult(&status))
	assert.Equal(t, StateFailed, status.State)
	require.Len(t, status.Failures, 1)
	assert.Equal(t, FailureStore, status.Failures[0].Type)
	assert.Contains(t, status.Failures[0].Text, "the store is away")
	assert.Empty(t, status.Retrying)
}

// TestJobLosesALane: a lane whose workflow somebody has ended is a failure as soon as the job notices, and no wait for ever.
func TestJobLosesALane(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		control State // "": none
		lanes   int
		want    State
		within  time.Duration
	}{
		"when it tells its lanes":       {StateCanceled, 5, StateCanceled, 2 * time.Second},
		"when the lane has been silent": {"", 1, StateDone, askPause + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			e := suite.NewTestWorkflowEnvironment()
			e.RegisterWorkflowWithOptions(runJob, workflow.RegisterOptions{Name: jobWorkflow})
			e.RegisterActivityWithOptions(func(context.Context, openInput) ([]openLane, error) {
				return []openLane{{Lane: laneAt(0), Slices: 1}}, nil
			}, activity.RegisterOptions{Name: openActivity})
			e.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, controlSignal, mock.Anything).Return(errors.New("not found"))
			if row.control != "" {
				e.RegisterDelayedCallback(func() { e.SignalWorkflow(controlSignal, control{Job: "j", Want: row.control}) }, time.Second)
			}
			in := fiveLanes(1)
			in.Status.Lanes = row.lanes
			began := e.Now()
			e.ExecuteWorkflow(jobWorkflow, in)
			require.NoError(t, e.GetWorkflowError())
			assert.Less(t, e.Now().Sub(began), row.within)
			var status Status
			require.NoError(t, e.GetWorkflowResult(&status))
			assert.Equal(t, row.want, status.State)
			require.Len(t, status.Failures, 1)
			assert.Equal(t, FailureLane, status.Failures[0].Type)
		})
	}
}
