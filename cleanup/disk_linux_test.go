package cleanup_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/cleanup"
	"github.com/untag-go/untag/untagtest"
)

// limitFiles makes writes past a size fail in this process, as those to a full disk do.
func limitFiles(size uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size})
}

// TestFullDisk has a disk on which there is room for less and less of the job. The step ends with a clear error, nothing is
// removed that is not saved, and with room it goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	cloud := untagtest.NewCloud()
	cloud.AllowKey("crash", "secret", "")
	cloud.Put(instances(600)...)
	before := cloud.Digest()
	server := httptest.NewServer(cloud)
	defer server.Close()
	spec := cleanup.Spec{Keys: []string{"team"}, Regions: []string{"cn-hangzhou", "cn-beijing"}}
	dir := filepath.Join(t.TempDir(), "job")
	run := func(step string, size uint64) (string, error) {
		text, err := json.Marshal(task{Dir: dir, Address: server.URL, Step: step, Spec: spec, Limit: size})
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+string(text))
		var output strings.Builder
		cmd.Stderr = &output
		err = cmd.Run()
		return output.String(), err
	}
	for _, step := range []string{"find", "remove", "restore"} {
		failed := 0
		for _, size := range []uint64{2_000, 8_000, 16_000, 24_000, 40_000} {
			output, err := run(step, size)
			if err == nil {
				continue
			}
			failed++
			require.Contains(t, output, "file too large", "%s at %d", step, size)
			require.Contains(t, output, "in folder "+dir, "which file, and where")
		}
		require.NotZero(t, failed, step)
		output, err := run(step, 0)
		require.NoError(t, err, output)
		if step == "remove" {
			for _, region := range spec.Regions {
				intents := intentPairs(t, dir, region)
				for i, r := range instances(600) {
					if r.Region == region {
						require.Equal(t, r.Tags["team"], intents["ecs/instance/"+id(i)]["team"])
					}
				}
			}
		}
	}
	require.Equal(t, before, cloud.Digest())
}
