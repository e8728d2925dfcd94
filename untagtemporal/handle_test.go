package untagtemporal

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"
)

// server is a client's view of one that knows one job at most. Its errors are those of every method.
type server struct {
	mocks.Client // of the methods below alone

	err     error
	running bool // it knows the job
	started []client.StartWorkflowOptions
	inputs  []jobInput
	asked   []control
	ids     []string // of workflows, in every request
}

func (s *server) known(id string) error {
	s.ids = append(s.ids, id)
	if s.err == nil && !s.running {
		return serviceerror.NewNotFound("workflow not found")
	}
	return s.err
}

func (s *server) ExecuteWorkflow(_ context.Context, options client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	if s.err != nil {
		return nil, s.err
	}
	s.running = true
	s.started = append(s.started, options)
	s.inputs = append(s.inputs, args[0].(jobInput))
	s.ids = append(s.ids, workflow.(string))
	return &mocks.WorkflowRun{}, nil
}

func (s *server) QueryWorkflow(_ context.Context, id, _, query string, _ ...any) (converter.EncodedValue, error) {
	if err := s.known(id); err != nil {
		return nil, err
	}
	return encoded{Status{ID: "j", State: StateRunning, Lanes: len(query)}}, nil
}

func (s *server) GetWorkflow(_ context.Context, id, _ string) client.WorkflowRun {
	return &ended{err: s.known(id)}
}

func (s *server) SignalWorkflow(_ context.Context, id, _, signal string, arg any) error {
	if signal != controlSignal {
		return errBroken
	}
	s.asked = append(s.asked, arg.(control))
	return s.known(id)
}

type encoded struct{ status Status }

func (encoded) HasValue() bool        { return true }
func (e encoded) Get(value any) error { *value.(*Status) = e.status; return nil }

type ended struct {
	mocks.WorkflowRun // of Get alone

	err error
}

func (e *ended) Get(_ context.Context, value any) error {
	if e.err == nil {
		*value.(*Status) = Status{ID: "j", State: StateDone}
	}
	return e.err
}

func TestStart(t *testing.T) {
	t.Parallel()
	s, store := &server{}, memory{}
	job := Job{ID: "j", TagKeys: []string{"secret-key"}, MaxLanes: 7, SearchAttributes: true}
	_, err := Start(t.Context(), s, store, job, resourcesOf(3, laneAt(0), laneAt(1)))
	require.NoError(t, err)
	assert.Equal(t, []jobInput{{
		Status:    Status{ID: "j", Resources: 6, Slices: 2, Lanes: 2},
		TaskQueue: DefaultTaskQueue, MaxLanes: 7, Lease: 30 * time.Second, Want: StateRunning, Told: StateRunning, Attributes: true,
	}}, s.inputs, "no resource and no tag key")
	options := s.started[0]
	assert.Equal(t, "untag-job/j", options.ID)
	assert.Equal(t, DefaultTaskQueue, options.TaskQueue)
	assert.Equal(t, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE, options.WorkflowIDReusePolicy, "also after the job has ended")
	assert.True(t, options.WorkflowExecutionErrorWhenAlreadyStarted)
	id, _ := options.TypedSearchAttributes.GetKeyword(jobAttribute)
	assert.Equal(t, "j", id)
	assert.Equal(t, map[string]any{"job": "j", "resources": 6, "lanes": 2}, options.Memo)
	assert.Contains(t, store, startedName("j"))
}

// TestOpen: a job that was stored whole is started if the server has never heard of it, and only then.
func TestOpen(t *testing.T) {
	t.Parallel()
	away := serviceerror.NewUnavailable("no server")
	for name, row := range map[string]struct {
		prepare func(t *testing.T, s *server, store memory)
		started int
		err     error
	}{
		"runs": {func(t *testing.T, s *server, store memory) {
			t.Helper()
			_, err := Start(t.Context(), s, store, cutJob, resourcesOf(1, laneAt(0)))
			require.NoError(t, err)
		}, 1, nil},
		"was stored, and its caller died": {func(t *testing.T, s *server, store memory) {
			t.Helper()
			s.err = away
			_, err := Start(t.Context(), s, store, cutJob, resourcesOf(1, laneAt(0)))
			require.ErrorIs(t, err, away)
			assert.NotContains(t, store, startedName("j"))
			s.err = nil
		}, 1, nil},
		"was started, and its caller died before it noted that": {func(t *testing.T, s *server, store memory) {
			t.Helper()
			store["broken:/started"] = nil
			_, err := Start(t.Context(), s, store, cutJob, resourcesOf(1, laneAt(0)))
			require.ErrorIs(t, err, errBroken)
			delete(store, "broken:/started")
		}, 1, nil},
		"was forgotten": {func(t *testing.T, s *server, store memory) {
			t.Helper()
			_, err := Start(t.Context(), s, store, cutJob, resourcesOf(1, laneAt(0)))
			require.NoError(t, err)
			s.running = false
		}, 1, nil},
		"was not stored whole": {func(t *testing.T, _ *server, store memory) {
			t.Helper()
			_, err := cut(t.Context(), store, cutJob, func(yield func(Resource, error) bool) { yield(Resource{}, fs.ErrClosed) })
			require.Error(t, err)
		}, 0, ErrNoJob},
		"never was":          {func(*testing.T, *server, memory) {}, 0, ErrNoJob},
		"the server is away": {func(_ *testing.T, s *server, _ memory) { s.err = away }, 0, away},
		"is damaged in the store": {func(t *testing.T, _ *server, store memory) {
			t.Helper()
			_, err := cut(t.Context(), store, cutJob, resourcesOf(1, laneAt(0)))
			require.NoError(t, err)
			delete(store, jobName("j"))
		}, 0, fs.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, store := &server{}, memory{}
			row.prepare(t, s, store)
			h, err := Open(t.Context(), s, store, "j")
			assert.Len(t, s.started, row.started)
			if row.err != nil {
				require.ErrorIs(t, err, row.err)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, store, startedName("j"))
			n := 0
			for outcome, err := range h.Outcomes(t.Context()) {
				require.NoError(t, err)
				assert.Equal(t, laneAt(0), outcome.Lane)
				n++
			}
			assert.Equal(t, 1, n)
		})
	}
}

func TestOpenRefusesAnID(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), nil, memory{}, "../j")
	require.ErrorContains(t, err, "job ID")
}

// TestHandle: each method reaches the job's workflow, and says so when there is none.
func TestHandle(t *testing.T) {
	t.Parallel()
	s := &server{running: true}
	h := &Handle{s, memory{}, "j"}
	status, err := h.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Status{ID: "j", State: StateRunning, Lanes: len(statusQuery)}, status)
	status, err = h.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, StateDone, status.State)
	require.NoError(t, errors.Join(h.Pause(t.Context()), h.Resume(t.Context()), h.Cancel(t.Context())))
	assert.Equal(t, []control{{Job: "j", Want: StatePaused}, {Job: "j", Want: StateRunning}, {Job: "j", Want: StateCanceled}}, s.asked)
	for _, id := range s.ids {
		assert.Equal(t, "untag-job/j", id)
	}

	for name, row := range map[string]struct {
		server *server
		none   bool
	}{
		"no such job":        {&server{}, true},
		"the server is away": {&server{err: serviceerror.NewUnavailable("no server")}, false},
	} {
		h := &Handle{row.server, memory{}, "j"}
		for verb, call := range map[string]func(context.Context) error{
			"ask for the status of": func(ctx context.Context) error { _, err := h.Status(ctx); return err },
			"wait for":              func(ctx context.Context) error { _, err := h.Wait(ctx); return err },
			"pause":                 h.Pause, "resume": h.Resume, "cancel": h.Cancel,
		} {
			err := call(t.Context())
			require.Error(t, err, name)
			assert.Equal(t, row.none, errors.Is(err, ErrNoJob), "%s: %v", name, err)
			assert.ErrorContains(t, err, "untagtemporal: "+verb+" job j: ", name)
		}
	}
}
