package rpc

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/redact"
	"github.com/untag-go/untag/internal/signature"
)

// maxQuery is the longest query of a URL. Gateways answer 414 to longer ones; the parameters then travel as a form body.
const maxQuery = 8000

const formType = "application/x-www-form-urlencoded"

// attempt signs and sends the request once. An error means that nothing was sent.
func (s *series) attempt(ctx context.Context) (*attempt, error) {
	k, err := s.guard.get(ctx)
	if err != nil {
		return nil, err
	}
	s.keys = k
	if s.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.config.Timeout)
		defer cancel()
	}
	var p progress
	request, signed := s.sign(p.watch(ctx), k)
	secrets := append(k.secrets(), signed)

	a := &attempt{start: time.Now()}
	response, err := s.http.Do(request)
	if err != nil {
		a.duration = time.Since(a.start)
		a.sent = p.maySent(err)
		a.failure = redact.Cause(err, secrets...)
		return a, nil
	}
	defer response.Body.Close()
	a.sent = true
	a.status = response.StatusCode
	data, err := readBody(response.Body, response.ContentLength)
	a.duration = time.Since(a.start)
	if err != nil && ctx.Err() != nil {
		a.failure = redact.Cause(err, secrets...)
		return a, nil
	}
	s.classify(a, response.Header, data, err, secrets)
	return a, nil
}

// classify reads an answer.
func (s *series) classify(a *attempt, header http.Header, data []byte, readErr error, secrets []string) {
	a.hint = retryAfter(header)
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
			a.answer.Failed = append(a.answer.Failed, FailedResource{item.ResourceARN, clean(item.Code), clean(item.Message)})
		}
		return
	}
	a.err = &untag.APIError{
		Service: s.op.Service, Action: s.op.Action, Region: s.region.name, StatusCode: a.status,
		Code: clean(b.Code), Message: clean(b.Message), RequestID: clean(requestID), HostID: clean(b.HostID), Recommend: clean(b.Recommend),
		RetryAfter: a.hint, AccessDenied: denied(b.Denied, clean), Attempts: s.number + 1,
	}
	a.err.Kind = Classify(s.op.Service, a.status, b.Code, b.Message).Kind
	switch {
	case err != nil:
		a.err.Message = unreadable(err, data)
		if readErr != nil || bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
			a.err.Kind = untag.ErrUnavailable // a verdict that was cut off is none, whatever its status
		}
	case b.Code == "" && a.status/100 == 2:
		a.err.Message = "an answer without a request ID, which none of the service's lacks"
	}
	if a.err.Kind == untag.ErrClockSkew { //nolint:errorlint // Kind holds a sentinel
		a.fixedClock = s.clock.learn(header)
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

func denied(fields map[string]string, clean func(string) string) *untag.AccessDeniedDetail {
	if len(fields) == 0 {
		return nil
	}
	return &untag.AccessDeniedDetail{
		PolicyType:               clean(fields["PolicyType"]),
		NoPermissionType:         clean(fields["NoPermissionType"]),
		AuthAction:               clean(fields["AuthAction"]),
		AuthPrincipalType:        clean(fields["AuthPrincipalType"]),
		AuthPrincipalOwnerID:     clean(fields["AuthPrincipalOwnerId"]),
		AuthPrincipalDisplayName: clean(fields["AuthPrincipalDisplayName"]),
		EncodedDiagnosticMessage: clean(fields["EncodedDiagnosticMessage"]),
	}
}

// sign builds the request of one attempt, with a nonce and a date of its own. It returns the signature too, for scrubbing.
func (s *series) sign(ctx context.Context, k keys) (*http.Request, string) {
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails
	nonce := hex.EncodeToString(random)
	date := s.clock.now().UTC().Format("2006-01-02T15:04:05Z")
	if s.config.Signature == untag.SignatureV1 && k.bearer == "" {
		return s.signV1(ctx, k, nonce, date)
	}
	return s.signV3(ctx, k, nonce, date)
}

// signV3 puts the parameters into the query, or into a form body when they are long, and the signature into a header.
// The very bytes that are signed go on the wire.
func (s *series) signV3(ctx context.Context, k keys, nonce, date string) (*http.Request, string) {
	query := s.call.Query.Bytes()
	if k.bearer != "" {
		query = s.call.Query.AppendMerged(nil, []signature.Pair{{Name: "SignatureType", Value: "BEARERTOKEN"}})
	}
	var form []byte
	if len(query) > maxQuery {
		query, form = nil, query
	}
	bodyHash := signature.EmptyBodyHash
	if form != nil {
		bodyHash = signature.HashBody(form)
	}
	request := s.request(ctx, string(query), form)
	header := request.Header
	header["X-Acs-Action"] = []string{s.op.Action}
	header["X-Acs-Version"] = []string{s.op.Version}
	header["X-Acs-Date"] = []string{date}
	header["X-Acs-Signature-Nonce"] = []string{nonce}
	header["X-Acs-Content-Sha256"] = []string{bodyHash}
	if k.bearer != "" {
		header["X-Acs-Bearer-Token"] = []string{k.bearer}
		return request, ""
	}
	signed := make([]signature.Header, 0, 8) // sorted by name
	if form != nil {
		signed = append(signed, signature.Header{Name: "content-type", Value: formType})
	}
	signed = append(
		signed,
		signature.Header{Name: "host", Value: s.region.target.Host},
		signature.Header{Name: "x-acs-action", Value: s.op.Action},
		signature.Header{Name: "x-acs-content-sha256", Value: bodyHash},
		signature.Header{Name: "x-acs-date", Value: date},
	)
	if k.token != "" {
		header["X-Acs-Security-Token"] = []string{k.token}
		signed = append(signed, signature.Header{Name: "x-acs-security-token", Value: k.token})
	}
	signed = append(
		signed,
		signature.Header{Name: "x-acs-signature-nonce", Value: nonce},
		signature.Header{Name: "x-acs-version", Value: s.op.Version},
	)
	authorization, _ := signature.AuthorizationV3(nil, http.MethodPost, query, signed, bodyHash, k.id, k.secret)
	header["Authorization"] = []string{authorization}
	return request, authorization[len(authorization)-64:] // the signature is 64 hexadecimal digits at the end
}

// signV1 puts everything into a form body: key ID, token and signature stay out of the URL, and so out of access logs.
func (s *series) signV1(ctx context.Context, k keys, nonce, date string) (*http.Request, string) {
	system := make([]signature.Pair, 0, 9) // sorted by name
	system = append(
		system,
		signature.Pair{Name: "AccessKeyId", Value: k.id},
		signature.Pair{Name: "Action", Value: s.op.Action},
		signature.Pair{Name: "Format", Value: "JSON"},
	)
	if k.token != "" {
		system = append(system, signature.Pair{Name: "SecurityToken", Value: k.token})
	}
	system = append(
		system,
		signature.Pair{Name: "SignatureMethod", Value: "HMAC-SHA1"},
		signature.Pair{Name: "SignatureNonce", Value: nonce},
		signature.Pair{Name: "SignatureVersion", Value: "1.0"},
		signature.Pair{Name: "Timestamp", Value: date},
		signature.Pair{Name: "Version", Value: s.op.Version},
	)
	form := s.call.Query.AppendMerged(nil, system)
	signed, _ := signature.SignatureV1(nil, http.MethodPost, form, k.secret)
	form = append(form, "&Signature="...)
	form = signature.AppendEscaped(form, signed)
	return s.request(ctx, "", form), signed
}

// request returns an unsigned POST to the region's endpoint.
func (s *series) request(ctx context.Context, query string, form []byte) *http.Request {
	request := &http.Request{
		Method:     http.MethodPost,
		URL:        &url.URL{Scheme: s.region.target.Scheme, Host: s.region.target.Host, Path: "/", RawQuery: query},
		Host:       s.region.target.Host,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header: http.Header{
			"Accept":     {"application/json"},
			"User-Agent": {s.userAgent},
		},
	}
	if form != nil {
		request.Header["Content-Type"] = []string{formType}
		request.ContentLength = int64(len(form))
		request.Body = io.NopCloser(bytes.NewReader(form))
		// net/http asks for a second copy only when it wrote nothing of the first.
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(form)), nil }
	}
	return request.WithContext(ctx)
}
