package main

import (
	"strings"
	"time"
)

const (
	barWidth = 30
	slowest  = 0.01 // a second: below it nothing is said of the time that is left
)

// left estimates how long it will take; "?" if that cannot be told.
func (v view) left() string {
	if v.rate < slowest {
		return "?"
	}
	rest := float64(v.total - v.over - v.idle)
	return round(max(time.Duration(rest/v.rate*float64(time.Second)), time.Second)).String()
}

// percent is the share that is over, rounded down.
func (v view) percent() int {
	if v.total == 0 {
		return 0
	}
	return min(100, v.over*100/v.total)
}

// working tells whether an estimate of the time that is left makes sense.
func (v view) working() bool { return !v.ended && v.total > 0 && v.over+v.idle < v.total }

// when is the time left, or the time that it took.
func (v view) when(l lang) string {
	if v.working() {
		return l.t("ETA %s", v.left())
	}
	return round(v.elapsed).String()
}

// counted lists the outcomes.
func (v view) counted(l lang, paint func(style, text string) string) (parts []string) {
	for _, c := range v.counters {
		text := l.t(c.format, number(c.n))
		switch {
		case c.n > 0 && c.style != "":
			parts = append(parts, paint(c.style, text))
		case c.n > 0 || c.always:
			parts = append(parts, text)
		}
	}
	return parts
}

func unpainted(_, text string) string { return text }

// block is the lines of the live display, none wider than lineWidth columns.
func (v view) block(l lang, color bool) []string {
	paint := unpainted
	if color {
		paint = func(style, text string) string { return "\x1b[" + style + "m" + text + "\x1b[0m" }
	}
	head := l.t("%s/s  %s", number(int(v.rate)), v.when(l))
	if v.title != "" {
		head = v.title + "  " + head
	}
	if v.total > 0 {
		filled := v.percent() * barWidth / 100
		bar := strings.Repeat("█", filled) + strings.Repeat("░", barWidth-filled)
		head = bar + cut(l.t(" %s%% of %s  %s", number(v.percent()), number(v.total), head), lineWidth-barWidth)
	}
	lines := []string{cut(head, lineWidth)}
	counted := strings.Join(v.counted(l, paint), "   ")
	if bare := strings.Join(v.counted(l, unpainted), "   "); columns(bare) > lineWidth {
		counted = cut(bare, lineWidth)
	}
	lines = append(lines, counted, cut(v.requests(l), lineWidth))
	if v.first != nil {
		lines = append(lines, paint("33", shorten(l.t("First error: %s", clean(l.text(v.first), 200)), lineWidth)))
	}
	return lines
}

func (v view) requests(l lang) string {
	return l.t("%s requests   %s throttled   %s repeated", number(v.flow.attempts), number(v.flow.throttled), number(v.flow.repeated))
}

// line is the display where there is no terminal.
func (v view) line(l lang) string {
	var parts []string
	if v.title != "" {
		parts = append(parts, v.title)
	}
	if v.total > 0 {
		parts = append(parts, l.t("%s of %s (%s%%)", number(v.over), number(v.total), number(v.percent())))
	}
	parts = append(parts, v.counted(l, unpainted)...)
	parts = append(parts, l.t("%s/s", number(int(v.rate))))
	if v.flow.throttled > 0 {
		parts = append(parts, l.t("%s throttled", number(v.flow.throttled)))
	}
	if v.working() && v.rate >= slowest {
		parts = append(parts, l.t("about %s left", v.left()))
	}
	return round(v.elapsed).String() + ": " + strings.Join(parts, ", ")
}
