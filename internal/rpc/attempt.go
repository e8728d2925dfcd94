package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
)

// once signs and sends the request once. An error means that nothing was sent.
func (s *series) once(ctx context.Context, a *attempt) error {
	k, err := s.guard.get(s.bound(ctx))
	if err != nil {
		return err
	}
	s.keys = k
	if s.lost { // else an attempt that begins is finished
		ctx = s.bound(ctx)
	}
	if s.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.config.Timeout)
		defer cancel()
	}
	var p progress
	a.offset = s.clock.offset.Load()
	request, signed := s.sign(p.watch(ctx), k)
	secrets := func() *Secrets { return secretsOf(k, signed) }

	s.flying = 1
	a.start = time.Now()
	response, err := s.send(request)
	if err != nil {
		a.duration = time.Since(a.start)
		a.sent = p.maySent(err)
		a.fail(err, secrets())
		return nil
	}
	defer response.Body.Close()
	a.sent = true
	a.status = response.StatusCode
	data, err := readBody(response.Body, response.ContentLength, s.call.Operation.maxBody())
	a.duration = time.Since(a.start)
	if err != nil && ctx.Err() != nil {
		a.fail(err, secrets())
		return nil
	}
	if err == nil && a.status == http.StatusOK && !s.call.Operation.Reads {
		if requestID, ok := decodePlain(data); ok && s.confirmed(a, requestID) {
			a.reply.RequestID = redact.Text(requestID, k.id, k.secret, k.token, k.bearer, signed)
			s.clock.check(response.Header)
			return nil
		}
	}
	s.read(a, response.Header, data, err, secrets())
	return nil
}

// confirmed makes the Answer of a success that has nothing in it but a request ID, and reports whether it is the documented one.
func (s *series) confirmed(a *attempt, requestID string) bool {
	if s.call.Answer == nil {
		return true
	}
	answer := s.call.Answer()
	answer.envelope().RequestID.Value = requestID
	a.reply.Answer = answer
	return answer.Check() == nil
}

// send is http.Client.Do without what it does for redirects and cookies: it copies every header, a third of
// what a call allocates.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	if c.direct == nil {
		return c.http.Do(request)
	}
	response, err := c.direct.RoundTrip(request)
	switch {
	case err != nil:
		return nil, err
	case response == nil:
		return nil, errNoResponse
	case response.Body == nil:
		response.Body = http.NoBody
	}
	return response, nil
}

var errNoResponse = errors.New("the RoundTripper returned no response and no error")

// fail takes in the transport's error. It is judged before it is scrubbed, which may cost it its type.
func (a *attempt) fail(err error, secrets *Secrets) {
	a.kind, a.lasting = kindOf(err), !transient(err)
	a.failure = redact.Cause(err, secrets.all[:]...)
	if errors.Is(a.kind, untag.ErrInvalidParameter) {
		a.failure = fmt.Errorf("%w; is the region right, or Config.Endpoint?", a.failure)
	}
}

// read reads an answer.
func (s *series) read(a *attempt, header http.Header, data []byte, readErr error, secrets *Secrets) {
	answer := s.answerFor(a.status)
	var found signs
	err := readErr
	if err == nil {
		found, err = decode(data, s.action[0], answer)
	}
	if found.part && a.status/100 == 2 && s.call.Resources > 1 {
		found = signs{odd: true} // of the others nothing is known
	}
	e := answer.envelope()
	if err != nil {
		*e, found = Envelope{}, signs{}
	}
	requestID := e.RequestID.Value
	if requestID == "" {
		requestID = header.Get("X-Acs-Request-Id")
	}
	code := e.Code.Value
	if a.status/100 == 2 || code == "" {
		code = found.code
	}
	var unconfirmed string // why it is not the documented success
	switch {
	case a.status/100 != 2 || err != nil || code != "":
	case a.status != http.StatusOK:
		unconfirmed = "HTTP " + strconv.Itoa(a.status) + ", which is not the documented success"
	case strings.TrimSpace(requestID) == "":
		unconfirmed = "an answer without a request ID, which no answer of the service lacks"
	case found.odd:
		unconfirmed = "an answer that is not the documented success"
	default:
		if bad := answer.Check(); bad != nil {
			unconfirmed = "an answer that is not the documented success: " + bad.Error()
			break
		}
		s.clock.check(header)
		if own, ok := answer.(Scrubber); ok {
			own.Scrub(secrets)
		}
		e.RequestID.Value = secrets.Text(requestID)
		a.reply.RequestID = e.RequestID.Value
		if s.call.Answer != nil {
			a.reply.Answer = answer
		}
		return
	}
	message := e.Message.Value
	if message == "" {
		message = found.message
	}
	a.reply = Reply{}
	a.err = &untag.APIError{
		Service: s.service.Name, Action: s.call.Operation.Action, Region: s.name, StatusCode: a.status,
		Code: secrets.Text(code), Message: secrets.Text(message), RequestID: secrets.Text(requestID),
		HostID: secrets.Text(e.HostID.Value), Recommend: secrets.Text(e.Recommend.Value),
		AccessDenied: scrubbed(e.Denied.detail, secrets.Text), Attempts: s.number + 1,
	}
	s.judge(a, header, code, message)
	switch {
	case err != nil:
		a.err.Message = secrets.Text(unreadable(err, data))
		if readErr != nil || bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
			a.err.Kind, a.scope = untag.ErrUnavailable, ScopeRetry // a verdict that was cut off is none, whatever its status
		}
	case unconfirmed != "" && a.err.Message == "":
		a.err.Message = unconfirmed
	case unconfirmed != "":
		a.err.Message = unconfirmed + ": " + a.err.Message
	}
}

// answerFor is what an answer of a status is decoded into. Only a success has the operation's own fields.
func (s *series) answerFor(status int) Answer {
	if status == http.StatusOK && s.call.Answer != nil {
		return s.call.Answer()
	}
	return new(bare)
}

// judge gives a refusal its kind and its scope, and learns from it.
func (s *series) judge(a *attempt, header http.Header, code, message string) {
	verdict := s.service.Classify(a.status, code, message)
	if verdict.Scope != ScopeRetry && asksToWait(header) {
		verdict = throttled
	}
	if verdict.Kind == untag.ErrClockSkew && code == untag.CodeIllegalTimestamp && !skewed(header, a.start.Add(time.Duration(a.offset))) { //nolint:errorlint // a sentinel
		verdict = mistake // some services say so of a timestamp that is missing
	}
	a.err.Kind, a.scope = verdict.Kind, verdict.Scope
	a.hint = retryAfter(header, a.scope == ScopeWait)
	a.err.RetryAfter = a.hint
	if a.err.Kind == untag.ErrClockSkew { //nolint:errorlint // Kind holds a sentinel
		// Another call's answer may have corrected the clock since this one was signed.
		a.fixedClock = s.clock.learn(header) || s.clock.offset.Load() != a.offset
	} else {
		s.clock.check(header)
	}
}

// unreadable says what came instead of an answer, without quoting it: pages of proxies may hold anything.
func unreadable(err error, data []byte) string {
	data = bytes.TrimSpace(data)
	switch {
	case err != errNotTheServices: //nolint:errorlint // decode returns it bare
		return "the answer broke off: " + redact.Message(err.Error())
	case len(data) == 0:
		return "an empty answer"
	case data[0] == '<':
		return "an HTML or XML page that is not an answer of the service"
	case data[0] == '{':
		return "a malformed or cut-off JSON answer"
	}
	return "not an answer of the service"
}
