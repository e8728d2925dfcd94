package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtemporal/dev"
)

func runServer(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("untagjob dev", flag.ContinueOnError)
	dir := flags.String("dir", "untag-temporal", "`directory` of the server's state")
	port := flags.Int("port", 7233, "`port` of the frontend, on the loopback interface")
	if err := parse(flags, args); err != nil {
		return err
	}
	s, err := dev.Start(*dir, *port)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "a Temporal server for a first try listens on %s, namespace %s; stop with Ctrl-C\n", s.Address, dev.Namespace)
	<-ctx.Done()
	return s.Stop()
}

// demonstration is what the verb demo puts up.
type demonstration struct {
	fleet   *fleet
	dir     string
	address string
	out     io.Writer
	workers []*exec.Cmd
	killed  int
}

func demo(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("untagjob demo", flag.ContinueOnError)
	accounts := flags.Int("accounts", 20, "`number` of simulated accounts, of four regions each")
	perLane := flags.Int("resources", 2500, "`number` of resources in each region")
	workers := flags.Int("workers", 3, "`number` of worker processes")
	pause := flags.Duration("kill", 4*time.Second, "kill a worker every so `often`; 0: none")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *accounts < 1 || *perLane < 1 || *workers < 1 || *pause < 0 {
		fmt.Fprintln(flags.Output(), "untagjob demo: a number below 1")
		return errUsage
	}
	dir, err := os.MkdirTemp("", "untagjob-demo-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	d := &demonstration{fleet: newFleet(*accounts, *perLane), dir: dir, out: out}
	return d.run(ctx, *workers, *pause)
}

func (d *demonstration) run(ctx context.Context, workers int, pause time.Duration) error {
	if err := d.fleet.serve(d.path("simulated.json")); err != nil {
		return err
	}
	defer func() { _ = d.fleet.server.Close() }() // nothing is left to lose
	server, err := dev.Start(d.path("server"), 0)
	if err != nil {
		return err
	}
	defer func() { _ = server.Stop() }() // its state goes with the directory
	d.address = server.Address
	fmt.Fprintf(d.out, "Simulated: %d accounts of %d regions, %d ECS instances, of which every %dth does not exist; 10 calls a second and region.\n",
		len(d.fleet.accounts), len(d.fleet.regions), len(d.fleet.accounts)*len(d.fleet.regions)*d.fleet.perLane, d.fleet.dead)
	fmt.Fprintf(d.out, "A Temporal server on disk and %d worker processes; the job takes %q off everything.\n\n", workers, demoKey)

	c, err := (&serverFlags{address: d.address, namespace: dev.Namespace}).dial()
	if err != nil {
		return err
	}
	defer c.Close()
	defer d.stopWorkers()
	d.workers = make([]*exec.Cmd, workers)
	for i := range workers {
		if err := d.startWorker(i); err != nil {
			return err
		}
	}
	began := time.Now()
	job := untagtemporal.Job{ID: "demo", TagKeys: []string{demoKey}, MaxLanes: 24, Lease: 3 * time.Second}
	h, err := untagtemporal.Start(ctx, c, untagtemporal.Directory(d.path("store")), job, d.fleet.resources())
	if err != nil {
		return err
	}
	status, err := d.watch(ctx, h, pause)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n%s  %d workers were killed; %v\n", describe(status), d.killed, time.Since(began).Round(100*time.Millisecond))
	seen := d.fleet.figures()
	fmt.Fprintf(d.out, "The longest silence of a lane was %v; %d resources were sent again, %d a kill.\n",
		seen.silence.Round(100*time.Millisecond), seen.again, seen.again/max(1, d.killed))
	p, err := d.fleet.prove(h.Outcomes(ctx))
	fmt.Fprintf(d.out, "\nProof, read from the accounts themselves: %d done and the key is gone, %d refused because they do not exist,\n"+
		"%d without a verdict; %d wrong, %d without an outcome, %d with two.\n", p.done, p.refused, p.rest, p.wrong, p.missing, p.twice)
	return err
}

// watch shows the job's progress until it ends, and kills a worker now and then.
func (d *demonstration) watch(ctx context.Context, h *untagtemporal.Handle, pause time.Duration) (untagtemporal.Status, error) {
	ended := make(chan error, 1)
	var final untagtemporal.Status
	go func() {
		var err error
		final, err = h.Wait(ctx)
		ended <- err
	}()
	show := time.NewTicker(time.Second)
	defer show.Stop()
	var kill <-chan time.Time
	if pause > 0 {
		ticker := time.NewTicker(pause)
		defer ticker.Stop()
		kill = ticker.C
	}
	view := newTable(d.out)
	began := time.Now()
	for {
		select {
		case err := <-ended:
			return final, err
		case <-kill:
			if err := d.killWorker(rand.N(len(d.workers))); err != nil {
				return final, err
			}
		case <-show.C:
			s, err := h.Status(ctx)
			if err != nil {
				continue // a busy server answers the next time
			}
			view.show(s, time.Since(began), d.killed)
		}
	}
}

func (d *demonstration) path(name string) string { return filepath.Join(d.dir, name) }

// startWorker starts worker i as a process of its own.
func (d *demonstration) startWorker(i int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// Not bound to a context: stopWorkers ends them, also after an interrupt.
	cmd := exec.Command(self, "work", "-address", d.address, "-store", d.path("store"), "-simulated", d.path("simulated.json"), "-slices", strconv.Itoa(16)) //nolint:noctx // see above
	cmd.Stderr = os.Stderr
	d.workers[i] = cmd
	return cmd.Start()
}

// killWorker kills worker i as a crash would, and starts another in its place.
func (d *demonstration) killWorker(i int) error {
	cmd := d.workers[i]
	d.killed++
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = cmd.Wait() // that it was killed
	return d.startWorker(i)
}

func (d *demonstration) stopWorkers() {
	for _, cmd := range d.workers {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Kill() // the job is over, or given up
			_ = cmd.Wait()
		}
	}
}
