package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtemporal/dev"
)

var rounds = flag.Int("rounds", 1, "rounds of TestChaos")

// asCommand makes the test binary the command, so that a test can kill it.
const asCommand = "UNTAGJOB_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	flag.Parse()
	os.Exit(m.Run())
}

// process is a command that is killed and started again.
type process struct {
	args []string
	cmd  *exec.Cmd
}

func (p *process) start(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p.cmd = exec.CommandContext(context.Background(), self, p.args...)
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, os.Stderr
	require.NoError(t, p.cmd.Start())
}

func (p *process) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill() // which also ends a frozen one
		_ = p.cmd.Wait()
	}
}

// most is the most memory that the process has held, as Linux tells it, such as "34567 kB"; "" elsewhere.
func (p *process) most() string {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(line)
}

// cpu is the time that a process took which was killed.
func (p *process) cpu() time.Duration {
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// freeze stops the process for a while, as a machine does that swaps: then it goes on as if nothing had happened.
func (p *process) freeze(t *testing.T, long time.Duration) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
	time.AfterFunc(long, func() { _ = p.cmd.Process.Signal(syscall.SIGCONT) }) // it may be gone by then
}

// TestChaos kills workers, the server and both, and freezes workers, while a job of 20,000 resources runs. Then every tag of the
// accounts is as the job says, and every resource has one outcome.
func TestChaos(t *testing.T) {
	for round := range *rounds {
		t.Run(strconv.Itoa(round), func(t *testing.T) { chaos(t) })
	}
}

func chaos(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	f := newFleet(2, 2500)
	require.NoError(t, f.serve(filepath.Join(dir, "simulated.json")))
	t.Cleanup(func() { _ = f.server.Close() })
	port := freePort(t)
	address := "127.0.0.1:" + strconv.Itoa(port)
	server := &process{args: []string{"dev", "-dir", filepath.Join(dir, "server"), "-port", strconv.Itoa(port)}}
	server.start(t)
	t.Cleanup(server.kill)
	c := connect(t, address)
	defer c.Close()
	workers := make([]*process, 3)
	for i := range workers {
		workers[i] = &process{args: []string{
			"work", "-address", address, "-store", filepath.Join(dir, "store"), "-simulated", filepath.Join(dir, "simulated.json"), "-slices", "8",
		}}
		workers[i].start(t)
		t.Cleanup(workers[i].kill)
	}
	store := untagtemporal.Directory(filepath.Join(dir, "store"))
	job := untagtemporal.Job{ID: "chaos", TagKeys: []string{demoKey}, Lease: 3 * time.Second}
	h, err := untagtemporal.Start(t.Context(), c, store, job, f.resources())
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	ended := make(chan untagtemporal.Status, 1)
	go func() {
		for ctx.Err() == nil { // the server is away now and then
			if status, err := h.Wait(ctx); err == nil {
				ended <- status
				return
			}
			time.Sleep(100 * time.Millisecond) // real processes
		}
	}()
	var status untagtemporal.Status
	events := map[string]int{}
	for calm := time.After(30 * time.Second); status.ID == ""; {
		event := ""
		select {
		case status = <-ended:
			continue
		case <-ctx.Done():
			t.Fatalf("the job did not end; events: %v", events)
		case <-calm:
			calm, event = nil, "calm"
		case <-time.After(500*time.Millisecond + rand.N(2*time.Second)):
			if calm == nil {
				continue
			}
			event = []string{"kill a worker", "kill a worker", "freeze a worker", "kill the server", "kill both"}[rand.N(5)]
		}
		events[event]++
		worker := workers[rand.N(len(workers))]
		switch event {
		case "kill a worker":
			worker.kill()
			worker.start(t)
		case "freeze a worker":
			worker.freeze(t, 5*time.Second)
		case "kill the server":
			server.kill()
			server.start(t)
		case "kill both":
			server.kill()
			worker.kill()
			server.start(t)
			connect(t, address).Close() // a worker gives up if it finds no server
			worker.start(t)
		}
	}
	p, err := f.prove(h.Outcomes(t.Context()))
	t.Logf("%s%+v; events: %v", describe(status), p, events)
	require.NoError(t, err)
	require.Equal(t, untagtemporal.StateDone, status.State)
	require.Equal(t, 20000, status.Counts.Total())
}

func freePort(t *testing.T) int {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// connect waits for the server.
func connect(t *testing.T, address string) client.Client {
	t.Helper()
	for range 300 {
		c, err := (&serverFlags{address: address, namespace: dev.Namespace}).dial()
		if err == nil {
			return c
		}
		time.Sleep(100 * time.Millisecond) // a real process
	}
	t.Fatal(fmt.Sprint("no server at ", address))
	return nil
}
