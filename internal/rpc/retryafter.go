package rpc

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads how long the service asks to wait: x-acs-retry-after in milliseconds, else the older
// x-ratelimit-user-api and x-ratelimit-user with "TimeLeft:<ms>", else the standard Retry-After. 0: it does not ask.
// The older ones tell the state of a quota in every answer, so they count only in one that was throttled.
func retryAfter(header http.Header, throttled bool) time.Duration {
	if wait, ok := milliseconds(header.Get("X-Acs-Retry-After")); ok {
		return wait
	}
	for _, name := range [...]string{"X-Ratelimit-User-Api", "X-Ratelimit-User"} {
		if !throttled {
			break
		}
		for field := range strings.SplitSeq(header.Get(name), ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(field), ":")
			if !strings.EqualFold(key, "TimeLeft") {
				continue
			}
			if wait, ok := milliseconds(value); ok && wait > 0 {
				return wait
			}
		}
	}
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}

// asksToWait reports whether a refusal has the header that the vendor's command line takes for throttling by itself,
// whatever the code, since July 2026.
func asksToWait(header http.Header) bool {
	wait, ok := milliseconds(header.Get("X-Acs-Retry-After"))
	return ok && wait > 0
}

func milliseconds(value string) (time.Duration, bool) {
	ms, err := strconv.ParseUint(strings.TrimSpace(value), 10, 40)
	return time.Duration(ms) * time.Millisecond, err == nil
}
