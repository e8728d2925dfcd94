package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// broken ends a run gently when the reader of the output goes away, as head does: as if somebody had pressed Ctrl-C. Without
// it, the next line would kill the process, with calls in flight and reports half written.
type broken struct {
	signals chan<- os.Signal
	once    sync.Once
}

func newBroken(signals chan<- os.Signal) *broken {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // not Ignore, which the commands that a profile names would inherit
	return &broken{signals: signals}
}

// watch returns what to write to instead of a file. A terminal is returned as it is.
func (b *broken) watch(f *os.File) io.Writer {
	if isTerminal(f) {
		return f
	}
	return pipe{f, b}
}

// pipe is an output that may break. Then what is written to it is lost, which is no error.
type pipe struct {
	w      io.Writer
	broken *broken
}

func (p pipe) Write(data []byte) (int, error) {
	n, err := p.w.Write(data)
	if !errors.Is(err, syscall.EPIPE) {
		return n, err
	}
	p.broken.once.Do(func() {
		select {
		case p.broken.signals <- os.Interrupt:
		default:
		}
	})
	return len(data), nil
}
