package rpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/pace"
	"github.com/untag-go/untag/internal/signature"
)

// Call is a request that was validated and encoded.
type Call struct {
	Region    string
	Resources int                      // how many it names, for hooks
	Query     *signature.Query         // the operation's own parameters
	Patient   bool                     // wait for the end of throttling as long as ctx lets it; a bulk run does
	Slot      pace.Slot                // held while an attempt is in flight; nil: none
	Start     context.Context          // ends when the call must not begin any more, nor go on after throttled answers alone; nil: ctx
	Waiting   func()                   // called before the call waits to repeat an attempt; nil: none
	Partial   func(Call, Answer) error // the error of a success in which some resources failed, nil if none did; nil: there is none
}

// ErrNotStarted is the error, inside a *untag.CallError, of a call that Call.Start kept from beginning or from going on.
var ErrNotStarted = errors.New("the call was not started")

// Answer is the service's success, complete or partial.
type Answer struct {
	RequestID string
	Failed    []FailedResource // Tag only
}

// Do makes the call and repeats it as long as that may help. The error is an *untag.APIError, which is a verdict,
// an *untag.CallError, which is none, an *untag.ValidationError about the region, or what Call.Partial made of the answer.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	region, err := c.region(call.Region)
	if err != nil {
		return Answer{}, err
	}
	ctx, done := c.hooks(ctx, call)
	s := series{Client: c, call: call, region: region, spared: true, begin: ctx}
	if call.Start != nil { // also bounded by what the hook made of ctx
		begin, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(call.Start, cancel)()
		s.begin = begin
	}
	c.guard.enter()
	defer c.guard.leave()
	answer, err := s.run(ctx)
	if err == nil && call.Partial != nil {
		err = call.Partial(call, answer)
	}
	if done != nil {
		done(err)
	}
	return answer, err
}

// series is the attempts of one call.
type series struct {
	*Client
	call   Call
	region *region
	begin  context.Context // of waits as long as nothing has happened

	number    int           // HTTP attempts made
	counted   int           // those of them that MaxAttempts counts
	throttles int           // throttled answers since the last other one
	held      time.Duration // for how long throttling has held the call
	grace     time.Duration // how much longer it may
	spared    bool          // every answer so far was a throttled one: nothing has happened yet
	sent      bool          // an attempt may have reached the service
	unknown   bool          // an attempt may have been carried out, and no later one told
	reclocked bool          // the clock was corrected for this call
	renewed   bool          // the credentials were read again for this call
	keys      keys          // of the last attempt
	last      error         // what the last attempt came to
}

// attempt is one HTTP request and what came of it.
type attempt struct {
	offset     int64 // of the clock that it was signed by
	start      time.Time
	duration   time.Duration
	status     int
	sent       bool // the service may have seen it
	answer     Answer
	err        *untag.APIError // the service's refusal, or an answer that is none of its
	failure    error           // no answer: the transport's error, scrubbed
	kind       error           // of the failure
	lasting    bool            // the failure will come again
	hint       time.Duration   // the wait that the service asked for
	fixedClock bool            // the clock was corrected by this answer
}

// next is what follows an attempt.
type next struct {
	again bool
	wait  time.Duration // before the next attempt; the limiter may hold it longer
	hold  time.Duration // how long the limiter holds it at least, for reports
}

func (s *series) run(ctx context.Context) (Answer, error) {
	for {
		ticket, err := s.region.limiter.Wait(s.bound(ctx), s.patience(), s.call.Slot)
		if err != nil {
			return Answer{}, s.unfinished(ctx, err)
		}
		if s.mustNotStart() { // it came meanwhile, and its news may not have reached the context yet
			s.release()
			return Answer{}, s.unfinished(ctx, ErrNotStarted)
		}
		s.held += ticket.Held()
		a := new(attempt)
		err = s.attempt(ctx, a)
		s.release()
		var n next
		if err != nil { // no credentials, or ctx ended before anything was sent
			if n = s.afterNoCredentials(err); !n.again {
				return Answer{}, s.stopped(ctx, err)
			}
		} else {
			n = s.decide(ctx, a, ticket)
			s.report(ctx, a, n)
			switch {
			case a.err == nil && a.failure == nil:
				return a.answer, nil
			case !n.again:
				return Answer{}, s.finish(ctx, a)
			}
		}
		if s.call.Waiting != nil {
			s.call.Waiting()
		}
		if err := sleep(s.bound(ctx), n.wait); err != nil {
			return Answer{}, s.unfinished(ctx, err)
		}
	}
}

// bound returns what ends the wait for the next attempt: as long as nothing has happened, a run that drains does too.
func (s *series) bound(ctx context.Context) context.Context {
	if s.spared {
		return s.begin
	}
	return ctx
}

func (s *series) mustNotStart() bool {
	return s.spared && s.call.Start != nil && s.call.Start.Err() != nil
}

func (s *series) release() {
	if s.call.Slot != nil {
		s.call.Slot.Release()
	}
}

// unfinished is the error of a call whose wait was ended.
func (s *series) unfinished(ctx context.Context, err error) error {
	if ctx.Err() == nil && s.mustNotStart() {
		return s.failed(nil, ErrNotStarted)
	}
	return s.stopped(ctx, err)
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
		return s.afterThrottle(a, s.region.limiter.Throttled(ticket, a.hint))
	}
	if a.failure == nil { // no answer tells the limiter nothing
		s.region.limiter.Succeeded(ticket)
	}
	s.throttles, s.spared = 0, s.spared && !a.sent
	s.counted++
	switch {
	case a.failure != nil:
		s.last = a.failure
		s.unknown = s.unknown || a.sent
		if ctx.Err() != nil || a.lasting {
			return next{}
		}
	case a.err != nil:
		s.last = a.err
		again := s.afterRefusal(ctx, a)
		if !again {
			return next{}
		}
	default:
		return next{}
	}
	if s.counted >= s.config.Retry.MaxAttempts {
		return next{}
	}
	return next{again: true, wait: max(s.Backoff(s.counted), min(a.hint, maxPause))}
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
		if s.held == 0 && hold > 0 && min(a.hint, maxPause) <= retry.MaxThrottle {
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
		s.unknown = true
		return a.status < 300 || a.status >= 400 // a redirect would come again
	case code == "SignatureNonceUsed":
		// Somebody sent this very request before: a proxy that repeats, perhaps. The first copy may have been carried out.
		s.unknown = true
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
		renewed, err := s.guard.renewed(ctx)
		return err == nil && renewed != s.keys
	}
	return false
}

func tokenExpired(err *untag.APIError) bool {
	return err.Code == "InvalidSecurityToken.Expired" ||
		err.Code == "InvalidParameter" && errors.Is(err.Kind, untag.ErrUnauthenticated)
}

// finish returns the error of a call whose last attempt is a.
func (s *series) finish(ctx context.Context, a *attempt) error {
	if a.err == nil {
		if ctx.Err() != nil {
			return s.stopped(ctx, ctx.Err())
		}
		return s.failed(a.kind, a.failure)
	}
	a.err.Attempts = s.number
	if s.unknown && refusesWithoutLooking(a.err.Kind) {
		return s.failed(nil, a.err)
	}
	return a.err
}

// stopped returns the error of a call that ended between or within attempts: ctx ended, no credentials could be had,
// or the limiter's pause is longer than the call may wait.
func (s *series) stopped(ctx context.Context, err error) error {
	if isCredentials(err) {
		return s.failed(untag.ErrUnauthenticated, err)
	}
	apiErr, refused := errors.AsType[*untag.APIError](s.last)
	if refused {
		apiErr.Attempts = s.number
	}
	if ctx.Err() != nil {
		err = Ended(ctx)
		if refused && (!s.unknown || errors.Is(apiErr.Kind, untag.ErrThrottled)) {
			return s.failed(apiErr.Kind, fmt.Errorf("%w while waiting after %s (request ID %s)", err, apiErr.Code, apiErr.RequestID))
		}
		return s.failed(nil, err)
	}
	if refused && errors.Is(apiErr.Kind, untag.ErrThrottled) { // the limiter's pause is too long
		if s.unknown {
			return s.failed(nil, apiErr)
		}
		return apiErr
	}
	return s.failed(untag.ErrThrottled, err)
}

// Ended is ctx's error and, where its owner gave another one, the cause.
func Ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

func (s *series) failed(kind, err error) error {
	outcome := error(nil)
	switch {
	case s.unknown:
		outcome = untag.ErrOutcomeUnknown
	case !s.sent:
		outcome = untag.ErrNotAttempted
	}
	return &untag.CallError{
		Service: s.op.Service, Action: s.op.Action, Region: s.region.name,
		Attempts: s.number, Kind: kind, Outcome: outcome, Err: err,
	}
}

// patience is how long the limiter may hold the call for throttling's sake; negative: for ever.
func (s *series) patience() time.Duration {
	if s.call.Patient {
		return -1
	}
	most := s.config.Retry.MaxThrottle
	if most < 0 { // attempts bound the call; each waits out one pause and the slow-down after it
		return 2 * maxPause
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

// report tells the hook and the log of an attempt.
func (s *series) report(ctx context.Context, a *attempt, n next) {
	logger, hook := s.config.Logger, s.config.OnAttempt
	if logger == nil && hook == nil {
		return
	}
	info := untag.Attempt{
		Service: s.op.Service, Action: s.op.Action, Region: s.region.name,
		Number: s.number, Start: a.start, Duration: a.duration, StatusCode: a.status, RequestID: a.answer.RequestID,
	}
	if n.again {
		info.Wait = max(n.wait, n.hold)
	}
	switch {
	case a.err != nil:
		own := *a.err // the call's error is still being written to
		own.Attempts = s.number
		info.Err, info.Code, info.RequestID = &own, own.Code, own.RequestID
	case a.failure != nil:
		outcome := untag.ErrNotAttempted
		if a.sent {
			outcome = untag.ErrOutcomeUnknown
		}
		info.Err = &untag.CallError{
			Service: s.op.Service, Action: s.op.Action, Region: s.region.name,
			Attempts: s.number, Kind: a.kind, Outcome: outcome, Err: a.failure,
		}
	}
	if hook != nil {
		hook(ctx, info)
	}
	if logger != nil {
		logAttempt(ctx, logger, info, n.again)
	}
}

// logAttempt writes an attempt's record: at info level when the call is repeated, else at debug level.
func logAttempt(ctx context.Context, logger *slog.Logger, info untag.Attempt, repeated bool) {
	level, message := slog.LevelDebug, "call attempt"
	if repeated {
		level, message = slog.LevelInfo, "call repeated"
	}
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("service", info.Service), slog.String("action", info.Action), slog.String("region", info.Region),
		slog.Int("attempt", info.Number), slog.Duration("duration", info.Duration), slog.Int("status", info.StatusCode),
		slog.String("request_id", info.RequestID),
	}
	if repeated {
		attrs = append(attrs, slog.Duration("wait", info.Wait))
	}
	if info.Code != "" {
		attrs = append(attrs, slog.String("code", info.Code))
	}
	if info.Err != nil {
		attrs = append(attrs, slog.String("error", info.Err.Error()))
	}
	logger.LogAttrs(ctx, level, message, attrs...)
}
