package rpc

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
)

// next is what follows an attempt.
type next struct {
	again bool
	wait  time.Duration // before the next attempt; the limiter may hold it longer
	hold  time.Duration // how long the limiter holds it at least, for reports
}

// afterNoCredentials decides whether the provider is asked again: one that has answered before may be out of order for
// a moment, and one that has not is most likely not set up.
func (s *series) afterNoCredentials(err error) next {
	if !isCredentials(err) || !s.guard.hasAnswered() {
		return next{}
	}
	s.counted++
	return next{again: s.counted < s.config.Retry.MaxAttempts, wait: s.Backoff(s.counted)}
}

// decide learns from an attempt and says whether another one follows.
func (s *series) decide(ctx context.Context, a *attempt, ticket pace.Ticket) next {
	s.number++
	s.sent = s.sent || a.sent
	if a.err != nil && errors.Is(a.err.Kind, untag.ErrThrottled) {
		return s.afterThrottle(a, s.limiter.Throttled(ticket, a.hint))
	}
	if a.failure == nil { // no answer tells the limiter nothing
		s.limiter.Succeeded(ticket)
	}
	s.throttles = 0
	s.counted++
	switch {
	case a.failure != nil:
		s.last = a.failure
		if a.sent {
			s.lose()
		}
		if ctx.Err() != nil || a.lasting {
			return next{}
		}
	case a.err != nil:
		s.last = a.err
		if !s.afterRefusal(ctx, a) {
			return next{}
		}
	default:
		return s.afterSuccess(a)
	}
	if s.counted >= s.config.Retry.MaxAttempts {
		return next{}
	}
	return next{again: true, wait: max(s.Backoff(s.counted), min(a.hint, pace.MaxPause))}
}

// afterSuccess decides whether what a success left goes again.
func (s *series) afterSuccess(a *attempt) next {
	s.last = nil
	if s.call.Rest == nil {
		return next{}
	}
	a.reply.Lost = s.lost
	n := next{}
	retry := s.config.Retry
	switch left := s.call.Rest.Left(a.reply); {
	case left == ScopeWait && retry.MaxThrottle >= 0 && retry.MaxAttempts > 1:
		s.counted--
		s.left++
		n.wait = s.Backoff(s.left)
		s.held += n.wait
		n.again = s.held <= retry.MaxThrottle
	case left == ScopeWait, left == ScopeRetry:
		n = next{again: s.counted < retry.MaxAttempts, wait: s.Backoff(s.counted)}
	}
	if n.again {
		reply := a.reply
		s.partial = &reply
		s.call = s.call.Rest.Next(s.call)
	}
	return n
}

// afterThrottle decides whether a throttled call goes on waiting.
func (s *series) afterThrottle(a *attempt, hold time.Duration) next {
	s.last = a.err
	s.throttles++
	s.grace = 0
	n := next{again: true, hold: hold}
	if hold == 0 {
		n.wait = s.Backoff(s.throttles)
	}
	retry := s.config.Retry
	switch {
	case s.call.Patient:
	case retry.MaxThrottle < 0 || retry.MaxAttempts == 1:
		s.counted++
		n.again = s.counted < retry.MaxAttempts
	default:
		n.again = s.held+max(n.wait, hold) <= retry.MaxThrottle
		if s.held == 0 && hold > 0 && min(a.hint, pace.MaxPause) <= retry.MaxThrottle {
			n.again, s.grace = true, pace.MaxJitter // the jitter is ours: a pause of a minute fits into a minute
		}
	}
	s.held += n.wait
	return n
}

// afterRefusal reports whether a refusal may be answered by another attempt.
func (s *series) afterRefusal(ctx context.Context, a *attempt) bool {
	switch code := a.err.Code; {
	case errors.Is(a.err.Kind, untag.ErrUnavailable):
		s.lose()
		return a.status < 300 || a.status >= 400 // a redirect would come again
	case code == untag.CodeSignatureNonceUsed:
		// Somebody sent this very request before: a proxy that repeats, perhaps. The first copy may have been carried out.
		s.lose()
		return true
	case errors.Is(a.err.Kind, untag.ErrClockSkew):
		again := a.fixedClock && !s.reclocked
		s.reclocked = true
		return again
	case tokenExpired(a.err):
		if s.renewed {
			return false
		}
		s.renewed = true
		renewed, err := s.guard.renewed(s.bound(ctx), s.keys)
		return err == nil && renewed != s.keys
	}
	return false
}

func tokenExpired(err *untag.APIError) bool {
	return err.Code == untag.CodeExpiredSecurityToken ||
		err.Code == "InvalidParameter" && errors.Is(err.Kind, untag.ErrUnauthenticated)
}

// patience is how long the limiter may hold the call for throttling's sake; negative: for ever.
func (s *series) patience() time.Duration {
	if s.call.Patient {
		return -1
	}
	most := s.config.Retry.MaxThrottle
	if most < 0 { // attempts bound the call; each waits out one pause and the slow-down after it
		return 2 * pace.MaxPause
	}
	return max(0, most-s.held) + s.grace
}

// Backoff draws the pause after the nth attempt.
func (c *Client) Backoff(n int) time.Duration { return backoff(c.config.Retry, n) }

// MaxThrottle is how long throttling may hold a single call.
func (c *Client) MaxThrottle() time.Duration { return max(0, c.config.Retry.MaxThrottle) }

// backoff draws the pause after the nth attempt: full jitter, so that many clients do not come back together.
func backoff(retry untag.Retry, n int) time.Duration {
	ceiling := retry.MaxDelay
	if shift := n - 1; shift < 32 && retry.BaseDelay<<shift>>shift == retry.BaseDelay {
		ceiling = min(ceiling, retry.BaseDelay<<shift)
	}
	return rand.N(min(ceiling, math.MaxInt64-1) + 1)
}

func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
