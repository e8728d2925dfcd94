package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtemporal/dev"
)

var record = flag.String("record", "", "`directory` for the histories of TestVerbs")

const canary = "canary-c0ffee"

// bench is a server, a worker and the simulated accounts in the process of the test.
type bench struct {
	dir, address string
	client       client.Client
	fleet        *fleet
}

func newBench(t *testing.T, accounts, perLane int) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), fleet: newFleet(accounts, perLane)}
	require.NoError(t, b.fleet.serve(filepath.Join(b.dir, "simulated.json")))
	t.Cleanup(func() { _ = b.fleet.server.Close() })
	server, err := dev.Start(filepath.Join(b.dir, "server"), 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	b.address = server.Address
	s := serverFlags{address: b.address, namespace: dev.Namespace, store: b.store(), queue: untagtemporal.DefaultTaskQueue}
	b.client, err = s.dial()
	require.NoError(t, err)
	t.Cleanup(b.client.Close)
	config := func(_ context.Context, lane untagtemporal.Lane) (untag.Config, error) {
		for _, cloud := range b.fleet.accounts {
			if cloud.AccountID() == lane.Account {
				c := cloud.Config()
				cloud.AllowKey("id-"+canary+lane.Account, "secret-"+canary, "token-"+canary)
				c.Credentials = untag.StaticCredentials("id-"+canary+lane.Account, "secret-"+canary, "token-"+canary)
				return c, nil
			}
		}
		t.Errorf("there is no account %s", lane.Account)
		return untag.Config{}, nil
	}
	w, err := newWorker(b.client, s, 20, config)
	require.NoError(t, err)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return b
}

func (b *bench) store() string { return filepath.Join(b.dir, "store") }

// verb runs the command and returns what it prints.
func (b *bench) verb(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	args = append(args, "-address", b.address, "-store", b.store())
	require.Equal(t, want, run(t.Context(), args, &out, &complaints), "%v: %s", args, &complaints)
	return out.String()
}

// csv writes the resources into a file.
func (b *bench) csv(t *testing.T) string {
	t.Helper()
	var rows bytes.Buffer
	w := csv.NewWriter(&rows)
	for r, err := range b.fleet.resources() {
		require.NoError(t, err)
		require.NoError(t, w.Write([]string{r.Lane.Service, r.Lane.Account, r.Lane.Region, r.Type, r.ID}))
	}
	w.Flush()
	file := filepath.Join(b.dir, "resources.csv")
	require.NoError(t, os.WriteFile(file, rows.Bytes(), 0o600))
	return file
}

// until polls the status of a job: a real server has a clock of its own.
func (b *bench) until(t *testing.T, job string, wants func(s string) bool) string {
	t.Helper()
	for range 600 {
		if s := b.verb(t, 0, "status", "-job", job); wants(s) {
			return s
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("job %s does not come to it: %s", job, b.verb(t, 0, "status", "-job", job))
	return ""
}

// TestVerbs leads jobs through their lives by the command, and then looks for the credentials in all that the server and the
// store have written to disk.
func TestVerbs(t *testing.T) {
	b := newBench(t, 2, 1000)
	file := b.csv(t)
	is := func(state untagtemporal.State) func(string) bool {
		return func(s string) bool { return strings.Contains(s, ": "+string(state)+"\n") }
	}
	assert.Equal(t, 2, run(t.Context(), []string{"start", "-job", "x", "-keys", demoKey}, &bytes.Buffer{}, &bytes.Buffer{}), "without -yes")
	b.verb(t, 1, "status", "-job", "nobody")

	b.verb(t, 0, "start", "-job", "one", "-keys", demoKey, "-resources", file, "-yes", "-lease", "1s", "-lanes", "4", "-attributes")
	b.verb(t, 1, "start", "-job", "one", "-keys", demoKey, "-resources", file, "-yes")
	b.until(t, "one", func(s string) bool { return strings.Contains(s, "4 busy") })
	b.noCanary(t, `"try":`) // of a heartbeat
	b.verb(t, 0, "pause", "-job", "one")
	b.until(t, "one", is(untagtemporal.StatePaused))
	time.Sleep(3 * time.Second) // leases of the real server
	before := b.fleet.calls()
	time.Sleep(2 * time.Second)
	assert.Equal(t, before, b.fleet.calls(), "a paused job calls nothing")
	b.verb(t, 0, "resume", "-job", "one")

	b.verb(t, 0, "start", "-job", "three", "-keys", keptKey+"y", "-resources", file, "-yes", "-lease", "1s", "-attributes") // its slices follow those of one
	b.verb(t, 0, "start", "-job", "two", "-keys", keptKey+"x", "-resources", file, "-yes", "-lease", "1s", "-lanes", "2", "-attributes")
	b.verb(t, 0, "cancel", "-job", "two")
	b.until(t, "two", is(untagtemporal.StateCanceled))
	b.until(t, "one", is(untagtemporal.StateDone))
	b.until(t, "three", is(untagtemporal.StateDone))

	report := b.verb(t, 0, "report", "-job", "one")
	rows, err := csv.NewReader(strings.NewReader(report)).ReadAll()
	require.NoError(t, err)
	assert.Len(t, rows, 8001)
	h, err := untagtemporal.Open(t.Context(), b.client, untagtemporal.Directory(b.store()), "one")
	require.NoError(t, err)
	p, err := b.fleet.prove(h.Outcomes(t.Context()))
	require.NoError(t, err, "%+v", p)

	var listed *workflowservice.ListWorkflowExecutionsResponse
	require.Eventually(t, func() bool { // a real server, whose lists are a little late
		listed, err = b.client.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: `UntagJob IS NOT NULL`})
		return err == nil && len(listed.GetExecutions()) >= 11
	}, 20*time.Second, 200*time.Millisecond, "three jobs and eight lanes")
	for _, execution := range listed.GetExecutions() {
		assert.Contains(t, execution.GetMemo().GetFields(), "done")
		b.history(t, execution.GetExecution().GetWorkflowId(), execution.GetExecution().GetRunId())
	}
	b.noCanary(t, "untag-lane/ecs/1000000000000001", demoKey)
}

// history looks through a history, and records it if the test was asked to.
func (b *bench) history(t *testing.T, id, run string) {
	t.Helper()
	h := new(history.History)
	for events := b.client.GetWorkflowHistory(t.Context(), id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(t, err)
		h.Events = append(h.Events, event)
	}
	text, err := protojson.MarshalOptions{Indent: " "}.Marshal(h)
	require.NoError(t, err)
	require.NotContains(t, string(text), canary)
	if *record != "" {
		name := strings.NewReplacer("/", "_").Replace(id) + ".json"
		require.NoError(t, os.WriteFile(filepath.Join(*record, name), append(text, '\n'), 0o600))
	}
}

// noCanary looks through every file of the server, with its histories and heartbeats, and of the store.
// It must find what is known to be there.
func (b *bench) noCanary(t *testing.T, known ...string) {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(b.dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		assert.NotContains(t, string(data), canary, file)
		for _, text := range known {
			found[text] = found[text] || bytes.Contains(data, []byte(text))
		}
		return nil
	})
	require.NoError(t, err)
	for _, text := range known {
		assert.True(t, found[text], "the search does not find %q", text)
	}
}
