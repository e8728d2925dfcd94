package main

import (
	"context"
	"flag"
	"os"
	"testing"
)

// TestMain can be the server of the benchmarks, too: they start this program again.
func TestMain(m *testing.M) {
	server := flag.Bool("serve", false, "be the server of another process")
	flag.Parse()
	if *server {
		exit(serve(context.Background()))
	}
	forgetProxies()
	os.Exit(m.Run())
}

// BenchmarkStub is a call without a network.
func BenchmarkStub(b *testing.B) {
	for _, w := range works {
		b.Run(w.service, func(b *testing.B) { benchmark(b, w, target{stub: stub{w.answer}}, 1) })
	}
}

// BenchmarkLoopback is a call to a server in a process of its own; the time is that between two answers.
func BenchmarkLoopback(b *testing.B) {
	addresses, stop, err := servers(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	for i, w := range works {
		b.Run(w.service+"/1", func(b *testing.B) { benchmark(b, w, target{address: addresses[i]}, 1) })
		b.Run(w.service+"/2", func(b *testing.B) { benchmark(b, w, target{address: addresses[i]}, 2) })
		b.Run(w.service+"/32", func(b *testing.B) { benchmark(b, w, target{address: addresses[i]}, 32) })
	}
}

func benchmark(b *testing.B, w work, to target, inFlight int) {
	for _, c := range contestants {
		b.Run(c.name, func(b *testing.B) {
			call, err := c.prepare(w, to)
			if err != nil {
				b.Fatal(err)
			}
			if err := repeat(b.Context(), call, inFlight, inFlight); err != nil { // connects
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			before := cpuTime()
			if err := repeat(b.Context(), call, inFlight, b.N); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

func BenchmarkEncodeAndSign(b *testing.B) {
	names, calls := encodeCalls()
	benchmarkParts(b, names, calls)
}

func BenchmarkValidate(b *testing.B) {
	names, calls := validateCalls()
	benchmarkParts(b, names, calls)
}

func benchmarkParts(b *testing.B, names []string, calls []call) {
	for i, c := range calls {
		b.Run(names[i], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
