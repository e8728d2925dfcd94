package main

import (
	"math"
	"strconv"
	"time"
)

// chart is resources a second over time, as bars on a field 1000 wide and 100 high.
type chart struct {
	ID, Title, Class, Description string
	Bars                          []bar
	YLabels                       []string // from the top
	XLabels                       []xLabel
}

type bar struct{ X, Y, Width, Height float64 }

type xLabel struct {
	Text string
	At   float64 // percent
	Last bool
}

// charts draws done, failed and unknown apart, each to its own scale: one failure in a hundred would not be seen among the others.
func (t *timeline) charts(l lang) []chart {
	if len(t.buckets) == 0 {
		return nil
	}
	charts := []chart{t.chart(l, "done", "Done, resources a second", "done", func(b bucket) int { return b.done })}
	for _, c := range []chart{
		t.chart(l, "failed", "Failed, resources a second", "refused", func(b bucket) int { return b.failed }),
		t.chart(l, "unknown", "Outcome unknown, resources a second", "unknown", func(b bucket) int { return b.unknown }),
	} {
		if len(c.Bars) > 0 {
			charts = append(charts, c)
		}
	}
	return charts
}

func (t *timeline) chart(l lang, id, title, class string, value func(bucket) int) chart {
	c := chart{ID: id, Title: l.t(title), Class: class}
	perSecond := func(b bucket) float64 { return float64(value(b)) / t.width.Seconds() }
	most, sum := 0.0, 0
	for _, b := range t.buckets {
		most, sum = max(most, perSecond(b)), sum+value(b)
	}
	top := niceCeiling(most)
	step := 1000 / float64(len(t.buckets))
	for i, b := range t.buckets {
		if value(b) > 0 {
			height := max(1, 100*perSecond(b)/top)
			c.Bars = append(c.Bars, bar{float64(i) * step, 100 - height, step * 0.86, height})
		}
	}
	whole := time.Duration(len(t.buckets)) * t.width
	c.Description = l.t("%s resources in %s; at most %s a second.", number(sum), round(whole), short(most))
	c.YLabels = []string{short(top), short(top / 2), "0"}
	for at := time.Duration(0); at <= whole; at += niceStep(whole) {
		c.XLabels = append(c.XLabels, xLabel{at.String(), 100 * float64(at) / float64(whole), 10*at > 9*whole})
	}
	return c
}

// niceCeiling is the next of 1, 2, 3, 4, 5, 6, 8, 10 times a power of ten.
func niceCeiling(v float64) float64 {
	if v <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 3, 4, 5, 6, 8} {
		if v <= m*power {
			return m * power
		}
	}
	return 10 * power
}

// niceStep divides a time into two to seven parts of a round length; one of less than 2 s or of more than a week stays whole.
func niceStep(whole time.Duration) time.Duration {
	if whole < 2*time.Second {
		return whole
	}
	steps := []time.Duration{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 4 * 3600, 12 * 3600, 24 * 3600}
	for _, s := range steps {
		if whole/(s*time.Second) <= 6 {
			return s * time.Second
		}
	}
	return whole
}

// short writes a rate in few characters.
func short(v float64) string {
	if v >= 10 || v == math.Trunc(v) {
		return number(int(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}
