package faults_test

import (
	"runtime"
	"testing"

	"github.com/untag-go/untag"
)

// TestMemoryOfBombs shows that no answer, however large it is or unpacks, costs a client more than a few megabytes.
func TestMemoryOfBombs(t *testing.T) {
	bomb()
	for i := range strangeAnswers {
		s := &strangeAnswers[i]
		switch s.name {
		case "a gzip bomb, 1000 times its size", "a body of 100 MB, announced", "headers of 1 MB":
		default:
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t, s)
			defer w.close()
			names := w.fill(services[0], singleSize)
			w.config.Retry = untag.Retry{MaxAttempts: 1}
			c, err := services[0].new(w.config)
			if err != nil {
				t.Fatal(err)
			}
			defer c.CloseIdleConnections()
			w.strike()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if err := c.one(t.Context(), names); err == nil {
				t.Error("the call is claimed to be done")
			}
			runtime.ReadMemStats(&after)
			// The server, which is in this process too, and its headers of 1 MB are counted as well.
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 16<<20 {
				t.Errorf("%d bytes were allocated", taken)
			}
		})
	}
}
