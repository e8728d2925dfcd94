package faults_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// hang keeps a handler until its client has given up.
func hang(r *http.Request) { <-r.Context().Done() }

var slownessFaults = []scenario{
	{
		name:  "no headers within the time-out, the request was carried out",
		timed: true,
		arrange: func(w *world) {
			w.shorten()
			w.fault = func(_ http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				hang(r)
			}
		},
		single: fails(3, untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.DeadlineExceeded),
		bulk:   all(unknown), recovers: true,
	},
	{
		name:    "slow headers within the time-out",
		arrange: func(w *world) { w.toxic("latency", "downstream", map[string]any{"latency": 50}) },
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:  "a body that stops and does not end",
		timed: true,
		arrange: func(w *world) {
			w.shorten()
			w.fault = func(rw http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				rw.Header().Set("Content-Length", strconv.Itoa(len(success)))
				_, _ = io.WriteString(rw, success[:20])
				_ = http.NewResponseController(rw).Flush()
				hang(r)
			}
		},
		single: fails(3, untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.DeadlineExceeded),
		bulk:   all(unknown), recovers: true,
	},
	{
		name:  "a body that dribbles and does not end",
		timed: true,
		arrange: func(w *world) {
			w.shorten()
			w.fault = func(rw http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				for r.Context().Err() == nil {
					_, _ = io.WriteString(rw, " ")
					_ = http.NewResponseController(rw).Flush()
					time.Sleep(10 * time.Millisecond)
				}
			}
		},
		single: fails(3, untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.DeadlineExceeded),
		bulk:   all(unknown), recovers: true,
	},
	{
		name: "a dribble that ends",
		arrange: func(w *world) {
			w.toxic("slicer", "downstream", map[string]any{"average_size": 16, "size_variation": 8, "delay": 500})
		},
		single: succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:    "a bandwidth of 16 KB/s",
		arrange: func(w *world) { w.toxic("bandwidth", "downstream", map[string]any{"rate": 16}) },
		single:  succeeds(1), bulk: all(done), recovers: true,
	},
	{
		name:  "a bandwidth too small for the answer",
		timed: true,
		arrange: func(w *world) {
			w.shorten()
			padded(w)
			w.toxic("bandwidth", "downstream", map[string]any{"rate": 20})
		},
		single: fails(3, untag.ErrUnavailable, untag.ErrOutcomeUnknown, context.DeadlineExceeded),
		bulk:   all(unknown), recovers: true,
	},
	{
		name:  "a bandwidth too small for the request",
		warm:  true,
		timed: true,
		arrange: func(w *world) {
			// At a kilobyte per second the request and the first message of a handshake take much longer than they may, and
			// without the fault they have much more time than they need, on a busy machine, too.
			w.config.Timeout, w.transport.TLSHandshakeTimeout = 4*time.Second, 2*time.Second
			w.config.UserAgent = strings.Repeat("x", 8<<10)
			w.transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
			for i := range 24 {
				w.transport.TLSClientConfig.NextProtos = append(w.transport.TLSClientConfig.NextProtos, fmt.Sprintf("%0250d", i))
			}
			w.toxic("bandwidth", "upstream", map[string]any{"rate": 1})
		},
		single: lost, bulk: tally{unknown: 50, notAttempted: 70}, recovers: true,
	},
	{
		name: "the context is canceled while the answer is awaited",
		arrange: func(w *world) {
			w.fault = func(_ http.ResponseWriter, r *http.Request) {
				w.carriedOut(r)
				w.cancel()
				hang(r)
			}
		},
		single: fails(1, context.Canceled, untag.ErrOutcomeUnknown),
		bulk:   tally{unknown: 50, notAttempted: 70},
	},
	{
		name:    "the context's deadline passes while the answer is awaited",
		arrange: answering(func(_ *world, _ http.ResponseWriter, r *http.Request) { hang(r) }),
		timed:   true,
		bound:   2500 * time.Millisecond,
		single:  fails(1, context.DeadlineExceeded, untag.ErrOutcomeUnknown),
		bulk:    tally{unknown: 50, notAttempted: 70},
	},
	{
		name:     "the context had ended before the call",
		arrange:  func(*world) {},
		canceled: true,
		single:   fails(0, context.Canceled, untag.ErrNotAttempted),
		bulk:     all(notAttempted),
	},
}
