package untagtemporal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// TestReplay replays histories of runs that a real server has recorded: of a job that was paused, one that was canceled, and
// lanes that both went through. A workflow that makes other steps of them fails here, and would fail the users' jobs that run
// when a new version comes. See testdata/histories/README.md.
func TestReplay(t *testing.T) {
	t.Parallel()
	for _, file := range histories(t) {
		t.Run(strings.TrimPrefix(filepath.ToSlash(file), "testdata/histories/"), func(t *testing.T) {
			t.Parallel()
			require.NoError(t, replay(t, file, runJob, runLane))
		})
	}
}

// TestReplayNotices: a workflow that does something else is found out.
func TestReplayNotices(t *testing.T) {
	t.Parallel()
	other := func(ctx workflow.Context, _ laneInput) error { return workflow.Sleep(ctx, 1) }
	otherJob := func(ctx workflow.Context, _ jobInput) (Status, error) { return Status{}, workflow.Sleep(ctx, 1) }
	for _, file := range histories(t) {
		assert.Error(t, replay(t, file, otherJob, other), file)
	}
}

// histories are the files of all versions.
func histories(t *testing.T) (files []string) {
	t.Helper()
	for folder, least := range map[string]int{"": 4, "2": 5} {
		some, err := filepath.Glob(filepath.Join("testdata/histories", folder, "*.json"))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(some), least)
		files = append(files, some...)
	}
	return files
}

func replay(t *testing.T, file string, job, lane any) error {
	t.Helper()
	_, err := os.Stat(file)
	require.NoError(t, err)
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: converter.GetDefaultDataConverter()})
	require.NoError(t, err)
	r.RegisterWorkflowWithOptions(job, workflow.RegisterOptions{Name: jobWorkflow})
	r.RegisterWorkflowWithOptions(lane, workflow.RegisterOptions{Name: laneWorkflow})
	return r.ReplayWorkflowHistoryFromJSONFile(silent{}, file)
}
