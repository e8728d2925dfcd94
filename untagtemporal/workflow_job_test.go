package untagtemporal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/untag-go/untag"
)

// jobEnv runs the workflow of a job without a server. Its lanes are the test.
type jobEnv struct {
	*testsuite.TestWorkflowEnvironment
	mu      sync.Mutex
	opened  []int // places of lanes, in the order in which they were opened
	told    []control
	askedAt []int // places of the lanes that were told
}

func laneAt(at int) Lane {
	return Lane{untag.ServiceECS, strconv.Itoa(1000 + at), "cn-hangzhou"}
}

// newJobEnv returns an environment in which every lane has two slices.
func newJobEnv(t *testing.T, onOpen func(e *jobEnv, at int)) *jobEnv {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	e := &jobEnv{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment()}
	e.RegisterWorkflowWithOptions(runJob, workflow.RegisterOptions{Name: jobWorkflow})
	open := func(_ context.Context, in openInput) (opened []openLane, _ error) {
		for at := in.From; at < in.From+in.Most && at < 5; at++ {
			e.opened = append(e.opened, at)
			opened = append(opened, openLane{Lane: laneAt(at), Slices: 2})
			onOpen(e, at)
		}
		return opened, nil
	}
	e.RegisterActivityWithOptions(open, activity.RegisterOptions{Name: openActivity})
	e.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, controlSignal, mock.Anything).Return(
		func(_, _, _, _ string, arg any) error {
			e.mu.Lock() // several are on their way at a time
			defer e.mu.Unlock()
			asked := arg.(control)
			if asked.Workflow == "default-test-workflow-id" {
				e.told = append(e.told, control{Job: asked.Job, Want: asked.Want})
				e.askedAt = append(e.askedAt, asked.At)
			}
			return nil
		})
	return e
}

func (e *jobEnv) in(after time.Duration, signal string, arg any) {
	e.RegisterDelayedCallback(func() { e.SignalWorkflow(signal, arg) }, after)
}

func (e *jobEnv) run(t *testing.T, in jobInput) (status Status) {
	t.Helper()
	e.ExecuteWorkflow(jobWorkflow, in)
	require.True(t, e.IsWorkflowCompleted())
	require.NoError(t, e.GetWorkflowError())
	require.NoError(t, e.GetWorkflowResult(&status))
	return status
}

func fiveLanes(maxLanes int) jobInput {
	return jobInput{
		Status: Status{ID: "j", Resources: 100, Slices: 10, Lanes: 5}, TaskQueue: "q", MaxLanes: maxLanes, Lease: time.Second, Want: StateRunning,
	}
}

// reports says that both slices of a lane have ended well, each after a second.
func reports(e *jobEnv, at int) {
	e.in(1*time.Second, reportSignal, report{At: at, Index: 0, Counts: Counts{Done: 9, Refused: 1}})
	e.in(2*time.Second, reportSignal, report{At: at, Index: 1, Counts: Counts{Done: 10}})
}

func TestJobOpensLanesAsOthersEnd(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, reports)
	e.RegisterDelayedCallback(func() {
		value, err := e.QueryWorkflow(statusQuery)
		require.NoError(t, err)
		var status Status
		require.NoError(t, value.Get(&status))
		assert.Equal(t, StateRunning, status.State)
		assert.Equal(t, 2, status.LanesOpen)
		assert.Equal(t, 2, status.SlicesDone)
	}, 1500*time.Millisecond)
	status := e.run(t, fiveLanes(2))
	assert.Equal(t, Status{
		ID: "j", State: StateDone, Resources: 100, Slices: 10, Lanes: 5, SlicesDone: 10, LanesDone: 5, Counts: Counts{Done: 95, Refused: 5},
	}, status)
	assert.Equal(t, []int{0, 1, 2, 3, 4}, e.opened)
}

func TestJobCountsEachSliceOnce(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, func(e *jobEnv, at int) {
		reports(e, at)
		e.in(1500*time.Millisecond, reportSignal, report{At: at, Index: 0, Counts: Counts{Done: 9, Refused: 1}})
		e.in(1600*time.Millisecond, reportSignal, report{At: 77, Index: 0, Counts: Counts{Done: 9}})
	})
	status := e.run(t, fiveLanes(5))
	assert.Equal(t, Counts{Done: 95, Refused: 5}, status.Counts)
	assert.Equal(t, 10, status.SlicesDone)
}

func TestJobShowsFailures(t *testing.T) {
	t.Parallel()
	failure := Failure{Lane: laneAt(3), Type: FailureCredentials, Text: "wrong"}
	e := newJobEnv(t, func(e *jobEnv, at int) {
		if at != 3 {
			reports(e, at)
			return
		}
		e.in(time.Second, reportSignal, report{At: at, Counts: Counts{NotAttempted: 10}, Failure: &failure})
	})
	status := e.run(t, fiveLanes(5))
	assert.Equal(t, StateDone, status.State)
	assert.Equal(t, 5, status.LanesDone)
	assert.Equal(t, 1, status.LanesFailed)
	assert.Equal(t, []Failure{failure}, status.Failures)
	assert.Equal(t, Counts{Done: 76, Refused: 4, NotAttempted: 10}, status.Counts)
}

func TestJobPausesAndResumes(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, func(e *jobEnv, at int) {
		if at > 0 { // the first one rests until it is told
			reports(e, at)
		}
	})
	e.in(time.Second, controlSignal, control{Job: "j", Want: StatePaused})
	e.in(time.Minute, controlSignal, control{Job: "j", Want: StateRunning})
	e.RegisterDelayedCallback(func() {
		assert.Equal(t, []int{0}, e.opened, "a paused job opens nothing")
		assert.Equal(t, []control{{Job: "j", Want: StatePaused}}, e.told)
	}, 30*time.Second)
	e.RegisterDelayedCallback(func() { reports(e, 0) }, 61*time.Second)
	status := e.run(t, fiveLanes(1))
	assert.Equal(t, StateDone, status.State)
	assert.Equal(t, []control{{Job: "j", Want: StatePaused}, {Job: "j", Want: StateRunning}}, e.told)
}

func TestJobCancels(t *testing.T) {
	t.Parallel()
	for name, cancel := range map[string]func(e *jobEnv){
		"by a control":          func(e *jobEnv) { e.in(1500*time.Millisecond, controlSignal, control{Job: "j", Want: StateCanceled}) },
		"by the server's means": func(e *jobEnv) { e.RegisterDelayedCallback(e.CancelWorkflow, 1500*time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newJobEnv(t, func(e *jobEnv, at int) {
				e.in(time.Second, reportSignal, report{At: at, Index: 0, Counts: Counts{Done: 10}})
				e.in(3*time.Second, reportSignal, report{At: at, Index: 1, Canceled: true})
			})
			cancel(e)
			e.in(1600*time.Millisecond, controlSignal, control{Job: "j", Want: StateRunning}) // too late
			status := e.run(t, fiveLanes(2))
			assert.Equal(t, StateCanceled, status.State)
			assert.Equal(t, []int{0, 1}, e.opened)
			assert.Equal(t, []control{{Job: "j", Want: StateCanceled}, {Job: "j", Want: StateCanceled}}, e.told)
			assert.Equal(t, Counts{Done: 20}, status.Counts)
		})
	}
}

// TestJobAsksSilentLanes: those that have said nothing for five minutes, so that one that is gone is noticed.
func TestJobAsksSilentLanes(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, func(e *jobEnv, at int) {
		for i := range 2 { // the first lane speaks every four minutes; the second is silent for 14
			after := time.Duration(4+4*i) * time.Minute
			if at == 1 {
				after = time.Duration(14+i) * time.Minute
			}
			if at < 2 {
				e.in(after, reportSignal, report{At: at, Index: i, Counts: Counts{Done: 10}})
			}
		}
	})
	e.RegisterDelayedCallback(func() { assert.Empty(t, e.askedAt) }, 5*time.Minute-1)
	e.RegisterDelayedCallback(func() { assert.Equal(t, []int{1, 2, 3, 4}, slices.Sorted(slices.Values(e.askedAt))) }, 6*time.Minute)
	// The third lane was opened again by another job, which does not know this one.
	e.in(7*time.Minute, reportSignal, report{At: 2, Gone: true})
	e.in(8*time.Minute, reportSignal, report{At: 2, Gone: true}) // it is asked no more, but the answer to an earlier question may come
	for at := 3; at < 5; at++ {
		e.in(21*time.Minute, reportSignal, report{At: at, Index: 1, Counts: Counts{Done: 20}})
	}
	status := e.run(t, fiveLanes(5))
	assert.Equal(t, StateDone, status.State)
	assert.Equal(t, []Failure{{Lane: laneAt(2), Type: FailureLane, Text: "somebody has ended the workflow " + LaneWorkflowID(laneAt(2))}}, status.Failures)
	assert.Equal(t, 1, status.LanesFailed)
	assert.Equal(t, Counts{Done: 80}, status.Counts)
	asked := map[int]int{}
	for _, at := range e.askedAt {
		asked[at]++
	}
	// After 5, 10, 15 and 20 minutes; the second lane has spoken before the third time.
	assert.Equal(t, map[int]int{1: 2, 2: 1, 3: 4, 4: 4}, asked)
}

// TestPausedJobAsksSeldom: its lanes have nothing to say.
func TestPausedJobAsksSeldom(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, func(*jobEnv, int) {})
	e.in(time.Minute, controlSignal, control{Job: "j", Want: StatePaused})
	e.in(24*time.Hour, controlSignal, control{Job: "j", Want: StateRunning})
	e.RegisterDelayedCallback(func() { reports(e, 0) }, 24*time.Hour+time.Minute)
	in := fiveLanes(1)
	in.Status.Lanes = 1
	e.run(t, in)
	assert.InDelta(t, 24, len(e.told), 3)
}

func TestJobGoesOnInANewRun(t *testing.T) {
	t.Parallel()
	e := newJobEnv(t, reports)
	e.SetContinueAsNewSuggested(true)
	e.ExecuteWorkflow(jobWorkflow, fiveLanes(2))
	require.True(t, e.IsWorkflowCompleted())
	var next *workflow.ContinueAsNewError
	require.True(t, errors.As(e.GetWorkflowError(), &next), "%v", e.GetWorkflowError())
	assert.Equal(t, jobWorkflow, next.WorkflowType.Name)
}
