package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// ways are those of programs/bulk to do a bulk run. The first is what the others are measured by.
var ways = []struct{ way, name string }{
	{"workers", "workers that encode, sign and send"},
	{"calls", "workers that call untag's UntagResources"},
	{"many", "untag's UntagMany"},
	{"journal", "untag's UntagMany with a journal"},
}

// bulkRun is what one run of programs/bulk says of itself.
type bulkRun struct {
	Seconds, CPU float64
	Peak         int64
}

// bulkTables measures runs over many resources, each in a process of its own.
func bulkTables(ctx context.Context, quick bool) ([]table, error) {
	rounds, n, large := 5, 1_000_000, 10_000_000
	if quick {
		rounds, n, large = 3, 100_000, 1_000_000
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "bulk")
	if err := goCommand(ctx, "build", "-o", program, "./programs/bulk").Run(); err != nil {
		return nil, err
	}
	addresses, stop, err := servers(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()

	start := func(way string, n int) (bulkRun, error) {
		command := exec.CommandContext(ctx, program, "-way", way, "-n", strconv.Itoa(n), "-address", addresses[0])
		command.Stderr = os.Stderr
		output, err := command.Output()
		if err != nil {
			return bulkRun{}, fmt.Errorf("%s: %w", way, err)
		}
		var r bulkRun
		return r, json.Unmarshal(output, &r)
	}

	all := make([]series, len(ways))
	peaks := make([]int64, len(ways))
	for round := range rounds {
		for turn := range ways {
			i := (round + turn) % len(ways)
			r, err := start(ways[i].way, n)
			if err != nil {
				return nil, err
			}
			all[i].samples = append(all[i].samples, sample{wall: r.Seconds, cpu: r.CPU})
			peaks[i] = max(peaks[i], r.Peak)
		}
	}
	t := table{
		title: "Bulk runs of tag, " + thousands(int64(n)) + " ARNs and 3 keys over loopback, 32 calls in flight",
		head:  []string{"", "resources/s", "of the workers' rate", "CPU s", "of the workers' CPU", "RSS at most, MB"},
	}
	for i, s := range all {
		t.add(ways[i].name, thousands(int64(float64(n)/s.median(wall))), times(all[0].ratio(s, wall)),
			figure(s.median(cpu)), times(s.ratio(all[0], cpu)), megabytes(peaks[i]))
	}
	t.add("untag's UntagMany with a journal, of the rate without", times(all[2].ratio(all[3], wall)), "", "", "", "")

	memory := table{
		title: "Memory of a bulk run",
		head:  []string{"untag's UntagMany", "resources/s", "RSS at most, MB"},
	}
	for _, n := range []int{n, large} {
		r, err := start("many", n)
		if err != nil {
			return nil, err
		}
		memory.add(thousands(int64(n))+" ARNs", thousands(int64(float64(n)/r.Seconds)), megabytes(r.Peak))
	}
	return []table{t, memory}, nil
}

// goCommand runs the go command in the module's directory, as go run has it.
func goCommand(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Stderr = os.Stderr
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	return command
}
