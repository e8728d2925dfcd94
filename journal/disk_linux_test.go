package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

func init() {
	children["full disk"] = fullDiskChild
	children["file limit"] = fileLimitChild
}

const diskResources = 3000

// diskReport is what a child has seen of a run that met a real limit of the kernel, and of the next one without it.
type diskReport struct {
	Told       []string // resources reported as done
	Pulled     int      // results taken
	Last       string   // error of the last pair
	IsNoSpace  bool     // ENOSPC or EFBIG
	SameErr    bool     // Err and Close agree with it
	Recorded   int      // done, after opening again
	WholeLines bool
	Pending    int // after opening again
	DoneAtEnd  int // after the resumed run
}

// fullDiskChild has a file system of its own with 64 KiB.
func fullDiskChild(dir string) {
	must(os.Stdout.WriteString("here\n"))
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		fmt.Println("null")
		return
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 32<<10), 0o600); err != nil {
		panic(err)
	}
	meetLimit(filepath.Join(dir, "journal"), func() error { return os.Remove(ballast) })
}

// fileLimitChild may write no file beyond 20,000 bytes: the write that meets the limit is short.
func fileLimitChild(dir string) {
	must(os.Stdout.WriteString("here\n"))
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		panic(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 20_000, Max: old.Max}); err != nil {
		panic(err)
	}
	meetLimit(filepath.Join(dir, "journal"), func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) })
}

func meetLimit(path string, lift func() error) {
	var r diskReport
	results := func(yield func(string, error) bool) {
		for i := range diskResources {
			r.Pulled++
			if !yield(fmt.Sprint("i-", i), nil) {
				return
			}
		}
	}
	j := must(journal.Open(path, testPlan))
	for resource, err := range j.Record(results) {
		if err != nil {
			r.Last = err.Error()
			r.IsNoSpace = resource == "" && (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG))
			r.SameErr = errors.Is(j.Err(), err)
		} else {
			r.Told = append(r.Told, resource)
		}
	}
	r.SameErr = r.SameErr && errors.Is(j.Close(), j.Err())
	content := must(os.ReadFile(path))
	r.WholeLines = content[len(content)-1] == '\n'
	if err := lift(); err != nil {
		panic(err)
	}

	j = must(journal.Open(path, testPlan))
	r.Recorded = must(j.Summary()).Done
	for range j.Pending(func(yield func(string) bool) {
		for i := range diskResources {
			if !yield(fmt.Sprint("i-", i)) {
				return
			}
		}
	}) {
		r.Pending++
	}
	for _, err := range j.Record(run(pair{fmt.Sprint("i-", len(r.Told)), nil})) {
		if err != nil {
			panic(err)
		}
	}
	r.DoneAtEnd = must(j.Summary()).Done
	if err := j.Close(); err != nil {
		panic(err)
	}
	must(os.Stdout.Write(append(must(json.Marshal(r)), '\n')))
}

func TestKernelLimits(t *testing.T) {
	t.Parallel()
	for role, edit := range map[string]func(*exec.Cmd){
		"file limit": nil,
		"full disk": func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
				UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
			}
		},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			if edit != nil {
				probe := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^$")
				edit(probe)
				if err := probe.Run(); err != nil {
					t.Skip("no user namespaces here: ", err)
				}
			}
			cmd, out := startChild(t, role, t.TempDir(), edit)
			line, err := out.ReadBytes('\n')
			require.NoError(t, err)
			require.NoError(t, cmd.Wait())
			var r *diskReport
			require.NoError(t, json.Unmarshal(line, &r))
			if r == nil {
				t.Skip("no file system can be mounted here")
			}
			assert.NotEmpty(t, r.Told)
			assert.Less(t, len(r.Told), diskResources)
			assert.Equal(t, len(r.Told)+1, r.Pulled, "nothing is taken after the failure")
			assert.True(t, r.IsNoSpace, r.Last)
			assert.True(t, r.SameErr)
			assert.Contains(t, r.Last, "make room for the file")
			assert.True(t, r.WholeLines)
			assert.Equal(t, len(r.Told), r.Recorded, "what was told is on file, and nothing else")
			assert.Equal(t, diskResources-len(r.Told), r.Pending)
			assert.Equal(t, len(r.Told)+1, r.DoneAtEnd)
			t.Logf("%d of %d, then %s", len(r.Told), diskResources, r.Last)
		})
	}
}
