package main

import (
	"flag"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/untagtemporal"
)

var manyLanes = flag.Int("many-lanes", 0, "lanes of TestManyLanes; 0: it is skipped")

// TestManyLanes has a job of very many lanes with 35 resources each finish, and tells what a slice costs. Server, worker and accounts
// are in this process, so its figures are of all of them.
func TestManyLanes(t *testing.T) {
	if *manyLanes == 0 {
		t.Skip("takes minutes: -many-lanes 3000")
	}
	b := newBench(t, (*manyLanes+3)/4, 35)
	began, cpu := time.Now(), cpuTime(t)
	job := untagtemporal.Job{ID: "many", TagKeys: []string{demoKey}}
	h, err := untagtemporal.Start(t.Context(), b.client, untagtemporal.Directory(b.store()), job, b.fleet.resources())
	require.NoError(t, err)
	status, err := h.Wait(t.Context())
	require.NoError(t, err)
	took, used := time.Since(began), cpuTime(t)-cpu
	p, err := b.fleet.prove(h.Outcomes(t.Context()))
	require.NoError(t, err, "%+v", p)
	t.Logf("%s%+v; %v, CPU %v, %v a slice", describe(status), p, took, used, used/time.Duration(status.Slices))
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
