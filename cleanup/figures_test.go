package cleanup_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

var figures = flag.Int("figures", 0, "resources of TestFigures; 0: it is left out")

// TestFigures measures the steps of a job of any size: each in a process of its own, against an account in this process.
func TestFigures(t *testing.T) {
	if *figures == 0 {
		t.Skip("-figures is not set")
	}
	cloud := untagtest.NewCloud()
	cloud.AllowKey("crash", "secret", "")
	spec := cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-shenzhen"}}
	for i := range *figures {
		r := untagtest.Resource{Product: "oss", Type: "bucket", Region: spec.Regions[i/1000%4], ID: "bucket-" + strconv.Itoa(i), Tags: map[string]string{"team": "value-" + strconv.Itoa(i%1000)}}
		if i%4 == 0 {
			r.Product, r.Type = "ecs", "instance"
		}
		cloud.Put(r)
	}
	server := httptest.NewServer(cloud)
	defer server.Close()
	dir := filepath.Join(t.TempDir(), "job")
	before := cloud.Digest()
	for _, step := range []string{"find", "plan", "remove", "verify", "restore"} {
		text, err := json.Marshal(task{Dir: dir, Address: server.URL, Step: step, Spec: spec, Figures: true})
		require.NoError(t, err)
		calls := cloud.CallCount()
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+string(text))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		require.NoError(t, err, step)
		t.Logf("%-8s %s, %d calls", step, strings.TrimSpace(string(out)), cloud.CallCount()-calls)
	}
	require.Equal(t, before, cloud.Digest())
}

// report tells how fast a step was, and what memory its process took at most.
func report(n int, took time.Duration) {
	most := ""
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			most = ", RSS " + strings.TrimSpace(rest)
		}
	}
	fmt.Printf("%d in %.1fs, %.0f/s%s", n, took.Seconds(), float64(n)/took.Seconds(), most)
}
