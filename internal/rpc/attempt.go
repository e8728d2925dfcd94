package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
)

// attempt signs and sends the request once. An error means that nothing was sent.
func (s *series) attempt(ctx context.Context, a *attempt) error {
	k, err := s.guard.get(ctx)
	if err != nil {
		return err
	}
	s.keys = k
	if s.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.config.Timeout)
		defer cancel()
	}
	var p progress
	a.offset = s.clock.offset.Load()
	request, signed := s.sign(p.watch(ctx), k)

	a.start = time.Now()
	response, err := s.send(request)
	if err != nil {
		a.duration = time.Since(a.start)
		a.sent = p.maySent(err)
		a.fail(err, k.id, k.secret, k.token, k.bearer, signed)
		return nil
	}
	defer response.Body.Close()
	a.sent = true
	a.status = response.StatusCode
	data, err := readBody(response.Body, response.ContentLength)
	a.duration = time.Since(a.start)
	switch {
	case err != nil && ctx.Err() != nil:
		a.fail(err, k.id, k.secret, k.token, k.bearer, signed)
	case err == nil && a.status == http.StatusOK && s.plain(a, data, k, signed):
		s.clock.check(response.Header)
	default:
		s.classify(a, response.Header, data, err, []string{k.id, k.secret, k.token, k.bearer, signed})
	}
	return nil
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

// plain reads the usual success, if it is one.
func (s *series) plain(a *attempt, data []byte, k keys, signed string) bool {
	requestID, ok := decodePlain(data)
	if ok {
		a.answer.RequestID = redact.Text(requestID, k.id, k.secret, k.token, k.bearer, signed)
	}
	return ok
}

// fail takes in the transport's error. It is judged before it is scrubbed, which may cost it its type.
func (a *attempt) fail(err error, secrets ...string) {
	a.kind, a.lasting = kindOf(err), !transient(err)
	a.failure = redact.Cause(err, secrets...)
	if errors.Is(a.kind, untag.ErrInvalidParameter) {
		a.failure = fmt.Errorf("%w; is the region right, or Config.Endpoint?", a.failure)
	}
}

// classify reads an answer.
func (s *series) classify(a *attempt, header http.Header, data []byte, readErr error, secrets []string) {
	b, err := body{}, readErr
	if err == nil {
		b, err = decode(data)
	}
	clean := func(text string) string { return redact.Text(text, secrets...) }
	requestID := b.RequestID
	if requestID == "" {
		requestID = header.Get("X-Acs-Request-Id")
	}
	if err == nil && a.status/100 == 2 && b.Code == "" && requestID != "" {
		s.clock.check(header)
		a.answer = Answer{RequestID: clean(requestID)}
		for _, item := range b.Failed {
			arn := item.ResourceARN
			if redact.Holds(arn, secrets...) { // else it stays as it is: it is compared with what was sent
				arn = clean(arn)
			}
			a.answer.Failed = append(a.answer.Failed, FailedResource{arn, clean(item.Code), clean(item.Message)})
		}
		return
	}
	a.err = &untag.APIError{
		Service: s.op.Service, Action: s.op.Action, Region: s.region.name, StatusCode: a.status,
		Code: clean(b.Code), Message: clean(b.Message), RequestID: clean(requestID), HostID: clean(b.HostID), Recommend: clean(b.Recommend),
		AccessDenied: scrubbed(b.Denied, clean), Attempts: s.number + 1,
	}
	a.err.Kind = Classify(s.op.Service, a.status, b.Code, b.Message).Kind
	a.hint = retryAfter(header, a.err.Kind == untag.ErrThrottled) //nolint:errorlint // Kind holds a sentinel
	a.err.RetryAfter = a.hint
	switch {
	case err != nil:
		a.err.Message = clean(unreadable(err, data))
		if readErr != nil || bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
			a.err.Kind = untag.ErrUnavailable // a verdict that was cut off is none, whatever its status
		}
	case b.Code == "" && a.status/100 == 2:
		a.err.Message = "an answer without a request ID, which none of the service's lacks"
	}
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
		return "an HTML or XML page that is none of the service's"
	case data[0] == '{':
		return "a malformed or cut-off JSON answer"
	}
	return "an answer that is none of the service's"
}

// scrubbed cleans every field of a detail.
func scrubbed(d *untag.AccessDeniedDetail, clean func(string) string) *untag.AccessDeniedDetail {
	if d == nil {
		return nil
	}
	return &untag.AccessDeniedDetail{
		PolicyType:               clean(d.PolicyType),
		NoPermissionType:         clean(d.NoPermissionType),
		AuthAction:               clean(d.AuthAction),
		AuthPrincipalType:        clean(d.AuthPrincipalType),
		AuthPrincipalOwnerID:     clean(d.AuthPrincipalOwnerID),
		AuthPrincipalDisplayName: clean(d.AuthPrincipalDisplayName),
		EncodedDiagnosticMessage: clean(d.EncodedDiagnosticMessage),
	}
}
