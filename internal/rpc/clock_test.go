package rpc

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func date(t time.Time) http.Header {
	return http.Header{"Date": {t.UTC().Format(http.TimeFormat)}}
}

func TestClockLearns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		off    time.Duration
		learns bool
	}{
		{"agrees", 0, false},
		{"fast by 4 minutes", -4 * time.Minute, false},
		{"fast by more", -4*time.Minute - time.Second, true},
		{"slow by 4 minutes", 4 * time.Minute, false},
		{"slow by more", 4*time.Minute + time.Second, true},
		{"slow by years", 20 * 365 * 24 * time.Hour, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var c clock
				assert.Equal(t, test.learns, c.learn(date(time.Now().Add(test.off))))
				want := time.Now()
				if test.learns {
					want = want.Add(test.off)
				}
				assert.Equal(t, want, c.now())
				assert.False(t, c.learn(date(time.Now().Add(test.off))), "it is corrected already")
			})
		})
	}
}

func TestClockIgnores(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, header := range map[string]http.Header{
			"no date":       {},
			"nonsense":      {"Date": {"yesterday"}},
			"from a cache":  {"Date": {"Mon, 01 Jan 1990 00:00:00 GMT"}, "Age": {"10"}},
			"another clock": nil,
		} {
			var c clock
			assert.False(t, c.learn(header), name)
			assert.Equal(t, time.Now(), c.now(), name)
		}
	})
}

func TestClockForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock
		c.check(date(time.Now()))
		assert.Equal(t, time.Now(), c.now())

		hour := time.Now().Add(time.Hour)
		assert.True(t, c.learn(date(hour)))
		c.check(date(hour))
		assert.Equal(t, hour, c.now(), "the local clock is still off")
		c.check(http.Header{})
		assert.Equal(t, hour, c.now(), "no date tells nothing")
		c.check(date(time.Now()))
		assert.Equal(t, time.Now(), c.now(), "the clocks agree again")

		assert.True(t, c.learn(date(hour)))
		assert.True(t, c.learn(date(time.Now().Add(time.Minute))), "a refusal may show it too")
		assert.Equal(t, time.Now(), c.now())
	})
}

func TestClockOfExtremes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, value := range []string{"Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
			var c clock
			assert.NotPanics(t, func() {
				c.learn(http.Header{"Date": {value}})
				_ = c.now().Format(time.RFC3339)
				c.check(date(time.Now()))
			})
			assert.Equal(t, time.Now(), c.now())
		}
	})
}
