package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestCharts(t *testing.T) {
	t.Parallel()
	var line timeline
	assert.Empty(t, line.charts(english))
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 100 {
		o := untag.OutcomeDone
		switch i {
		case 50:
			o = untag.OutcomeRefused
		case 60:
			o = untag.OutcomeUnknown
		}
		line.add(began.Add(time.Duration(i)*100*time.Millisecond), o)
	}
	charts := line.charts(chinese)
	if assert.Len(t, charts, 3, "done, failed and unknown each have one") {
		assert.Equal(t, []string{"done", "refused", "unknown"}, []string{charts[0].Class, charts[1].Class, charts[2].Class})
		assert.Len(t, charts[0].Bars, 98)
		assert.Len(t, charts[1].Bars, 1)
		assert.Equal(t, "完成，每秒资源数", charts[0].Title)
		assert.Equal(t, []string{"10", "5", "0"}, charts[0].YLabels)
	}
}

func TestNice(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0: 1, 1: 1, 1.1: 2, 7: 8, 9: 10, 4321: 5000, 0.3: 0.3} {
		assert.InDelta(t, want, niceCeiling(v), 1e-9)
	}
	for whole, want := range map[time.Duration]time.Duration{time.Second: time.Second, 10 * time.Second: 2 * time.Second, time.Hour: 10 * time.Minute, 1000 * time.Hour: 1000 * time.Hour} {
		assert.Equal(t, want, niceStep(whole), whole)
	}
	assert.Equal(t, []string{"1,235", "12", "1.5", "0.33"}, []string{short(1234.6), short(12), short(1.5), short(1.0 / 3)})
}
