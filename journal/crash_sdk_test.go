package journal_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/journal"
	"github.com/untag-go/untag/untagtest"
)

var sdkKills = flag.Int("kills", 10, "how often TestKillUntagMany kills a run")

const (
	sdkResources = 20_000
	sdkWindow    = 16_384 // what UntagMany reads ahead
	sdkEndpoint  = "UNTAG_JOURNAL_TEST_ENDPOINT"
)

var sdkPlan = journal.Plan{
	Service: untag.ServiceECS, Action: "UntagResources", Account: "1234567890123456", Region: "cn-hangzhou",
	ResourceType: "instance", TagKeys: []string{"k"},
}

func sdkID(i int) string { return fmt.Sprintf("i-%06d", i) }

// sdkDead is what does not exist, so that calls fail as a whole and are split.
func sdkDead(i int) bool { return i%211 == 3 }

func sdkIDs(yield func(string) bool) {
	for i := range sdkResources {
		if !yield(sdkID(i)) {
			return
		}
	}
}

// sdkChild is a journaled run of the SDK that will be killed.
func sdkChild(path string) {
	must(os.Stdout.WriteString("here\n"))
	j := must(journal.Open(path, sdkPlan))
	client := must(ecs.New(untag.Config{
		Region: "cn-hangzhou", Endpoint: os.Getenv(sdkEndpoint), Credentials: untag.StaticCredentials("crash-key", "crash-secret", ""),
	}))
	drain(j.Record(client.UntagMany(context.Background(), ecs.UntagManyRequest{
		ResourceType: ecs.ResourceTypeInstance, ResourceIDs: j.Pending(sdkIDs), TagKeys: sdkPlan.TagKeys, Concurrency: 16,
	})))
	if err := errors.Join(j.Err(), j.Close()); err != nil {
		panic(err)
	}
}

// The same as TestKill with the SDK's own UntagMany, over a socket, against the account in memory: after kills at random
// moments and a resume, every resource has its outcome, and the account agrees.
func TestKillUntagMany(t *testing.T) {
	t.Parallel()
	killed, most := 0, 0
	for killed < *sdkKills {
		n, again := killUntagMany(t, *sdkKills-killed)
		killed += n
		most = max(most, again)
	}
	t.Logf("%d kills; a resume sent at most %d resources again, of a window of %d", killed, most, sdkWindow)
}

// killUntagMany kills a run until it is complete, kills times at most. It returns how often that was, at least 1,
// and the most resources that were untagged and not recorded.
func killUntagMany(t *testing.T, kills int) (killed, again int) {
	t.Helper()
	cloud := untagtest.NewCloud()
	cloud.AllowKey("crash-key", "crash-secret", "")
	cloud.KeepCalls(0)
	for i := range sdkResources {
		if !sdkDead(i) {
			cloud.Put(untagtest.Resource{Product: "ecs", Region: "cn-hangzhou", Type: "instance", ID: sdkID(i), Tags: map[string]string{"k": "v", "keep": "v"}})
		}
	}
	server := httptest.NewServer(cloud)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "journal")
	for {
		cmd, _ := startChild(t, "sdk", path, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, sdkEndpoint+"="+server.URL) })
		finished := make(chan error, 1)
		go func() { finished <- cmd.Wait() }()
		moment := time.Duration(rand.IntN(400)) * time.Millisecond // a real process, so real time
		if killed == kills {
			moment = time.Hour
		}
		var ended error
		select {
		case ended = <-finished:
			require.NoError(t, ended)
		case <-time.After(moment):
			_ = cmd.Process.Kill() // it may have ended a moment ago
			ended = <-finished
		}
		if ended == nil {
			require.Zero(t, sdkUnrecorded(t, cloud, path, true))
			return max(killed, 1), again
		}
		killed++
		unrecorded := sdkUnrecorded(t, cloud, path, false)
		require.LessOrEqual(t, unrecorded, sdkWindow)
		again = max(again, unrecorded)
	}
}

// sdkUnrecorded compares a journal with the account: nothing that is recorded as done may have its tag still.
// It returns how many resources lost the tag and are not recorded. complete: each must have an outcome.
func sdkUnrecorded(t *testing.T, cloud *untagtest.Cloud, path string, complete bool) int {
	t.Helper()
	j, err := journal.Open(path, sdkPlan)
	require.NoError(t, err)
	outcomes := make(map[string]journal.Entry)
	for entry, err := range j.Entries() {
		require.NoError(t, err)
		if _, twice := outcomes[entry.Resource]; twice {
			t.Fatalf("%s has two final outcomes", entry.Resource)
		}
		outcomes[entry.Resource] = entry
	}
	require.NoError(t, j.Close())
	unrecorded := 0
	for i := range sdkResources {
		entry, recorded := outcomes[sdkID(i)]
		tags, exists := cloud.Tags("ecs", "cn-hangzhou", "instance", sdkID(i))
		_, tagged := tags["k"]
		switch {
		case !exists:
			if (recorded || complete) && (entry.Done || entry.Code != ecs.CodeInvalidResourceIDNotFound) {
				t.Fatalf("a dead resource: %+v", entry)
			}
		case entry.Done && tagged:
			t.Fatalf("%s is recorded as done, and has its tag", entry.Resource)
		case complete && !entry.Done:
			t.Fatalf("%s exists, and is not done: %+v", sdkID(i), entry)
		case !entry.Done && !tagged:
			unrecorded++
		}
	}
	return unrecorded
}
