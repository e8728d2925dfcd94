package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	redrawEvery = 150 * time.Millisecond // on a terminal
	lineEvery   = 5 * time.Second        // elsewhere, such as in the log of a CI job
	rateOver    = 8 * time.Second        // the rate is that of the last seconds
	lineWidth   = 79
	barWidth    = 16
)

// progress shows how far a run is: a line that is redrawn on a terminal, a line every few seconds elsewhere.
type progress struct {
	w        io.Writer
	tally    *tally
	jobs     []*job
	terminal bool
	color    bool
	end      chan struct{}
	running  sync.WaitGroup

	mu      sync.Mutex // of w, and what is below
	drawn   int        // the width of the line that stands there
	samples []sample
}

type sample struct {
	at time.Time
	n  int
}

func newProgress(w io.Writer, t *tally, jobs []*job) *progress {
	p := &progress{w: w, tally: t, jobs: jobs, end: make(chan struct{})}
	if f, ok := w.(*os.File); ok && os.Getenv("TERM") != "dumb" {
		p.terminal = isTerminal(f)
		p.color = p.terminal && os.Getenv("NO_COLOR") == ""
	}
	return p
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) start() {
	every := lineEvery
	if p.terminal {
		every = redrawEvery
	}
	p.running.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				p.show(now)
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
	p.show(time.Now())
	if p.terminal {
		fmt.Fprintln(p.w)
	}
}

// say prints a message above the progress line.
func (p *progress) say(message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn > 0 {
		message = "\r" + message + strings.Repeat(" ", max(0, p.drawn-utf8.RuneCountInString(message)))
		p.drawn = 0
	}
	fmt.Fprintln(p.w, message)
}

func (p *progress) show(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.tally.snapshot()
	s := state{
		all: c.total() - c[notAttempted], done: c[done], failed: c.failed() - c[notAttempted], not: c[notAttempted], total: p.total(c.total()),
		elapsed: now.Sub(p.tally.began), rate: p.rate(now, p.tally.fresh()),
	}
	if !p.terminal {
		fmt.Fprintln(p.w, s.line())
		return
	}
	text := s.bar()
	width := utf8.RuneCountInString(text)
	padding := strings.Repeat(" ", max(0, p.drawn-width))
	p.drawn = width
	if p.color {
		text = s.paint(text)
	}
	fmt.Fprint(p.w, "\r", text, padding)
}

// total is how many outcomes there will be, 0 if that is not known. With a journal, what it has is among them.
func (p *progress) total(sofar int) int {
	n := 0
	for _, j := range p.jobs {
		if j.total == 0 {
			return 0
		}
		n += j.total
	}
	return max(n, sofar)
}

// rate is how many outcomes came in a second lately.
func (p *progress) rate(now time.Time, n int) float64 {
	if len(p.samples) == 0 {
		p.samples = append(p.samples, sample{at: p.tally.began})
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

// state is what one picture of the progress shows.
type state struct {
	all, done, failed, total int // all: without those that were not attempted
	not                      int // attempted, because the run ended early
	elapsed                  time.Duration
	rate                     float64
}

// left estimates how long it will take; "?" if that cannot be told.
func (s state) left() string {
	if s.rate <= 0 {
		return "?"
	}
	return round(max(time.Duration(float64(s.total-s.all-s.not)/s.rate*float64(time.Second)), time.Second)).String()
}

func (s state) bar() string {
	if s.total == 0 {
		return cut(fmt.Sprintf("%s  %s done  %s failed  %s/s  %s", number(s.all), number(s.done), number(s.failed), number(int(s.rate)), round(s.elapsed)))
	}
	filled := s.all * barWidth / s.total
	eta := "ETA " + s.left()
	if s.all+s.not == s.total {
		eta = round(s.elapsed).String()
	}
	return cut(fmt.Sprintf("%s%s %3d%%  %s done  %s failed  %s/s  %s",
		strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled), s.all*100/s.total,
		number(s.done), number(s.failed), number(int(s.rate)), eta))
}

// paint colors the bar and, if there are any, the failures.
func (s state) paint(text string) string {
	text = strings.Replace(text, number(s.done)+" done", "\x1b[32m"+number(s.done)+" done\x1b[0m", 1)
	if s.failed > 0 {
		text = strings.Replace(text, number(s.failed)+" failed", "\x1b[31m"+number(s.failed)+" failed\x1b[0m", 1)
	}
	return text
}

func (s state) notAttempted() string {
	if s.not == 0 {
		return ""
	}
	return ", " + number(s.not) + " not attempted"
}

func (s state) line() string {
	if s.total == 0 {
		return fmt.Sprintf("%s: %s resources, %s done, %s failed%s, %s/s",
			round(s.elapsed), number(s.all), number(s.done), number(s.failed), s.notAttempted(), number(int(s.rate)))
	}
	text := fmt.Sprintf("%s: %s of %s (%d%%), %s done, %s failed%s, %s/s",
		round(s.elapsed), number(s.all), number(s.total), s.all*100/s.total, number(s.done), number(s.failed), s.notAttempted(), number(int(s.rate)))
	if s.all+s.not < s.total {
		text += ", about " + s.left() + " left"
	}
	return text
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= lineWidth {
		return s
	}
	return string([]rune(s)[:lineWidth])
}
