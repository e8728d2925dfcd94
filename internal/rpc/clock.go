package rpc

import (
	"net/http"
	"sync/atomic"
	"time"
)

// maxSkew is how far the clocks may differ before a refusal is blamed on it. The service allows 15 minutes;
// the rest is room for slow requests.
const maxSkew = 4 * time.Minute

// clock is the local one, corrected by what an endpoint showed.
type clock struct {
	offset atomic.Int64
	stamp  atomic.Pointer[stamp]
}

// stamp is a second and its text. Thousands of calls share one.
type stamp struct {
	second int64
	text   string
}

// date is the present second as requests carry it, in UTC.
func (c *clock) date() string {
	now := c.now()
	last := c.stamp.Load()
	if last == nil || last.second != now.Unix() {
		last = &stamp{now.Unix(), now.UTC().Format("2006-01-02T15:04:05Z")}
		c.stamp.Store(last)
	}
	return last.text
}

func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// learn corrects the clock after a refusal for its sake and reports whether it changed:
// only if the Date header is further off than maxSkew, and comes from no cache (Age).
func (c *clock) learn(header http.Header) bool {
	date, ok := serverDate(header)
	if !ok {
		return false
	}
	if date.Sub(c.now()).Abs() <= maxSkew {
		return false
	}
	offset := time.Until(date)
	if offset.Abs() <= maxSkew {
		offset = 0
	}
	c.offset.Store(int64(offset))
	return true
}

// skewed reports whether an answer shows that the date that a request was signed with was too far from the service's clock.
func skewed(header http.Header, signed time.Time) bool {
	date, ok := serverDate(header)
	return ok && date.Sub(signed).Abs() > maxSkew
}

// check drops the correction once the local clock agrees with the service again.
func (c *clock) check(header http.Header) {
	offset := c.offset.Load()
	if offset == 0 {
		return
	}
	if date, ok := serverDate(header); ok && time.Until(date).Abs() <= maxSkew {
		c.offset.CompareAndSwap(offset, 0)
	}
}

func serverDate(header http.Header) (time.Time, bool) {
	if header.Get("Age") != "" {
		return time.Time{}, false
	}
	date, err := http.ParseTime(header.Get("Date"))
	return date, err == nil
}
