package journal_test

import (
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/journal"
)

func arn(i int) string {
	return "acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1" + fmt.Sprintf("%017d", i)
}

func arns(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = arn(i)
	}
	return ids
}

// BenchmarkRecord: a run of 100,000 resources for each file, as a failed one writes as often as a good one.
func BenchmarkRecord(b *testing.B) {
	const n = 100_000
	ids := arns(n)
	for name, outcome := range map[string]error{
		"done":   nil,
		"failed": &untag.APIError{Service: untag.ServiceTag, StatusCode: 400, Code: "InvalidParameter.TagKey", Message: "The tag key is not valid.", RequestID: "9C7A2E10-5C1B-4B7B-8F0E-0D2B5D7E4F11"},
	} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "j")
			left := b.N
			for round := 0; left > 0; round++ {
				b.StopTimer()
				j, err := journal.Open(path+strconv.Itoa(round), journal.Plan{})
				require.NoError(b, err)
				b.StartTimer()
				now := min(left, n)
				left -= now
				drain(j.Record(all(ids[:now], outcome)))
				b.StopTimer()
				require.NoError(b, j.Close())
				b.StartTimer()
			}
		})
	}
}

func BenchmarkPending(b *testing.B) {
	const n = 100_000
	ids := arns(2 * n)
	j, err := journal.Open(filepath.Join(b.TempDir(), "j"), journal.Plan{})
	require.NoError(b, err)
	defer func() { _ = j.Close() }()
	drain(j.Record(all(ids[:n], nil)))
	for name, ids := range map[string][]string{"done": ids[:n], "new": ids[n:]} {
		b.Run(name, func(b *testing.B) {
			passed := 0
			for range j.Pending(func(yield func(string) bool) {
				for i := range b.N {
					if !yield(ids[i%n]) {
						return
					}
				}
			}) {
				passed++
			}
			require.Equal(b, name == "new", passed > 0)
		})
	}
}

func all(ids []string, outcome error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, id := range ids {
			if !yield(id, outcome) {
				return
			}
		}
	}
}

// BenchmarkOpen is the time for each recorded line.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "j")
	j, err := journal.Open(path, journal.Plan{})
	require.NoError(b, err)
	drain(j.Record(all(arns(b.N), nil)))
	require.NoError(b, j.Close())
	b.ResetTimer()
	j, err = journal.Open(path, journal.Plan{})
	b.StopTimer()
	require.NoError(b, err)
	require.NoError(b, j.Close())
}

// BenchmarkMemory: bytes for each of the resources in memory after a collection.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				set := journal.NewSet()
				var id []byte
				for i := range n {
					id = strconv.AppendInt(append(id[:0], "i-"...), int64(i), 10)
					set.AddBytes(id)
				}
				b.ReportMetric(float64(heap()-before)/float64(n), "B/resource")
				runtime.KeepAlive(set)
			}
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
