package untagtemporal

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtest"
)

const testAccount = "1000000000000001"

var testLane = Lane{untag.ServiceECS, testAccount, "cn-hangzhou"}

// rig runs the activity of a slice on a simulated account, in a bubble of testing/synctest, with a client that is the test's.
type rig struct {
	mocks.Client // of the methods below alone

	*slicer
	account *untagtest.Cloud
	store   Store
	job     Job
	info    activity.Info // of the next attempt
	stop    chan struct{}
	in      sliceInput

	mu      sync.Mutex
	beats   []progress
	onBeat  func(n int) error // of the nth heartbeat, from 0
	retries []Retry
}

// RecordActivityHeartbeat is that of a server.
func (g *rig) RecordActivityHeartbeat(_ context.Context, _ []byte, details ...any) error {
	g.mu.Lock()
	g.beats = append(g.beats, details[0].(progress))
	n := len(g.beats) - 1
	g.mu.Unlock()
	if g.onBeat != nil {
		return g.onBeat(n)
	}
	return nil
}

// SignalWorkflow is heard by the job.
func (g *rig) SignalWorkflow(_ context.Context, _, _, _ string, arg any) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.retries = append(g.retries, *arg.(report).Retry)
	return nil
}

// newRig has a job of n instances of the account in one slice. Change may change the job and its resources before it is cut.
func newRig(t *testing.T, n int, change func(g *rig, resources []Resource)) *rig {
	t.Helper()
	g := &rig{
		account: untagtest.NewAccount(testAccount), store: Directory(t.TempDir()),
		job:  Job{ID: "j", TagKeys: []string{"a"}, Lease: 30 * time.Second}.withDefaults(),
		info: activity.Info{Attempt: 1, HeartbeatTimeout: 30 * time.Second}, stop: make(chan struct{}), in: sliceInput{Lane: testLane, Job: "j", Turn: 1},
	}
	resources := make([]Resource, n)
	for i := range resources {
		id := "i-" + strconv.Itoa(i)
		g.account.Put(untagtest.Resource{Product: "ecs", Region: testLane.Region, Type: "instance", ID: id, Tags: map[string]string{"a": "1", "b": "2"}})
		resources[i] = Resource{Lane: testLane, Type: "instance", ID: id}
	}
	g.slicer = &slicer{
		Options: Options{Client: g, Store: g.store, Config: func(context.Context, Lane) (untag.Config, error) { return g.account.Config(), nil }, Rounds: defaultRounds},
		checked: make(map[Lane]string), clients: make(map[Lane]*laneClient),
	}
	if change != nil {
		change(g, resources)
	}
	for i := range resources {
		g.in.Lane = resources[i].Lane
	}
	_, err := cut(t.Context(), g.store, g.job, values(resources))
	require.NoError(t, err)
	return g
}

func values(resources []Resource) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		for _, r := range resources {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// attempt runs the activity as the next attempt, with what the last one told.
func (g *rig) attempt(t *testing.T) (Counts, error) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(24 * time.Hour)
	env.RegisterActivityWithOptions(func(ctx context.Context, in sliceInput) (sliceResult, error) {
		g.info.StartedTime = time.Now()
		return g.sliceAs(ctx, in, g.info)
	}, activity.RegisterOptions{Name: sliceActivity})
	env.SetWorkerStopChannel(g.stop)
	if len(g.beats) > 0 {
		env.SetHeartbeatDetails(g.beats[len(g.beats)-1])
	}
	value, err := env.ExecuteActivity(sliceActivity, g.in)
	g.info.Attempt++
	if err != nil {
		return Counts{}, err
	}
	var result sliceResult
	require.NoError(t, value.Get(&result))
	return result.Counts, nil
}

// outcomes counts what the store says.
func (g *rig) outcomes(t *testing.T) map[untag.Outcome]int {
	t.Helper()
	counts := make(map[untag.Outcome]int)
	for o, err := range (&Handle{store: g.store, id: g.job.ID}).Outcomes(t.Context()) {
		require.NoError(t, err)
		counts[o.Entry.Outcome()]++
	}
	return counts
}

// left is how many instances have the key still.
func (g *rig) left(n int) (left int) {
	for i := range n {
		tags, _ := g.account.Tags("ecs", testLane.Region, "instance", "i-"+strconv.Itoa(i))
		if _, ok := tags["a"]; ok {
			left++
		}
	}
	return left
}

// calls are how many calls of an action came.
func (g *rig) calls(action string) (n int) {
	for _, call := range g.account.Calls() {
		if call.Action == action {
			n++
		}
	}
	return n
}

func failureType(t *testing.T, err error) (kind string, final bool) {
	t.Helper()
	failed, ok := errors.AsType[*temporal.ApplicationError](err)
	require.True(t, ok, "%v", err)
	return failed.Type(), failed.NonRetryable()
}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func (g *rig) lastBeat(t *testing.T) string {
	t.Helper()
	data, err := json.Marshal(g.beats[len(g.beats)-1])
	require.NoError(t, err)
	return string(data)
}

// silent is a logger of tests.
type silent struct{}

var _ log.Logger = silent{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
