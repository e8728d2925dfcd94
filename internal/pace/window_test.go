package pace_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/untag-go/untag/internal/pace"
)

// A hint before anything was served leaves a rate to begin with.
func TestHintFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := pace.New(0)
		l.Throttled(started(t, l), 10*time.Second)
		started(t, l)
		assert.InDelta(t, 10, rate(t, l), 0.01)
	})
}

// A service that admits 300 calls a minute and then says how long the rest of it lasts: after two such minutes the rate is
// what a minute admits, and no more than a few calls are refused in each that follows.
func TestWindowIsLearned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := load{limiter: pace.New(0), server: &window{limit: 300, length: time.Minute}, workers: 64, until: 20 * time.Minute}.run(t)
		t.Logf("%d calls, %d throttled", r.done, r.throttled)
		for minute := 3 * time.Minute; minute < 20*time.Minute; minute += time.Minute {
			assert.InDelta(t, 5, r.between(minute, minute+time.Minute), 0.75)
		}
		assert.Less(t, r.throttled, 300)
	})
}
