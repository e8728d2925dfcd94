package main

import (
	"os"
	"strings"
	"sync"
	"time"
)

const (
	redrawEvery = 150 * time.Millisecond // on a terminal
	lineEvery   = 5 * time.Second        // elsewhere, such as in the log of a CI job
	rateOver    = 8 * time.Second        // the rate is that of the last seconds
)

// view is a moment of a piece of work.
type view struct {
	title    string    // what is going on; "" where the line above the block has said it
	counters []counter // outcomes, each apart
	over     int       // how many have an outcome that this run or an earlier one came to
	idle     int       // how many were not attempted, because the run ended early
	before   int       // how many are over by earlier runs
	total    int       // 0: not known
	flow     flow
	first    error // the first error, nil if there was none

	elapsed time.Duration
	rate    float64 // a second
	ended   bool
}

// counter is an outcome and how often it came. format is one of the table of messages, such as "%s done".
type counter struct {
	format string
	n      int
	style  string // of a terminal, where n is not 0
	always bool   // shown when n is 0, too
}

// progress shows how far a piece of work is: a block that is redrawn on a terminal, a line every few seconds elsewhere.
type progress struct {
	printer
	look     func() view
	terminal bool
	color    bool
	began    time.Time
	end      chan struct{}
	running  sync.WaitGroup

	mu      sync.Mutex // of what is written, and what is below
	drawn   int        // the lines of the block that stand there
	told    bool       // the first error was printed
	samples []sample
}

type sample struct {
	at time.Time
	n  int
}

func newProgress(p printer, getenv func(string) string, look func() view) *progress {
	pr := &progress{printer: p, look: look, began: time.Now(), end: make(chan struct{})}
	if f, ok := p.w.(*os.File); ok && getenv("TERM") != "dumb" {
		pr.terminal = isTerminal(f)
		pr.color = pr.terminal && getenv("NO_COLOR") == ""
	}
	return pr
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) start() {
	every := redrawEvery
	p.running.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		lines := p.began
		for {
			select {
			case now := <-ticker.C:
				if p.terminal || now.Sub(lines) >= lineEvery {
					lines = now
					p.show(now, false)
				}
				p.news()
			case <-p.end:
				return
			}
		}
	})
}

// stop shows the last state.
func (p *progress) stop() {
	close(p.end)
	p.running.Wait()
	p.news()
	p.show(time.Now(), true)
}

// news prints the first error as soon as there is one, where no block shows it.
func (p *progress) news() {
	if p.terminal {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.look().first; first != nil && !p.told {
		p.told = true
		p.say("First error: %s", first)
	}
}

// note prints a message above the block.
func (p *progress) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	p.print(err)
}

// erase takes the block away.
func (p *progress) erase() {
	if p.drawn > 0 {
		p.write("\x1b[" + number(p.drawn) + "A\r\x1b[J")
		p.drawn = 0
	}
}

func (p *progress) write(s string) { _, _ = p.w.Write([]byte(s)) }

func (p *progress) show(now time.Time, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.look()
	v.elapsed, v.ended = now.Sub(p.began), last
	v.rate = p.rate(now, v.over-v.before)
	if !p.terminal {
		p.raw(v.line(p.lang))
		return
	}
	lines := v.block(p.lang, p.color)
	var b strings.Builder
	if p.drawn > 0 {
		b.WriteString("\x1b[" + number(p.drawn) + "A\r")
	}
	b.WriteString("\x1b[?7l") // a narrower terminal cuts lines instead of wrapping them, which would move the block
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\n")
	}
	b.WriteString("\x1b[J\x1b[?7h")
	p.drawn = len(lines)
	p.write(b.String())
}

// rate is how many came in a second lately.
func (p *progress) rate(now time.Time, n int) float64 {
	if len(p.samples) == 0 {
		p.samples = append(p.samples, sample{at: p.began})
	}
	for len(p.samples) > 1 && now.Sub(p.samples[1].at) >= rateOver {
		p.samples = p.samples[1:]
	}
	first := p.samples[0]
	p.samples = append(p.samples, sample{now, n})
	if since := now.Sub(first.at).Seconds(); since > 0 {
		return float64(n-first.n) / since
	}
	return 0
}
