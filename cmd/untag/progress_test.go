package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag"
)

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		tally := newTally()
		p := newProgress(printer{&b, english}, func(string) string { return "" }, func() view { return tally.view(10) })
		assert.False(t, p.terminal)
		p.terminal = true
		p.start()
		time.Sleep(2 * redrawEvery)
		synctest.Wait()
		p.note(errors.New("hello"))
		tally.add(row{})
		p.stop()
		assert.Regexp(t, `(?s)░ 0% of 10.*0 done   0 failed   0 unknown.*\x1b\[3A\r\x1b\[Jhello\n.*█░.* 10% of 10.*1 done`, b.String())
		assert.True(t, strings.HasSuffix(b.String(), "\x1b[J\x1b[?7h"), "the block stays")
	})
}

func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		tally := newTally()
		p := newProgress(printer{&b, english}, func(string) string { return "dumb" }, func() view { return tally.view(0) })
		p.start()
		time.Sleep(time.Second)
		tally.traffic.onAttempt(t.Context(), untag.Attempt{Number: 1, Err: untag.ErrThrottled, Wait: time.Second})
		time.Sleep(time.Second)
		synctest.Wait()
		p.mu.Lock()
		soon := b.String()
		p.mu.Unlock()
		assert.Equal(t, "First error: "+untag.ErrThrottled.Error()+"\n", soon, "at once")
		time.Sleep(10 * time.Second)
		tally.traffic.onAttempt(t.Context(), untag.Attempt{Number: 1, Err: untag.ErrUnavailable, Wait: time.Second})
		p.stop()
		assert.Equal(t, 1, strings.Count(b.String(), "First error"))
		assert.Contains(t, b.String(), "5.1s: 0 done, 0 failed, 0 unknown, 0/s, 1 throttled\n")
		assert.NotContains(t, b.String(), "\x1b")
	})
}
