package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBlock(t *testing.T) {
	t.Parallel()
	v := view{
		over: 470_000, total: 1_000_000, elapsed: 90 * time.Second, rate: 5000, flow: flow{attempts: 9400, throttled: 12, repeated: 3},
		counters: []counter{{"%s done", 460_000, "32", true}, {"%s failed", 9_000, "31", true}, {"%s unknown", 1_000, "35", true}, {"%s not attempted", 0, "", false}},
	}
	assert.Equal(t, []string{
		"██████████████░░░░░░░░░░░░░░░░ 47% of 1,000,000  5,000/s  ETA 1m46s",
		"460,000 done   9,000 failed   1,000 unknown",
		"9,400 requests   12 throttled   3 repeated",
	}, v.block(english, false))
	assert.Equal(t, "1m30s: 470,000 of 1,000,000 (47%), 460,000 done, 9,000 failed, 1,000 unknown, 5,000/s, 12 throttled, about 1m46s left", v.line(english))
	assert.Contains(t, strings.Join(v.block(english, true), "\n"), "\x1b[31m9,000 failed\x1b[0m")
	assert.Contains(t, strings.Join(v.block(chinese, false), "\n"), "完成 460,000")
	v.first = errors.New("no\x1b[31m " + strings.Repeat("长", 100))
	for _, l := range []lang{english, chinese} {
		lines := v.block(l, false)
		assert.Len(t, lines, 4)
		for _, line := range lines {
			assert.LessOrEqual(t, columns(line), lineWidth)
			assert.NotContains(t, line, "\x1b")
		}
	}
	v.counters[3].n, v.idle = 530_000, 530_000
	assert.NotContains(t, v.line(english), "left", "it has ended")
	assert.NotContains(t, v.block(english, false)[0], "ETA")
	v.total, v.idle, v.rate = 0, 0, 0
	assert.NotContains(t, strings.Join(v.block(english, false), "\n")+v.line(english), "%")
	v.total = 1_000_000
	assert.Contains(t, v.block(english, false)[0], "ETA ?")
	assert.NotContains(t, v.line(english), "left")
	for i := range v.counters {
		v.counters[i].n = 1 << 30
	}
	assert.LessOrEqual(t, columns(v.block(english, false)[1]), lineWidth)
}
