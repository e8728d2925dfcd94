package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write allocs.txt anew")

// raceDetector is set in builds with the race detector, which allocates by itself.
var raceDetector bool

const allocsFile = "allocs.txt"

const allocsHeader = `# Allocations of one call, in whole numbers, by Go 1.26. The test Allocs fails when one grows;
# go test -run Allocs -update . writes this file anew.
`

// TestAllocs compares what a call allocates with what it did before. It is not parallel: all goroutines count.
func TestAllocs(t *testing.T) {
	if raceDetector || testing.CoverMode() != "" {
		t.Skip("instrumented code allocates more")
	}
	names, counts := countAllocs(t)
	if *update {
		text := []byte(allocsHeader)
		for _, name := range names {
			text = fmt.Appendf(text, "%s %d\n", name, counts[name])
		}
		require.NoError(t, os.WriteFile(allocsFile, text, 0o644))
		return
	}
	known := readAllocs(t)
	require.ElementsMatch(t, names, slices.Collect(maps.Keys(known)), "%s lists other calls; write it anew with -update", allocsFile)
	for _, name := range names {
		switch got, before := counts[name], known[name]; {
		case got > before:
			t.Errorf("%s: %d allocations, before %d", name, got, before)
		case got < before:
			t.Logf("%s: %d allocations, before %d; -update keeps it so", name, got, before)
		}
	}
}

func countAllocs(t *testing.T) (names []string, counts map[string]int) {
	t.Helper()
	counts = make(map[string]int)
	add := func(name string, c call) {
		ctx := context.WithoutCancel(t.Context())
		names = append(names, name)
		counts[name] = int(testing.AllocsPerRun(500, func() {
			if err := c(ctx); err != nil {
				t.Error(err)
			}
		}))
	}
	for _, w := range works {
		bare, err := untagCall(w, target{stub: stub{w.answer}})
		require.NoError(t, err)
		add("call/"+w.service, bare)
		hooked, err := untagHooksCall(w, target{stub: stub{w.answer}})
		require.NoError(t, err)
		add("call-with-hooks/"+w.service, hooked)
	}
	_, encode := encodeCalls()
	_, validate := validateCalls()
	for i, w := range works {
		add("encode-and-sign/"+w.service, encode[i])
		add("validate/"+w.service, validate[i])
	}
	return names, counts
}

func readAllocs(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile(allocsFile)
	require.NoError(t, err)
	known := make(map[string]int)
	for line := range strings.Lines(string(text)) {
		name, number, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || name == "#" {
			continue
		}
		count, err := strconv.Atoi(number)
		require.NoError(t, err, line)
		known[name] = count
	}
	return known
}
