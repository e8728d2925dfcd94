package untagtemporal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// laneEnv runs the workflow of a lane without a server. Its slices are the test's.
type laneEnv struct {
	*testsuite.TestWorkflowEnvironment
	ran      []string // "job/index turn", as they began
	reported []string
}

func newLaneEnv(t *testing.T, slice func(ctx context.Context, in sliceInput) (sliceResult, error)) *laneEnv {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	e := &laneEnv{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment()}
	e.RegisterWorkflowWithOptions(runLane, workflow.RegisterOptions{Name: laneWorkflow})
	e.RegisterActivityWithOptions(func(ctx context.Context, in sliceInput) (sliceResult, error) {
		e.ran = append(e.ran, fmt.Sprintf("%s/%d %d", in.Job, in.Index, in.Turn))
		return slice(ctx, in)
	}, activity.RegisterOptions{Name: sliceActivity})
	e.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, reportSignal, mock.Anything).Return(
		func(_, id, _, _ string, arg any) error {
			r := arg.(report)
			text := fmt.Sprintf("%s: %d/%d %d done", id, r.At, r.Index, r.Counts.Done)
			if r.Failure != nil {
				text += " " + r.Failure.Type + " " + r.Failure.Text
			}
			if r.Canceled {
				text += " canceled"
			}
			if r.Gone {
				text += " gone"
			}
			e.reported = append(e.reported, text)
			return nil
		})
	return e
}

func done(context.Context, sliceInput) (sliceResult, error) {
	return sliceResult{Counts{Done: 5}}, nil
}

func (e *laneEnv) run(t *testing.T, jobs ...laneJob) {
	t.Helper()
	in := laneInput{Lane: laneAt(0)}
	for _, j := range jobs {
		e.RegisterDelayedCallback(func() { e.SignalWorkflow(enqueueSignal, j) }, 0)
	}
	e.ExecuteWorkflow(laneWorkflow, in)
	require.True(t, e.IsWorkflowCompleted())
}

func work(job string, slices int) laneJob {
	return laneJob{Job: job, Workflow: "w-" + job, TaskQueue: "q", Lease: 3 * time.Second, At: 7, Slices: slices}
}

func TestLaneTakesJobsInTurn(t *testing.T) {
	t.Parallel()
	e := newLaneEnv(t, done)
	e.run(t, work("a", 3), work("b", 1), work("a", 3))
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, []string{"a/0 1", "b/0 2", "a/1 3", "a/2 4"}, e.ran)
	assert.Equal(t, []string{"w-a: 7/0 5 done", "w-b: 7/0 5 done", "w-a: 7/1 5 done", "w-a: 7/2 5 done"}, e.reported)
}

func TestLaneEndsAJobThatFails(t *testing.T) {
	t.Parallel()
	e := newLaneEnv(t, func(ctx context.Context, in sliceInput) (sliceResult, error) {
		if in.Job == "a" {
			return sliceResult{}, temporal.NewNonRetryableApplicationError("no such key", FailureCredentials, nil, failureDetails{Counts: Counts{Done: 2}})
		}
		return done(ctx, in)
	})
	e.run(t, work("a", 3), work("b", 2))
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, []string{"a/0 1", "b/0 2", "b/1 3"}, e.ran)
	assert.Equal(t, []string{"w-a: 7/0 2 done Credentials no such key", "w-b: 7/0 5 done", "w-b: 7/1 5 done"}, e.reported)
}

func TestLaneTriesASliceAgain(t *testing.T) {
	t.Parallel()
	tries := 0
	e := newLaneEnv(t, func(ctx context.Context, in sliceInput) (sliceResult, error) {
		tries++
		if tries < 3 {
			return sliceResult{}, errors.New("the store is away")
		}
		return done(ctx, in)
	})
	e.run(t, work("a", 1))
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, 3, tries)
	assert.Equal(t, []string{"w-a: 7/0 5 done"}, e.reported)
}

// TestLaneKnowsOfLateWrites: after a slice that may have left a call that writes tags in flight, the next ones hear of it.
func TestLaneKnowsOfLateWrites(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		end  error
		late bool
	}{
		"a failure after a takeover": {temporal.NewNonRetryableApplicationError("x", FailurePoison, nil, failureDetails{Late: true}), true},
		"a failure":                  {temporal.NewNonRetryableApplicationError("x", FailureRequest, nil, failureDetails{}), false},
		"the last worker is lost":    {temporal.NewTimeoutError(enums.TIMEOUT_TYPE_HEARTBEAT, nil), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e *laneEnv
			var since time.Time
			e = newLaneEnv(t, func(ctx context.Context, in sliceInput) (sliceResult, error) {
				if in.Job == "a" {
					return sliceResult{}, row.end
				}
				since = in.LateSince
				return done(ctx, in)
			})
			write := work("a", 1)
			write.Write = true
			began := e.Now()
			e.run(t, write, work("b", 1))
			require.NoError(t, e.GetWorkflowError())
			assert.Equal(t, row.late, !since.IsZero())
			if row.late {
				assert.WithinRange(t, since, began, e.Now())
				assert.GreaterOrEqual(t, e.Now().Sub(began), laneLate, "the lane stays, so that it does not forget")
			}
		})
	}
}

// TestLaneForgetsAJobThatIsGone: nobody wants its tags removed any more. The slice that runs already ends gently.
func TestLaneForgetsAJobThatIsGone(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{"of one slice": 1, "of several": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			e := &laneEnv{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment()}
			e.RegisterWorkflowWithOptions(runLane, workflow.RegisterOptions{Name: laneWorkflow})
			canceled := make(chan struct{})
			e.RegisterActivityWithOptions(func(_ context.Context, in sliceInput) (sliceResult, error) {
				e.ran = append(e.ran, fmt.Sprintf("%s/%d", in.Job, in.Index))
				if in.Job == "a" && in.Index > 0 {
					<-canceled // which a real one learns from its heartbeat
					return sliceResult{}, temporal.NewApplicationError("the slice was drained", typeDrained)
				}
				return sliceResult{}, nil
			}, activity.RegisterOptions{Name: sliceActivity})
			e.SetOnActivityCanceledListener(func(*activity.Info) { close(canceled) })
			e.OnSignalExternalWorkflow(mock.Anything, "w-a", mock.Anything, reportSignal, mock.Anything).Return(errors.New("not found"))
			e.OnSignalExternalWorkflow(mock.Anything, "w-b", mock.Anything, reportSignal, mock.Anything).Return(nil)
			e.RegisterDelayedCallback(func() { e.SignalWorkflow(enqueueSignal, work("b", 2)) }, time.Hour)
			e.run(t, work("a", n))
			require.NoError(t, e.GetWorkflowError())
			assert.LessOrEqual(t, len(e.ran), 2)
			assert.Equal(t, "a/0", e.ran[0])
		})
	}
}

// TestLaneGoesOnWhileAJobHears: the next slice does not wait until the job has heard of the last one, but the next report does, so
// that reports come in their order.
func TestLaneGoesOnWhileAJobHears(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	e := &laneEnv{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment()}
	e.RegisterWorkflowWithOptions(runLane, workflow.RegisterOptions{Name: laneWorkflow})
	var mu sync.Mutex
	var events []string
	began := make(chan struct{}) // the second slice
	note := func(event string) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, event)
	}
	e.RegisterActivityWithOptions(func(_ context.Context, in sliceInput) (sliceResult, error) {
		note(fmt.Sprint("slice ", in.Index))
		if in.Index == 1 {
			close(began)
		}
		return sliceResult{}, nil
	}, activity.RegisterOptions{Name: sliceActivity})
	var hearing atomic.Int32
	e.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, reportSignal, mock.Anything).Return(
		func(_, _, _, _ string, arg any) error {
			assert.Equal(t, int32(1), hearing.Add(1), "two reports are on their way")
			defer hearing.Add(-1)
			if arg.(report).Index == 0 {
				select {
				case <-began:
				case <-time.After(10 * time.Second): // of a lane that waits
				}
				time.Sleep(50 * time.Millisecond) // real time, in which a second report could come
			}
			note(fmt.Sprint("heard ", arg.(report).Index))
			return nil
		})
	e.run(t, work("a", 3))
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, []string{"slice 0", "slice 1", "heard 0"}, events[:3])
	heard := slices.DeleteFunc(slices.Clone(events), func(event string) bool { return event[0] == 's' })
	assert.Equal(t, []string{"heard 0", "heard 1", "heard 2"}, heard)
}

// TestLaneAnswersAJobThatItDoesNotKnow: it was in a lane of this name that somebody has ended. A person's control has no answer.
func TestLaneAnswersAJobThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	var e *laneEnv
	e = newLaneEnv(t, func(ctx context.Context, in sliceInput) (sliceResult, error) {
		if in.Index > 0 {
			return done(ctx, in)
		}
		e.SignalWorkflow(controlSignal, control{Job: "c", Want: StateRunning, Workflow: "w-c", At: 4})
		e.SignalWorkflow(controlSignal, control{Job: "a", Want: StateRunning, Workflow: "w-a", At: 7})
		e.SignalWorkflow(controlSignal, control{Job: "d", Want: StateRunning})
		return done(ctx, in)
	})
	e.run(t, work("a", 2))
	require.NoError(t, e.GetWorkflowError())
	assert.ElementsMatch(t, []string{"w-c: 4/0 0 done gone", "w-a: 7/0 5 done", "w-a: 7/1 5 done"}, e.reported)
}

func TestLaneDrainsASliceOfAJobThatPauses(t *testing.T) {
	t.Parallel()
	var e *laneEnv
	first, canceled := true, make(chan struct{})
	e = newLaneEnv(t, func(ctx context.Context, in sliceInput) (sliceResult, error) {
		if !first {
			return done(ctx, in)
		}
		first = false
		e.SignalWorkflow(controlSignal, control{Job: "a", Want: StatePaused})
		<-canceled // which a real one learns from its heartbeat
		return sliceResult{}, temporal.NewApplicationError("the slice was drained", typeDrained)
	})
	e.SetOnActivityCanceledListener(func(*activity.Info) { close(canceled) })
	e.RegisterDelayedCallback(func() {
		assert.Equal(t, []string{"a/0 1"}, e.ran)
		assert.Empty(t, e.reported)
		e.SignalWorkflow(controlSignal, control{Job: "a", Want: StateRunning})
	}, time.Hour)
	e.run(t, work("a", 2))
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, []string{"a/0 1", "a/0 2", "a/1 3"}, e.ran)
	assert.Equal(t, []string{"w-a: 7/0 5 done", "w-a: 7/1 5 done"}, e.reported)
}

func TestLaneEndsACanceledJob(t *testing.T) {
	t.Parallel()
	e := newLaneEnv(t, done)
	e.RegisterDelayedCallback(func() { e.SignalWorkflow(controlSignal, control{Job: "b", Want: StateCanceled}) }, 0)
	e.RegisterDelayedCallback(func() { e.SignalWorkflow(controlSignal, control{Job: "nobody", Want: StateCanceled}) }, 0)
	in := laneInput{Lane: laneAt(0), Queue: []laneJob{work("b", 9)}}
	in.Queue[0].Want = StatePaused
	e.ExecuteWorkflow(laneWorkflow, in)
	require.NoError(t, e.GetWorkflowError())
	assert.Equal(t, []string{"w-b: 7/0 0 done canceled"}, e.reported)
	assert.Empty(t, e.ran)
}

func TestLaneGoesOnInANewRun(t *testing.T) {
	t.Parallel()
	e := newLaneEnv(t, done)
	e.run(t, work("a", maxRun+5))
	var next *workflow.ContinueAsNewError
	require.True(t, errors.As(e.GetWorkflowError(), &next), "%v", e.GetWorkflowError())
	assert.Len(t, e.ran, maxRun)
}
