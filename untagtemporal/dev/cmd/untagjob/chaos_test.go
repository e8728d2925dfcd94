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

// TestChaos kills workers, the server and both, and freezes workers, while jobs of 20,000 resources run, one after the other. After
// each of them every tag of the accounts is as the job says, and every resource has one outcome.
func TestChaos(t *testing.T) {
	c := newChaos(t)
	for n := range *rounds {
		if !t.Run(strconv.Itoa(n), func(t *testing.T) { c.round(t, "chaos-"+strconv.Itoa(n)) }) {
			return
		}
	}
}

// chaos is a server and workers that live as long as they are let, and the accounts that do not suffer.
type chaos struct {
	fleet   *fleet
	client  client.Client
	store   untagtemporal.Store
	address string
	server  *process
	workers []*process
}

// chaosLease is short, so that what a death costs is found often; there is a heartbeat every 0.7 s, though the machine be busy.
const chaosLease = 2 * time.Second

// chaosTime is for how long things happen in a round. Undisturbed it would take eight seconds.
const chaosTime = 12 * time.Second

func newChaos(t *testing.T) *chaos {
	t.Helper()
	dir := t.TempDir()
	port := freePort(t)
	c := &chaos{fleet: newFleet(2, 2500), store: untagtemporal.Directory(filepath.Join(dir, "store")), address: "127.0.0.1:" + strconv.Itoa(port)}
	require.NoError(t, c.fleet.serve(filepath.Join(dir, "simulated.json")))
	t.Cleanup(func() { _ = c.fleet.server.Close() })
	c.server = &process{args: []string{"dev", "-dir", filepath.Join(dir, "server"), "-port", strconv.Itoa(port)}}
	c.server.start(t)
	t.Cleanup(c.server.kill)
	c.client = connect(t, c.address)
	t.Cleanup(c.client.Close)
	c.workers = make([]*process, 3)
	for i := range c.workers {
		c.workers[i] = &process{args: []string{
			"work", "-address", c.address, "-store", filepath.Join(dir, "store"), "-simulated", filepath.Join(dir, "simulated.json"), "-slices", "8",
		}}
		c.workers[i].start(t)
		t.Cleanup(c.workers[i].kill)
	}
	return c
}

// strike does one of the things that happen to machines, and says which.
func (c *chaos) strike(t *testing.T) (event string) {
	t.Helper()
	event = []string{"kill a worker", "kill a worker", "freeze a worker", "kill the server", "kill both"}[rand.N(5)]
	worker := c.workers[rand.N(len(c.workers))]
	switch event {
	case "kill a worker":
		worker.kill()
		worker.start(t)
	case "freeze a worker":
		worker.freeze(t, 2*chaosLease)
	case "kill the server":
		c.server.kill()
		c.server.start(t)
		connect(t, c.address).Close() // a worker that is started gives up if it finds no server
	case "kill both":
		c.server.kill()
		worker.kill()
		c.server.start(t)
		connect(t, c.address).Close()
		worker.start(t)
	}
	return event
}

func (c *chaos) round(t *testing.T, id string) {
	t.Helper()
	c.fleet.fill()
	for _, cloud := range c.fleet.accounts {
		cloud.KeepCalls(10_000) // and forgets those of the last round
	}
	began := time.Now()
	job := untagtemporal.Job{ID: id, TagKeys: []string{demoKey}, Lease: chaosLease}
	h, err := untagtemporal.Start(t.Context(), c.client, c.store, job, c.fleet.resources())
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
	for calm := began.Add(chaosTime); status.ID == ""; {
		var strike <-chan time.Time
		if time.Now().Before(calm) {
			strike = time.After(500*time.Millisecond + rand.N(2*time.Second))
		}
		select {
		case status = <-ended:
		case <-ctx.Done():
			t.Fatalf("the job did not end; events: %v", events)
		case <-strike:
			events[c.strike(t)]++
		}
	}
	p, err := c.fleet.prove(h.Outcomes(t.Context()))
	seen := c.fleet.figures()
	t.Logf("%s%+v; events: %v; %v; longest silence of a lane %v, %d resources sent again", describe(status), p, events,
		time.Since(began).Round(time.Millisecond), seen.silence.Round(time.Millisecond), seen.again)
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
