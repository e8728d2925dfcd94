package journal_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag/journal"
)

// BenchmarkCore says what a journal takes of one core at 50,000 outcomes a second, which is more than any published quota:
// the processor's time of the process over that of the clock, syncs included. Other work on the machine does not count. An
// operation is a second. The line "without" has the same loop with no journal.
func BenchmarkCore(b *testing.B) {
	const perSecond, perCall = 50_000, 50
	for name, outcome := range map[string]error{"done": nil, "failed": errRefused, "without": nil} {
		b.Run(name, func(b *testing.B) {
			ids := arns(perSecond * b.N)
			j, err := journal.Open(filepath.Join(b.TempDir(), "j"), journal.Plan{})
			require.NoError(b, err)
			results := func(yield func(string, error) bool) {
				start := time.Now()
				for i, id := range ids {
					if i%perCall == 0 {
						time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / perSecond)))
					}
					if !yield(id, outcome) {
						return
					}
				}
			}
			b.ResetTimer()
			before := cpuTime(b)
			if name == "without" {
				results(func(string, error) bool { return true })
			} else {
				drain(j.Record(results))
			}
			require.NoError(b, j.Close())
			b.ReportMetric(100*float64(cpuTime(b)-before)/float64(b.Elapsed()), "%core")
		})
	}
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
