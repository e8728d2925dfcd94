package rpc

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/untag-go/untag"
	"github.com/untag-go/untag/internal/signature"
)

// MaxQuery is the longest query of a URL. Gateways answer 414 to longer ones; the parameters then travel as a form body.
const MaxQuery = 8000

const formType = "application/x-www-form-urlencoded"

// fixed are the header values that all requests of a client share. RoundTrippers must not change them, as
// http.RoundTripper says; sharing saves an allocation for each.
type fixed struct{ accept, userAgent, version, emptyBody, form []string }

func newFixed(service Service, userAgent string) fixed {
	return fixed{
		accept: []string{"application/json"}, userAgent: []string{userAgent}, version: []string{service.Version},
		emptyBody: []string{signature.EmptyBodyHash}, form: []string{formType},
	}
}

// scratch is memory for canonical requests, which calls use one after another.
type scratch struct{ buf []byte }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// free gives the memory back, without the token that a canonical request may hold.
func (m *scratch) free(used []byte) {
	clear(used[:cap(used)])
	m.buf = used
	scratches.Put(m)
}

// sign builds the request of one attempt, with a nonce and a date of its own. It returns the signature too, for scrubbing.
func (s *series) sign(ctx context.Context, k keys) (*http.Request, string) {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	nonce := hex.EncodeToString(random[:])
	date := s.clock.date()
	if s.config.Signature == untag.SignatureV1 && k.bearer == "" {
		return s.signV1(ctx, k, nonce, date)
	}
	return s.signV3(ctx, k, nonce, date)
}

// signerOf returns the signer of an access key: that of the last attempt, unless the provider has given another key since.
func (c *Client) signerOf(k keys) *signature.Signer {
	last := c.signer.Load()
	if last == nil || !last.Is(k.id, k.secret) {
		last = signature.NewSigner(k.id, k.secret)
		c.signer.Store(last)
	}
	return last
}

// signV3 puts the parameters into the query, or into a form body when they are long, and the signature into a header.
// The very bytes that are signed go on the wire.
func (s *series) signV3(ctx context.Context, k keys, nonce, date string) (*http.Request, string) {
	query := s.call.Query.Bytes()
	if k.bearer != "" {
		query = s.call.Query.AppendMerged(nil, []signature.Pair{{Name: "SignatureType", Value: "BEARERTOKEN"}})
	}
	var form []byte
	if len(query) > MaxQuery {
		query, form = nil, bytes.Clone(query) // the transport may read it for a moment after the call has ended
	}
	bodyHash := s.fixed.emptyBody
	if form != nil {
		bodyHash = []string{signature.HashBody(form)}
	}
	request := s.request(ctx, string(query), form)
	values := []string{date, nonce, k.token, ""} // one allocation for all
	header := request.Header
	header["X-Acs-Action"] = s.action
	header["X-Acs-Version"] = s.fixed.version
	header["X-Acs-Content-Sha256"] = bodyHash
	header["X-Acs-Date"] = values[0:1:1]
	header["X-Acs-Signature-Nonce"] = values[1:2:2]
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
		signature.Header{Name: "host", Value: s.target.Host},
		signature.Header{Name: "x-acs-action", Value: s.action[0]},
		signature.Header{Name: "x-acs-content-sha256", Value: bodyHash[0]},
		signature.Header{Name: "x-acs-date", Value: date},
	)
	if k.token != "" {
		header["X-Acs-Security-Token"] = values[2:3:3]
		signed = append(signed, signature.Header{Name: "x-acs-security-token", Value: k.token})
	}
	signed = append(
		signed,
		signature.Header{Name: "x-acs-signature-nonce", Value: nonce},
		signature.Header{Name: "x-acs-version", Value: s.service.Version},
	)
	memory := scratches.Get().(*scratch)
	authorization, used := s.signerOf(k).V3(memory.buf, signature.Request{
		Method: http.MethodPost, Query: query, Headers: signed, BodyHash: bodyHash[0],
	})
	memory.free(used)
	values[3] = authorization
	header["Authorization"] = values[3:4:4]
	return request, authorization[len(authorization)-64:] // the signature is 64 hexadecimal digits at the end
}

// signV1 puts everything into a form body: key ID, token and signature stay out of the URL, and so out of access logs.
func (s *series) signV1(ctx context.Context, k keys, nonce, date string) (*http.Request, string) {
	system := make([]signature.Pair, 0, 9) // sorted by name
	system = append(
		system,
		signature.Pair{Name: "AccessKeyId", Value: k.id},
		signature.Pair{Name: "Action", Value: s.action[0]},
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
		signature.Pair{Name: "Version", Value: s.service.Version},
	)
	form := s.call.Query.AppendMerged(nil, system)
	memory := scratches.Get().(*scratch)
	signed, used := s.signerOf(k).V1(memory.buf, http.MethodPost, form)
	memory.free(used)
	form = append(form, "&Signature="...)
	form = signature.AppendEscaped(form, signed)
	return s.request(ctx, "", form), signed
}

// request returns an unsigned POST to the region's endpoint.
func (s *series) request(ctx context.Context, query string, form []byte) *http.Request {
	request := http.Request{
		Method:     http.MethodPost,
		URL:        &url.URL{Scheme: s.target.Scheme, Host: s.target.Host, Path: "/", RawQuery: query},
		Host:       s.target.Host,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     make(http.Header, 8),
	}
	request.Header["Accept"] = s.fixed.accept
	request.Header["User-Agent"] = s.fixed.userAgent
	if form != nil {
		request.Header["Content-Type"] = s.fixed.form
		request.ContentLength = int64(len(form))
		request.Body = io.NopCloser(bytes.NewReader(form))
		// net/http asks for a second copy only when it wrote nothing of the first.
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(form)), nil }
	}
	return request.WithContext(ctx)
}
