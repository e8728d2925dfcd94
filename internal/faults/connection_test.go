package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
)

// answering makes a fault of the server's answers.
func answering(f func(w *world, rw http.ResponseWriter, r *http.Request)) func(*world) {
	return func(w *world) {
		w.fault = func(rw http.ResponseWriter, r *http.Request) { f(w, rw, r) }
	}
}

// breaking makes a fault that carries the request out, writes something by hand, and breaks the connection.
func breaking(write func(conn io.Writer)) func(*world) {
	return answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
		w.carriedOut(r)
		conn, reset := hijack(rw)
		write(conn)
		time.Sleep(20 * time.Millisecond) // a reset takes back what was not read yet
		reset()
	})
}

// closing is breaking with a proper end.
func closing(write func(conn io.Writer)) func(*world) {
	return answering(func(w *world, rw http.ResponseWriter, r *http.Request) {
		w.carriedOut(r)
		conn, _ := hijack(rw)
		write(conn)
		_ = conn.Close()
	})
}

// padded answers with a body that no packet holds at once, so that it can be cut and slowed down.
func padded(w *world) {
	w.fault = func(rw http.ResponseWriter, r *http.Request) {
		body := append(w.carriedOut(r).Body.Bytes(), strings.Repeat(" ", 64<<10)...)
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = rw.Write(body)
	}
}

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

const success = `{"RequestId":"00000000-0000-5000-8000-000000000001"}`

// lost is a call of which each attempt was sent and none was answered.
var lost = fails(3, untag.ErrUnavailable, untag.ErrOutcomeUnknown)

// unsent is a call of which no attempt got so far.
var unsent = fails(3, untag.ErrUnavailable, untag.ErrNotAttempted)

var connectionFaults = []scenario{
	{
		name: "connection refused",
		arrange: func(w *world) {
			w.onStrike = append(w.onStrike, w.proxy.Stop)
			w.onHeal = append(w.onHeal, func() {
				if err := w.proxy.Start(); err != nil {
					w.t.Errorf("the port was lost: %v", err)
				}
			})
		},
		single: unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name:    "reset while connecting",
		arrange: func(w *world) { w.toxic("reset_peer", "upstream", map[string]any{"timeout": 0}) },
		single:  unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name: "reset before the headers, nothing was done",
		arrange: answering(func(_ *world, rw http.ResponseWriter, _ *http.Request) {
			_, reset := hijack(rw)
			reset()
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "reset before the headers, the request was carried out",
		arrange: breaking(func(io.Writer) {}),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "end of connection before the headers",
		arrange: closing(func(io.Writer) {}),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "reset inside the headers",
		arrange: breaking(func(conn io.Writer) { _, _ = io.WriteString(conn, jsonHead+"Content-Len") }),
		single:  lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "reset inside the body",
		arrange: breaking(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", jsonHead, len(success), success[:20])
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "end of connection inside the body",
		arrange: closing(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", jsonHead, len(success), success[:20])
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "truncation by a middlebox inside the TLS stream",
		arrange: func(w *world) {
			padded(w)
			w.toxic("limit_data", "downstream", map[string]any{"bytes": 20 << 10})
		},
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "truncation between chunks",
		arrange: closing(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sTransfer-Encoding: chunked\r\n\r\n14\r\n%s\r\n", jsonHead, success[:20])
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "all of the JSON, but no last chunk",
		arrange: closing(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", jsonHead, len(success), success)
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "truncation of a body without a length",
		arrange: closing(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sConnection: close\r\n\r\n%s", jsonHead, success[:20])
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "a length shorter than the body",
		arrange: closing(func(conn io.Writer) {
			fmt.Fprintf(conn, "%sContent-Length: 20\r\n\r\n%s", jsonHead, success)
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name: "an answer that is no HTTP",
		arrange: closing(func(conn io.Writer) {
			_, _ = io.WriteString(conn, "220 mail.example ESMTP ready\r\n")
		}),
		single: lost, bulk: all(unknown), recovers: true,
	},
	{
		name:    "half-open: an idle connection whose peer is gone without a word",
		timed:   true,
		arrange: func(w *world) { w.blackhole() },
		warm:    true,
		single:  lost, bulk: tally{unknown: 50, notAttempted: 70}, recovers: true,
	},
	{
		name:    "half-open: connections are accepted and nothing answers",
		timed:   true,
		arrange: func(w *world) { w.blackhole() },
		single:  unsent, bulk: all(notAttempted), recovers: true,
	},
	{
		name: "the server ends idle connections",
		warm: true,
		arrange: func(w *world) {
			w.onStrike = append(w.onStrike, func() {
				w.proxy.Stop()
				if err := w.proxy.Start(); err != nil {
					w.t.Errorf("the port was lost: %v", err)
				}
				time.Sleep(200 * time.Millisecond) // for the client to notice
			})
		},
		single: succeeds(1), bulk: all(done), recovers: true,
	},
}

// shortly is a time-out of one attempt that is meant to pass.
const shortly = 1500 * time.Millisecond

// shorten bounds attempts, and the handshakes that net/http goes on with when an attempt has given up.
func (w *world) shorten() {
	w.config.Timeout, w.transport.TLSHandshakeTimeout = shortly, shortly+time.Second/2
}

// blackhole swallows all that the client sends.
func (w *world) blackhole() {
	w.shorten()
	w.toxic("timeout", "upstream", map[string]any{"timeout": 0})
}
