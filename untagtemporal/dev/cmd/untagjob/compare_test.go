package main

import (
	"errors"
	"flag"
	"iter"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/ecs"
	"github.com/untag-go/untag/untagtemporal"
	"github.com/untag-go/untag/untagtest"
)

var compare = flag.Bool("compare", false, "run TestCompare")

// TestCompare takes tags off by one process with a goroutine for each lane, and then by three workers, on the same simulated
// accounts: with a quota of 10 calls a second and lane, and without one. Simulator and the one process share this process.
func TestCompare(t *testing.T) {
	if !*compare {
		t.Skip("takes minutes: -compare")
	}
	for name, row := range map[string]struct {
		accounts, perLane int
		quota             float64
		latency           time.Duration
	}{
		"at a quota":                      {3, 10000, 10, 0},
		"without a quota":                 {3, 40000, 0, 0},
		"without a quota, calls of 50 ms": {3, 40000, 0, 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			prepare := func(t *testing.T) (*fleet, string) {
				t.Helper()
				f := newFleet(row.accounts, row.perLane)
				for _, cloud := range f.accounts {
					cloud.SetQuota(untagtest.ECS, row.quota, 10)
					if row.latency > 0 {
						cloud.Inject(untagtest.Fault{Latency: row.latency})
					}
				}
				file := filepath.Join(t.TempDir(), "simulated.json")
				require.NoError(t, f.serve(file))
				t.Cleanup(func() { _ = f.server.Close() })
				return f, file
			}
			f, file := prepare(t)
			alone := oneProcess(t, f, file)
			f, file = prepare(t)
			workers := threeWorkers(t, f, file)
			t.Logf("%d resources: one process %v, three workers %v: %.2f times as long",
				len(f.accounts)*len(f.regions)*f.perLane, alone, workers, workers.Seconds()/alone.Seconds())
		})
	}
}

func oneProcess(t *testing.T, f *fleet, file string) time.Duration {
	t.Helper()
	config, err := simulatedConfig(file)
	require.NoError(t, err)
	began := time.Now()
	var all sync.WaitGroup
	for i, cloud := range f.accounts {
		for _, region := range f.regions {
			all.Go(func() {
				c, err := config(t.Context(), untagtemporal.Lane{Service: untag.ServiceECS, Account: cloud.AccountID(), Region: region})
				if !assert.NoError(t, err) {
					return
				}
				c.Region = region
				client, err := ecs.New(c)
				if !assert.NoError(t, err) {
					return
				}
				var ids iter.Seq[string] = func(yield func(string) bool) {
					for n := range f.perLane {
						if !yield(f.id(i, region, n)) {
							return
						}
					}
				}
				ended := 0
				for _, err := range client.UntagMany(t.Context(), ecs.UntagManyRequest{ResourceType: "instance", ResourceIDs: ids, TagKeys: []string{demoKey}, Unordered: true}) {
					if err == nil || !errors.Is(err, untag.ErrRunEnded) {
						ended++
					}
				}
				assert.Equal(t, f.perLane, ended)
			})
		}
	}
	all.Wait()
	return time.Since(began)
}

func threeWorkers(t *testing.T, f *fleet, file string) time.Duration {
	t.Helper()
	dir := t.TempDir()
	port := freePort(t)
	address := "127.0.0.1:" + strconv.Itoa(port)
	server := &process{args: []string{"dev", "-dir", filepath.Join(dir, "server"), "-port", strconv.Itoa(port)}}
	server.start(t)
	t.Cleanup(server.kill)
	c := connect(t, address)
	defer c.Close()
	workers := make([]*process, 3)
	for i := range workers {
		w := &process{args: []string{"work", "-address", address, "-store", filepath.Join(dir, "store"), "-simulated", file}}
		w.start(t)
		t.Cleanup(w.kill)
		workers[i] = w
	}
	began := time.Now()
	h, err := untagtemporal.Start(t.Context(), c, untagtemporal.Directory(filepath.Join(dir, "store")), untagtemporal.Job{ID: "c", TagKeys: []string{demoKey}}, f.resources())
	require.NoError(t, err)
	status, err := h.Wait(t.Context())
	require.NoError(t, err)
	took := time.Since(began)
	most := server.most()
	server.kill()
	t.Logf("%v: the engine took %v of CPU, %v a slice, and %s of memory", took, server.cpu(), server.cpu()/time.Duration(status.Slices), most)
	for _, w := range workers {
		most := w.most()
		w.kill()
		t.Logf("a worker took %v of CPU and %s of memory", w.cpu(), most)
	}
	p, err := f.prove(h.Outcomes(t.Context()))
	require.NoError(t, err, "%+v", p)
	return took
}
