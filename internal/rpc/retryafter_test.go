package rpc

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	headers := func(pairs ...string) http.Header {
		header := make(http.Header)
		for i := 0; i < len(pairs); i += 2 {
			header.Set(pairs[i], pairs[i+1])
		}
		return header
	}
	for _, test := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"none", nil, 0},
		{"milliseconds", headers("x-acs-retry-after", "1500"), 1500 * time.Millisecond},
		{"milliseconds with spaces", headers("x-acs-retry-after", " 20 "), 20 * time.Millisecond},
		{"zero", headers("x-acs-retry-after", "0", "Retry-After", "9"), 0},
		{"negative", headers("x-acs-retry-after", "-5"), 0},
		{"a fraction", headers("x-acs-retry-after", "1.5"), 0},
		{"no number", headers("x-acs-retry-after", "soon"), 0},
		{"greatest", headers("x-acs-retry-after", "1099511627775"), 1099511627775 * time.Millisecond},
		{"too great", headers("x-acs-retry-after", "1099511627776"), 0},
		{"far too great", headers("x-acs-retry-after", "99999999999999999999999"), 0},
		{"operation's quota", headers("x-ratelimit-user-api", "Limit:10,Remain:0,TimeLeft:250,Reset:1"), 250 * time.Millisecond},
		{"account's quota", headers("x-ratelimit-user", "TimeLeft:30, Remain:0"), 30 * time.Millisecond},
		{"spaces and case", headers("x-ratelimit-user", "Remain:0, timeleft: 30"), 30 * time.Millisecond},
		{"the operation's first", headers("x-ratelimit-user", "TimeLeft:30", "x-ratelimit-user-api", "TimeLeft:40"), 40 * time.Millisecond},
		{"the operation's is over", headers("x-ratelimit-user", "TimeLeft:30", "x-ratelimit-user-api", "TimeLeft:0"), 30 * time.Millisecond},
		{"malformed quota", headers("x-ratelimit-user", "TimeLeft", "x-ratelimit-user-api", ":,:,TimeLeft:x"), 0},
		{"nonsense, then a standard one", headers("x-acs-retry-after", "x", "x-ratelimit-user", "x", "Retry-After", "2"), 2 * time.Second},
		{"seconds", headers("Retry-After", "120"), 2 * time.Minute},
		{"most seconds", headers("Retry-After", "4294967295"), 4294967295 * time.Second},
		{"too many seconds", headers("Retry-After", "4294967296"), 0},
		{"negative seconds", headers("Retry-After", "-1"), 0},
		{"standard nonsense", headers("Retry-After", "soon"), 0},
		{"date", headers("Retry-After", "Sat, 01 Jan 2000 00:00:30 GMT"), 30 * time.Second},
		{"past date", headers("Retry-After", "Fri, 31 Dec 1999 00:00:00 GMT"), 0},
		{"milliseconds first", headers("Retry-After", "9", "x-ratelimit-user", "TimeLeft:30", "x-acs-retry-after", "7"), 7 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // begins with the year 2000
				assert.Equal(t, test.want, retryAfter(test.header, true))
			})
		})
	}
}
