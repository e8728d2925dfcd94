// Command bench measures the SDK and its peers on the same work, in one run, and prints Markdown tables with ratios.
//
//	go run . [-only stub,loopback,encode,validate,bulk,build] [-quick]
//
// Tables go to standard output. Contestants take turns in short slices, and the figures are medians: the machine may be
// busy, or slow down, and the ratios hold all the same. Peers are the two cores that the vendor's clients stand on, called
// as those clients call them, and package floor: what net/http costs whatever the client.
//
// The same contestants are benchmarks of Go, for benchstat: go test -run '^$' -bench . -count 10. What a call of the SDK
// allocates is in allocs.txt, and a test keeps it from growing.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

// sections are what can be measured.
var sections = []struct {
	name    string
	measure func(ctx context.Context, quick bool) ([]table, error)
}{
	{"stub", func(ctx context.Context, quick bool) ([]table, error) { return stubTables(ctx, calls(quick)) }},
	{"loopback", func(ctx context.Context, quick bool) ([]table, error) { return loopbackTables(ctx, calls(quick)) }},
	{"encode", func(ctx context.Context, quick bool) ([]table, error) {
		names, made := encodeCalls()
		t, err := parts(ctx, calls(quick), "Encoding and signing alone", names, made)
		return []table{t}, err
	}},
	{"validate", func(ctx context.Context, quick bool) ([]table, error) {
		names, made := validateCalls()
		t, err := parts(ctx, calls(quick), "Validation", names, made)
		return []table{t}, err
	}},
	{"bulk", bulkTables},
	{"build", buildTables},
}

func calls(quick bool) plan {
	if quick {
		return plan{rounds: 5, slice: 10 * time.Millisecond}
	}
	return plan{rounds: 25, slice: 40 * time.Millisecond}
}

func main() {
	only := flag.String("only", "", "`sections` to measure, separated by commas: stub, loopback, encode, validate, bulk, build; empty: all")
	quick := flag.Bool("quick", false, "measure for a short time, to see that it works")
	server := flag.Bool("serve", false, "be the server of another process")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *server {
		exit(serve(ctx))
	}
	forgetProxies()
	exit(run(ctx, *only, *quick))
}

// forgetProxies keeps the vendor's clients from reaching even a loopback address through a proxy.
func forgetProxies() {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		_ = os.Unsetenv(name)
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, only string, quick bool) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	fmt.Printf("Measured on %s by `%s` with %s on %s/%s, %s, %d cores",
		time.Now().UTC().Format("2006-01-02"), strings.Join(append([]string{"go run ."}, os.Args[1:]...), " "),
		runtime.Version(), runtime.GOOS, runtime.GOARCH, cpuModel(), runtime.NumCPU())
	if load := loadAverage(); load != "" {
		fmt.Printf(", load average %s before", load)
	}
	fmt.Println(".\nTimes are medians of rounds in which the contestants take turns, ratios are medians of the rounds' ratios.")
	for _, section := range sections {
		if !chosen[section.name] {
			continue
		}
		start := time.Now()
		tables, err := section.measure(ctx, quick)
		if err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
		for _, t := range tables {
			t.write(os.Stdout)
		}
		fmt.Fprintf(os.Stderr, "%s: %s, load average %s\n", section.name, time.Since(start).Round(time.Second), loadAverage())
	}
	return nil
}

func choose(only string) (map[string]bool, error) {
	chosen := make(map[string]bool)
	for _, section := range sections {
		chosen[section.name] = only == ""
	}
	if only == "" {
		return chosen, nil
	}
	for name := range strings.SplitSeq(only, ",") {
		if _, known := chosen[name]; !known {
			return nil, fmt.Errorf("no section %q", name)
		}
		chosen[name] = true
	}
	return chosen, nil
}

// cpuModel and loadAverage know Linux only.
func cpuModel() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	_, after, _ := bytes.Cut(info, []byte("model name\t: "))
	name, _, _ := bytes.Cut(after, []byte("\n"))
	if len(name) == 0 {
		return "an unknown CPU"
	}
	return string(name)
}

func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
